"""A hummed, sung or whistled recording as a tune: its notes on a grid, with tempo, metre, bar lines and key."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.clock import FASTEST_BPM, SLOWEST_BPM, of_tempi
from intermezzo.core.errors import SourceError
from intermezzo.core.media import Audio, Melody
from intermezzo.core.music.metre import FRAMES_PER_QUARTER, metre_of
from intermezzo_engines.melody.beat_finding import SIXTEENTH, Grid, find_grid, find_metre
from intermezzo_engines.melody.key_finding import find_key
from intermezzo_engines.melody.sung_notes import SungNote, sung_notes

__all__ = ["hummed"]

_LONGEST_S: Final = 1200.0
_LOUD, _PER_DB, _SOFTEST = 100, 2.0, 40
_KEPT_S: Final = 0.03
_USUAL_S: Final = 60 / 92
_TWELFTH: Final = FRAMES_PER_QUARTER // 12


def hummed(audio: Audio, bpm: float = 0.0, metre: str = "") -> Melody:
    """Return the tune in a recording of one voice; its sound, rendered, falls where it was hummed.

    A steady tempo is one number; a voice that drifts gets a tempo for each bar or beat.

    Args:
        audio: any rate; channels are mixed.
        bpm: about how many quarters a minute it has; 0 where nobody knows.
        metre: "3/4", or "" where nobody knows.

    Raises:
        SourceError: if no tune is heard, or the recording is longer than 20 minutes.
    """
    if audio.duration_s > _LONGEST_S:
        raise SourceError("This recording is longer than 20 minutes. Cut out the tune first.")
    notes = sung_notes(audio.samples.mean(0).astype(np.float32), audio.sample_rate)
    if not notes:
        raise SourceError("No tune is heard in this recording. Hum or whistle closer to the microphone, alone.")
    grid = find_grid(np.array([note.start_s for note in notes]), bpm)
    starts = grid.twelfths * _TWELFTH
    stops = starts + _lengths(notes, grid) * _TWELFTH
    name, offset = find_metre(starts // SIXTEENTH, int(stops[-1]) // SIXTEENTH, metre)
    bar = metre_of(name).bar_frames
    pickup = -offset * SIXTEENTH % bar
    n_frames = pickup + -(-(int(stops[-1]) - pickup) // bar) * bar
    loudness = [_velocity(note) for note in notes]
    table = np.stack([starts, stops, [note.pitch for note in notes], loudness], -1).astype(np.int32)
    return Melody(
        table, ("",) * len(notes), n_frames, _tempi(notes, starts, pickup, name, n_frames), ((0, name),),
        ((0, find_key(table).name),), pickup=pickup,
    )  # fmt: skip


def _lengths(notes: list[SungNote], grid: Grid) -> NDArray[np.int64]:
    """Return the length of each note in twelfths: to the next where the rest between is no longer than a breath."""
    found = []
    for k, note in enumerate(notes):
        sounding = max(round((note.stop_s - note.start_s) / float(grid.quarter_s[k]) * 4) * 3, 3)
        if k + 1 < len(notes):
            room = int(grid.twelfths[k + 1] - grid.twelfths[k])
            sounding = room if room - sounding <= max(room // 4, 3) else min(sounding, room)
        found.append(sounding)
    if len(found) > 1:
        found[-1] = max(found[-1], 6)
    return np.array(found, np.int64)


def _velocity(note: SungNote) -> int:
    return int(np.clip(_LOUD + _PER_DB * note.level_db, _SOFTEST, _LOUD))


def _tempi(
    notes: list[SungNote], starts: NDArray[np.int64], pickup: int, metre: str, n_frames: int
) -> tuple[tuple[int, float], ...]:
    """Return one tempo, or one a bar, or one a beat: the fewest that keep the notes where they were hummed."""
    if len(notes) < 2:
        return ((0, 60.0 / _USUAL_S),)
    at_s = np.array([note.start_s for note in notes])
    kind = metre_of(metre)
    per_quarter = FRAMES_PER_QUARTER * float(np.polyfit(starts, at_s, 1)[0])
    tempi: tuple[tuple[int, float], ...] = ((0, _bpm(per_quarter)),)
    for step in (kind.bar_frames, kind.beat_frames):
        if _is_kept(tempi, starts, at_s, n_frames):
            break
        edges = np.arange(pickup % step, int(starts[-1]), step)
        knots = np.unique(np.concatenate([starts[:1], edges[np.isin(edges, starts)], starts[-1:]]))
        slopes = FRAMES_PER_QUARTER * np.diff(np.interp(knots, starts, at_s)) / np.diff(knots)
        tempi = tuple((int(at), _bpm(float(slope))) for at, slope in zip(knots[:-1], slopes, strict=True))
    return ((0, tempi[0][1]), *tempi[1:])


def _is_kept(
    tempi: tuple[tuple[int, float], ...], starts: NDArray[np.int64], at_s: NDArray[np.float64], n_frames: int
) -> bool:
    heard = of_tempi(tempi, FRAMES_PER_QUARTER, n_frames).seconds_at(starts)
    return bool(np.abs(heard - heard[0] - (at_s - at_s[0])).max() <= _KEPT_S)


def _bpm(quarter_s: float) -> float:
    return round(float(np.clip(60.0 / max(quarter_s, 1e-3), SLOWEST_BPM, FASTEST_BPM)), 2)
