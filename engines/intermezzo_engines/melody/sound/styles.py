"""Styles: how the chords of a tune are played, bar by bar, in any metre.

A style sees one stretch of one chord inside one bar, and nothing around it; only a hymn also hears the tune above. So
what it plays there depends on nothing that is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from intermezzo.core.layers import Notes
from intermezzo.core.music.chords import Chord
from intermezzo.core.music.metre import Metre
from intermezzo_engines.melody.sound.event import BACKING, BASS, Event
from intermezzo_engines.melody.sound.voicing import bass_of, broken, close, inner_voices

__all__ = ["HYMN_HOLDS", "STYLES", "Stretch"]

HYMN_HOLDS: Final = 480
"""Frames for which the lower voices of a hymn may be held beyond a note of the tune, to the end of its beat."""
_STRONG, _MIDDLE, _WEAK = 78, 70, 62


@dataclass(frozen=True, eq=False)
class Stretch:
    """One chord in one bar: frames ``start`` to ``stop``; ``bar`` is where the bar begins or, in a pick-up, would."""

    start: int
    stop: int
    bar: int
    metre: Metre
    chord: Chord
    tune: Notes

    @cached_property
    def beats(self) -> tuple[tuple[int, int], ...]:
        """The beats inside as (frame, weight 3 to 1); the first may begin before the stretch."""
        step, weights = self.metre.beat_frames, self.metre.weights
        first = (self.start - self.bar) // step
        last = -(-(self.stop - self.bar) // step)
        return tuple((self.bar + n * step, weights[n % len(weights)]) for n in range(first, last))

    @property
    def part_of_beat(self) -> int:
        """A third of a beat that is felt in threes, half of any other."""
        return self.metre.beat_frames // (3 if self.metre.is_compound else 2)

    def weight(self, frame: int) -> int:
        """Return how strong a frame is: 3 to 1 on beats, 0 between."""
        return self._weights.get(frame, 0)

    @cached_property
    def _weights(self) -> dict[int, int]:
        return dict(self.beats)

    def strokes(self, least: int) -> list[int]:
        """Return where the chord is struck: at its beginning and on all beats that are strong enough."""
        return sorted({self.start, *(at for at, weight in self.beats if weight >= least and at > self.start)})

    def spans(self, strokes: list[int]) -> Iterator[tuple[int, int]]:
        """Yield each stroke with where the next begins."""
        yield from zip(strokes, [*strokes[1:], self.stop], strict=True)


Style = Callable[[Stretch], Iterator[Event]]


def _none(stretch: Stretch) -> Iterator[Event]:
    return iter(())


def _block(stretch: Stretch) -> Iterator[Event]:
    """Whole chords on the strong beats, the bass below them."""
    for start, stop in stretch.spans(stretch.strokes(2)):
        loud = _loudness(stretch, start)
        yield Event(start, stop, BASS, bass_of(stretch.chord), loud)
        yield from _chord(stretch.chord, start, stop, loud - 4)


def _arpeggio(stretch: Stretch) -> Iterator[Event]:
    """The tones of the chord one by one, up and down, each ringing for two beats at most."""
    tones = (*close(stretch.chord), close(stretch.chord)[0] + 12)
    course = (*tones, *tones[-2:0:-1])
    for n, at in enumerate(_grid(stretch)):
        stop = min(at + 2 * stretch.metre.beat_frames, stretch.stop)
        if n == 0 or stretch.weight(at) == 3:
            yield Event(at, stretch.stop, BASS, bass_of(stretch.chord), _loudness(stretch, at))
        yield Event(at, stop, BACKING, course[n % len(course)], _loudness(stretch, at) - (4 if n == 0 else 8))


def _waltz(stretch: Stretch) -> Iterator[Event]:
    """Oom-pah-pah: the bass on the first beat (in even bars root and fifth in turn), short chords on the others."""
    bass, fifth = broken(stretch.chord)[:2]
    step, compound = stretch.metre.beat_frames, stretch.metre.is_compound
    n_beats = len(stretch.metre.weights)
    oom = [
        at for at, weight in stretch.beats
        if at >= stretch.start and (compound or weight == 3 or (weight == 2 and n_beats > 2))
    ]  # fmt: skip
    for n, at in enumerate(sorted({stretch.start, *oom})):
        low = fifth - 12 if n % 2 and fifth - 12 >= 31 else fifth if n % 2 else bass
        yield Event(at, min(at + step, stretch.stop), BASS, low, _loudness(stretch, at))
    pahs = _grid(stretch) if compound else [at for at, _ in stretch.beats]
    for at in pahs:
        if at > stretch.start and at not in oom:
            length = (stretch.part_of_beat if compound else step) * 6 // 10
            yield from _chord(stretch.chord, at, min(at + length, stretch.stop), _WEAK - 2)


def _ballad(stretch: Stretch) -> Iterator[Event]:
    """A soft chord on the strong beats over a left hand that rolls through bass, fifth, octave and tenth."""
    roll = broken(stretch.chord)
    course = (*roll, *roll[-2:0:-1])
    for start, stop in stretch.spans(stretch.strokes(2)):
        yield from _chord(stretch.chord, start, stop, _loudness(stretch, start) - 14, centre=63.5)
        for n, at in enumerate(range(start, stop, stretch.part_of_beat)):
            pitch = course[n % len(course)]
            loud = _loudness(stretch, at) - (2 if n == 0 else 10)
            yield Event(at, stop, BASS if n == 0 else BACKING, pitch, loud)


def _bass(stretch: Stretch) -> Iterator[Event]:
    """The bass alone: its tone and the fifth in turn on the strong beats."""
    low, fifth = broken(stretch.chord)[:2]
    for n, (start, stop) in enumerate(stretch.spans(stretch.strokes(2))):
        under = fifth - 12 if fifth - 12 >= 31 else fifth
        yield Event(start, stop, BASS, under if n % 2 else low, _loudness(stretch, start) + 4)


def _hymn(stretch: Stretch) -> Iterator[Event]:
    """Bass, tenor and alto under the tune, moving with it; notes off the beat pass over them."""
    sung: dict[int, tuple[int, int]] = {}
    for k in stretch.tune.sounding(stretch.start, stretch.stop).tolist():
        first, last, pitch, _ = stretch.tune.values[k].tolist()
        at = max(first, stretch.start)
        beat = stretch.bar + (at - stretch.bar) // stretch.metre.beat_frames * stretch.metre.beat_frames
        if at not in (beat, stretch.start) and last <= beat + stretch.metre.beat_frames:
            continue
        over = stretch.bar - (stretch.bar - last) // stretch.metre.beat_frames * stretch.metre.beat_frames
        until = min(over, last + HYMN_HOLDS, stretch.stop)
        sung[at] = max(sung.get(at, (0, 0)), (pitch, until))
    strikes = sorted(sung)
    for n, at in enumerate(strikes):
        pitch, until = sung[at]
        following = strikes[n + 1] if n + 1 < len(strikes) else stretch.stop
        loud = _loudness(stretch, at) - 2
        bass, *upper = inner_voices(stretch.chord, pitch)
        yield Event(at, min(until, following), BASS, bass, loud)
        for voice in upper:
            yield Event(at, min(until, following), BACKING, voice, loud)


def _grid(stretch: Stretch) -> list[int]:
    """Return the beginning and all parts of beats in a stretch."""
    step = stretch.part_of_beat
    first = stretch.bar - (stretch.bar - stretch.start) // step * step
    return sorted({stretch.start, *range(first, stretch.stop, step)})


def _chord(chord: Chord, start: int, stop: int, velocity: int, centre: float = 59.5) -> Iterator[Event]:
    for n, pitch in enumerate(close(chord, centre)):
        yield Event(start, stop, BACKING, pitch, velocity, order=n)


def _loudness(stretch: Stretch, frame: int) -> int:
    return {3: _STRONG, 2: _MIDDLE}.get(stretch.weight(frame), _WEAK)


STYLES: Final[dict[str, Style]] = {
    "none": _none, "block": _block, "arpeggio": _arpeggio, "waltz": _waltz, "ballad": _ballad, "bass": _bass,
    "hymn": _hymn,
}  # fmt: skip
