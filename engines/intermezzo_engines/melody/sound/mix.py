"""The mix: events become sound, sample by sample the same in whatever window they are heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.sound.instruments import Instrument
from intermezzo_engines.melody.sound.rate import PAGE, layer_of

__all__ = ["CEILING", "Played", "Shelf", "add_up", "held_back"]

CEILING: Final = 0.98
_KNEE: Final = 0.70
_FULL_VELOCITY: Final = 96
_MIDDLE_PITCH: Final = 56  # of what accompanies a tune
_MOST_PAGES: Final = 2_000  # 130 MB
_KEPT_PAGES: Final = 40  # 15 s; what a note sounds like after that is made anew rather than kept on disk
_EDITION: Final = 1  # of all instruments: raise it when one of them sounds otherwise
_Get = Callable[[str], "NDArray[np.float32] | None"]
_Put = Callable[[str, NDArray[np.float32]], None]


@dataclass(frozen=True)
class Played:
    """A note on the time axis of samples: it begins at ``first`` and is held for ``length``.

    ``attack`` is how it fades in, where not as its instrument does.
    """

    first: int
    length: int
    pitch: int
    velocity: int
    instrument: Instrument
    gain: float
    attack: NDArray[np.float32] | None = None


class Shelf:
    """Pages of held notes; what was made once is not made again, here or in the cache behind ``get`` and ``put``."""

    def __init__(self, get: _Get, put: _Put) -> None:
        self._get, self._put = get, put
        self._pages: dict[tuple[str, int, int, int], NDArray[np.float32]] = {}

    def page(self, instrument: Instrument, pitch: int, layer: int, index: int) -> NDArray[np.float32]:
        """Return a page, float32 (PAGE,), or an empty array from where the note has died away."""
        at = (instrument.name, pitch, layer, index)
        found = self._pages.get(at)
        if found is None:
            key = f"page {_EDITION} " + " ".join(map(str, at))
            found = self._get(key) if index < _KEPT_PAGES else None
            if found is None:
                made = instrument.page(pitch, layer, index)
                found = np.zeros(0, np.float32) if made is None else made
                if index < _KEPT_PAGES:
                    self._put(key, found)
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
            self._pages[at] = found
        return found


def add_up(
    notes: Sequence[Played], start: int, stop: int, shelf: Shelf, tell: Callable[[float], None]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return samples ``start:stop`` of the middle and the side of some notes: left is middle - side, right the sum."""
    middle, side = np.zeros(stop - start, np.float32), np.zeros(stop - start, np.float32)
    for n, note in enumerate(notes):
        if n % 32 == 0:
            tell(n / len(notes))
        sounds_until = note.first + note.length + len(note.instrument.release)
        pan = np.float32(note.instrument.spread * min(max((note.pitch - _MIDDLE_PITCH) / 36.0, -1.0), 1.0))
        layer = layer_of(note.velocity)
        at = max(start, note.first)
        end = min(stop, sounds_until)
        while at < end:
            index, inside = divmod(at - note.first, PAGE)
            page = shelf.page(note.instrument, note.pitch, layer, index)
            if not len(page):
                break
            until = min(end, at - inside + PAGE)
            sound = _shaped(note, page[inside : inside + until - at], at - note.first)
            middle[at - start : until - start] += sound
            if pan:
                side[at - start : until - start] += pan * sound
            at = until
    return middle, side


def _shaped(note: Played, sound: NDArray[np.float32], since: int) -> NDArray[np.float32]:
    """Return a piece of a held note, ``since`` samples from its onset, as loud as it is and faded at both ends."""
    force = (note.velocity / _FULL_VELOCITY) ** 1.5
    shaped = sound * np.float32(note.gain * force)
    rising = note.instrument.attack if note.attack is None else note.attack
    if since < len(rising):
        part = rising[since : since + len(shaped)]
        shaped[: len(part)] *= part
    begins = max(note.length - since, 0)
    if begins < len(shaped):
        falling = note.instrument.release[max(since - note.length, 0) :][: len(shaped) - begins]
        shaped[begins : begins + len(falling)] *= falling
    return shaped


def held_back(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sound below the ceiling: as it is up to the knee, bent smoothly above it, sample by sample."""
    held = sound.copy()
    loud = np.abs(sound) > _KNEE
    if loud.any():
        peaks = sound[loud]
        room = np.float32(CEILING - _KNEE)
        over = (np.abs(peaks) - np.float32(_KNEE)) / room
        held[loud] = np.copysign(np.float32(_KNEE) + room * (over / (np.float32(1) + over)), peaks)
    return held
