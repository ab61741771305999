"""Drafts of frames: the content as it is drawn, put into the pose of each frame, and read into tokens again.

Frames of one pose have the same tokens; a frame in which the content rests has the content's own. Each pose is drawn
and read by itself, so that the same pixels at the same places always give the same tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo_engines.image.model import Tokeniser
from intermezzo_engines.sticker.motions import REST, moved, poses

__all__ = ["drafted", "inside", "moving", "opaque", "same_poses"]

_NEAR = 1e-4  # poses that are nearer than this are one
_SEEN = 0.2  # opacity that counts as part of a picture
_LEAST = 0.6  # size to which it is made smaller at most


def drafted(
    net: Tokeniser, content: NDArray[np.int64], table: NDArray[np.float32],
    tell: Callable[[float], None] = lambda share: None, device: str = "cpu",
) -> NDArray[np.int64]:  # fmt: skip
    """Return the tokens of frames, int64 (frames, rows, columns).

    Args:
        net: the tokeniser, on ``device``.
        content: codes (rows, columns).
        table: poses float32 (frames, 6).
        tell: is called with the share that is done.
    """
    first = same_poses(table)
    frames = np.repeat(content[None], len(table), axis=0)
    with torch.inference_mode():
        picture = net.decode(torch.from_numpy(content)[None].to(device))
        for k in np.unique(first).tolist():
            tell(k / len(table))
            if np.abs(table[k] - np.array(REST)).max() >= _NEAR:
                pose = torch.from_numpy(table[None, k : k + 1]).to(device)
                shown = moved(picture, pose)[0].contiguous(memory_format=torch.channels_last)
                frames[first == k] = net.encode(shown)[0].cpu().numpy()
    return frames


def same_poses(table: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return for each frame the number of the first frame of the same pose, int64 (frames,)."""
    rounded = np.round(table.astype(np.float64) / _NEAR).astype(np.int64)
    rounded[:, 2] %= round(360 / _NEAR)  # a whole turn is none
    _, first, group = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    found: NDArray[np.int64] = first[group.reshape(-1)]
    return found


def moving(motions: Sequence[str], n_frames: int, seed: int, strength: float) -> NDArray[np.float32]:
    """Return the poses of some motions at once, float32 (frames, 6): shifts add up, sizes and opacity multiply.

    ``seed`` 1 moves as usual, others vary direction and strength a little. No motion at all is rest.
    """
    table = np.repeat(np.array([REST], np.float32), n_frames, axis=0)
    for number, motion in enumerate(motions):
        random = None if seed == 1 else np.random.default_rng((seed, number))
        one = poses(motion, n_frames, random, strength)
        table[:, :3] += one[:, :3]
        table[:, 3:] *= one[:, 3:]
    return table


def opaque(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return poses at whole opacity, as the tokens of frames are: it is laid on when they are drawn."""
    return np.concatenate([table[:, :5], np.ones((len(table), 1), np.float32)], axis=1)


def inside(
    net: Tokeniser, content: NDArray[np.int64], table: NDArray[np.float32], device: str = "cpu"
) -> NDArray[np.float32]:
    """Return the poses with the content so much smaller that nothing of it is cut off in any frame."""
    with torch.inference_mode():
        alpha = net.decode(torch.from_numpy(content)[None].to(device))[0, 3].cpu().numpy()
    places = np.argwhere(alpha > _SEEN)
    if not len(places):
        return table
    down, across = ((places + 0.5) * 2 / len(alpha) - 1).T
    x, y, turn, width, height, _ = table.astype(np.float64).T[:, :, None]
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    share = 1.0
    for put, shift in (
        (cos * width * across - sin * height * down, 2 * x),
        (sin * width * across + cos * height * down, 2 * y),
    ):
        cut = np.abs(put + shift) > 1
        if cut.any():
            share = min(share, float(((1 - np.sign(put) * shift) / np.abs(put).clip(1e-6))[cut].min()))
    smaller = table.copy()
    smaller[:, 3:5] *= max(share, _LEAST)
    return smaller
