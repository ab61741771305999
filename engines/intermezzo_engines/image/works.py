"""What the prior learns from: pictures as tokens, with what they may be called; coloured and composed ones, too.

Emoji are few, so works are also made of them, anew in each batch: a thing in a colour that a word names ("red sword"),
and an emoji that wears or holds another ("cat face with sunglasses"), laid where such a thing belongs. The tokens come
from the trained tokeniser; held-out pictures are in none of the works. All of it happens on the device.
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
from intermezzo_engines.tokens.words import MOST_WORDS

__all__ = ["Works"]

Made = tuple[Tensor, Tensor, Tensor]  # pictures (n, 4, 128, 128), what they are called (n, 12), which works (n,)

_LANGUAGES: Final = ("en", "fr", "de", "es", "zh", "ja")
_ENGLISH: Final = 0.55
_WAYS: Final = 32  # to ask for a work, drawn once
_SHIFT: Final = 6  # pixels that a picture may lie off its place
_SHARES: Final = (("plain", 0.55), ("coloured", 0.2), ("worn", 0.1), ("together", 0.15))
_SILENT: Final = 0.1  # how often nothing is said


class Works:
    """Batches of codes with what they are called."""

    def __init__(self, learned: Sequence[Picture], net: Tokeniser, device: str) -> None:
        self._net, self._device = net, device
        named = [p for p in learned if p.words]
        self.stock = Stock(named, device)
        self._wording = Wording([*COLOURS, *(t for p in named for said in p.words.values() for t in said)], device)
        random = Random(0)
        ways = [self._way(p, random) for p in named for _ in range(_WAYS)]
        self._ways = self._wording.rows(ways).view(len(named), _WAYS, -1)
        names = [self._name(p, language) for p in named for language in _LANGUAGES]
        self._names = self._wording.rows(names, MOST_WORDS // 2).view(len(named), len(_LANGUAGES), -1)
        self._style = torch.tensor([STYLES.index(p.kind) for p in named], device=device)
        self._weight = torch.tensor([1.0 if p.plain else 0.2 for p in named], device=device)
        plain = [k for k, p in enumerate(named) if p.kind == "emoji" and p.plain and "en" in p.words]
        called = [p.words.get("en", ("",))[0] for p in named]
        faces = [k for k in plain if " face" in f" {called[k]}" or called[k] in ("cat", "dog", "robot")]
        self._plain, self._faces, self._worn = (
            torch.tensor(members, device=device) for members in (plain, faces, [k for k in plain if called[k] in WORN])
        )
        self._places = torch.tensor([[place_of(name, side) for side in range(2)] for name in called], device=device)
        self._colours = self._wording.rows([self._wording.numbers(name) for name in COLOURS], 1)
        self._inks = torch.tensor(list(COLOURS.values()), device=device) / 255

    def batch(self, count: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return codes (n, 16, 16), buckets and weights of what is said, and classes (n,), 0 where nothing is."""
        parts = [getattr(self, f"_{kind}_works")(max(round(count * share), 1)) for kind, share in _SHARES]
        pictures, said, works = (torch.cat(part) for part in zip(*parts, strict=True))
        silent = torch.rand(len(works), device=self._device) < _SILENT
        style = torch.where(silent, 0, self._style[works] + 1)
        with torch.no_grad(), torch.autocast(self._device, enabled=False):  # codes are to be exact
            codes = self._net.encode(_shifted(pictures))
        return codes, *self._wording.featured(torch.where(silent[:, None], 0, said)), style

    def _plain_works(self, count: int) -> Made:
        chosen = torch.multinomial(self._weight, count, replacement=True)
        shown, said = self.stock.whole(chosen), self._asked(chosen)
        # Icons are white as they come: all are of some colour here, which is not always told.
        colour = self._some(len(self._inks), count)
        icon = self._style[chosen] == STYLES.index("icon")
        tinted = torch.cat([shown[:, :3] * self._inks[colour][:, :, None, None], shown[:, 3:]], dim=1)
        tell = icon & (torch.rand(count, device=self._device) < 0.7)
        said = torch.where(tell[:, None], torch.cat([self._colours[colour], said[:, :-1]], dim=1), said)
        return torch.where(icon[:, None, None, None], tinted, shown), said, chosen

    def _coloured_works(self, count: int) -> Made:
        chosen, colour = self._plain[self._some(len(self._plain), count)], self._some(len(self._inks), count)
        said = torch.cat([self._colours[colour], self._asked(chosen)[:, :-1]], dim=1)
        return in_colour(self.stock.whole(chosen), self._inks[colour]), said, chosen

    def _worn_works(self, count: int) -> Made:
        return self._laid(self._faces, self._worn, count)

    def _together_works(self, count: int) -> Made:
        return self._laid(self._plain, self._plain, count)

    def _laid(self, grounds: Tensor, things: Tensor, count: int) -> Made:
        one, other = (members[self._some(len(members), count)] for members in (grounds, things))
        places = self._places[other, self._some(2, count)]
        places = places + 0.015 * torch.randn_like(places)
        shown = laid_on(self.stock.whole(one), self.stock.whole(other), self.stock.boxes[other], places)
        english = torch.rand(count, device=self._device) < _ENGLISH
        language = torch.where(english, 0, self._some(len(_LANGUAGES), count))
        return shown, torch.cat([self._names[one, language], self._names[other, language]], dim=1), one

    def _asked(self, works: Tensor) -> Tensor:
        return self._ways[works, self._some(_WAYS, len(works))]

    def _some(self, most: int, count: int) -> Tensor:
        return torch.randint(most, (count,), device=self._device)

    def _name(self, picture: Picture, language: str) -> tuple[int, ...]:
        said = picture.words.get(language) or next(iter(picture.words.values()))
        return self._wording.numbers(said[0])

    def _way(self, picture: Picture, random: Random) -> tuple[int, ...]:
        """Return one of the ways to ask for a work: its name, its name and some keywords, or keywords alone."""
        language = "en" if random.random() < _ENGLISH else random.choice(_LANGUAGES)
        texts = picture.words.get(language) or next(iter(picture.words.values()))
        name, *keywords = (self._wording.numbers(text) for text in texts)
        way = random.random()
        if not keywords or way < 0.45:
            return name
        some = random.sample(keywords, min(random.randint(1, 4), len(keywords)))
        return tuple(number for part in ([name, *some] if way < 0.65 else some) for number in part)


def _shifted(pictures: Tensor) -> Tensor:
    """Return pictures in slightly other places, by whole pixels; every other batch as they are."""
    if torch.rand(()) < 0.5:
        across, down = (int(k) for k in torch.randint(-_SHIFT, _SHIFT + 1, (2,)))
        pictures = torch.roll(pictures, (down, across), dims=(2, 3))
    return pictures.contiguous(memory_format=torch.channels_last)
