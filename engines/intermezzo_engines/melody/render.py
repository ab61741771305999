"""Renderer: a tune and its chords -> sound, by our own synthesised instruments in a room.

Built for the promises. A note is a function of its pitch, velocity and length; up to its end it does not depend on its
length. Notes are added in one order, the room is exact (room.py), and the ceiling looks at one sample at a time. So a
window is to the bit what the whole has there, and an edit is heard from its first frame until the release and the room
have ended: TAIL_S, which ``[engine.reach]`` in engines.toml tells the studio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, floor
from operator import attrgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.media import Audio, Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.melody.sound.accompaniment import accompaniment
from intermezzo_engines.melody.sound.consonants import CONSONANTS
from intermezzo_engines.melody.sound.event import BACKING, BASS, LEAD, of_tune
from intermezzo_engines.melody.sound.instruments import INSTRUMENTS, LONGEST_RELEASE_S, VOICE, instrument_for, noise_of
from intermezzo_engines.melody.sound.mix import Played, Shelf, add_up, held_back
from intermezzo_engines.melody.sound.rate import RATE
from intermezzo_engines.melody.sound.room import ROOM_SAMPLES, in_room

__all__ = ["END_FADE_S", "SILENT_DB", "TAIL_S", "MelodyRenderer"]

TAIL_S: Final = LONGEST_RELEASE_S + ROOM_SAMPLES / RATE
END_FADE_S: Final = 0.2  # the last frame is the end, so a last note that is held to it dies away before it
SILENT_DB: Final = -60.0
_WHOLE_DB: Final = 6.0
_BALANCE_DB: Final = {LEAD: 0.0, BACKING: -6.0, BASS: -3.0}
_HELD_DB: Final = -3.5  # chords that do not die away would cover the tune
_AS_BACKING: Final = "as the chords"
_CHUNK: Final = 20 * RATE
_BEFORE: Final = round(LONGEST_RELEASE_S * RATE) + 1


class MelodyRenderer:
    """Made without arguments; one instance serves all renderings."""

    def load(self, device: str) -> None:
        """Get ready; there is nothing to load."""

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Media:
        """Render frames ``window`` (or all) to stereo sound, samples clock.sample(start) to clock.sample(stop)."""
        clock = sketch.clock
        start, stop = clock.samples(window or (0, sketch.n_frames), RATE).tolist()
        shelf = Shelf(job.cache.get, job.cache.put)
        sound = np.zeros((2, stop - start), np.float32)
        for at in range(start, stop, _CHUNK):
            until = min(at + _CHUNK, stop)

            def tell(part: float, at: int = at, until: int = until) -> None:
                job.progress((at + part * (until - at) - start) / (stop - start), "Playing")

            sound[:, at - start : until - start] = _stretch(sketch, params, seed, at, until, shelf, tell)
        sound.setflags(write=False)  # so that it is not copied
        return Audio(sound, RATE)


def _stretch(
    sketch: Sketch, params: Mapping[str, Value], seed: int, start: int, stop: int, shelf: Shelf,
    tell: Callable[[float], None],
) -> NDArray[np.float32]:  # fmt: skip
    """Return samples ``start:stop`` of the piece, float32 (2, stop - start)."""
    wet = np.float32(params["room"])
    from_ = max(start - ROOM_SAMPLES, 0) if wet else start
    first, last = sketch.clock.frames_at(((from_ - _BEFORE) / RATE, stop / RATE)).tolist()
    notes = _played(sketch, params, max(floor(first) - 1, 0), min(ceil(last) + 1, sketch.n_frames), seed)
    middle, side = add_up(notes, from_, stop, shelf, lambda part: tell(0.8 * part))
    heard = np.stack([middle - side, middle + side])[:, start - from_ :]
    if wet:
        heard += wet * in_room(middle, start - from_)
    heard = held_back(heard * np.float32(_gain(float(params["gain_db"]) + _WHOLE_DB)))
    return _faded(heard, start, sketch.clock.sample(sketch.n_frames, RATE))


def _played(sketch: Sketch, params: Mapping[str, Value], start: int, stop: int, seed: int) -> list[Played]:
    """Return the notes of all parts that can be heard in frames ``start:stop``, in the order they are added in."""
    names = {part: str(params[part]) for part in (LEAD, BACKING, BASS)}
    if names[BASS] == _AS_BACKING:
        names[BASS] = names[BACKING]
    gains = {part: _gain(float(params[f"{part}_db"])) * _gain(_BALANCE_DB[part]) for part in names}
    for part in (BACKING, BASS):
        gains[part] *= _gain(_HELD_DB) if INSTRUMENTS[names[part]].holds else 1.0
    accompanied = accompaniment(sketch, str(params["accompaniment"]), start, stop, seed)
    heard = (event for event in (*of_tune(sketch, start, stop), *accompanied) if gains[event.part])
    events = sorted(heard, key=attrgetter("place"))
    firsts = sketch.clock.samples([event.start for event in events], RATE).tolist()
    lasts = sketch.clock.samples([event.stop for event in events], RATE).tolist()
    played = []
    for event, first, last in zip(events, firsts, lasts, strict=True):
        name, gain = names[event.part], gains[event.part]
        instrument = instrument_for(name, event.vowel, event.glide)
        at = min(first + round(event.order * instrument.roll_s * RATE), last - 1)
        attack = instrument.slurred_attack if event.slurred else None
        if name == VOICE and not event.slurred:
            attack = CONSONANTS[event.consonant].opening
            noise = noise_of(event.consonant)
            if noise is not None:
                played.append(Played(at, last - at, event.pitch, event.velocity, noise, gain))
        played.append(Played(at, last - at, event.pitch, event.velocity, instrument, gain, attack))
    return played


def _gain(db: float) -> float:
    return 10.0 ** (db / 20.0) if db > SILENT_DB else 0.0


def _faded(sound: NDArray[np.float32], start: int, end: int) -> NDArray[np.float32]:
    """Return the sound with the last moments before sample ``end``, where the piece is over, faded out."""
    n = round(END_FADE_S * RATE)
    at = np.arange(max(end - n, start), start + sound.shape[1])
    if len(at):
        sound[:, at - start] *= (0.5 - 0.5 * np.cos(np.pi * (end - at) / n)).astype(np.float32)
    return sound
