"""Sentences and chapters: where they end, that they are the whole sketch, and what a cut one says."""

import numpy as np
import pytest
from drawn_sketch import drawn_sketch
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.edits.cut import cut
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Region, Spans
from intermezzo.core.sentences import chapters_of, headings, sentences_of, stretch_at
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches import SPEECH

WORD_FRAMES, GAP_FRAMES = 20, 10


def spoken(text: str, words: list[str], gaps: dict[int, int] | None = None) -> Sketch:
    """Return a sketch in which the words of a text follow each other; ``gaps`` are longer pauses before some."""
    at, frame, starts, places = 0, 12, [], []
    for k, word in enumerate(words):
        at = text.index(word, at)
        places.append((at, at + len(word)))
        at += len(word)
        frame += (gaps or {}).get(k, GAP_FRAMES)
        starts.append(frame)
        frame += WORD_FRAMES
    n = frame + 12
    stops = np.array(starts) + WORD_FRAMES
    base = drawn_sketch()
    layers = {name: layer for name, layer in base.layers.items() if not isinstance(layer, Spans)}
    hop = SPEECH.hop_s
    grown = {}
    for name, layer in layers.items():
        kind = type(layer)
        shape = (n, layer.spec.bands) if hasattr(layer.spec, "bands") else (n,)
        grown[name] = kind.machine(layer.spec, hop, np.zeros(shape, np.float32))  # type: ignore[attr-defined]
    source = np.array(places) if text else None
    grown["words"] = Spans.machine(SPEECH.spec("words"), hop, n, starts, stops, tuple(words), source=source)  # type: ignore[arg-type]
    grown["phones"] = Spans.machine(SPEECH.spec("phones"), hop, n, [0], [n], ("·",))  # type: ignore[arg-type]
    return Sketch(SPEECH, grown, Made("builtin.speech", "1.0"))


def said(text: str, words: str) -> list[str]:
    return [s.title for s in sentences_of(spoken(text, words.split()), text)]


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("One two. Three four?", "One two Three four", ["One two.", "Three four?"]),
        ("Mr. Poe met Dr. No. He ran.", "Mr. Poe met Dr. No He ran", ["Mr. Poe met Dr. No.", "He ran."]),
        ("See no. 5. Go", "See no 5 Go", ["See no. 5.", "Go"]),
        ("“Stop!” he said… then", "Stop he said then", ["“Stop!”", "he said… then"]),
        ("It was approx. five", "It was approx five", ["It was approx. five"]),
        ("one line\n\nanother", "one line another", ["one line", "another"]),
        ("# One\nIt begins.", "One It begins", ["One", "It begins."]),
        ("*So.* <break/> [pause 2] Now", "So Now", ["So.", "Now"]),
    ],
)
def test_sentences_end_with_their_mark_or_line_and_not_with_an_abbreviation(
    text: str, words: str, wanted: list[str]
) -> None:
    assert said(text, words) == wanted


def test_a_recording_without_text_is_parted_at_its_pauses() -> None:
    sketch = spoken("a b c d", ["a", "b", "c", "d"], {2: 60})
    words = sketch.words
    bare = Spans.machine(words.spec, words.hop_s, len(words), words.starts, words.stops, words.labels)
    silent = sketch.with_layer(bare)
    assert [s.title for s in sentences_of(silent)] == ["a b", "c d"]


def test_chapters_begin_at_headings_and_sentences_know_theirs() -> None:
    text = "Before.\n\n# One\n\nAy bee. Cee.\n\nChapter 2\n\nD."
    sketch = spoken(text, ["Before", "One", "Ay", "bee", "Cee", "Chapter", "2", "D"])
    assert headings(text) == [(9, "One"), (text.index("Chapter"), "Chapter 2")]
    chapters = chapters_of(sketch, text)
    assert [(c.number, c.title) for c in chapters] == [(1, ""), (2, "One"), (3, "Chapter 2")]
    assert [s.chapter for s in sentences_of(sketch, text)] == ["", "One", "One", "One", "Chapter 2", "Chapter 2"]
    assert [c.stop for c in chapters[:-1]] == [c.start for c in chapters[1:]]
    assert len(chapters_of(sketch, "no heading at all, and places that are gone")) == 1


def test_a_sketch_that_was_not_made_from_this_text_has_sentences_all_the_same() -> None:
    sketch = spoken("One. Two. Three.", ["One", "Two", "Three"])
    for text in ("", "One", "<break>", "x" * 500):
        stretches = sentences_of(sketch, text)
        assert stretches[0].start == 0 and stretches[-1].stop == sketch.n_frames


@given(
    st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=12),
    st.lists(st.sampled_from([" ", ". ", "! ", ", ", "\n\n", "\n\n# ", " *"]), min_size=12, max_size=12),
)
def test_sentences_together_are_the_whole_sketch(words: list[str], signs: list[str]) -> None:
    text = "".join(word + sign for word, sign in zip(words, signs, strict=False))
    sketch = spoken(text, words)
    found = sentences_of(sketch, text)
    assert [s.start for s in found] == [0, *(s.stop for s in found[:-1])] and found[-1].stop == sketch.n_frames
    assert [s.number for s in found] == list(range(1, len(found) + 1))
    for k, stretch in enumerate(found):
        assert stretch_at(found, stretch.start) == stretch_at(found, stretch.stop - 1) == k
        part = cut(sketch, stretch.start, stretch.stop, stretch.place)
        piece = text[slice(*stretch.place)]
        for label, (a, b) in zip(part.words.labels, part.words.source.tolist(), strict=True):
            assert piece[a:b] == label


def test_a_cut_keeps_edits_and_locks_to_the_bit() -> None:
    sketch = drawn_sketch()
    sketch = sketch.with_layer(sketch.pitch.with_values(30, np.full(9, 250.0)))
    sketch = sketch.with_layer(sketch.energy.lock(Region(25, 50), True))
    part = cut(sketch, 20, 80)
    assert part.n_frames == 60
    for name in ("pitch", "energy"):
        for field in ("values", "base", "origin"):
            whole, piece = getattr(sketch.layers[name], field), getattr(part.layers[name], field)
            assert np.array_equal(whole[20:80], piece)
    assert np.array_equal(sketch.envelope.values[20:80], part.envelope.values)
    assert (part.energy.marks()[5:30] & Mark.LOCKED).all()
    assert part.phones.starts[0] == 0 and part.phones.stops[-1] == 60 and (part.phones.stops > part.phones.starts).all()
    with pytest.raises(EditError, match="no frames"):
        cut(sketch, 80, 80)
