"""Converter of stickers: a text to a content and a motion, and both to frames; edits of either are followed.

The content is what the image engine makes of the text. Frames are drafted by moving it (`draft.py`); the temporal prior
makes part of them anew, fills masks, tells alternatives, and says how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices
from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, Layer
from intermezzo.core.media import Media, Text
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.image.convert import IMAGE, ImageConverter
from intermezzo_engines.image.weights import load_tokeniser
from intermezzo_engines.sticker.asked import Asked, asked
from intermezzo_engines.sticker.draft import drafted, inside, moving, opaque
from intermezzo_engines.sticker.motions import MOTIONS
from intermezzo_engines.sticker.parts import FROM_TEXT, MOVES, NO_MOTION, Part
from intermezzo_engines.sticker.sketches import (
    CONTENT,
    CURVES,
    ENGINE,
    FRAMES,
    HOP_S,
    STICKER,
    VERSION,
    curves_of,
    poses_in,
)
from intermezzo_engines.sticker.stages import Loop
from intermezzo_engines.sticker.weights import load_prior
from intermezzo_engines.tokens.editing import SAID, infilled, way_of
from intermezzo_engines.tokens.sampling import Way

__all__ = ["StickerConverter"]

_LOOKS_SO: Final = 0.3  # of the cells around a mask that are as drafted: with fewer the frames show something else
_USUAL: Final = "bounce"  # where a text says nothing of a motion
_OF_PICTURES: Final = ("style", "from_memory", "guidance", "variety", "passes", "mask_text")


class StickerConverter:
    """Text -> content, curves and frames."""

    def load(self, device: str) -> None:
        """Read the image engine's converter, the tokeniser and the temporal prior."""
        self._device = device
        self._pictures = ImageConverter()
        self._pictures.load(device)
        self._net = load_tokeniser(device)
        self._prior = load_prior(device)

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Sample a sticker of a text; raises SourceError if it says nothing, or nothing but how something moves."""
        said = source.text if isinstance(source, Text) else ""
        if not said.strip():
            raise SourceError("There is no text to draw. Say what moves and how, as “dog bouncing”.")
        wish = asked(said, self._pictures.names)
        if not wish.content:
            raise SourceError("This text says how something moves, but not what. Name it too, as “dog bouncing”.")
        picture = self._pictures.convert(Text(wish.content), _for_pictures(params), seed=seed, job=Part(job, 0.0, 0.3))
        motions = _motions(wish, str(params["motion"]))
        strength = float(params["strength"]) / 100 * wish.strength
        content = replace(picture.tokens, grid_spec=CONTENT)
        table = moving(motions, int(params["frames"]), seed, min(strength, 2.0))
        if "fly in" not in motions:
            table = inside(self._net, content.codes.astype(np.int64), table, self._device)
        layers: dict[str, Layer] = {"content": content, **curves_of(table)}
        codes = self._drafted(layers, Part(job, 0.3, 0.5))
        loop = self._loop(layers, ",".join(motions), codes)
        way = _way(params)
        job.progress(0.5, "telling how sure")
        sure = loop.sureness(codes, way)
        empty = loop.freed(codes, sure, float(params["freedom"]), np.ones(codes.shape, bool))
        if empty.any():
            codes, told = loop.fill(codes, empty, way, seed, lambda share: job.progress(0.6 + 0.4 * share, "choosing"))
            sure = np.where(empty, told, sure)
        layers["frames"] = Grid.machine(FRAMES, HOP_S, codes, sure)
        made = {**params, SAID: wish.content, MOVES: ",".join(motions)}
        return Sketch(STICKER, layers, Made(ENGINE, VERSION, seed, made))

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], params: Mapping[str, Value], *, seed: int,
        job: Job,
    ) -> Sketch:  # fmt: skip
        """Sample masked cells anew: of the content as the image engine does, of frames given content and motion."""
        if "content" in masks:
            wanted = {"tokens": masks["content"]}
            picture = self._pictures.infill(_picture(sketch), wanted, _for_pictures(params), seed=seed, job=job)
            sketch = sketch.with_layer(replace(picture.tokens, grid_spec=CONTENT))

        def anew(codes: NDArray[np.int64], empty: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
            loop = self._near(sketch, codes, empty, job)
            return loop.fill(codes, empty, _way(params), seed, lambda share: job.progress(share, "choosing tokens"))

        return infilled(sketch, masks, "frames", anew)

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], params: Mapping[str, Value], *, job: Job
    ) -> CellChoices:
        """Tell what one cell of the content or of a frame could be, all others being as they stand."""
        if layer == "content":
            return self._pictures.alternatives(_picture(sketch), "tokens", cell, _for_pictures(params), job=job)
        codes, chosen = sketch.frames.codes.astype(np.int64), np.zeros(sketch.frames.shape, bool)
        chosen[cell] = True
        return self._near(sketch, codes, chosen, job).choices(codes, cell, _way(params))

    def follow(self, before: Sketch, after: Sketch, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Return ``after`` with the cells of frames made anew that content or motion now draw otherwise.

        Cells that a hand set keep its code, locked ones everything; so do all that look as they did. Part of what is
        made anew is the prior's, as much as the parameter "freedom" says.
        """
        if all(after.layers[name] is before.layers[name] for name in ("content", *(spec.name for spec in CURVES))):
            return after
        old = self._drafted(before.layers, Part(job, 0.0, 0.3), _frames_apart(before, after))
        new = self._drafted(after.layers, Part(job, 0.3, 0.6), _frames_apart(before, after))
        changed = (old != new) & ~after.frames.locked
        if not changed.any():
            return after
        # Cells of one frame that the hand did not touch are the base; what lies under a hand's code is renewed, too.
        codes = np.where(changed, new, after.frames.codes.astype(np.int64))
        loop, way = self._loop(after.layers, str(after.made.params.get(MOVES, "")), new), _way(params)
        sure = loop.sureness(codes, way)
        empty = loop.freed(codes, sure, float(params["freedom"]), changed)
        if empty.any():
            codes, told = loop.fill(codes, empty, way, seed, lambda share: job.progress(0.6 + 0.4 * share, "choosing"))
            sure = np.where(empty, told, sure)
        anew = Grid.machine(FRAMES, after.frames.hop_s, codes, sure)
        return after.with_layer(after.frames.with_base_of(anew, changed))

    def _drafted(
        self, layers: Mapping[str, Layer], job: Job, only: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """Return the drafted tokens of all frames, or of some (of the others zeros)."""
        content, table = layers["content"], opaque(poses_in(layers))
        assert isinstance(content, Grid)
        wanted = np.ones(len(table), bool) if only is None else only
        codes = content.codes.astype(np.int64)
        found = np.zeros((len(table), *codes.shape), np.int64)
        if wanted.any():
            found[wanted] = drafted(
                self._net, codes, table[wanted], lambda share: job.progress(share, "moving"), self._device
            )
        return found

    def _near(self, sketch: Sketch, codes: NDArray[np.int64], empty: NDArray[np.bool_], job: Job) -> Loop:
        """Return the loop of a sketch, in which empty cells stay near the draft where frames look like it otherwise."""
        masked: NDArray[np.bool_] = np.any(empty, axis=(1, 2))
        draft = self._drafted(sketch.layers, Part(job, 0.0, 0.1), masked)
        plain = np.bincount(draft.reshape(-1)).argmax()
        told = (draft != plain) & masked[:, None, None] & ~empty
        looks_so = not told.any() or float((draft == codes)[told].mean()) > _LOOKS_SO
        return self._loop(sketch.layers, str(sketch.made.params.get(MOVES, "")), draft if looks_so else None)

    def _loop(self, layers: Mapping[str, Layer], moves: str, expected: NDArray[np.int64] | None = None) -> Loop:
        content = layers["content"]
        assert isinstance(content, Grid)
        number = MOTIONS.index(moves) + 1 if moves in MOTIONS and moves != "fade" else 0
        codes = content.codes.astype(np.int64)
        return Loop(self._prior, codes, opaque(poses_in(layers)), number, self._device, expected)


def _frames_apart(before: Sketch, after: Sketch) -> NDArray[np.bool_]:
    """Return which frames are drawn otherwise: all where the content is another, else those of another pose."""
    apart: NDArray[np.bool_] = (opaque(poses_in(before)) != opaque(poses_in(after))).any(axis=1)
    if before.content is not after.content and before.content.differs(after.content).any():
        apart = np.ones(len(apart), bool)
    return apart


def _way(params: Mapping[str, Value]) -> Way:
    """Return how frames are sampled; what counts there is content and motion, so guidance by a text is for contents."""
    return replace(way_of(params), guidance=0.0)


def _motions(wish: Asked, chosen: str) -> tuple[str, ...]:
    if chosen == NO_MOTION:
        return ()
    if chosen != FROM_TEXT:
        return (chosen,)
    return wish.motions or (_USUAL,)


def _for_pictures(params: Mapping[str, Value]) -> dict[str, Value]:
    """Return the parameters of the image engine; the content is always a draft as it is."""
    return {"freedom": 0.0, **{name: params[name] for name in _OF_PICTURES}}


def _picture(sketch: Sketch) -> Sketch:
    """Return the content as a sketch of the image engine."""
    return Sketch(IMAGE, {"tokens": replace(sketch.content, grid_spec=IMAGE.layers[0])}, sketch.made)
