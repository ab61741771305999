"""Memory: the token grids of all pictures that were learned from, found by what a prompt says.

A small prior draws rough shapes only; a memory of some ten thousand grids, looked up by words, by the ideas above them
and by the group of things that a prompt speaks of, gives it drafts that a person can work on (retrieval as in Ashual et
al., 2204.02849, and Blattmann et al., 2204.11824). Chance chooses among the likeliest, so seeds differ; `check` reports
how near pictures are to copies.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import PluginError
from intermezzo_engines.image.reader import Reader
from intermezzo_engines.tokens.words import BUCKETS, featured_words, words_of

__all__ = ["Memory", "load_memory", "write_memory"]

_KEYWORD: Final = 0.7  # what a keyword counts beside a name
_LEAST: Final = 0.15  # likeness of words that counts at all
_NAMED: Final = 0.35  # for names that are said in full
_NEAR: Final = 24  # works that chance chooses among, at most


@dataclass(frozen=True, eq=False)
class Memory:
    """``codes`` uint16 (works, rows, columns), ``style`` int64 (works,) as numbers of `weights.STYLES`, ``group`` int64
    (works,) as numbers of `groups.GROUPS`, -1 for what belongs to none; ``reader`` tells of which a prompt speaks.

    ``names`` are what people read. ``words`` int32 (n, 3) says of each work (index) which word it has and whether it is
    in its name; ``vocabulary`` are these words, ``buckets`` and ``weights`` their features (`featured_words`).
    """

    codes: NDArray[np.uint16]
    style: NDArray[np.int64]
    group: NDArray[np.int64]
    names: list[str]
    words: NDArray[np.int32]
    vocabulary: list[str]
    buckets: NDArray[np.int64]
    weights: NDArray[np.float32]
    reader: Reader | None = None

    @classmethod
    def of(
        cls, codes: NDArray[Any], style: NDArray[Any], group: NDArray[Any], said: list[dict[str, list[str]]],
        reader: Reader | None = None,
    ) -> Memory:  # fmt: skip
        """Make a memory from grids, styles, groups, and of each work names and keywords by language, the name first."""
        known: dict[str, int] = {}
        rows: list[tuple[int, int, int]] = []
        for work, texts in enumerate(said):
            named = {word for of in texts.values() for word in words_of(of[0])}
            every = {word for of in texts.values() for text in of for word in words_of(text)}
            rows += [(work, known.setdefault(word, len(known)), int(word in named)) for word in sorted(every)]
        vocabulary = list(known)
        buckets, weights = featured_words(vocabulary)
        names = [next(iter(texts.values()))[0] for texts in said]
        table = np.array(rows, np.int32).reshape(-1, 3)
        numbers = style.astype(np.int64), group.astype(np.int64)
        return cls(codes.astype(np.uint16), *numbers, names, table, vocabulary, buckets, weights, reader)

    def scores(self, prompt: str, style: int) -> NDArray[np.float64]:
        """Return how well each work fits a prompt, float64 (works,); 0 for those of another style."""
        works, words, named = self.words.T
        common = np.bincount(words, minlength=len(self.vocabulary))
        rare = np.log(1 + len(self.names) / np.maximum(common, 1))
        total = np.zeros(len(self.names))
        found = np.zeros(len(self.vocabulary))
        for word in words_of(prompt):
            like = self._likeness(word)
            found = np.maximum(found, like)
            worth = like[words] * np.where(named == 1, 1.0, _KEYWORD)
            best = np.zeros(len(self.names))
            np.maximum.at(best, works, worth)
            total += best * float(np.average(rare, weights=like + 1e-9))
        is_named = named == 1
        whole = np.bincount(works[is_named], rare[words[is_named]], minlength=len(self.names))
        met = np.bincount(works[is_named], (rare * found)[words[is_named]], minlength=len(self.names))
        total *= 1 + _NAMED * met / np.maximum(whole, 1e-9)
        if self.reader is not None:
            chances = np.append(self.reader.chances(prompt), 1.0)  # -1, which belongs to no group, finds the last
            total *= np.sqrt(chances[self.group])
        return np.where(self.style == style, total, 0.0)

    def chosen(self, prompt: str, style: int, random: np.random.Generator, variety: float) -> int | None:
        """Return a work that fits a prompt, the likeliest more often; None where nothing fits at all."""
        scores = self.scores(prompt, style)
        near = np.argsort(-scores, kind="stable")[:_NEAR]
        if scores[near[0]] <= 0:
            return None
        chance = np.exp((scores[near] / scores[near[0]] - 1) / (0.06 * variety))
        return int(near[random.choice(len(near), p=chance / chance.sum())])

    def exactly(self, names: Iterable[str], part: str, style: int) -> int | None:
        """Return a work that is called like one of some names of which every word is said; None where there is none."""
        said = set(words_of(part))
        meant = [name for name in names if set(words_of(name)) <= said and words_of(name)]
        meant.sort(key=len, reverse=True)
        places = {name: k for k, name in enumerate(self.names) if self.style[k] == style}
        return next((places[name] for name in meant if name in places), None)

    def _likeness(self, word: str) -> NDArray[np.float64]:
        buckets, weights = featured_words([word])
        dense = np.zeros(BUCKETS)
        np.add.at(dense, buckets[0], weights[0])
        like = (dense[self.buckets] * self.weights).sum(axis=1)
        return np.where(like < _LEAST, 0.0, like.clip(0, 1)) ** 1.5


def write_memory(
    path: Path, codes: NDArray[Any], style: NDArray[Any], group: NDArray[Any], said: list[dict[str, list[str]]]
) -> None:
    """Write what `load_memory` reads: grids as bytes by plane, texts as JSON, in one zip."""
    planes = np.ascontiguousarray(codes.astype("<u2").reshape(len(codes), -1).T)
    array = io.BytesIO()
    np.save(array, np.stack([planes & 255, planes >> 8]).astype(np.uint8), allow_pickle=False)
    document = {"style": style.tolist(), "group": group.tolist(), "said": said, "shape": list(codes.shape[1:])}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as packed:
        for name, content in (("codes.npy", array.getvalue()), ("works.json", json.dumps(document).encode())):
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_LZMA)


def load_memory(reader: Reader | None = None) -> Memory:
    """Return the memory that ships, asked through a reader; raises PluginError if it is missing or damaged."""
    try:
        content = (resources.files("intermezzo_assets") / "weights" / "image_memory.zip").read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            planes = np.load(io.BytesIO(packed.read("codes.npy")), allow_pickle=False).astype(np.uint16)
            document = json.loads(packed.read("works.json"))
        codes = (planes[0] | planes[1] << 8).T.reshape(-1, *document["shape"])
        return Memory.of(codes, np.array(document["style"]), np.array(document["group"]), document["said"], reader)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as problem:
        raise PluginError("The memory of pictures is missing or damaged. Install Intermezzo again.") from problem
