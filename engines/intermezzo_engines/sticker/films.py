"""Films as the analyser sees them: twelve frames a second, in the tokeniser's square, without a plain background."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from intermezzo.core.errors import SourceError
from intermezzo.core.media import Video
from intermezzo_engines.image.analyse import fitted
from intermezzo_engines.image.model import CELL_PX, Tokeniser
from intermezzo_engines.sticker.sketches import HOP_S

__all__ = ["MOST_FRAMES", "cleared", "fitted_frames", "tokens_of"]

MOST_FRAMES: Final = 48  # four seconds
_PLAIN: Final = 0.9  # of the rim: so much of it in one colour is a background
_LIKE: Final = 0.07  # how far a colour may be from that of the background
_SOFT: Final = 0.25  # how far it is at whole opacity, at the edge of what is left
_STILL: Final = 0.006  # mean difference of pixels in a cell that counts as none
_COARSE: Final = 0.003  # what eight bits leave of a faint picture


def fitted_frames(film: Video, start_s: float) -> Tensor:
    """Return frames of a film from ``start_s`` on, float32 (n, 4, 128, 128), premultiplied, at most 48.

    Raises:
        SourceError: if the film ends before.
    """
    if start_s >= film.duration_s:
        raise SourceError(f"This film has {film.duration_s:.2f} s; there is nothing from {start_s:g} s on.")
    count = max(round((film.duration_s - start_s) / HOP_S), 1)
    seconds = start_s + (np.arange(min(count, MOST_FRAMES)) + 0.5) * HOP_S
    at = np.clip((seconds * film.frames_per_s).astype(int), 0, len(film.frames) - 1)
    pictures: dict[int, Tensor] = {}
    for k in np.unique(at).tolist():
        pixels = film.frames[k]
        if pixels.shape[-1] == 3:
            pixels = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=-1)
        pictures[k] = fitted(pixels)
    return torch.cat([pictures[k] for k in at.tolist()])


def cleared(frames: Tensor) -> Tensor:
    """Return frames without their background, if all are opaque and their rims have one colour; else as they are."""
    side = frames.shape[-1]
    rows = frames[:, 3].amin(dim=(0, 2)) > 0.99  # a film that is not square is clear above and below, or beside
    columns = frames[:, 3].amin(dim=(0, 1)) > 0.99
    seen = frames[:, 3] > 0.5
    if not bool(rows.any() or columns.any()) or bool((frames[:, 3][seen] < 0.99).any()):
        return frames
    top, left = (int(torch.nonzero(seen.any(dim=0).any(dim=axis))[0]) for axis in (1, 0))
    inner = frames[:, :, top : side - top, left : side - left]
    if bool((inner[:, 3] < 0.99).any()):
        return frames
    rims = (inner[:, :3, 0], inner[:, :3, -1], inner[..., 0][:, :3], inner[..., -1][:, :3])
    rim = torch.cat([part.flatten(2) if part.ndim > 3 else part for part in rims], dim=2).movedim(1, -1).reshape(-1, 3)
    colour = rim.median(dim=0).values
    if float(((rim - colour).abs().amax(dim=1) < _LIKE).float().mean()) < _PLAIN:
        return frames
    return torch.stack([_without(frame, colour) for frame in frames])


def _without(frame: Tensor, colour: Tensor) -> Tensor:
    """Return a frame whose parts of one colour that touch its rim are clear."""
    from scipy.ndimage import binary_dilation, label

    apart = (frame[:3] - colour[:, None, None]).abs().amax(dim=0).numpy()
    like = np.pad((apart < _LIKE) | (frame[3].numpy() < 0.5), 1, constant_values=True)
    areas, _ = label(like)
    outside = (areas == areas[0, 0])[1:-1, 1:-1]
    edge = binary_dilation(outside, iterations=2) & ~outside
    alpha = np.where(outside, 0.0, np.where(edge, np.clip(apart / _SOFT, 0, 1), 1.0)).astype(np.float32)
    opacity = torch.from_numpy(alpha)
    # What lies at the edge is a mixture with the background, of which the part of the background is taken out.
    left = (frame[:3] - (1 - opacity) * colour[:, None, None]).clamp_min(0)
    return torch.cat([torch.minimum(left, opacity[None]), opacity[None]])


def tokens_of(
    net: Tokeniser, frames: Tensor, opacity: NDArray[np.float32], device: str = "cpu"
) -> NDArray[np.int64]:  # fmt: skip
    """Return the tokens of frames, int64 (n, rows, columns); what does not move keeps its tokens.

    ``opacity`` (n,) is what each frame had before it was made whole: with less of it less can be told apart.
    """
    found: list[NDArray[np.int64]] = []
    held = frames[0]
    for frame, seen in zip(frames, opacity.tolist(), strict=True):
        with torch.inference_mode():
            shown = frame[None].contiguous(memory_format=torch.channels_last).to(device)
            codes: NDArray[np.int64] = net.encode(shown)[0].cpu().numpy()
        if found:
            apart = functional.avg_pool2d((frame - held).abs().amax(dim=0)[None, None], CELL_PX)
            most = _STILL + _COARSE * (1 / max(seen, 0.01) - 1)
            still = functional.max_pool2d(apart, 3, stride=1, padding=1)[0, 0] < most
            codes = np.where(still.numpy(), found[-1], codes)
            kept = still.repeat_interleave(CELL_PX, 0).repeat_interleave(CELL_PX, 1)
            held = torch.where(kept, held, frame)
        found.append(codes)
    return np.stack(found)
