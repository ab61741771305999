"""The instruments by name: what each sounds like from the touch of a key to its release, and how it may be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.sound import struck
from intermezzo_engines.melody.sound.modes import Modes, page_of
from intermezzo_engines.melody.sound.rate import RATE

__all__ = ["INSTRUMENTS", "LONGEST_RELEASE_S", "Instrument"]

PageOf = Callable[[int, int, int], "NDArray[np.float32] | None"]


@dataclass(frozen=True, eq=False)
class Instrument:
    """``page(pitch, layer, index)`` gives a page of a held note, or None from where it has died away.

    A note is the held sound from its onset on, faded in over ``attack_s`` and, from its end, out over ``release_s``:
    what it sounds like before its end does not depend on when that is. ``spread`` is how far low pitches are heard on
    the left and high ones on the right, 0 to 1.
    """

    name: str
    page: PageOf
    attack_s: float
    release_s: float
    spread: float = 0.0

    @cached_property
    def attack(self) -> NDArray[np.float32]:
        """The fade in, float32."""
        return _swell(self.attack_s)

    @cached_property
    def slurred_attack(self) -> NDArray[np.float32]:
        """The fade in of a note that goes on with the syllable before it, float32."""
        return _swell(min(3.0 * self.attack_s, 0.06))

    @cached_property
    def release(self) -> NDArray[np.float32]:
        """The fade out, float32."""
        n = max(round(self.release_s * RATE), 1)
        fade: NDArray[np.float32] = ((1.0 - (np.arange(n) + 1) / n) ** 3).astype(np.float32)
        return fade


def _swell(seconds: float) -> NDArray[np.float32]:
    n = max(round(seconds * RATE), 1)
    rising: NDArray[np.float32] = (0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / n)).astype(np.float32)
    return rising


def _modal(recipe: Callable[[int, int], Modes]) -> PageOf:
    return lambda pitch, layer, index: page_of(recipe(pitch, layer), index)


INSTRUMENTS: Final = {
    instrument.name: instrument
    for instrument in (
        Instrument("piano", _modal(struck.piano), 0.002, 0.22, spread=0.35),
    )
}  # fmt: skip
LONGEST_RELEASE_S: Final = max(instrument.release_s for instrument in INSTRUMENTS.values())
