"""Figures: what `check` and `bench` measure, and the context in which an engine's own measurements run.

An engine names functions ``check(context)`` and ``bench(context)`` in its manifest; both return figures computed from
real runs on cases that no training saw. A check of many parts runs them by `in_groups`, so that a person can ask for
some of them; its module names them in ``GROUPS``.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.manifest import Reach
from intermezzo.core.media import Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch

__all__ = ["Context", "Figure", "figures_document", "in_groups"]


@dataclass(frozen=True)
class Figure:
    """One measured value. ``name`` carries its unit (``pitch_error_cents_median``); None, or NaN, means not measured.

    ``promise`` is obedience, locality, permanence, repeatability, plurality, quality or speed. ``at_most`` and
    ``at_least`` are the target, where there is one; ``note`` says what was measured or why nothing was.
    """

    name: str
    value: float | None
    promise: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for name in ("value", "at_most", "at_least"):
            number = getattr(self, name)
            if number is not None:  # a number of numpy's is no number for JSON
                object.__setattr__(self, name, float(number))
        if self.value is not None and isnan(self.value):
            object.__setattr__(self, "value", None)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target or a value."""
        if self.value is None or (self.at_most is None and self.at_least is None):
            return None
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    def document(self) -> dict[str, Any]:
        """Return the figure as a JSON table without empty fields."""
        fields = {
            "value": self.value, "promise": self.promise, "at_most": self.at_most, "at_least": self.at_least,
            "met": self.met, "note": self.note or None,
        }  # fmt: skip
        return {k: v for k, v in fields.items() if v is not None or k == "value"}


def figures_document(figures: Sequence[Figure]) -> dict[str, Any]:
    """Return figures by name, as `check --json` prints them."""
    return {figure.name: figure.document() for figure in figures}


class Context(Protocol):
    """What a measurement may use. All work runs in this process on ``device``, with nothing cached beforehand.

    ``groups`` names the groups of figures that are wanted, none for all; ``reach`` is how far an edit of each layer
    is heard, as the manifest promises; ``draws`` says whether pictures are wanted.
    """

    device: str
    data_dir: Path | None
    quick: bool
    groups: frozenset[str]
    reach: Mapping[str, Reach]
    draws: bool

    def convert(self, source: Media, *, seed: int = 1, params: Mapping[str, Value] | None = None) -> Sketch:
        """Convert with the engine that is measured."""

    def analyse(self, medium: Media, *, params: Mapping[str, Value] | None = None) -> Sketch:
        """Analyse with the engine that is measured."""

    def resample(
        self, sketch: Sketch, start: int, stop: int, *, seed: int, params: Mapping[str, Value] | None = None
    ) -> Sketch:
        """Predict frames ``start:stop`` again with the engine that is measured."""

    def render(
        self, sketch: Sketch, *, seed: int = 1, params: Mapping[str, Value] | None = None,
        window: tuple[int, int] | None = None, cached: bool = False,
    ) -> Media:  # fmt: skip
        """Render with the engine that is measured; ``cached`` False computes everything anew."""

    def progress(self, what: str) -> None:
        """Tell what is being measured."""

    def picture(self, name: str, pixels: NDArray[np.uint8]) -> None:
        """Keep a picture (height, width, 3) under a name, where pictures are wanted."""


def in_groups(context: Context, groups: Mapping[str, Callable[[], Sequence[Figure]]]) -> list[Figure]:
    """Measure the groups that are wanted, in order; each also says how long it took.

    A group that cannot be measured gives one figure without a value that says why; the others go on.
    """
    figures: list[Figure] = []
    for name, measure in groups.items():
        if context.groups and name not in context.groups:
            continue
        context.progress(name)
        began_s = time.perf_counter()
        try:
            figures += measure()
        except IntermezzoError as problem:
            figures.append(Figure(f"trouble_in_{name}", None, "detail", note=str(problem)))
        figures.append(Figure(f"time_of_{name}_s", time.perf_counter() - began_s, "detail"))
    return figures
