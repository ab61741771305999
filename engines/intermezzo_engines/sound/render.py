"""Renderer of sounds: tokens to 24 kHz, windows equal to the whole bit by bit; also what each code looks like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.media import Audio
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.sound.codec import CODES, LEVELS
from intermezzo_engines.sound.lapped import HOP
from intermezzo_engines.sound.loops import looped
from intermezzo_engines.sound.recordings import RATE
from intermezzo_engines.sound.weights import load_codec

__all__ = ["SoundRenderer"]

_SIDE: Final = 16
_BAR: Final = (90, 150, 190, 255)


class SoundRenderer:
    """Tokens -> sound; also shows the codes."""

    def load(self, device: str) -> None:
        """Read the codec."""
        self._codec = load_codec()

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Audio:
        """Return the sound of the tokens as they stand.

        With the parameter ``loop_s`` its last so many seconds fade into its beginning. What is edited within as many
        seconds of the beginning is then heard at the end, too, once the whole is rendered again.
        """
        start, stop = window or (0, sketch.n_frames)
        codes = sketch.tokens.codes.astype(np.int64)
        seam = round(float(params.get("loop_s", 0.0)) * RATE)
        if seam:
            sound = looped(self._codec.decode(codes), seam)[start * HOP : stop * HOP]
        else:
            sound = self._codec.decode(codes, start, stop)
        return Audio(sound.reshape(1, -1), RATE)

    def swatches(self, sketch: Sketch | None) -> NDArray[np.uint8]:
        """Return each code as bars, uint8 (1024, 16, 16, 4): how loud it makes 14 bands as a code of level 0."""
        codes = np.zeros((CODES, LEVELS), np.int64)
        codes[:, 0] = np.arange(CODES)
        codes[:, 1] = CODES // 2
        told = self._codec.told_db(codes)
        height = np.clip((told + 100) / 100, 0, 1) * _SIDE
        shown = np.zeros((CODES, _SIDE, _SIDE, 4), np.uint8)
        rows = np.arange(_SIDE)[::-1]
        for band in range(told.shape[1]):
            shown[rows[None, :] < height[:, band, None], band + 1] = _BAR
        return shown
