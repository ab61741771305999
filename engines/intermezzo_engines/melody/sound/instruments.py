"""The instruments by name: what each sounds like from the touch of a key to its release, and how it may be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.sound import blown, modes, piped, plucked, struck, sung
from intermezzo_engines.melody.sound.consonants import CONSONANTS
from intermezzo_engines.melody.sound.rate import RATE
from intermezzo_engines.melody.sound.vowels import FORMANTS, OPEN, ROUND

__all__ = ["INSTRUMENTS", "LONGEST_RELEASE_S", "VOICE", "Instrument", "instrument_for", "noise_of"]

PageOf = Callable[[int, int, int], "NDArray[np.float32] | None"]
ToneOf = Callable[[int, int], sung.Tone]
_GLIDE_S: Final = 0.022
_WIDEST_GLIDE: Final = 5


@dataclass(frozen=True, eq=False)
class Instrument:
    """``page(pitch, layer, index)`` gives a page of a held note, or None from where it has died away.

    A note is the held sound from its onset on, faded in over ``attack_s`` and, from its end, out over ``release_s``:
    what it sounds like before its end does not depend on when that is. ``spread`` is how far low pitches are heard on
    the left and high ones on the right, 0 to 1; ``holds``: it stays as loud as it began for as long as it is held. The
    tones of a chord come ``roll_s`` after one another; what has a ``tone`` can glide from one note into the next.
    """

    name: str
    page: PageOf
    attack_s: float
    release_s: float
    spread: float = 0.0
    holds: bool = False
    roll_s: float = 0.0
    tone: ToneOf | None = None

    @cached_property
    def attack(self) -> NDArray[np.float32]:
        """The fade in, float32."""
        return _swell(self.attack_s)

    @cached_property
    def slurred_attack(self) -> NDArray[np.float32]:
        """The fade in of a note that goes on with the syllable before it, as strong as that fades out, float32."""
        rising: NDArray[np.float32] = np.sqrt(1.0 - self.release**2)
        softly = _swell(min(self.attack_s, 0.006))
        rising[: len(softly)] *= softly[: len(rising)]
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


def _sings(name: str, recipe: ToneOf, attack_s: float, release_s: float) -> Instrument:
    def page(pitch: int, layer: int, index: int) -> NDArray[np.float32]:
        return sung.page_of(recipe(pitch, layer), index)

    return Instrument(name, page, attack_s, release_s, holds=True, tone=recipe)


def _singer(name: str, vowel: str) -> Instrument:
    return _sings(name, partial(blown.voice, vowel), 0.036, 0.09)


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
        _sings("violin", blown.violin, 0.036, 0.085),
        _sings("flute", blown.flute, 0.032, 0.06),
        _sings("clarinet", blown.clarinet, 0.030, 0.055),
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


def instrument_for(name: str, vowel: str, glide: int) -> Instrument:
    """Return an instrument by its name: the voice as it sings a vowel, and what can glide as it does into a note."""
    instrument = _VOWELS.get(vowel, INSTRUMENTS[name]) if name == VOICE else INSTRUMENTS[name]
    return _gliding(instrument, glide) if glide and instrument.tone is not None else instrument


@lru_cache(maxsize=512)
def _gliding(instrument: Instrument, glide: int) -> Instrument:
    assert instrument.tone is not None
    tone, by = instrument.tone, min(max(glide, -_WIDEST_GLIDE), _WIDEST_GLIDE)
    name = f"{instrument.name} from {by:+d}"
    return _sings(name, lambda pitch, layer: _glided(tone(pitch, layer), by), instrument.attack_s, instrument.release_s)


def _glided(tone: sung.Tone, semitones: int) -> sung.Tone:
    vibrato = replace(tone.vibrato, scoop_cents=-100.0 * semitones, scoop_s=_GLIDE_S)
    return replace(tone, vibrato=vibrato, onset_s=0.0)
