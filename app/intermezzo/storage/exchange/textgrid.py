"""TextGrid: Praat's tiers of intervals, long and short text form; tiers of points are passed over."""

from intermezzo.core.labels import Interval, Labels, Tier
from intermezzo.storage.documents import Unsound
from intermezzo.storage.exchange.praat_text import Words, header, number, quoted

__all__ = ["read_textgrid", "written_textgrid"]


def written_textgrid(labels: Labels, *, short: bool = False) -> str:
    """Return labels as a TextGrid; a gap is an interval without text, as Praat knows no holes."""
    rows = header("TextGrid")
    end = number(labels.duration_s)
    tiers = [(tier.name, _filled(tier, labels.duration_s)) for tier in labels.tiers]
    if short:
        rows += ["0", end, "<exists>", str(len(tiers))]
        for name, intervals in tiers:
            rows += [quoted("IntervalTier"), quoted(name), "0", end, str(len(intervals))]
            for interval in intervals:
                rows += [number(interval.start_s), number(interval.stop_s), quoted(interval.label)]
        return "\n".join(rows) + "\n"
    rows += ["xmin = 0 ", f"xmax = {end} ", "tiers? <exists> ", f"size = {len(tiers)} ", "item []: "]
    for k, (name, intervals) in enumerate(tiers, 1):
        rows += [
            f"    item [{k}]:", '        class = "IntervalTier" ', f"        name = {quoted(name)} ",
            "        xmin = 0 ", f"        xmax = {end} ", f"        intervals: size = {len(intervals)} ",
        ]  # fmt: skip
        for j, interval in enumerate(intervals, 1):
            rows += [
                f"        intervals [{j}]:", f"            xmin = {number(interval.start_s)} ",
                f"            xmax = {number(interval.stop_s)} ", f"            text = {quoted(interval.label)} ",
            ]  # fmt: skip
    return "\n".join(rows) + "\n"


def _filled(tier: Tier, duration_s: float) -> list[Interval]:
    filled: list[Interval] = []
    at = 0.0
    for interval in tier.intervals:
        if interval.start_s > at:
            filled.append(Interval(at, interval.start_s, ""))
        filled.append(interval)
        at = interval.stop_s
    if duration_s > at:
        filled.append(Interval(at, duration_s, ""))
    return filled


def read_textgrid(text: str) -> Labels:
    """Return the interval tiers of a TextGrid; intervals without text are left out, they are gaps.

    Raises:
        Unsound: with the line, if it is none.
    """
    words = Words(text, ("TextGrid",))
    start_s, end_s = words.real("the start time"), words.real("the end time")
    if not end_s > start_s:
        raise Unsound(f"line {words.line}: it ends at {end_s:g} s, where it begins.")
    if words.flag("<exists>") != "<exists>":
        return Labels(end_s - start_s, ())
    tiers: list[Tier] = []
    left_out: list[str] = []
    for _ in range(words.count("the number of tiers")):
        kind, name = words.text("the class of a tier"), words.text("the name of a tier")
        words.real("the start of a tier"), words.real("the end of a tier")
        if kind == "IntervalTier":
            tiers.append(Tier(name, tuple(_intervals(words, start_s))))
        elif kind == "TextTier":
            for _ in range(words.count("the number of points")):
                words.real("the time of a point"), words.text("the text of a point")
            left_out.append(f"Tier {name[:40]!r} holds points, no intervals, and was left out.")
        else:
            raise Unsound(f"line {words.line}: a tier of class {kind[:40]!r} is unknown.")
    return Labels(end_s - start_s, tuple(tiers), tuple(left_out[:6]))


def _intervals(words: Words, origin_s: float) -> list[Interval]:
    found: list[Interval] = []
    for _ in range(words.count("the number of intervals")):
        start_s, stop_s = words.real("the start of an interval"), words.real("the end of an interval")
        label = words.text("the text of an interval")
        if stop_s < start_s:
            raise Unsound(f"line {words.line}: the interval {label[:40]!r} ends before it begins.")
        if label.strip():
            found.append(Interval(start_s - origin_s, stop_s - origin_s, label, words.line))
    return found
