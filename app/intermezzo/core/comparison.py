"""Comparisons: several candidates for one job, made under one budget and measured alike; a table, and what to plot.

A package declares one in its manifest as ``[[comparison]]``, whose ``compare`` is a 'module:function' that takes a
`Budget` and returns a `Comparison`. `intermezzo bench NAME --compare` runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Budget", "Candidate", "Comparison", "Measure", "comparison_document", "comparison_lines"]


@dataclass(frozen=True)
class Budget:
    """What a comparison may use: ``seconds`` of training a candidate, data, and a folder where results are kept.

    What ``weights_dir`` has is loaded, what it lacks is trained and written there. ``tell`` is given lines of progress.
    """

    seconds: float
    data_dir: Path | None = None
    weights_dir: Path | None = None
    device: str = "cpu"
    tell: Callable[[str], None] = lambda line: None


@dataclass(frozen=True)
class Measure:
    """One row of the table. ``better`` is "more", "less" or "" where neither is; ``answers`` is the question asked."""

    name: str
    title: str
    unit: str
    better: str = ""
    decimals: int = 0
    answers: str = ""


@dataclass(frozen=True, eq=False)
class Candidate:
    """One column: figures by the names of measures, None where there is none, and facts that are no measure.

    ``pictures`` are rows of uint8 (n, height, width, 3) by what they show, the same rows for every candidate.
    """

    name: str
    title: str
    kind: str
    figures: Mapping[str, float | None]
    facts: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Candidates side by side. ``across`` and ``up`` name the measures that trade off; ``bars`` one more to draw.

    ``originals`` are what the pictures of candidates stand beside, ``labels`` their names.
    """

    title: str
    measures: tuple[Measure, ...]
    candidates: tuple[Candidate, ...]
    across: str
    up: str
    bars: str
    notes: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    originals: NDArray[np.uint8] | None = None
    labels: tuple[str, ...] = ()

    def measure(self, name: str) -> Measure:
        """Return a measure by its name."""
        return next(measure for measure in self.measures if measure.name == name)


def comparison_document(found: Comparison) -> dict[str, Any]:
    """Return a comparison as one JSON object; figures carry their units in their names."""
    return {
        "title": found.title,
        "measures": {
            m.name: {"title": m.title, "unit": m.unit, "better": m.better or None, "answers": m.answers}
            for m in found.measures
        },
        "candidates": {
            c.name: {"title": c.title, "kind": c.kind, "figures": dict(c.figures), **c.facts} for c in found.candidates
        },
        "notes": list(found.notes), **found.facts,
    }  # fmt: skip


def comparison_lines(found: Comparison) -> list[str]:
    """Return a comparison as a table of measures (rows) by candidates; the best of a row has a star."""
    rows = [("", *(candidate.title for candidate in found.candidates), "")]
    rows.append(("", *(candidate.kind for candidate in found.candidates), ""))
    for measure in found.measures:
        values = [candidate.figures.get(measure.name) for candidate in found.candidates]
        best = _best(values, measure.better)
        cells = ["–" if v is None else f"{v:,.{measure.decimals}f}{'*' if v == best else ' '}" for v in values]
        title = f"{measure.title}, {measure.unit}" if measure.unit else measure.title
        rows.append((title, *cells, measure.answers))
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        (row[0].ljust(widths[0]) + "".join("  " + row[k].rjust(widths[k]) for k in range(1, len(row) - 1))
         + "  " + row[-1]).rstrip()
        for row in rows
    ]  # fmt: skip
    return [found.title, "", *lines, "", *found.notes]


def _best(values: list[float | None], better: str) -> float | None:
    known = [value for value in values if value is not None]
    if not known or not better or min(known) == max(known):
        return None
    return max(known) if better == "more" else min(known)
