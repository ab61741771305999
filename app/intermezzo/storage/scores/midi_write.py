"""MIDI out: a conductor track, the tune with lyric events by RP-017, and a track of block chords where there are any.

Text is UTF-8. Sections are markers; chords are also texts ``Chord: D7/F#`` (an empty one ends a chord), so that reading
gives them back. MIDI has room for one verse: further ones are not written.
"""

from intermezzo.core.errors import SketchError
from intermezzo.core.media import Melody
from intermezzo.core.music.chords import KINDS, chord_of
from intermezzo.core.music.keys import key_of, letter_pitch_class
from intermezzo.core.music.metre import FRAMES_PER_QUARTER, metre_of
from intermezzo.storage.scores import midi_file as smf
from intermezzo.storage.scores.midi_file import MidiFile, MidiNote, Track, midi_bytes
from intermezzo.storage.scores.midi_text import lyric_events

__all__ = ["written_midi"]

_CHOIR, _PIANO = 53, 0
_CHANNELS = tuple(channel for channel in range(16) if channel not in (9, 15))
_CHORD_CHANNEL = 15
_CHORD_VELOCITY = 60


def written_midi(melody: Melody) -> bytes:
    """Return a tune as a MIDI file of format 1, 480 ticks a quarter.

    Raises:
        Unsound: if it is too long for MIDI.
    """
    tracks = [_conductor(melody), _tune(melody)]
    if melody.chords:
        tracks.append(_chords(melody))
    for track in tracks:
        track.end = melody.n_frames
    return midi_bytes(MidiFile(1, FRAMES_PER_QUARTER, tuple(tracks)))


def _conductor(melody: Melody) -> Track:
    track = Track()
    put = track.metas.append
    put((0, smf.NAME, melody.title.encode("utf-8", "replace")))
    if melody.language:
        put((0, smf.TEXT, f"@L{melody.language}".encode("utf-8", "replace")))
    for frame, bpm in melody.tempi:
        put((frame, smf.TEMPO, min(max(round(60e6 / bpm), 1), 2**24 - 1).to_bytes(3, "big")))
    metres = list(melody.metres)
    if melody.pickup and not any(frame == melody.pickup for frame, _ in metres):
        # The same metre once more at the first bar line cuts the bar before it short: a pick-up.
        metres.insert(1, (melody.pickup, metres[0][1]))
    for frame, name in metres:
        metre = metre_of(name)
        clocks = min(metre.beat_frames * 24 // FRAMES_PER_QUARTER, 255)
        put((frame, smf.METRE, bytes((metre.beats, metre.unit.bit_length() - 1, max(clocks, 1), 8))))
    for frame, name in melody.keys:
        key = key_of(name)
        put((frame, smf.KEY, bytes((key.fifths % 256, int(key.is_minor)))))
        if key.mode not in ("major", "minor"):
            put((frame, smf.TEXT, f"Key: {key.name}".encode()))
    track.metas += [(frame, smf.MARKER, label.encode("utf-8", "replace")) for frame, label in _points(melody.sections)]
    return track


def _points(spans: tuple[tuple[int, int, str], ...]) -> list[tuple[int, str]]:
    """Return (frame, label) where each span begins, and (frame, '') where one ends before the next begins."""
    found: list[tuple[int, str]] = []
    for k, (start, stop, label) in enumerate(spans):
        found.append((start, label))
        if k + 1 == len(spans) or stop < spans[k + 1][0]:
            found.append((stop, ""))
    return found


def _tune(melody: Melody) -> Track:
    track = Track([], [(0, smf.NAME, b"Melody")])
    free_from: dict[tuple[int, int], int] = {}  # when a pitch ends on a channel
    used = {0}
    for start, stop, pitch, velocity in melody.notes.tolist():
        # A pitch that sounds twice at a time needs two channels, or its ends could not be told apart.
        channel = next((c for c in _CHANNELS if free_from.get((c, pitch), 0) <= start), 0)
        free_from[channel, pitch] = stop
        used.add(channel)
        track.notes.append(MidiNote(start, stop, pitch, velocity, channel))
    track.programs = [(channel, _CHOIR) for channel in sorted(used)]
    said = zip(melody.notes.tolist(), lyric_events(melody.lyrics), strict=True)
    for (start, *_), text in sorted(said, key=lambda note: (note[0][0], -note[0][2])):
        if text is not None:
            track.metas.append((start, smf.LYRIC, text.encode("utf-8", "replace")))
    return track


def _chords(melody: Melody) -> Track:
    track = Track([], [(0, smf.NAME, b"Chords")], [(_CHORD_CHANNEL, _PIANO)])
    for frame, label in _points(melody.chords):
        track.metas.append((frame, smf.TEXT, f"Chord: {label}".encode("utf-8", "replace")))
    for start, stop, label in melody.chords:
        try:
            chord = chord_of(label)
        except SketchError:
            chord = None
        if chord is None or stop <= start:
            continue
        root = 48 + letter_pitch_class(chord.root)
        pitches = {root + step + (12 if k >= 4 else 0) for k, step in enumerate(KINDS[chord.kind])}
        if chord.bass:
            pitches.add(36 + letter_pitch_class(chord.bass))
        track.notes += [MidiNote(start, stop, p, _CHORD_VELOCITY, _CHORD_CHANNEL) for p in sorted(pitches)]
    return track
