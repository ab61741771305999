"""The sketch of sounds: a grid of time x levels, 100 cells a second, eight levels, one codebook of 1,024 codes."""

from __future__ import annotations

from typing import Final

from intermezzo.core.layers import GridSpec
from intermezzo.core.sketch import SketchType
from intermezzo_engines.sound.codec import CODES, LEVELS
from intermezzo_engines.sound.lapped import HOP
from intermezzo_engines.sound.recordings import RATE

__all__ = ["CODEBOOK", "ENGINE", "MOST_CELLS", "SOUND", "SPEC", "VERSION"]

ENGINE: Final = "builtin.sound"
VERSION: Final = "1.0"
CODEBOOK: Final = "sound-fsq/1"
MOST_CELLS: Final = 500  # five seconds
SPEC: Final = GridSpec(
    "tokens", "Tokens",
    "Levels 1 to 3: how loud each band is. The others: what is in it, from low to high; 0 is noise.",
    axes=("time", "levels"), shape=(0, LEVELS), codes=CODES, codebook=CODEBOOK,
)  # fmt: skip
SOUND: Final = SketchType("sound/1", "Sound", (SPEC,), hop_s=HOP / RATE, hop_samples=HOP, sample_rate=RATE)
