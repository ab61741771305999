"""Whether pictures show what was asked for, by a judge that has seen real pictures only; and whether they are copies.

Prompts are the names of held-out emoji, and words that no training text has: WordNet's other words for what learned
emoji are called ("hound" where only "dog" was learned). The distance to the nearest learned picture tells of copying.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Image, Text
from intermezzo_engines.image.groups import GROUPS
from intermezzo_engines.image.judge import Judge
from intermezzo_engines.image.pictures import Picture, is_held_out
from intermezzo_engines.tokens.synonyms import synonyms_of
from intermezzo_engines.tokens.words import words_of

__all__ = ["figures", "unseen_words"]

_MOST = 120
_NEAR_PX = 16


def figures(context: Context, judge: Judge, emoji: list[Picture]) -> list[Figure]:
    """Draw held-out names and unseen synonyms, and have them judged."""
    held_out = [p for p in emoji if is_held_out(p.glyph) and p.plain]
    learned = [p for p in emoji if not is_held_out(p.glyph) and p.plain]
    real = _judged(judge, np.stack([p.pixels for p in held_out]))
    right = np.mean([GROUPS[k] == p.group for k, p in zip(real, held_out, strict=True)])
    limit = 30 if context.quick else _MOST
    names = [(p.words["en"][0], p.group) for p in held_out][:limit]
    others = unseen_words(learned)[:limit]
    found = [Figure("judge_on_real_held_out_percent", 100 * float(right), "quality", note=f"{len(held_out)} pictures")]
    drawn_all: list[NDArray[np.uint8]] = []
    for what, prompts in (("held_out_names", names), ("unseen_synonyms", others)):
        context.progress(f"drawing {len(prompts)} prompts: {what.replace('_', ' ')}")
        drawn = np.stack([_drawn(context, text) for text, _ in prompts])
        drawn_all.append(drawn)
        agreed = np.mean([GROUPS[k] == group for k, (_, group) in zip(_judged(judge, drawn), prompts, strict=True)])
        note = f"{len(prompts)} prompts, {len(GROUPS)} groups"
        found.append(Figure(f"group_agrees_{what}_percent", 100 * float(agreed), "quality", at_least=70.0, note=note))
    drawn = np.concatenate(drawn_all)
    near = _nearest(drawn, np.stack([p.pixels for p in emoji if not is_held_out(p.glyph)]))
    apart = _nearest(np.stack([p.pixels for p in held_out]), np.stack([p.pixels for p in learned]))
    found += [
        Figure(
            "nearest_learned_rms_median", float(np.median(near)), "quality", note="drawn, 16 px, 0 to 1; 0 is a copy"
        ),
        Figure(
            "nearest_learned_rms_real_median", float(np.median(apart)), "quality", note="real held-out emoji, so far"
        ),
        Figure("drawn_copies_percent", 100 * float(np.mean(near < 0.03)), "quality", note="nearer than 0.03"),
    ]
    return found


def unseen_words(learned: list[Picture]) -> list[tuple[str, str]]:
    """Return (word, group) of synonyms that are in no name or keyword of any learned emoji, each once, in order."""
    known = {word for p in learned for said in p.words.values() for text in said for word in words_of(text)}
    found: dict[str, str] = {}
    for picture in learned:
        name = picture.words["en"][0].removesuffix(" face").lower()
        for other in synonyms_of(name):
            if not set(words_of(other)) & known and words_of(other):
                found.setdefault(other, picture.group)
    random = np.random.default_rng(3)
    items = sorted(found.items())
    return [items[k] for k in random.permutation(len(items))]


def _drawn(context: Context, text: str) -> NDArray[np.uint8]:
    picture = context.render(context.convert(Text(text), seed=1))
    if not isinstance(picture, Image):
        raise TypeError("the image engine renders pictures")
    pixels = picture.pixels.astype(np.uint16)
    return np.concatenate([pixels[..., :3] * pixels[..., 3:] // 255, pixels[..., 3:]], axis=-1).astype(np.uint8)


def _tensor(pixels: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255


def _judged(judge: Judge, pixels: NDArray[np.uint8]) -> list[int]:
    with torch.inference_mode():
        parts = torch.chunk(_tensor(pixels), max(len(pixels) // 32, 1))
        return [int(k) for part in parts for k in judge(part).argmax(dim=1)]


def _nearest(drawn: NDArray[np.uint8], learned: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the least root mean square difference of each picture to the learned ones, both at 16 px."""
    small = [functional.avg_pool2d(_tensor(x), x.shape[1] // _NEAR_PX).flatten(1) for x in (drawn, learned)]
    apart = torch.cdist(small[0], small[1]) / small[0].shape[1] ** 0.5
    nearest: NDArray[np.float64] = apart.amin(dim=1).double().numpy()
    return nearest
