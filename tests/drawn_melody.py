"""Tunes that hypothesis draws, as files can hold them: an untexted note inside a word holds it, the last word ends."""

import numpy as np
from hypothesis import strategies as st

from intermezzo.core.media import Melody
from intermezzo.core.music.metre import metre_of

LETTERS = st.text("abcdeéößœあ歌ж’", min_size=1, max_size=4)
SECTIONS = st.sampled_from(("A", "B", "A'", "Bridge"))
_SYMBOLS = "C Dm G7 D7/F# Bbmaj7 F#m7b5 A7sus4 Cadd9 E+ Bdim7 N.C. Cmmaj7 F6 Gm6 C9 Am9 Dmaj9 G+7 E5 Ab/Eb"
CHORDS = st.sampled_from(_SYMBOLS.split())
_NAMES = ("C major", "G major", "E minor", "Bb major", "D dorian", "Eb minor", "F# major", "A mixolydian")
KEYS = st.sampled_from(_NAMES)
METRES = st.sampled_from(("4/4", "3/4", "2/4", "6/8", "2/2", "5/8", "12/8"))
STEPS = (60, 80, 96, 120, 160, 180, 240, 320, 360, 480, 720, 960, 1920, 2400)


@st.composite
def syllables(draw: st.DrawFn, count: int) -> tuple[str, ...]:
    """Syllables of ``count`` notes."""
    found: list[str] = []
    inside = False
    for k in range(count):
        kind = draw(st.sampled_from(("word", "part", "hold", "none")))
        if kind == "none" and inside:
            kind = "hold"
        if kind == "word" or (kind == "part" and k == count - 1):
            found.append(draw(LETTERS))
            inside = False
        elif kind == "part":
            found.append(draw(LETTERS) + "-")
            inside = True
        else:
            found.append("_" if kind == "hold" else "")
    for k in range(count - 1, -1, -1):  # a word that goes on needs a syllable after it
        if found[k] not in ("", "_"):
            found[k] = found[k].rstrip("-")
            break
    inside = False
    for k, text in enumerate(found):
        if text in ("", "_"):
            found[k] = "_" if inside else text
        else:
            inside = text.endswith("-")
    return tuple(found)


@st.composite
def spans(draw: st.DrawFn, n_frames: int, label: st.SearchStrategy[str]) -> tuple[tuple[int, int, str], ...]:
    """Labelled spans with gaps between some."""
    found, at = [], 0
    for _ in range(draw(st.integers(0, 4))):
        start = at + draw(st.sampled_from((0, 240, 480)))
        stop = start + draw(st.sampled_from((240, 480, 1920)))
        if stop > n_frames:
            break
        found.append((start, stop, draw(label)))
        at = stop
    return tuple(found)


@st.composite
def changes(
    draw: st.DrawFn, n_frames: int, value: st.SearchStrategy[object], first: bool
) -> tuple[tuple[int, object], ...]:
    """Changes of a value on quarters, no two alike in a row; ``first`` asks for one at the beginning."""
    frames = sorted(
        draw(st.sets(st.integers(0, max((n_frames - 1) // 480, 0)), max_size=3)) | ({0} if first else set())
    )
    found: list[tuple[int, object]] = []
    for frame in frames:
        it = draw(value)
        if not found or found[-1][1] != it:
            found.append((frame * 480, it))
    return tuple(found)


@st.composite
def melodies(draw: st.DrawFn, *, with_verses: bool = False) -> Melody:
    """A tune of 1 to 14 notes, some with rests before them and some that overlap."""
    count = draw(st.integers(1, 14))
    rows, at = [], 0
    for _ in range(count):
        start = at + draw(st.sampled_from((0, 0, 0, 240, 480)))
        length = draw(st.sampled_from(STEPS))
        rows.append((start, start + length, draw(st.integers(40, 90)), draw(st.integers(1, 127))))
        at = start + (length if draw(st.integers(0, 5)) else max(length // 2, 1))
    metre = draw(METRES)
    bar = metre_of(metre).bar_frames
    pickup = draw(st.sampled_from((0, 0, 240, 480)))
    pickup = pickup if pickup < bar else 0
    end = max(row[1] for row in rows)
    n_frames = pickup + bar * max(-(-(end - pickup) // bar), 1)
    metres: list[tuple[int, str]] = [(0, metre)]
    if draw(st.booleans()):
        change = pickup + bar * draw(st.integers(2, 4))
        other = draw(METRES)
        if change < n_frames and other != metre:
            metres.append((change, other))
    verses = ()
    if with_verses and draw(st.booleans()):
        verses = (tuple(["la", *draw(syllables(count))][:count]),)
    lyrics = draw(syllables(count))
    if verses and not any(text not in ("", "_") for text in lyrics):
        lyrics = ("la", *lyrics[1:])
    return Melody(
        np.array(rows, np.int32), lyrics, n_frames,
        draw(changes(n_frames, st.sampled_from((40.0, 72.5, 92.0, 120.0, 184.0)), True)),
        tuple(metres),
        draw(changes(n_frames, KEYS, False)),
        draw(spans(n_frames, CHORDS)), draw(spans(n_frames, SECTIONS)), verses, pickup,
        draw(st.sampled_from(("", "Lied", "歌の翼に", "Über Nacht"))), draw(st.sampled_from(("", "de", "ja"))),
    )  # fmt: skip


PARTS = ("lyrics", "n_frames", "tempi", "metres", "keys", "chords", "sections", "pickup", "title", "language")


def same(mine: Melody, theirs: Melody, *parts: str) -> None:
    """Assert that two tunes are alike in their notes and ``parts`` (all but further verses where none is named)."""
    assert mine.notes.tolist() == theirs.notes.tolist()
    for part in parts or PARTS:
        assert getattr(mine, part) == getattr(theirs, part), part
