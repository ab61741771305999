"""What the prior learns from: pictures as tokens, with what they may be called; coloured and composed ones, too.

Emoji are few, so works are also made of them, anew in each batch: a thing in a colour that a word names ("red sword"),
and an emoji that wears or holds another ("cat face with sunglasses"), laid where such a thing belongs. The tokens come
from the trained tokeniser; held-out pictures are in none of the works.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

import torch
from torch import Tensor

from intermezzo_engines.image.laying import COLOURS, WORN, place_of
from intermezzo_engines.image.model import Tokeniser
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.image.stock import Stock, in_colour, laid_on
from intermezzo_engines.image.weights import STYLES
from intermezzo_engines.tokens.wording import Wording

__all__ = ["Works"]

Words = tuple[int, ...]

_LANGUAGES: Final = ("en", "en", "en", "en", "en", "fr", "de", "es", "zh", "ja")
_SHIFT: Final = 6  # pixels that a picture may lie off its place
_SHARES: Final = (("plain", 0.55), ("coloured", 0.2), ("worn", 0.1), ("together", 0.15))
_SILENT: Final = 0.1  # how often nothing is said


class Works:
    """Batches of codes with what they are called."""

    def __init__(self, learned: Sequence[Picture], net: Tokeniser, device: str) -> None:
        self._net, self._device = net, device
        self.stock = Stock(learned, device)
        self.wording = Wording([*COLOURS, *(t for p in learned for said in p.words.values() for t in said)], device)
        self._said = [
            {language: [self.wording.numbers(text) for text in said] for language, said in p.words.items()}
            for p in learned
        ]
        self._names = [p.words["en"][0] if "en" in p.words else "" for p in learned]
        self._style = torch.tensor([STYLES.index(p.kind) for p in learned])
        self._weight = torch.tensor([0.0 if not p.words else 1.0 if p.plain else 0.2 for p in learned])
        self._icons = torch.tensor([p.kind == "icon" for p in learned], device=device)
        plain = [k for k, p in enumerate(learned) if p.kind == "emoji" and p.plain and "en" in p.words]
        self._plain = torch.tensor(plain)
        faces = [k for k in plain if " face" in f" {self._names[k]}" or self._names[k] in ("cat", "dog", "robot")]
        self._faces = torch.tensor(faces)
        self._worn = torch.tensor([k for k in plain if self._names[k] in WORN])
        self._colours = [(self.wording.numbers(name), torch.tensor(ink) / 255) for name, ink in COLOURS.items()]

    def batch(self, count: int, random: Random) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return codes (n, 16, 16), buckets and weights of what is said, and classes (n,), 0 where nothing is."""
        pictures, said, styles = [], [], []
        for kind, share in _SHARES:
            shown, names, style = getattr(self, f"_{kind}_works")(max(round(count * share), 1), random)
            pictures.append(shown)
            said += names
            styles.append(style)
        silent = [random.random() < _SILENT for _ in said]
        style = torch.where(torch.tensor(silent), 0, torch.cat(styles) + 1).to(self._device)
        with torch.no_grad(), torch.autocast(self._device, enabled=False):  # codes are to be exact
            codes = self._net.encode(_shifted(torch.cat(pictures)))
        return codes, *self.wording.featured([() if s else p for s, p in zip(silent, said, strict=True)]), style

    def _plain_works(self, count: int, random: Random) -> tuple[Tensor, list[Words], Tensor]:
        chosen = torch.multinomial(self._weight, count, replacement=True)
        at = chosen.to(self._device)
        shown = self.stock.whole(at)
        # Icons are white as they come: all are of some colour here, which is not always told.
        names, inks = [], []
        for k in chosen.tolist():
            colour, ink = random.choice(self._colours)
            name = self._prompt(k, random)
            icon = bool(self._style[k] == STYLES.index("icon"))
            names.append((*colour, *name) if icon and random.random() < 0.7 else name)
            inks.append(ink)
        tinted = torch.cat([shown[:, :3] * torch.stack(inks).to(self._device)[:, :, None, None], shown[:, 3:]], dim=1)
        return torch.where(self._icons[at][:, None, None, None], tinted, shown), names, self._style[chosen]

    def _coloured_works(self, count: int, random: Random) -> tuple[Tensor, list[Words], Tensor]:
        chosen = self._plain[torch.randint(len(self._plain), (count,))]
        picked = [random.choice(self._colours) for _ in range(count)]
        inks = torch.stack([ink for _, ink in picked]).to(self._device)
        names = [(*colour, *self._prompt(k, random)) for (colour, _), k in zip(picked, chosen.tolist(), strict=True)]
        return in_colour(self.stock.whole(chosen.to(self._device)), inks), names, self._style[chosen]

    def _worn_works(self, count: int, random: Random) -> tuple[Tensor, list[Words], Tensor]:
        return self._laid(self._faces, self._worn, count, random)

    def _together_works(self, count: int, random: Random) -> tuple[Tensor, list[Words], Tensor]:
        return self._laid(self._plain, self._plain, count, random)

    def _laid(self, grounds: Tensor, things: Tensor, count: int, random: Random) -> tuple[Tensor, list[Words], Tensor]:
        one, other = (part[torch.randint(len(part), (count,))] for part in (grounds, things))
        places = torch.tensor([place_of(self._names[k], random.randrange(2)) for k in other.tolist()])
        places = (places + 0.015 * torch.randn(places.shape)).to(self._device)
        at = other.to(self._device)
        ground = self.stock.whole(one.to(self._device))
        shown = laid_on(ground, self.stock.whole(at), self.stock.boxes[at], places)
        names = []
        for a, b in zip(one.tolist(), other.tolist(), strict=True):
            language = random.choice(_LANGUAGES)
            names.append((*self._name(a, language), *self._name(b, language)))
        return shown, names, self._style[one]

    def _name(self, work: int, language: str) -> Words:
        said = self._said[work]
        return (said.get(language) or next(iter(said.values())))[0]

    def _prompt(self, work: int, random: Random) -> Words:
        """Return one of the ways to ask for a work: its name, its name and some keywords, or keywords alone."""
        said = self._said[work]
        name, *keywords = said.get(random.choice(_LANGUAGES)) or next(iter(said.values()))
        way = random.random()
        if not keywords or way < 0.45:
            return name
        some = random.sample(keywords, min(random.randint(1, 4), len(keywords)))
        return tuple(n for part in ([name, *some] if way < 0.65 else some) for n in part)


def _shifted(pictures: Tensor) -> Tensor:
    """Return pictures in slightly other places, by whole pixels; every other batch as they are."""
    if torch.rand(()) < 0.5:
        across, down = (int(k) for k in torch.randint(-_SHIFT, _SHIFT + 1, (2,)))
        pictures = torch.roll(pictures, (down, across), dims=(2, 3))
    return pictures.contiguous(memory_format=torch.channels_last)
