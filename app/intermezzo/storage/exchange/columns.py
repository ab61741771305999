"""Columns: HTK labels, Audacity's label tracks, and tables of time and F0, one row a line.

HTK counts in units of 100 ns, the others in seconds; HTK labels in seconds, as some singing programs write them, are
known by their decimal point.
"""

import re

import numpy as np

from intermezzo.core.labels import Interval, Labels, Tier, Track
from intermezzo.storage.documents import Unsound

__all__ = ["read_audacity", "read_htk", "read_table", "written_audacity", "written_htk", "written_table"]

_HTK_PER_S = 10_000_000
_LARGEST_S = 1e6
_CONTEXT = re.compile(r"[^-+]*?-([^-+]+)\+.*")  # of full-context labels, as HTS writes them, the sound itself
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'')


def written_htk(labels: Labels) -> str:
    """Return the one tier as HTK labels; the times are whole units of 100 ns."""
    tier = _one(labels)
    rows = []
    for interval in tier.intervals:
        start, stop = round(interval.start_s * _HTK_PER_S), round(interval.stop_s * _HTK_PER_S)
        rows.append(f"{start} {stop} {_htk_name(interval.label)}")
    return "\n".join(rows) + "\n"


def _htk_name(label: str) -> str:
    plain = " ".join(label.split())
    if plain and not re.search(r"[\s\"'\\]", plain) and not plain[0].isdigit():
        return plain
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read_htk(text: str) -> Labels:
    """Return HTK labels; scores and further columns are passed over.

    Raises:
        Unsound: with the line, if a row is no label.
    """
    intervals: list[Interval] = []
    for at, row in _rows(text):
        if row.startswith(("#!MLF!#", '"')) or row in (".", "///"):
            raise Unsound(f"line {at}: it is a list of several label files (MLF); save them one by one.")
        columns = row.split(None, 2)
        if len(columns) < 2:
            raise Unsound(f"line {at}: start, end and label belong here.")
        in_s = "." in columns[0] or "." in columns[1]
        start_s, stop_s = (_time(column, at) / (1 if in_s else _HTK_PER_S) for column in columns[:2])
        rest = columns[2] if len(columns) > 2 else ""
        quoted = _QUOTED.match(rest)
        if quoted:
            label = re.sub(r"\\(.)", r"\1", quoted[1] if quoted[1] is not None else quoted[2])
        else:
            label = rest.split()[0] if rest else ""
            context = _CONTEXT.fullmatch(label)
            label = context[1] if context else label
        intervals.append(_interval(start_s, stop_s, label, at))
    return _labels(intervals)


def written_audacity(labels: Labels) -> str:
    """Return the one tier as a label track of Audacity: start, end and label with tabs, to the microsecond."""
    rows = [f"{i.start_s:.6f}\t{i.stop_s:.6f}\t{' '.join(i.label.split())}" for i in _one(labels).intervals]
    return "\n".join(rows) + "\n"


def read_audacity(text: str) -> Labels:
    """Return a label track; frequency ranges of spectral labels are passed over.

    Raises:
        Unsound: with the line, if a row is no label.
    """
    intervals: list[Interval] = []
    for at, row in _rows(text):
        if row.startswith("\\"):
            continue
        columns = row.split("\t", 2)
        if len(columns) < 2:
            raise Unsound(f"line {at}: start, end and label with tabs between them belong here.")
        start_s, stop_s = (_time(column.replace(",", "."), at) for column in columns[:2])
        intervals.append(_interval(start_s, stop_s, columns[2].strip() if len(columns) > 2 else "", at))
    return _labels(intervals)


def written_table(track: Track) -> str:
    """Return a track as two columns with a head, seconds and value, comma between; a missing value is 0.

    Points on a steady clock get rows of 0 for the frames that are missing between them.
    """
    unit = f"_{track.unit.lower()}" if track.unit else ""
    name = {"pitch": "f0"}.get(track.quantity, track.quantity or "value")
    rows = [f"time_s,{name}{unit}"]
    rows += [f"{time_s:.6f},{value:.9g}" for time_s, value in zip(*_with_zeros(track), strict=True)]
    return "\n".join(rows) + "\n"


