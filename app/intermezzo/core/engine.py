"""The plugin door: what the studio asks of an engine, and what an engine may ask of the studio while it works.

An engine consists of up to three classes, each named in the manifest and made without arguments in the engine host:
a Converter (X -> Y'), an Analyser (Y -> Y') and a Renderer (Y' -> Y). ``load`` is called once before the first use.
Randomness comes from ``seed`` alone. Everything that takes over 0.1 s calls ``job.progress``, which raises Cancelled.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices
from intermezzo.core.media import Media, Text
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch

__all__ = [
    "Analyser", "Cache", "Chooser", "Converter", "Follower", "Infiller", "Job", "Renderer", "Resampler", "Reworder",
    "Swatches",
]  # fmt: skip


class Cache(Protocol):
    """Arrays by content hash, in memory and on disk; what was put may be gone again."""

    def get(self, key: str) -> NDArray[Any] | None:
        """Return the read-only array of a key, or None."""

    def put(self, key: str, array: NDArray[Any]) -> None:
        """Keep an array under a key that says everything it was made from."""


class Job(Protocol):
    """The studio's side of one piece of work."""

    cache: Cache

    def progress(self, fraction: float, what: str = "") -> None:
        """Tell how far the work is, 0 to 1 and never falling; raises Cancelled when the person gave up."""

    def partial(self, piece: Sketch) -> None:
        """Hand over what a conversion has made since the last piece; raises Cancelled when the person gave up.

        The pieces joined end to end (`Sketch.joined`) are the sketch that `convert` returns at last. Nobody may be
        listening: a converter of long sources calls this anyway, and it costs nothing then.
        """
        return


@runtime_checkable
class Converter(Protocol):
    """X -> Y'."""

    def load(self, device: str) -> None:
        """Get ready on 'cpu', 'cuda' or 'mps'."""

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Predict the sketch of a source; the same seed gives the same sketch.

        Raises:
            SourceError: if the source cannot be converted.
        """


@runtime_checkable
class Resampler(Protocol):
    """An optional gift of a converter: to predict a stretch again."""

    def resample(
        self, sketch: Sketch, start: int, stop: int, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Predict frames ``start:stop`` anew from the spans as they stand now; all else stays identical.

        Edited and locked elements inside keep their values; only what lies under them (the base) is new.
        """


@runtime_checkable
class Reworder(Protocol):
    """An optional gift of a converter: to say another text in the place of some words."""

    def reword(
        self, sketch: Sketch, start: int, stop: int, text: Text, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Replace what is said in frames ``start:stop`` by a text; an empty one takes it out.

        The new spans are marked as edited and linked to the source as it reads with the new text in it; all that is
        later moves, and all else stays identical.
        """


@runtime_checkable
class Follower(Protocol):
    """An optional gift of a converter: to bring the rest of a sketch in line with what a hand has just changed."""

    def follow(self, before: Sketch, after: Sketch, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Return ``after`` with what its changed elements govern made anew, and what they follow brought up to date.

        Edited and locked elements of ``after`` and all that is not governed stay identical, ids included; layers in
        which nothing changes are the same objects. ``before`` is the sketch before the hand came.
        """


@runtime_checkable
class Infiller(Protocol):
    """An optional gift of a converter of grids: to predict the cells of a mask again."""

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], params: Mapping[str, Value], *, seed: int,
        job: Job,
    ) -> Sketch:  # fmt: skip
        """Predict the masked cells of some grid layers anew; every other cell and every locked one stays identical.

        A masked cell that a hand had set is a prediction again.
        """


@runtime_checkable
class Chooser(Protocol):
    """An optional gift of a converter of grids: to say what else a cell could be."""

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], params: Mapping[str, Value], *, job: Job
    ) -> CellChoices:
        """Return the codes that this cell could have, all other cells being as they stand."""


@runtime_checkable
class Swatches(Protocol):
    """An optional gift of a renderer of grids: to show what each code looks like by itself."""

    def swatches(self, sketch: Sketch | None) -> NDArray[np.uint8]:
        """Return small pictures of all codes, uint8 (codes, height, width, 4), straight alpha.

        ``sketch`` says which codebook is meant, where the engine has several.
        """


@runtime_checkable
class Analyser(Protocol):
    """Y -> Y'."""

    def load(self, device: str) -> None:
        """Get ready on 'cpu', 'cuda' or 'mps'."""

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the sketch that would render to this medium; raises SourceError if there is none."""


@runtime_checkable
class Renderer(Protocol):
    """Y' -> Y."""

    def load(self, device: str) -> None:
        """Get ready on 'cpu', 'cuda' or 'mps'."""

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Media:
        """Render frames ``window`` (start, stop), or all of them.

        A window gives exactly the samples that the whole would have there: start * hop_samples to
        stop * hop_samples, or in a sketch in beats those from clock.sample(start, rate) to clock.sample(stop, rate).
        """
