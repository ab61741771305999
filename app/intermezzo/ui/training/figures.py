"""The figures of a training in words: what was measured before and after, nothing that was not measured."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["gain_lines", "left_out_line"]

_LEFT_OUT = "left_out_"
_UNITS = {"db": "dB", "hz": "Hz", "s": "s", "ms": "ms", "percent": "%", "cents": "cents"}


def gain_lines(figures: Mapping[str, float]) -> list[str]:
    """Return a line for each figure that has a ``before`` and an ``after`` in its name, in their order."""
    lines = []
    for name, before in figures.items():
        parts = name.split("_")
        after = figures.get("_".join("after" if part == "before" else part for part in parts))
        if "before" not in parts or after is None:
            continue
        unit = f"\u2009{_UNITS[parts[-1]]}" if parts[-1] in _UNITS else ""
        words = [part for part in parts if part != "before" and part not in _UNITS]
        lines.append(f"{' '.join(words).capitalize()}: {before:.2f} → {after:.2f}{unit}")
    return lines


def left_out_line(figures: Mapping[str, float]) -> str:
    """Return what of the data could not be learned from, "" where all could: the figures called ``left_out_...``."""
    counts = {name: round(n) for name, n in figures.items() if name.startswith(_LEFT_OUT) and n}
    told = ", ".join(f"{n} {name.removeprefix(_LEFT_OUT).replace('_', ' ')}" for name, n in counts.items())
    return f"Left out: {told}" if told else ""
