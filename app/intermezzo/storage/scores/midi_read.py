"""MIDI in: the track that sings, with its lyrics, tempi, metres and keys, in 480 frames a quarter.

Sections are the marker events and chords the texts ``Chord: D7`` that our own export writes. Ticks that fall between
two frames are rounded to the nearer one. Notes that overlap stay so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from intermezzo.core.errors import SketchError
from intermezzo.core.media import Melody
from intermezzo.core.music.keys import key_of
from intermezzo.core.music.metre import FRAMES_PER_QUARTER, metre_of
from intermezzo.core.music.syllables import HOLD, goes_on, is_sung
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores import midi_file as smf
from intermezzo.storage.scores.midi_file import MidiFile, MidiNote, parsed_midi
from intermezzo.storage.scores.midi_text import decoder_for, syllables_of
from intermezzo.storage.scores.reading import (
    MOST_CHARS,
    Reading,
    key_with,
    latest_changes,
    sound_tempo,
    spans_between,
    within_length,
)

__all__ = ["read_midi"]

_DRUMS = 9
_SINGS = re.compile(r"melod|vocal|voice|voc\b|sing|gesang|stimme|chant|voix|canto|lead|vox", re.IGNORECASE)
_PLAYS = re.compile(r"chord|accomp|piano|bass|drum|guitar|string|backing", re.IGNORECASE)
_NEAR_FRAMES = 60
"""How far from the beginning of its note a syllable may lie: an eighth of a quarter."""


@dataclass(frozen=True)
class _Part:
    """What may be the tune: notes of a track, or of one channel where a file has a single track."""

    name: str
    track: int
    notes: tuple[MidiNote, ...]

    @property
    def height(self) -> float:
        return sum(note.pitch for note in self.notes) / len(self.notes)


def read_midi(content: bytes, part: str = "") -> Reading:
    """Read the tune of a MIDI or karaoke file.

    Raises:
        Unsound: if the file is broken or holds no notes.
    """
    file = parsed_midi(content)
    texts = [data for track in file.tracks for _, meta, data in track.metas if meta <= smf.MARKER]
    encoding = decoder_for(texts)
    words, said = _words(file, encoding)
    parts = _parts(file, encoding)
    if not parts:
        raise Unsound("it holds no notes. Choose a file with a tune in it.")
    chosen = _named(parts, part) if part else _singing(parts, file, words)
    scale = _Scale(file.division)
    rows = []
    instant = 0
    for note in chosen.notes:
        start, stop = scale(note.start), scale(note.stop)
        instant += note.stop == note.start
        if note.stop > note.start:
            rows.append((start, max(stop, start + 1), note.pitch, note.velocity))
    if not rows:
        raise Unsound("none of its notes has a length. Export it again from its program.")
    rows.sort(key=lambda row: (row[0], row[2]))
    n_frames = within_length(max(max(scale(track.end) for track in file.tracks), max(row[1] for row in rows)))
    lyrics, unplaced = _placed(rows, [(scale(tick), text) for tick, text in words])
    metres, pickup = _metres(file, scale, n_frames)
    melody = Melody(
        np.array(rows, np.int32), lyrics, n_frames,
        _tempi(file, scale, n_frames), metres, _keys(file, scale, n_frames, encoding),
        _chords(file, scale, n_frames, encoding), _sections(file, scale, n_frames, encoding),
        pickup=pickup, title=said.get("title") or _title(file, chosen, encoding), language=said.get("language", ""),
    )  # fmt: skip
    remarks = []
    if len(parts) > 1:
        remarks.append(f"Took {chosen.name or f'track {chosen.track + 1}'} as the tune out of {len(parts)} parts.")
    if unplaced:
        remarks.append(f"{unplaced} syllables have no note near them and were left out.")
    if instant:
        remarks.append(f"{instant} notes without length were left out.")
    names = tuple(part.name or f"track {part.track + 1}" for part in parts)
    return Reading(melody, tuple(remarks), names, next(k for k, part in enumerate(parts) if part is chosen))


@dataclass(frozen=True)
class _Scale:
    division: int

    def __call__(self, tick: int) -> int:
        return (2 * tick * FRAMES_PER_QUARTER + self.division) // (2 * self.division)


def _decoded(data: bytes, encoding: str) -> str:
    return data.decode(encoding, "replace")


def _parts(file: MidiFile, encoding: str) -> list[_Part]:
    found = []
    for k, track in enumerate(file.tracks):
        name = next(
            (_decoded(data, encoding).strip("\0 \r\n") for _, meta, data in track.metas if meta == smf.NAME), ""
        )
        notes = [note for note in track.notes if note.channel != _DRUMS]
        if file.kind == 1 and len(file.tracks) > 1:
            if notes:
                found.append(_Part(name[:MOST_CHARS], k, tuple(notes)))
            continue
        for channel in sorted({note.channel for note in notes}):
            own = tuple(note for note in notes if note.channel == channel)
            found.append(_Part(f"channel {channel + 1}", k, own))
    return found


def _named(parts: Sequence[_Part], wanted: str) -> _Part:
    if wanted.isdecimal() and 1 <= int(wanted) <= len(parts):
        return parts[int(wanted) - 1]
    found = next((p for p in parts if wanted.lower() in p.name.lower()), None)
    if found is None:
        names = ", ".join(f"{k} {p.name}".strip() for k, p in enumerate(parts[:30], 1))
        raise Unsound(f"it has no part {wanted!r}. It has {names}.")
    return found


def _singing(parts: Sequence[_Part], file: MidiFile, words: Sequence[tuple[int, str]]) -> _Part:
    """Return the part named as a voice, else the one with the lyrics, else the highest with enough notes."""
    named = [part for part in parts if _SINGS.search(part.name) and not _PLAYS.search(part.name)]
    if named:
        return named[0]
    if words:
        ticks = {tick for tick, _ in words}
        share = [len(ticks & {note.start for note in part.notes}) / len(ticks) for part in parts]
        # Of parts that begin with the words, an accompaniment begins often besides: the tune has fewer other notes.
        best = max(range(len(parts)), key=lambda k: (round(share[k], 1), -len(parts[k].notes)))
        if share[best] >= 0.5:
            return parts[best]
        if own := [p for p in parts if any(m == smf.LYRIC for _, m, _ in file.tracks[p.track].metas)]:
            return own[0]
    enough = max(len(part.notes) for part in parts) / 4
    return max((part for part in parts if len(part.notes) >= enough), key=lambda part: part.height)


def _words(file: MidiFile, encoding: str) -> tuple[list[tuple[int, str]], dict[str, str]]:
    """Return (tick, syllable) of the track with the most lyrics, and the title and language that texts say."""
    said: dict[str, str] = {}
    by_lyrics: list[list[tuple[int, str]]] = []
    by_texts: list[list[tuple[int, str]]] = []
    for track in file.tracks:
        lyrics, texts = [], []
        for tick, meta, data in track.metas:
            text = _decoded(data, encoding)
            if meta == smf.LYRIC:
                lyrics.append((tick, text))
            elif meta == smf.TEXT and text.startswith("@"):
                kind, value = text[1:2], text[2:].strip()
                said.setdefault({"T": "title", "L": "language"}.get(kind, kind), value[:MOST_CHARS])
            elif meta == smf.TEXT and not re.match(r"(Chord|Key):", text):
                texts.append((tick, text))
        by_lyrics.append(lyrics)
        by_texts.append(texts)
    lyrics = max(by_lyrics, key=len, default=[])
    texts = max(by_texts, key=len, default=[])
    is_karaoke = "K" in said or sum(text[:1] in ("/", "\\") for _, text in texts) >= 2
    return syllables_of(lyrics or (texts if is_karaoke else [])), said


def _placed(rows: Sequence[tuple[int, int, int, int]], words: list[tuple[int, str]]) -> tuple[tuple[str, ...], int]:
    """Return the syllable of each note, and how many found none: the k-th at a moment goes to the k-th note down."""
    lyrics = [""] * len(rows)
    onsets = [(frame, [k for k, _ in group]) for frame, group in groupby(enumerate(rows), key=lambda kv: kv[1][0])]
    at, unplaced = 0, 0
    taken: dict[int, int] = {}
    for frame, text in sorted(words, key=lambda word: word[0]):
        while at + 1 < len(onsets) and abs(onsets[at + 1][0] - frame) <= abs(onsets[at][0] - frame):
            at += 1
        onset, group = onsets[at]
        if abs(onset - frame) > _NEAR_FRAMES:
            unplaced += is_sung(text)
            continue
        count = taken.get(onset, 0)
        taken[onset] = count + 1
        if count < len(group):
            lyrics[group[-1 - count]] = text
        elif is_sung(text):
            k = group[-1]
            before = lyrics[k] if is_sung(lyrics[k]) else ""
            joint = before[:-1] if goes_on(before) else before + " " if before else ""
            lyrics[k] = (joint + text)[:MOST_CHARS]
    inside = False
    for _, group in onsets:
        for k in group:
            lyrics[k] = HOLD if inside and not lyrics[k] and len(group) == 1 else lyrics[k]
            inside = goes_on(lyrics[k]) if is_sung(lyrics[k]) else inside
    return tuple(lyrics), unplaced


def _tempi(file: MidiFile, scale: _Scale, n_frames: int) -> tuple[tuple[int, float], ...]:
    found = []
    for tick, data in _of(file, smf.TEMPO, 3):
        micros = int.from_bytes(data[:3], "big")
        bpm = sound_tempo(60e6 / micros if micros else 0.0, f"tick {tick}")
        short = next((b for b in (round(bpm, d) for d in range(6)) if b > 0 and round(60e6 / b) == micros), bpm)
        found.append((scale(tick), float(short)))
    tempi = latest_changes(found, n_frames) or [(0, 120.0)]
    return tuple(tempi if tempi[0][0] == 0 else [(0, 120.0), *tempi])


def _metres(file: MidiFile, scale: _Scale, n_frames: int) -> tuple[tuple[tuple[int, str], ...], int]:
    """Return the metres and the pick-up: a first bar that a second metre cuts short, or of a shorter metre."""
    found: list[tuple[int, str]] = []
    for tick, data in _of(file, smf.METRE, 2):
        name = f"{data[0]}/{2 ** min(data[1], 9)}"
        try:
            found.append((scale(tick), metre_of(name).name))
        except SketchError:
            continue
    metres: list[tuple[int, str]] = []
    for frame, name in found:
        if frame < n_frames and not (metres and metres[-1][0] >= frame):
            metres.append((frame, name))
    if not metres or metres[0][0] > 0:
        metres.insert(0, (0, "4/4"))
    pickup = 0
    if len(metres) > 1:
        first, second = metre_of(metres[0][1]).bar_frames, metre_of(metres[1][1]).bar_frames
        until = metres[1][0]
        if until < first:
            pickup = until
        elif until == first < second:
            pickup, metres[0] = until, (0, metres[1][1])
    kept = [metres[0]]
    for k, (frame, name) in enumerate(metres[1:]):
        is_at_bar = (frame - (kept[-1][0] or pickup)) % metre_of(kept[-1][1]).bar_frames == 0
        if name != kept[-1][1] or not (is_at_bar or (k == 0 and frame == pickup)):
            kept.append((frame, name))
    return tuple(kept), pickup


def _keys(file: MidiFile, scale: _Scale, n_frames: int, encoding: str) -> tuple[tuple[int, str], ...]:
    found: list[tuple[int, str]] = []
    for tick, data in _of(file, smf.KEY, 2):
        fifths = data[0] - 256 if data[0] > 127 else data[0]
        key = key_with(fifths, "minor" if data[1] == 1 else "major")
        if key is not None:
            found.append((scale(tick), key.name))
    for tick, text in _said(file, "Key", encoding):  # modes, which MIDI's own key event cannot say
        try:
            found.append((scale(tick), key_of(text).name))
        except SketchError:
            continue
    return tuple(latest_changes(found, n_frames))


def _chords(file: MidiFile, scale: _Scale, n_frames: int, encoding: str) -> tuple[tuple[int, int, str], ...]:
    return spans_between([(scale(tick), text or None) for tick, text in _said(file, "Chord", encoding)], n_frames)


def _sections(file: MidiFile, scale: _Scale, n_frames: int, encoding: str) -> tuple[tuple[int, int, str], ...]:
    marks = ((scale(tick), _decoded(data, encoding).strip("\0 \r\n")) for tick, data in _of(file, smf.MARKER, 0))
    return spans_between([(frame, text or None) for frame, text in marks], n_frames)


def _said(file: MidiFile, what: str, encoding: str) -> list[tuple[int, str]]:
    start = f"{what}:"
    texts = ((tick, _decoded(data, encoding)) for tick, data in _of(file, smf.TEXT, 0))
    return [(tick, text[len(start) :].strip()) for tick, text in texts if text.startswith(start)]


def _of(file: MidiFile, meta: int, least: int) -> list[tuple[int, bytes]]:
    found = [(t, data) for track in file.tracks for t, kind, data in track.metas if kind == meta and len(data) >= least]
    return sorted(found, key=lambda event: event[0])


def _title(file: MidiFile, chosen: _Part, encoding: str) -> str:
    first = file.tracks[0]
    if file.kind == 1 and len(file.tracks) > 1 and chosen.track != 0 and not first.notes:
        name = next((_decoded(data, encoding) for _, meta, data in first.metas if meta == smf.NAME), "")
        return name.strip("\0 \r\n")[:MOST_CHARS]
    return ""