def _with_zeros(track: Track) -> tuple[list[float], list[float]]:
    steps = np.diff(track.times_s)
    if not track.has_gaps or not len(steps) or not steps.min() > 0:
        return track.times_s.tolist(), track.values.tolist()
    hop_s = float(steps.min())
    at = np.rint(track.times_s / hop_s).astype(int)
    values = np.zeros(max(int(at[-1]) + 1, round(track.duration_s / hop_s)))
    values[at] = track.values
    return (np.arange(len(values)) * hop_s).tolist(), values.tolist()


def read_table(text: str) -> Track:
    """Return a table of time in seconds and value: commas, semicolons, tabs or blanks between, a head or none.

    What the values are is read from the head (f0, pitch or Hz; intensity, energy or dB), else it is the pitch.

    Raises:
        Unsound: with the line, if a row holds no two numbers or time runs backwards.
    """
    times_s: list[float] = []
    values: list[float] = []
    quantity, unit = "pitch", "Hz"
    for at, row in _rows(text):
        columns = [column.strip() for column in re.split(r"[;,\t]" if re.search(r"[;,\t]", row) else r"\s+", row)]
        if not times_s and not re.match(r"[+-]?[\d.]", columns[0]):
            if row.startswith("#") or len(columns) >= 2:
                if re.search(r"db|intens|energy|loud", row.lower()):
                    quantity, unit = "level", "dB"
                continue
            raise Unsound(f"line {at}: time and value belong here.")
        if len(columns) < 2:
            raise Unsound(f"line {at}: time and value belong here.")
        time_s = _time(columns[0], at)
        value = _number(columns[1], at) if columns[1].lower() not in ("--undefined--", "nan", "") else 0.0
        if times_s and time_s <= times_s[-1]:
            raise Unsound(f"line {at}: time does not run forward.")
        if quantity == "pitch" and value < 0:
            raise Unsound(f"line {at}: a pitch of {value:g} Hz makes no sense.")
        times_s.append(time_s)
        values.append(value)
    if not times_s:
        raise Unsound("it holds no rows.")
    return Track(quantity, unit, 0.0, np.array(times_s), np.array(values), has_gaps=quantity == "pitch")


def _one(labels: Labels) -> Tier:
    if len(labels.tiers) != 1:
        raise Unsound("it can hold one layer only; name it.")
    return labels.tiers[0]


def _rows(text: str) -> list[tuple[int, str]]:
    return [(k, row.strip(" \r")) for k, row in enumerate(text.split("\n"), 1) if row.strip()]


def _number(text: str, at: int) -> float:
    if not re.fullmatch(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?", text):
        raise Unsound(f"line {at}: {text[:40]!r} is no number.")
    value = float(text)
    if abs(value) > 1e15:
        raise Unsound(f"line {at}: {text[:40]} makes no sense.")
    return value


def _time(text: str, at: int) -> float:
    value = _number(text, at)
    if value < 0:
        raise Unsound(f"line {at}: a time before 0 makes no sense.")
    return value


def _interval(start_s: float, stop_s: float, label: str, at: int) -> Interval:
    if stop_s < start_s:
        raise Unsound(f"line {at}: {label[:40]!r} ends before it begins.")
    if stop_s > _LARGEST_S:
        raise Unsound(f"line {at}: {stop_s:.3g} s makes no sense.")
    return Interval(start_s, stop_s, label, at)


def _labels(intervals: list[Interval]) -> Labels:
    if not intervals:
        raise Unsound("it holds no labels.")
    named = tuple(interval for interval in intervals if interval.label.strip())
    return Labels(max(interval.stop_s for interval in intervals), (Tier("", named),))
