"""PitchTier, IntensityTier and DurationTier: Praat's points, in long and short text form and as a spreadsheet."""

import numpy as np

from intermezzo.core.labels import Track
from intermezzo.storage.documents import Unsound
from intermezzo.storage.exchange.praat_text import Words, header, is_praat, number

__all__ = ["KINDS", "read_points", "written_points", "written_spreadsheet"]

KINDS = {"PitchTier": ("pitch", "Hz"), "IntensityTier": ("intensity", "dB"), "DurationTier": ("duration", "")}
_CLASSES = {quantity: kind for kind, (quantity, _) in KINDS.items()}


def written_points(track: Track, *, short: bool = False) -> str:
    """Return a track as a tier of points of Praat."""
    rows = header(_CLASSES[track.quantity])
    end = number(track.duration_s)
    pairs = list(zip(track.times_s.tolist(), track.values.tolist(), strict=True))
    if short:
        rows += ["0", end, str(len(pairs))]
        rows += [line for time_s, value in pairs for line in (number(time_s), number(value))]
        return "\n".join(rows) + "\n"
    rows += ["xmin = 0 ", f"xmax = {end} ", f"points: size = {len(pairs)} "]
    for k, (time_s, value) in enumerate(pairs, 1):
        rows += [f"points [{k}]:", f"    number = {number(time_s)} ", f"    value = {number(value)} "]
    return "\n".join(rows) + "\n"


def written_spreadsheet(track: Track) -> str:
    """Return a track as Praat's PitchTier spreadsheet: a line of facts, then time and value in columns."""
    rows = ['"ooTextFile"', f'"{_CLASSES[track.quantity]}"', f"0 {number(track.duration_s)} {len(track.times_s)}"]
    rows += [
        f"{number(time_s)}\t{number(value)}"
        for time_s, value in zip(track.times_s.tolist(), track.values.tolist(), strict=True)
    ]
    return "\n".join(rows) + "\n"


def read_points(text: str) -> Track:
    """Return the points of a tier in any of its three forms.

    Raises:
        Unsound: with the line, if it is none.
    """
    if not is_praat(text):
        raise Unsound("it is no text file of Praat.")
    words = Words(text, tuple(KINDS))
    quantity, unit = KINDS[words.kind]
    start_s, end_s = words.real("the start time"), words.real("the end time")
    if not end_s > start_s:
        raise Unsound(f"line {words.line}: it ends at {end_s:g} s, where it begins.")
    times_s: list[float] = []
    values: list[float] = []
    for _ in range(words.count("the number of points")):
        time_s, value = words.real("the time of a point"), words.real("the value of a point")
        if times_s and time_s <= times_s[-1]:
            raise Unsound(f"line {words.line}: the points are not in order of time.")
        if quantity == "pitch" and value <= 0:
            raise Unsound(f"line {words.line}: a pitch of {value:g} Hz makes no sense.")
        times_s.append(time_s)
        values.append(value)
    return Track(quantity, unit, end_s - start_s, np.array(times_s) - start_s, np.array(values))
