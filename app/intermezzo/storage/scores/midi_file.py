"""Standard MIDI files as chunks of bytes: events of every track out of them, and tracks of events into them.

Text stays bytes here, because the file does not say in which encoding it is. Nothing else of a file is trusted.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.reading import MOST_NOTES

__all__ = [
    "KEY", "LYRIC", "MARKER", "METRE", "NAME", "TEMPO", "TEXT", "MidiFile", "MidiNote", "Track", "midi_bytes",
    "parsed_midi",
]  # fmt: skip

TEXT: Final = 0x01
NAME: Final = 0x03
LYRIC: Final = 0x05
MARKER: Final = 0x06
END: Final = 0x2F
TEMPO: Final = 0x51
METRE: Final = 0x58
KEY: Final = 0x59
_LARGEST_NUMBER: Final = 0x0FFFFFFF
_READ: Final = frozenset((TEXT, NAME, LYRIC, MARKER, TEMPO, METRE, KEY))
_LARGEST_FILE: Final = 16 * 2**20
_DATA_BYTES: Final = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


@dataclass(frozen=True)
class MidiNote:
    """``start`` and ``stop`` in ticks of the file, ``channel`` 0 to 15."""

    start: int
    stop: int
    pitch: int
    velocity: int
    channel: int


@dataclass
class Track:
    """Notes in order of their starts, and (tick, meta type, bytes) of all that is no note; ``end`` in ticks."""

    notes: list[MidiNote] = field(default_factory=list)
    metas: list[tuple[int, int, bytes]] = field(default_factory=list)
    programs: list[tuple[int, int]] = field(default_factory=list)  # (channel, program), for writing
    end: int = 0


@dataclass(frozen=True)
class MidiFile:
    """``kind`` 0 (all in one track) or 1 (tracks side by side); ``division`` ticks a quarter."""

    kind: int
    division: int
    tracks: tuple[Track, ...]


def parsed_midi(content: bytes) -> MidiFile:
    """Read all events of a MIDI file.

    Raises:
        Unsound: if it is none, is cut short or counts its time in film frames.
    """
    at = content.find(b"MThd", 0, 64) if content[:4] == b"RIFF" else 0
    if content[at : at + 4] != b"MThd" or len(content) < at + 14:
        raise Unsound("it is no MIDI file. Choose one that a music program wrote.")
    if len(content) > _LARGEST_FILE:
        raise Unsound("it is over 16 MB, far more than the MIDI of a tune takes.")
    header_size = int.from_bytes(content[at + 4 : at + 8], "big")
    kind, count, division = (int.from_bytes(content[at + k : at + k + 2], "big") for k in (8, 10, 12))
    if division & 0x8000:
        raise Unsound("its time is counted in film frames (SMPTE). Export it again with ticks per quarter note.")
    if kind > 1:
        raise Unsound("it is a set of loose patterns (MIDI format 2). Export it again as format 0 or 1.")
    if division == 0 or header_size < 6:
        raise Unsound("its header is damaged. Export it again from its program.")
    at += 8 + header_size
    tracks: list[Track] = []
    budget = MOST_NOTES
    while at + 8 <= len(content) and len(tracks) < count:
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "big")
        at += 8
        if name == b"MTrk":
            if at + size > len(content):
                raise Unsound(f"it ends in the middle of track {len(tracks) + 1}. Fetch or export it again.")
            track = _track(content[at : at + size], len(tracks) + 1, budget)
            budget -= len(track.notes)
            tracks.append(track)
        at += size
    if len(tracks) < count:
        raise Unsound(f"it holds {len(tracks)} of the {count} tracks it promises. Fetch or export it again.")
    return MidiFile(kind, division, tuple(tracks))


def _track(data: bytes, number: int, most_notes: int) -> Track:
    track, tick, at, status = Track(), 0, 0, 0
    sounding: dict[tuple[int, int], deque[tuple[int, int]]] = {}  # (start, velocity) by channel and pitch, oldest first
    begun = 0
    try:
        while at < len(data):
            delta, at = _number(data, at)
            tick += delta
            if data[at] & 0x80:
                status, at = data[at], at + 1
            if status == 0xFF:
                meta, (size, at) = data[at], _number(data, at + 1)
                if at + size > len(data):
                    raise IndexError
                if meta == END:
                    break
                if meta in _READ:
                    track.metas.append((tick, meta, data[at : at + size]))
                    if len(track.metas) > MOST_NOTES:
                        raise Unsound(f"track {number} holds over {MOST_NOTES:,} texts. It is no tune.")
                at += size
            elif status in (0xF0, 0xF7):
                size, at = _number(data, at)
                at += size
            elif status & 0xF0 in _DATA_BYTES:
                kind, channel = status & 0xF0, status & 0x0F
                pitch, velocity = data[at], data[at + 1] if _DATA_BYTES[kind] == 2 else 0
                at += _DATA_BYTES[kind]
                if kind in (0x80, 0x90) and (pitch > 127 or velocity > 127):
                    raise Unsound(f"track {number} has a note out of range. Export it again from its program.")
                if kind == 0x90 and velocity:
                    begun += 1
                    if begun > most_notes:
                        raise Unsound(f"it holds over {MOST_NOTES:,} notes, more than a tune can have.")
                    sounding.setdefault((channel, pitch), deque()).append((tick, velocity))
                elif kind in (0x80, 0x90) and (open_notes := sounding.get((channel, pitch))):
                    start, loudness = open_notes.popleft()
                    track.notes.append(MidiNote(start, tick, pitch, loudness, channel))
            else:
                raise Unsound(f"track {number} holds bytes that are no MIDI. Export it again from its program.")
    except IndexError:
        raise Unsound(f"track {number} breaks off in the middle of an event. Fetch or export it again.") from None
    track.end = tick
    for (channel, pitch), open_notes in sounding.items():
        track.notes += [MidiNote(start, tick, pitch, velocity, channel) for start, velocity in open_notes]
    track.notes.sort(key=lambda note: (note.start, note.pitch))
    return track


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(4):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    raise Unsound("it holds a number of over four bytes, which MIDI has not. Export it again from its program.")


def midi_bytes(file: MidiFile) -> bytes:
    """Return a MIDI file as bytes; of events at one tick texts come first, then ends, then beginnings of notes."""
    header = b"MThd" + (6).to_bytes(4, "big") + b"".join(
        value.to_bytes(2, "big") for value in (file.kind, len(file.tracks), file.division)
    )  # fmt: skip
    return header + b"".join(_track_bytes(track) for track in file.tracks)


def _track_bytes(track: Track) -> bytes:
    events: list[tuple[int, int, int, bytes]] = []
    for k, (tick, meta, data) in enumerate(track.metas):
        events.append((tick, 0, k, bytes((0xFF, meta)) + _number_bytes(len(data)) + data))
    for k, (channel, program) in enumerate(track.programs):
        events.append((0, 1, k, bytes((0xC0 | channel, program))))
    for k, note in enumerate(track.notes):
        events.append((note.start, 3, k, bytes((0x90 | note.channel, note.pitch, note.velocity))))
        events.append((note.stop, 2, k, bytes((0x80 | note.channel, note.pitch, 64))))
    body, tick = bytearray(), 0
    for at, _, _, data in sorted(events, key=lambda event: event[:3]):
        body += _number_bytes(at - tick) + data
        tick = at
    body += _number_bytes(max(track.end - tick, 0)) + bytes((0xFF, END, 0))
    return b"MTrk" + len(body).to_bytes(4, "big") + bytes(body)


def _number_bytes(value: int) -> bytes:
    if not 0 <= value <= _LARGEST_NUMBER:
        raise Unsound("the tune is too long for MIDI. Cut it into parts.")
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))
