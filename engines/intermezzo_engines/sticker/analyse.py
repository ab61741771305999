"""Analyser of stickers: any film to the tokens of its frames, a content and a motion; a picture to one that moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, GridSpec, Layer, Mark
from intermezzo.core.media import Image, Media, Video
from intermezzo.core.params import Value
from intermezzo.core.sent import tokens_for
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.image.analyse import fitted
from intermezzo_engines.image.refine import refined
from intermezzo_engines.image.weights import load_tokeniser
from intermezzo_engines.sticker.draft import drafted, moving, opaque
from intermezzo_engines.sticker.films import MOST_FRAMES, cleared, fitted_frames, tokens_of
from intermezzo_engines.sticker.motions import REST
from intermezzo_engines.sticker.parts import MOVES, NO_MOTION, Part
from intermezzo_engines.sticker.seen import content_of, poses_seen
from intermezzo_engines.sticker.sketches import CONTENT, ENGINE, FRAMES, HOP_S, STICKER, VERSION, curves_of

__all__ = ["StickerAnalyser"]

_FITS: Final = 0.5  # how well the poses of half of the frames fit: with less the film shows no such motion
_FAINT: Final = 0.6  # opacity beside a frame that is faded out
_OPAQUE: Final = 0.95  # of the content's opacity: a frame with more is not faded


class StickerAnalyser:
    """Film or picture -> content, curves and frames."""

    def load(self, device: str) -> None:
        """Read the tokeniser."""
        self._device = device
        self._net = load_tokeniser(device)

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the tokens and the motion of a film, at most four seconds of it, or of a picture that is made to move.

        A picture that brings its tokens along keeps them.

        Raises:
            SourceError: if it is neither, or the film has nothing at this place.
        """
        if isinstance(medium, Image):
            return self._picture(medium, params, job)
        if not isinstance(medium, Video):
            raise SourceError("The sticker engine analyses films and pictures only.")
        start_s = float(params["start_s"])
        if medium.duration_s - start_s > MOST_FRAMES * HOP_S + 0.005:
            job.progress(0.0, f"taking {MOST_FRAMES * HOP_S:g} s of {medium.duration_s:.1f} s, from {start_s:g} s on")
        frames = fitted_frames(medium, start_s)
        if params["clear"]:
            frames = cleared(frames)
        content = content_of(frames)
        table, fits = poses_seen(frames, content, lambda share: job.progress(0.3 * share, "looking for the motion"))
        if float(np.median(fits)) < _FITS:
            table = np.repeat(np.array([REST], np.float32), len(frames), axis=0)
        table[:, 5] = _opacity(frames, content, table[:, 5])
        whole = _unfaded(frames, table[:, 5])
        job.progress(0.4, "reading tokens")
        codes = tokens_of(self._net, whole, table[:, 5], self._device)
        codes = self._refined(whole, codes, int(params["sweeps"]), Part(job, 0.5, 0.9))
        # A frame without anything is the end of a fading where its neighbour is faint; else it is as empty as it looks.
        faint = np.minimum(np.roll(table[:, 5], 1), np.roll(table[:, 5], -1)) < _FAINT
        hidden = (table[:, 5] <= 0) & faint & (np.roll(table[:, 5], 1) + np.roll(table[:, 5], -1) > 0)
        if hidden.any():
            codes[hidden] = drafted(self._net, codes[content], opaque(table[hidden]), device=self._device)
        return _sketch(codes[content], table, codes, params)

    def _picture(self, picture: Image, params: Mapping[str, Value], job: Job) -> Sketch:
        known = tokens_for(picture, CONTENT)
        codes = self._read(picture, params, job) if known is None else known.astype(np.int64)
        motion = str(params["picture_motion"])
        motions = () if motion == NO_MOTION else (motion,)
        table = moving(motions, int(params["picture_frames"]), 1, float(params["picture_strength"]) / 100)
        tell = Part(job, 0.5, 1.0)
        frames = drafted(
            self._net, codes, opaque(table), lambda share: tell.progress(share, "moving"), self._device
        )  # fmt: skip
        return _sketch(codes, table, frames, {**params, MOVES: ",".join(motions)})

    def _read(self, picture: Image, params: Mapping[str, Value], job: Job) -> NDArray[np.int64]:
        shown = fitted(picture.pixels).to(self._device)
        with torch.inference_mode():
            codes = self._net.encode(shown).cpu().numpy()
        better: NDArray[np.int64] = self._refined(shown, codes, max(int(params["sweeps"]), 1), Part(job, 0.0, 0.5))[0]
        return better

    def _refined(self, shown: Tensor, codes: NDArray[np.int64], sweeps: int, job: Job) -> NDArray[np.int64]:
        """Return the codes after some sweeps against the pictures; what was equal to the frame before stays so."""
        if not sweeps:
            return codes
        found: list[NDArray[np.int64]] = []
        for k, (picture, own) in enumerate(zip(shown, codes, strict=True)):
            part = Part(job, k / len(codes), (k + 1) / len(codes))
            given = torch.from_numpy(own)[None].to(self._device)
            better = refined(
                self._net, picture[None].to(self._device), given, sweeps,
                lambda share, part=part: part.progress(share, "refining"),  # type: ignore[misc]
            )[0].cpu().numpy()  # fmt: skip
            found.append(np.where(own == codes[k - 1], found[-1], better) if k else better)
        return np.stack(found)


def _sketch(
    content: NDArray[np.int64], table: NDArray[np.float32], frames: NDArray[np.int64], made: Mapping[str, Value]
) -> Sketch:
    def grid(spec: GridSpec, hop_s: float, codes: NDArray[np.int64]) -> Grid:
        return Grid.machine(spec, hop_s, codes, mark=Mark.ANALYSED)

    layers: dict[str, Layer] = {"content": grid(CONTENT, 0.0, content), **curves_of(table, Mark.ANALYSED)}
    layers["frames"] = grid(FRAMES, HOP_S, frames)
    return Sketch(STICKER, layers, Made(ENGINE, VERSION, 0, dict(made)))


def _opacity(frames: Tensor, content: int, found: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how opaque each frame is: what fits the content best, unless something in the frame is as opaque."""
    peak = frames[:, 3].flatten(1).amax(dim=1).numpy()
    is_whole = peak >= _OPAQUE * peak[content]
    return np.where(is_whole, 1.0, np.minimum(found, peak / max(float(peak[content]), 1e-6))).astype(np.float32)


def _unfaded(frames: Tensor, opacity: NDArray[np.float32]) -> Tensor:
    share = torch.from_numpy(np.where(opacity > 0, opacity, 1.0).astype(np.float32))[:, None, None, None]
    whole = (frames / share).clamp(0, 1)
    return torch.cat([torch.minimum(whole[:, :3], whole[:, 3:]), whole[:, 3:]], dim=1)
