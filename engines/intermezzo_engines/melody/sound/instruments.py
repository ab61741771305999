"""The instruments by name: what each sounds like from the touch of a key to its release, and how it may be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.sound import blown, modes, piped, plucked, struck, sung
from intermezzo_engines.melody.sound.consonants import CONSONANTS
from intermezzo_engines.melody.sound.rate import RATE
from intermezzo_engines.melody.sound.vowels import FORMANTS, OPEN, ROUND

__all__ = ["INSTRUMENTS", "LONGEST_RELEASE_S", "VOICE", "Instrument", "instrument_for", "noise_of"]

PageOf = Callable[[int, int, int], "NDArray[np.float32] | None"]


@dataclass(frozen=True, eq=False)
class Instrument:
    """``page(pitch, layer, index)`` gives a page of a held note, or None from where it has died away.

    A note is the held sound from its onset on, faded in over ``attack_s`` and, from its end, out over ``release_s``:
    what it sounds like before its end does not depend on when that is. ``spread`` is how far low pitches are heard on
    the left and high ones on the right, 0 to 1; ``holds``: it stays as loud as it began for as long as it is held. The
    tones of a chord come ``roll_s`` after one another.
    """

    name: str
    page: PageOf
    attack_s: float
    release_s: float
    spread: float = 0.0
    holds: bool = False
    roll_s: float = 0.0

    @cached_property
    def attack(self) -> NDArray[np.float32]:
        """The fade in, float32."""
        return _swell(self.attack_s)

    @cached_property
    def slurred_attack(self) -> NDArray[np.float32]:
        """The fade in of a note that goes on with the syllable before it, as strong as that fades out, float32."""
        rising: NDArray[np.float32] = np.sqrt(1.0 - self.release**2)
        return rising

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


def _rings(recipe: Callable[[int, int], modes.Modes]) -> PageOf:
    return lambda pitch, layer, index: modes.page_of(recipe(pitch, layer), index)


def _sings(recipe: Callable[[int, int], sung.Tone]) -> PageOf:
    return lambda pitch, layer, index: sung.page_of(recipe(pitch, layer), index)


def _singer(name: str, vowel: str) -> Instrument:
    return Instrument(name, _sings(partial(blown.voice, vowel)), 0.036, 0.09, holds=True)


VOICE: Final = "voice"
"""The instrument that sings the vowel of each syllable."""
INSTRUMENTS: Final = {
    instrument.name: instrument
    for instrument in (
        _singer(VOICE, OPEN),
        _singer("voice ooh", ROUND),
        _singer("voice aah", OPEN),
        Instrument("piano", _rings(struck.piano), 0.002, 0.22, spread=0.35),
        Instrument("electric piano", _rings(struck.electric_piano), 0.003, 0.16, spread=0.2),
        Instrument("nylon guitar", _rings(plucked.nylon_guitar), 0.0015, 0.16, spread=0.15, roll_s=0.013),
        Instrument("harp", _rings(plucked.harp), 0.002, 0.5, spread=0.4, roll_s=0.028),
        Instrument("violin", _sings(blown.violin), 0.036, 0.085, holds=True),
        Instrument("flute", _sings(blown.flute), 0.032, 0.06, holds=True),
        Instrument("clarinet", _sings(blown.clarinet), 0.030, 0.055, holds=True),
        Instrument("strings", _rings(piped.strings), 0.048, 0.30, spread=0.5, holds=True),
        Instrument("organ", _rings(piped.organ), 0.012, 0.10, spread=0.25, holds=True),
        Instrument("marimba", _rings(struck.marimba), 0.0015, 0.5, spread=0.3),
        Instrument("music box", _rings(struck.music_box), 0.001, 0.5, spread=0.2),
        Instrument("bass", _rings(plucked.bass), 0.003, 0.12),
    )
}
_VOWELS: Final = {vowel: _singer(f"voice {vowel}", vowel) for vowel in FORMANTS}
LONGEST_RELEASE_S: Final = max(instrument.release_s for instrument in INSTRUMENTS.values())


_NOISES: Final = {
    name: Instrument(f"consonant {name}", consonant.page, 0.0005, 0.02)
    for name, consonant in CONSONANTS.items()
    if consonant.noise
}


def noise_of(consonant: str) -> Instrument | None:
    """Return the noise with which a consonant begins, if it has one."""
    return _NOISES.get(consonant)


def instrument_for(name: str, vowel: str) -> Instrument:
    """Return an instrument by its name; the voice as it sings a vowel."""
    return _VOWELS.get(vowel, INSTRUMENTS[name]) if name == VOICE else INSTRUMENTS[name]
