"""Lengths as notation writes them: which notes with dots, ties and tuplets fill a bar that is cut at given frames."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

__all__ = ["Piece", "pieces_of_bar"]

TYPES: Final = {
    "breve": 3840, "whole": 1920, "half": 960, "quarter": 480, "eighth": 240, "16th": 120, "32nd": 60, "64th": 30,
    "128th": 15,
}  # fmt: skip
_GRID: Final = 15
_VALUES: Final = {
    frames * (2 ** (dots + 1) - 1) >> dots: (name, dots)
    for dots in (2, 1, 0)
    for name, frames in TYPES.items()
    if frames % (_GRID << dots) == 0
}
_LENGTHS: Final = tuple(sorted(_VALUES))
_TUPLETS: Final = ((3, 2), (5, 4), (7, 4), (9, 8))
_WINDOWS: Final = (120, 240, 480, 960, 1920)


@dataclass(frozen=True)
class Piece:
    """One written note or rest from ``start`` to ``stop``: its ``type`` ("quarter"), ``dots`` and tuplet.

    ``tuplet`` is (how many are written, in the time of how many), (1, 1) for none; ``opens`` and ``closes`` say where
    its bracket begins and ends.
    """

    start: int
    stop: int
    type: str
    dots: int = 0
    tuplet: tuple[int, int] = (1, 1)
    opens: bool = False
    closes: bool = False


def pieces_of_bar(cuts: Sequence[int], beat: int) -> list[Piece]:
    """Return pieces that fill a bar without gaps, each between two neighbouring cuts.

    Args:
        cuts: rising frames, the bar's beginning and end among them.
        beat: length of a beat, at which long notes are split.
    """
    start, stop = cuts[0], cuts[-1]
    found: list[Piece] = []
    at = start
    while at < stop:
        k = bisect_right(cuts, at)
        following = cuts[k]
        if (at - start) % _GRID == 0 and (following - start) % _GRID != 0:
            begin, group = _tuplet_near(cuts, k, at)
            if group:
                found += [*_plain(at, begin, start, beat), *group]
                at = group[-1].stop
                continue
        if (at - start) % _GRID == 0 and (following - start) % _GRID == 0:
            found += _plain(at, following, start, beat)
        else:
            found += _rough(at, following)
        at = following
    return found


def _plain(at: int, stop: int, bar: int, beat: int) -> list[Piece]:
    """Return pieces of exact lengths; what one sign cannot say is split at beats."""
    found: list[Piece] = []
    while at < stop:
        until = stop
        if stop - at not in _VALUES and (to_beat := (at - bar) % beat):
            until = min(at + beat - to_beat, stop)
        length = _LENGTHS[bisect_right(_LENGTHS, until - at) - 1]
        found.append(Piece(at, at + length, *_VALUES[length]))
        at += length
    return found


def _rough(at: int, stop: int) -> list[Piece]:
    """Return pieces whose signs say a length as nearly as signs can; their frames are exact."""
    found: list[Piece] = []
    while at < stop:
        left = stop - at
        if left < _GRID:
            return [*found, Piece(at, stop, "256th" if left >= 6 else "512th" if left >= 3 else "1024th")]
        length = _LENGTHS[bisect_right(_LENGTHS, left) - 1]
        until = stop if left - length < _GRID else at + length
        found.append(Piece(at, until, *_VALUES[length]))
        at = until
    return found


def _tuplet_near(cuts: Sequence[int], k: int, at: int) -> tuple[int, list[Piece]]:
    """Return the tuplet that explains ``cuts[k]``, and where it begins: at a frame or, after a long note, later.

    One that begins on the quarter before the cut and ends on a cut is best, then one that begins at the frame.
    """
    ahead = cuts[k] - cuts[0]
    on_quarter, on_eighth = (cuts[0] + ahead // grid * grid for grid in (480, 240))
    tried = ((on_quarter, True), (at, True), (on_eighth, True), (at, False))
    for begin, must_end_on_cut in tried:
        if begin >= at and (group := _tuplet(cuts, k, begin, must_end_on_cut)):
            return begin, group
    return at, []


def _tuplet(cuts: Sequence[int], k: int, at: int, must_end_on_cut: bool) -> list[Piece]:
    """Return the tuplet that begins at a frame, if one explains the cuts ``cuts[k:]`` in it."""
    for actual, normal in _TUPLETS:
        for window in _WINDOWS:
            end = at + window
            if window % (4 * _GRID * normal) or end > cuts[-1]:
                continue
            last = bisect_right(cuts, end)
            if must_end_on_cut and cuts[last - 1] != end:
                continue
            steps: list[int] = []
            for place in range(k, last + 1):
                cut = cuts[place] if place < last else end
                if (step := _step(cut - at, window, actual)) is None:
                    break
                steps.append(step)
            else:
                return _group(at, steps, window, (actual, normal))
    return []


def _step(frame: int, window: int, actual: int) -> int | None:
    """Return how many quarters of a tuplet note lie before a frame; None where it falls between them."""
    step = round(Fraction(frame * actual * 4, window))
    return step if round(Fraction(step * window, actual * 4)) == frame else None


def _group(at: int, steps: Sequence[int], window: int, tuplet: tuple[int, int]) -> list[Piece]:
    actual, normal = tuplet
    found: list[Piece] = []
    before = 0
    for step in steps:
        while before < step:
            written = (step - before) * window // (normal * 4)
            length = _LENGTHS[bisect_right(_LENGTHS, written) - 1]
            taken = length * normal * 4 // window
            first, last = (at + round(Fraction(s * window, actual * 4)) for s in (before, before + taken))
            is_first, is_last = not found, before + taken == steps[-1]
            found.append(Piece(first, last, *_VALUES[length], tuplet, is_first, is_last))
            before += taken
    return found
