"""Paths of SVG as absolute steps: what a painter needs to draw an outline without knowing SVG."""

import re
from typing import Final

__all__ = ["Path", "path_of", "polygon_path", "rect_path"]

Path = tuple[str, tuple[float, ...]]
"""Steps and their numbers: "M" moves to (x, y), "L" draws a line there, "C" a Bézier curve of six numbers, "Z" closes.

Flat, because a score holds so many that a tuple for each step would keep the garbage collector busy.
"""
_TOKEN: Final = re.compile(r"([A-Za-z])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_TAKES: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2}


def path_of(text: str) -> Path:
    """Return the steps of a ``d`` attribute without arcs; a part that cannot be read ends it."""
    steps: list[str] = []
    numbers: list[float] = []
    tokens = [(letter, float(number or 0)) for letter, number in _TOKEN.findall(text)]
    command, at = "", 0
    x = y = first_x = first_y = 0.0
    control = (0.0, 0.0)
    after = ""  # the kind of the last curve: smooth ones go on from it
    while at < len(tokens):
        if tokens[at][0]:
            command = tokens[at][0]
            at += 1
        kind = command.upper()
        if kind == "Z":
            steps.append("Z")
            x, y, after = first_x, first_y, ""
            continue
        count = _TAKES.get(kind, 0)
        values = [value for letter, value in tokens[at : at + count] if not letter]
        if not count or len(values) < count:
            break
        at += count
        if command.islower():
            values = [v + (x, y)[k % 2] for k, v in enumerate(values)] if kind not in "HV" else (
                [values[0] + (x if kind == "H" else y)]
            )  # fmt: skip
        if kind == "M":
            x, y = first_x, first_y = values
            steps.append("M")
            numbers += x, y
            command = "l" if command.islower() else "L"
        elif kind in "LHV":
            x, y = {"L": values, "H": [values[0], y], "V": [x, values[0]]}[kind]
            steps.append("L")
            numbers += x, y
        else:
            smooth = (2 * x - control[0], 2 * y - control[1])
            if kind in "CS":
                if kind == "S":
                    values = [*(smooth if after == "C" else (x, y)), *values]
                control, after = (values[2], values[3]), "C"
            else:  # a quadratic curve as a cubic one
                near = (values[0], values[1]) if kind == "Q" else smooth if after == "Q" else (x, y)
                end = (values[-2], values[-1])
                values = [x + (near[0] - x) * 2 / 3, y + (near[1] - y) * 2 / 3,
                          end[0] + (near[0] - end[0]) * 2 / 3, end[1] + (near[1] - end[1]) * 2 / 3, *end]  # fmt: skip
                control, after = near, "Q"
            steps.append("C")
            numbers += values
            x, y = values[4], values[5]
            continue
        after = ""
    return "".join(steps), tuple(numbers)


def polygon_path(points: str, *, closed: bool = True) -> Path:
    """Return the steps of a ``points`` attribute."""
    numbers = [float(number) for _, number in _TOKEN.findall(points) if number]
    count = len(numbers) // 2
    return "M" + "L" * (count - 1) + "Z" * closed if count else "", tuple(numbers[: 2 * count])


def rect_path(x: float, y: float, width: float, height: float) -> Path:
    """Return the steps of a rectangle."""
    return "MLLLZ", (x, y, x + width, y, x + width, y + height, x, y + height)
