"""Numbers in words: times, frequencies and values as the lanes and the status line write them."""

import numpy as np

__all__ = ["hz_text", "number", "signed", "time_text"]

_MINUS = "−"
_THIN = "\u2009"


def number(value: float, digits: int = 1) -> str:
    """Write a number with a true minus sign; what rounds to nothing has none."""
    return f"{value:z.{digits}f}".replace("-", _MINUS)


def signed(value: float, digits: int = 1) -> str:
    """Write a difference with its sign."""
    return f"{value:+.{digits}f}".replace("-", _MINUS)


def time_text(seconds: float) -> str:
    """Write a time as 10.52 s, or 12:03.40 from ten minutes on."""
    if seconds >= 600:
        return f"{int(seconds // 60)}:{seconds % 60:05.2f}"
    return f"{number(seconds, 2)}{_THIN}s"


def hz_text(hz: float) -> str:
    """Write a frequency as 287 Hz or 2.46 kHz."""
    return f"{hz / 1000:.2f}{_THIN}kHz" if hz >= 1000 else f"{np.round(hz):.0f}{_THIN}Hz"
