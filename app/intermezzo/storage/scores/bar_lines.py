"""Bar lines as a file draws them, as changes of metre: where a bar is not of its metre's length it begins anew."""

from collections.abc import Sequence

from intermezzo.core.errors import SketchError
from intermezzo.core.music.metre import metre_of

__all__ = ["metre_named", "metres_of_bars"]

_FREE = "4/4"


def metre_named(text: str) -> str:
    """Return the name of a metre ("C|" is "2/2", "2+3/8" is "5/8"); '' for free time and for those that we have not."""
    above, _, below = text.replace("(", "").replace(")", "").replace(" ", "").partition("/")
    counts = above.split("+")
    if below and len(counts) > 1 and all(count.isdecimal() and len(count) < 3 for count in counts):
        text = f"{sum(map(int, counts))}/{below}"
    try:
        return metre_of(text).name
    except SketchError:
        return ""


def metres_of_bars(bars: Sequence[tuple[int, str]], *, joins: bool = True) -> tuple[tuple[tuple[int, str], ...], int]:
    """Return the changes of metre and the pick-up of a piece.

    Args:
        bars: length in frames and metre of each; '' for free time, where bars are as long as they are.

        joins: whether two short bars that make up a full one (a repeat sign between them) are one.

    A first bar that is short is a pick-up.
    """
    found: list[tuple[int, str]] = []
    at = pickup = 0
    is_anew = False
    for k, (long, name) in enumerate(_joined(bars) if joins else bars):
        name = name or (found[-1][1] if found else _FREE)
        if not found or name != found[-1][1] or is_anew:
            if found and found[-1][0] == at:
                found.pop()
            found.append((at, name))
        full = metre_of(name).bar_frames
        is_anew = long % full != 0
        if k == 0 and long < full and len(bars) > 1:
            pickup, is_anew = long, False
        at += long
    return tuple(found) or ((0, _FREE),), pickup


def _joined(bars: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    is_half = False
    for k, (long, name) in enumerate(bars):
        full = metre_of(name).bar_frames if name else 0
        if is_half and k > 1 and found[-1][1] == name and found[-1][0] + long == full:
            found[-1] = (full, name)
            is_half = False
        else:
            found.append((long, name))
            is_half = k > 0 and long < full
    return found
