"""Whether sounds are what was asked for, by a judge that has heard real recordings only; whether they are copies."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio, Text
from intermezzo_engines.sound.codec import Codec
from intermezzo_engines.sound.convert import ANY
from intermezzo_engines.sound.judge import Judge, heard
from intermezzo_engines.sound.recordings import CLASSES, Recording

__all__ = ["UNSEEN", "figures"]

# Words that training never said (train_prior.SAYINGS).
UNSEEN: Final = {
    "Dog bark": "hound", "Rain": "drizzle", "Sea waves": "ocean", "Baby cry": "infant weeping",
    "Clock tick": "timepiece", "Person sneeze": "sneezed", "Helicopter": "whirlybird", "Chainsaw": "power saw",
    "Rooster": "cockerel", "Fire crackling": "bonfire",
}  # fmt: skip


def figures(
    context: Context, codec: Codec, judge: Judge, learned: list[Recording], held_out: list[Recording]
) -> list[Figure]:
    """Make sounds of each class by its kind, by its name and by a word nobody learned, and have them judged."""
    real = [r for r in held_out if r.kind in CLASSES]
    on_real = np.mean([a == r.kind for a, r in zip(heard(judge, [r.samples for r in real]), real, strict=True)])
    found: list[Figure] = []
    takes = 1 if context.quick else 4
    grids: list[NDArray[np.int64]] = []
    asked = (
        ("kinds", {kind: ("", kind) for kind in CLASSES}), ("names", {kind: (kind.lower(), ANY) for kind in CLASSES}),
        ("unseen_words", {kind: (text, ANY) for kind, text in UNSEEN.items()}),
    )  # fmt: skip
    for what, prompts in asked:
        context.progress(f"making sounds by {what.replace('_', ' ')}")
        wanted, sounds = [], []
        for kind, (text, chosen) in prompts.items():
            for seed in range(1, takes + 1):
                sketch = context.convert(Text(text), seed=seed, params={"kind": chosen})
                sound = context.render(sketch)
                assert isinstance(sound, Audio)
                wanted.append(kind)
                sounds.append(sound.samples[0])
                grids.append(sketch.tokens.codes.astype(np.int64))
        right = np.array(heard(judge, sounds)) == np.array(wanted)
        missed = ", ".join(
            f"{kind.lower()} {int(right[np.array(wanted) == kind].sum())} of {takes}"
            for kind in CLASSES if not right[np.array(wanted) == kind].all()
        )  # fmt: skip
        found.append(Figure(f"judge_on_{what}_percent", 100 * float(right.mean()), "quality", note=missed))
        target = 80.0 if what != "unseen_words" else None
        found.append(
            Figure(f"judge_on_{what}_to_real_percent", 100 * float(right.mean() / on_real), "quality", at_least=target)
        )
    context.progress("looking for copies")
    same = _nearest(grids, [codec.encode(r.samples) for r in learned])
    found.append(Figure("tokens_of_the_nearest_recording_percent_median", 100 * float(np.median(same)), "quality",
                        note="equal codes at equal places, silence left out; 100 is a copy"))  # fmt: skip
    return found


def _nearest(grids: list[NDArray[np.int64]], known: list[NDArray[np.int64]]) -> list[float]:
    """Return which share of the heard codes of each grid its likeliest recording has at the same places."""
    best = []
    for grid in grids:
        there = grid[:, 0] > 0
        shares = [0.0]
        for other in known:
            n = min(len(grid), len(other))
            shares.append(
                float(((grid[:n] == other[:n]) & there[:n, None]).sum() / max(there.sum() * grid.shape[1], 1))
            )
        best.append(max(shares))
    return best
