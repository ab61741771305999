"""Whether stickers move as their text says, by a judge of real moved pictures; whether the motion is found again.

Prompts are names of held-out emoji with a word for each motion. Beside it stands what the judge makes of the held-out
pictures themselves, moved by rule: the most that it can get right.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Text, Video
from intermezzo.core.sketch import Sketch
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.sticker.asked import asked
from intermezzo_engines.sticker.judge import KINDS, MotionJudge, judged, looks
from intermezzo_engines.sticker.motions import MOTIONS
from intermezzo_engines.sticker.sketches import poses_in
from intermezzo_engines.sticker.train_judge import clips

__all__ = ["figures", "made"]

WORDS: Final = {
    "bounce": "bouncing", "spin": "spinning", "wave": "waving", "shake": "shaking", "pulse": "pulsing",
    "walk": "walking", "fly in": "flying in", "squash": "squashing", "fade": "fading", "orbit": "orbiting",
}  # fmt: skip
_NAMES, _QUICK_NAMES = 12, 2
_SIDE_PX: Final = 128


def made(context: Context, held_out: list[Picture]) -> list[tuple[str, Sketch, Video]]:
    """Return (motion, sketch, film) of prompts: held-out names with a word for each motion."""
    names = [name for p in held_out if not asked(name := p.words["en"][0]).motions]
    random = np.random.default_rng(4)
    chosen = random.permutation(len(names))[: _QUICK_NAMES if context.quick else _NAMES]
    found = []
    for number, k in enumerate(chosen.tolist()):
        context.progress(f"{names[k]} in ten motions")
        for motion, word in WORDS.items():
            sketch = context.convert(Text(f"{names[k]} {word}"), seed=2 + number)
            film = context.render(sketch)
            assert isinstance(film, Video)
            found.append((motion, sketch, film))
    return found


def figures(
    context: Context, judge: MotionJudge, held_out: list[Picture], stickers: list[tuple[str, Sketch, Video]]
) -> list[Figure]:
    """Have generated clips and real ones judged, and look for the motion in generated films."""
    context.progress("real pictures in ten motions")
    real = _on_real(judge, held_out)
    said = np.array(judged(judge, [film.frames for _, _, film in stickers]))
    wanted = np.array([motion for motion, _, _ in stickers])
    right = said == wanted
    missed = ", ".join(
        f"{motion} {int(right[wanted == motion].sum())} of {int((wanted == motion).sum())}"
        for motion in MOTIONS if not right[wanted == motion].all()
    )  # fmt: skip
    note = f"{len(stickers)} prompts: held-out names in ten motions" + (f"; {missed}" if missed else "")
    context.progress("looking for the motion in films")
    some = stickers[:: 7 if len(stickers) > 40 else 3]
    apart = np.concatenate([_apart_px(context, sketch, film) for _, sketch, film in some])
    return [
        Figure("judge_on_real_held_out_percent", 100 * real, "quality",
               note=f"{len(held_out)} held-out emoji, each in ten motions and in none, by rule"),
        Figure("motion_right_percent", 100 * float(right.mean()), "quality", at_least=85.0, note=note),
        Figure("motion_right_to_real_percent", 100 * float(right.mean()) / max(real, 1e-6), "quality"),
        Figure("motion_found_again_px_median", float(np.median(apart)), "obedience",
               note="films analysed: where corners of the content come to lie, of 128 px"),
        Figure("motion_found_again_px_p90", float(np.percentile(apart, 90)), "obedience"),
    ]  # fmt: skip


def _on_real(judge: MotionJudge, held_out: list[Picture]) -> float:
    shown = torch.from_numpy(np.stack([p.pixels for p in held_out])).permute(0, 3, 1, 2).float() / 255
    shown = functional.avg_pool2d(shown, 2)  # the judge looks at no more than half of this
    random = np.random.default_rng(9)
    right = []
    for kind in range(len(KINDS)):
        for part in torch.split(shown, 32):
            with torch.inference_mode():
                said = judge(looks(clips(part, np.full(len(part), kind), random))).argmax(dim=1)
            right += (said == kind).tolist()
    return float(np.mean(right))


def _apart_px(context: Context, sketch: Sketch, film: Video) -> NDArray[np.float64]:
    """Return how far corners of the content lie from where they were put, in each frame that shows it, in pixels."""
    again = context.analyse(film)
    true, found = poses_in(sketch), poses_in(again)
    content = int(np.abs(found - np.array([0, 0, 0, 1, 1, 1])).sum(axis=1).argmin())
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)]).T
    seen = np.flatnonzero((film.frames[..., 3] > 25).mean(axis=(1, 2)) > 0.05)
    at = _put(true[content], corners)
    errors = [np.hypot(*(_put(true[k], corners) - _put(found[k], at))) for k in seen.tolist()]
    return np.concatenate(errors) * _SIDE_PX / 2


def _put(pose: NDArray[np.float32], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where points (2, n) of a picture from -1 to 1 come to lie in a pose."""
    x, y, turn, width, height, _ = pose.astype(np.float64)
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    a, b = points[0] * width, points[1] * height
    found: NDArray[np.float64] = np.stack([cos * a - sin * b + 2 * x, sin * a + cos * b + 2 * y])
    return found
