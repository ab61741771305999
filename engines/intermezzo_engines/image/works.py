"""What the prior learns from: token grids of all pictures with what they may be called, composed and tinted ones too.

Emoji are few, so works are also made of them: an icon in a colour that a word names ("red sword"), and an emoji that
wears or holds another ("cat face with sunglasses"), laid where such a thing belongs. The tokens come from the trained
tokeniser; held-out pictures are in none of the works.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo_engines.image.laying import COLOURS, WORN, laid
from intermezzo_engines.image.model import Tokeniser
from intermezzo_engines.image.pictures import Picture, is_held_out, pictures
from intermezzo_engines.image.weights import STYLES

__all__ = ["Works", "composed", "made"]

_TINTS_PER_ICON: Final = 3
_WEARING: Final = 3_000
_TOGETHER: Final = 2_000


@dataclass(frozen=True, eq=False)
class Works:
    """``codes`` int16 (works, 16, 16); ``names`` of each by language; ``style`` and ``weight`` (works,)."""

    codes: NDArray[np.int16]
    names: list[dict[str, tuple[str, ...]]]
    style: NDArray[np.int64]
    weight: NDArray[np.float64]


def made(
    folder: Path, net: Tokeniser, tell: Callable[[float], None] = lambda share: None, seed: int = 0
) -> Works:  # fmt: skip
    """Make all works that may be learned from; takes some six minutes on one core."""
    random = np.random.default_rng(seed)
    learned = [p for p in pictures(folder) if not is_held_out(p.glyph)]
    names: list[dict[str, tuple[str, ...]]] = []
    kinds: list[str] = []
    weight: list[float] = []
    pixels: list[NDArray[np.uint8]] = []

    def add(kind: str, said: dict[str, tuple[str, ...]], shown: NDArray[np.uint8], much: float) -> None:
        names.append(said)
        kinds.append(kind)
        weight.append(much)
        pixels.append(shown)

    for picture in learned:
        if picture.kind == "icon":
            for name in random.choice(list(COLOURS), _TINTS_PER_ICON, replace=False).tolist():
                tint = np.array([*COLOURS[name], 255]) / 255
                title = picture.words["en"][0]
                add("icon", {"en": (f"{name} {title}",)}, (picture.pixels * tint).astype(np.uint8), 0.25)
        elif picture.words:
            add(picture.kind, picture.words, picture.pixels, 0.35 if not picture.plain else 1.0)
    plain = [p for p in learned if p.kind == "emoji" and p.plain and "en" in p.words]
    for said, shown in composed(plain, random, _WEARING, _TOGETHER):
        add("emoji", {"en": (said,)}, shown, 0.35)
    codes = []
    with torch.inference_mode():
        for first in range(0, len(pixels), 64):
            tell(first / len(pixels))
            batch = torch.from_numpy(np.stack(pixels[first : first + 64])).permute(0, 3, 1, 2).float() / 255
            codes.append(net.encode(batch.contiguous(memory_format=torch.channels_last)).numpy().astype(np.int16))
    style = np.array([STYLES.index(kind) for kind in kinds])
    return Works(np.concatenate(codes), names, style, np.array(weight))


def composed(
    plain: list[Picture], random: np.random.Generator, wearing: int, together: int
) -> list[tuple[str, NDArray[np.uint8]]]:
    """Return (what it shows, premultiplied pixels) of emoji that wear something, and of pairs in which one is held."""
    faces = [p for p in plain if " face" in f" {p.words['en'][0]}" or p.words["en"][0] in ("cat", "dog", "robot")]
    worn = [(p, WORN[p.words["en"][0]]) for p in plain if p.words["en"][0] in WORN]
    made_of = []
    for _ in range(wearing if worn and faces else 0):
        face = faces[random.integers(len(faces))]
        thing, place = worn[random.integers(len(worn))]
        jitter = random.normal(0, 0.015, 3)
        shown = _laid(face, thing, *(np.asarray(place) + jitter).tolist())
        made_of.append((f"{face.words['en'][0]} with {thing.words['en'][0]}", shown))
    for _ in range(together):
        one, other = (plain[k] for k in random.integers(0, len(plain), 2))
        side = random.choice((0.25, 0.75))
        shown = _laid(one, other, float(side), 0.76, 0.46)
        made_of.append((f"{one.words['en'][0]} with {other.words['en'][0]}", shown))
    return made_of


def _laid(ground: Picture, thing: Picture, x: float, y: float, width: float) -> NDArray[np.uint8]:
    one, other = (np.asarray(p.pixels / 255, np.float32) for p in (ground, thing))
    mixed = laid(one, other, x, y, width)
    pixels: NDArray[np.uint8] = np.rint(mixed * 255).astype(np.uint8)
    return pixels
