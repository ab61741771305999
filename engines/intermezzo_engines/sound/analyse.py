"""Analyser of sounds: five seconds of any sound, to tokens."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, Mark
from intermezzo.core.media import Audio, Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.sound.lapped import HOP
from intermezzo_engines.sound.recordings import RATE
from intermezzo_engines.sound.sketches import ENGINE, MOST_CELLS, SOUND, SPEC, VERSION
from intermezzo_engines.sound.weights import load_codec

__all__ = ["SoundAnalyser", "mono_at"]

_MOST_S = MOST_CELLS * HOP / RATE


class SoundAnalyser:
    """Sound -> tokens."""

    def load(self, device: str) -> None:
        """Read the codec."""
        self._codec = load_codec()

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the tokens of a sound, from second ``start_s`` on, at most five seconds of it.

        Raises:
            SourceError: if it is no sound, or there is nothing at this place of it.
        """
        if not isinstance(medium, Audio):
            raise SourceError("The sound engine analyses sounds only.")
        start_s = float(params.get("start_s", 0.0))
        left_s = medium.duration_s - start_s
        if left_s <= 0 or medium.n_samples == 0:
            raise SourceError(f"This sound has {medium.duration_s:.2f} s; there is nothing from {start_s:g} s on.")
        if left_s > _MOST_S + 0.005:
            job.progress(0.0, f"taking {_MOST_S:g} s of {medium.duration_s:.1f} s, from {start_s:g} s on")
        codes = self._codec.encode(mono_at(medium, start_s, _MOST_S))[:MOST_CELLS]
        layer = Grid.machine(SPEC, SOUND.hop_s, codes, mark=Mark.ANALYSED)
        return Sketch(SOUND, {"tokens": layer}, Made(ENGINE, VERSION, 0, dict(params)))


def mono_at(sound: Audio, start_s: float, length_s: float, rate_hz: int = RATE) -> NDArray[np.float32]:
    """Return a part of a sound as float32 mono at another rate; no more of it is looked at than that.

    Raises:
        SourceError: if its rate is one that no recording has.
    """
    rate = sound.sample_rate
    if not 1_000 <= rate <= 1_000_000:
        raise SourceError(f"A sample rate of {rate} Hz cannot be read; export at 24000 or 48000 Hz.")
    first = round(start_s * rate)
    mono = sound.samples[:, first : first + round(length_s * rate)].mean(axis=0, dtype=np.float32)
    if rate == rate_hz:
        return np.asarray(mono, np.float32)
    from scipy.signal import resample_poly

    ratio = Fraction(rate_hz, rate).limit_denominator(2_000)
    found = np.asarray(resample_poly(mono, ratio.numerator, ratio.denominator), np.float32)
    return found[: round(length_s * rate_hz)]
