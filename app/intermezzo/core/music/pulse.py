"""The pulse of a tune: what rests and cadences are measured in, a beat, or two where the tune moves slowly."""

from __future__ import annotations

from typing import Any

import numpy as np

from intermezzo.core.music.metre import FRAMES_PER_QUARTER, Bars

__all__ = ["pulse_of"]


def pulse_of(syllables: Any, bars: Bars) -> int:
    """Return the pulse in frames: a quarter, a dotted one in compound metres, twice that where syllables are slower.

    Args:
        syllables: onsets of the syllables in frames, rising.
        bars: the bars of the piece.
    """
    quarter = FRAMES_PER_QUARTER
    pulse = quarter * 3 // 2 if sum(m.is_compound for m in bars.metres) * 2 > bars.count else quarter
    slow = len(syllables) > 1 and float(np.median(np.diff(syllables))) >= 1.5 * pulse
    return 2 * pulse if slow else pulse
