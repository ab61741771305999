"""Drafts: a prompt to tokens by what the memory holds; things that are worn or held are laid on, colours are given.

"angry cat with sunglasses" is a picture of an angry cat and one of sunglasses, laid where such a thing belongs;
"blue apple" an apple in blue. What was put together goes through the tokeniser, so a draft is tokens like any other.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo_engines.image.laying import COLOURS, WORN, laid, place_of, tinted
from intermezzo_engines.image.memory import Memory
from intermezzo_engines.image.model import Tokeniser
from intermezzo_engines.tokens.words import words_of

__all__ = ["drafted"]

_JOINTS: Final = re.compile(
    r"\b(?:with|wearing|holding|and|plus|avec|et|mit|und|con|y)\b|\+|,", re.IGNORECASE
)  # fmt: skip
_MOST_THINGS: Final = 3


def drafted(
    memory: Memory, net: Tokeniser, prompt: str, style: int, seed: int, variety: float
) -> NDArray[np.int64] | None:
    """Return codes (rows, columns) for a prompt; None where the memory knows none of its words.

    ``net`` draws and reads again what was put together.
    """
    random = np.random.default_rng(seed)
    parts = [part for part in _JOINTS.split(prompt) if words_of(part)][:_MOST_THINGS]
    whole = memory.chosen(prompt, style, random, variety)
    if whole is None:
        return None
    first = memory.chosen(parts[0], style, random, variety)
    if len(parts) < 2 or first is None or _says_all(memory, whole, parts):
        return _coloured(memory, net, whole, prompt)
    canvas = _drawn(net, _coloured(memory, net, first, parts[0]))
    for number, part in enumerate(parts[1:]):
        worn = memory.exactly(WORN, part, style)
        thing = memory.chosen(part, style, random, variety) if worn is None else worn
        if thing is not None:
            shown = _drawn(net, _coloured(memory, net, thing, part))
            canvas = laid(canvas, shown, *place_of(memory.names[thing], number))
    return _read(net, canvas)


def _says_all(memory: Memory, work: int, parts: list[str]) -> bool:
    """Tell whether the name of one work says every part by itself ("smiling face with sunglasses")."""
    said = set(words_of(memory.names[work]))
    return all(set(words_of(part)) <= said for part in parts)


def _coloured(memory: Memory, net: Tokeniser, work: int, part: str) -> NDArray[np.int64]:
    """Return the codes of a work, in the colour that is asked for where its name does not say it already."""
    codes: NDArray[np.int64] = memory.codes[work].astype(np.int64)
    asked = [word for word in words_of(part) if word in COLOURS]
    if not asked or asked[0] in words_of(memory.names[work]):
        return codes
    return _read(net, tinted(_drawn(net, codes), COLOURS[asked[0]]))


def _drawn(net: Tokeniser, codes: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return premultiplied pixels, float32 (height, width, 4) from 0 to 1."""
    with torch.inference_mode():
        picture: NDArray[np.float32] = net.decode(torch.from_numpy(codes)[None])[0].permute(1, 2, 0).numpy()
    return picture


def _read(net: Tokeniser, pixels: NDArray[np.float32]) -> NDArray[np.int64]:
    with torch.inference_mode():
        shown = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None]
        codes: NDArray[np.int64] = net.encode(shown)[0].numpy()
    return codes
