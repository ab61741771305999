"""What a film says of time: where it cuts, which scenes return, and how much moves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.media import Video

__all__ = ["Film", "Scene", "watched"]

_SEEN_PX: Final = 64
_BINS: Final = 6
_CUT: Final = 0.28
_OVER_NEIGHBOURS: Final = 3.0
_NEIGHBOURS: Final = 8
_SHORTEST_SCENE_S: Final = 0.6
_SAME_SCENE: Final = 0.75
_STEADY: Final = 0.25
_FASTEST_S, _SLOWEST_S = 0.4, 1.0


@dataclass(frozen=True)
class Scene:
    """``start_s``, ``stop_s`` and a letter: scenes that look alike share it."""

    start_s: float
    stop_s: float
    letter: str


@dataclass(frozen=True, eq=False)
class Film:
    """``scenes`` in order, ``motion`` float64 (frames,) from 0 to 1, and ``beat_s`` of a steady motion, or 0."""

    scenes: tuple[Scene, ...]
    motion: NDArray[np.float64]
    frames_per_s: float
    beat_s: float

    def motion_between(self, start_s: float, stop_s: float) -> float:
        """Return how much moves in a stretch, 0 to 1."""
        first = min(int(start_s * self.frames_per_s), len(self.motion) - 1)
        return float(self.motion[first : max(int(stop_s * self.frames_per_s), first + 1)].mean())


def watched(video: Video) -> Film:
    """Return what a video says of time.

    A cut is a change of colours and pixels that is large in itself and beside its neighbours; motion is the change of
    brightness from picture to picture, against the liveliest twentieth.
    """
    frames = _small(video.frames)
    grey = frames.mean(-1, dtype=np.float32) / 255
    change = np.abs(np.diff(grey, axis=0)).mean((1, 2)) if len(grey) > 1 else np.zeros(0)
    colours = _histograms(frames)
    apart = 1 - np.minimum(colours[1:], colours[:-1]).sum(1)
    jump = 0.5 * apart + 0.5 * np.minimum(4 * change, 1)
    cuts = _cuts(jump, round(_SHORTEST_SCENE_S * video.frames_per_s))
    motion = np.concatenate([[0.0], change])
    motion[cuts] = motion[np.maximum(np.array(cuts, np.int64) - 1, 0)] if cuts else motion[cuts]
    liveliest = float(np.quantile(motion, 0.95))
    level = np.clip(motion / liveliest, 0, 1) if liveliest > 0.002 else np.zeros(len(motion))
    edges = [0, *cuts, len(grey)]
    scenes: list[Scene] = []
    looks: list[NDArray[np.float64]] = []
    for first, last in pairwise(edges):
        look = colours[first:last].mean(0)
        alike = [k for k, other in enumerate(looks) if float(np.minimum(look, other).sum()) >= _SAME_SCENE]
        if not alike:
            looks.append(look)
        number = alike[0] if alike else len(looks) - 1
        scenes.append(Scene(first / video.frames_per_s, last / video.frames_per_s, _letter(number)))
    return Film(tuple(scenes), level, video.frames_per_s, _beat(level, video.frames_per_s))


def _small(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pictures of red, green and blue that are as small as cuts and motion need; what is clear is black."""
    step = max(-(-max(frames.shape[1:3]) // _SEEN_PX), 1)
    if step == 1 and frames.shape[-1] == 3:
        return frames
    down, along = (np.arange(0, side, step) for side in frames.shape[1:3])
    area = np.outer(*(np.diff([*at, side]) for at, side in zip((down, along), frames.shape[1:3], strict=True)))
    small = np.empty((len(frames), len(down), len(along), 3), np.uint8)
    for k, frame in enumerate(frames):
        shown = frame[..., :3].astype(np.float32)
        if frame.shape[-1] == 4:
            shown *= frame[..., 3:] / np.float32(255)
        sums = np.add.reduceat(np.add.reduceat(shown, down, axis=0), along, axis=1)
        small[k] = np.rint(sums / area[..., None])
    return small


def _histograms(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the colours of each picture, (frames, bins) that sum to 1."""
    levels = frames.reshape(len(frames), -1, 3).astype(np.int32) * _BINS // 256
    codes = (levels[..., 0] * _BINS + levels[..., 1]) * _BINS + levels[..., 2]
    found = np.stack([np.bincount(row, minlength=_BINS**3) for row in codes]).astype(np.float64)
    histograms: NDArray[np.float64] = found / found.sum(1, keepdims=True)
    return histograms


def _cuts(jump: NDArray[np.float64], least: int) -> list[int]:
    """Return the first picture of each scene but the first."""
    found: list[int] = []
    for k in np.argsort(-jump).tolist():
        if jump[k] < _CUT:
            break
        around = np.concatenate([jump[max(k - _NEIGHBOURS, 0) : k], jump[k + 1 : k + 1 + _NEIGHBOURS]])
        is_sharp = not len(around) or jump[k] >= _OVER_NEIGHBOURS * float(np.median(around))
        at = k + 1
        if is_sharp and at >= least and all(abs(at - other) >= least for other in found):
            found.append(at)
    return sorted(found)


def _beat(motion: NDArray[np.float64], rate: float) -> float:
    """Return the period of a motion that returns steadily, in seconds; 0 where none does."""
    wave = motion - motion.mean()
    power = float(np.square(wave).sum())
    longest = int(_SLOWEST_S * rate)
    if power <= 0 or len(wave) < 4 * longest:
        return 0.0
    lags = np.arange(max(int(_FASTEST_S * rate), 2), longest + 1)
    strength = np.array([float((wave[lag:] * wave[:-lag]).sum()) / power for lag in lags])
    best = int(strength.argmax())
    return float(lags[best]) / rate if strength[best] >= _STEADY else 0.0


def _letter(index: int) -> str:
    return chr(ord("A") + index) if index < 26 else _letter(index // 26 - 1) + _letter(index % 26)
