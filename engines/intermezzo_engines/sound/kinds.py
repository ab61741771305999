"""Which kind of sound a text asks for: the one whose names share most spelling, words and ideas with it."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Final

from intermezzo_engines.sound.recordings import KINDS
from intermezzo_engines.tokens.words import featured

__all__ = ["SAYINGS", "kind_of"]

# Ways to name each class of ESC-10; what is tested are others.
SAYINGS: Final = {
    "Dog bark": ("dog bark", "dog", "barking dog", "a dog barks", "bark"),
    "Rain": ("rain", "falling rain", "it is raining", "rain on leaves", "shower of rain"),
    "Sea waves": ("sea waves", "waves", "sea", "waves at the beach", "surf"),
    "Baby cry": ("baby cry", "crying baby", "baby", "a baby cries", "crying"),
    "Clock tick": ("clock tick", "ticking clock", "clock", "tick tock", "ticking"),
    "Person sneeze": ("person sneeze", "sneeze", "sneezing", "somebody sneezes", "a person sneezes"),
    "Helicopter": ("helicopter", "helicopter flying", "helicopter rotor", "a helicopter", "chopper"),
    "Chainsaw": ("chainsaw", "chain saw", "a chainsaw cuts wood", "sawing", "saw motor"),
    "Rooster": ("rooster", "crowing rooster", "a rooster crows", "rooster crow", "cock"),
    "Fire crackling": ("fire crackling", "crackling fire", "fire", "campfire", "burning wood"),
}
_LEAST: Final = 0.12  # how alike a text and a name of a kind must be, 0 to 1


def kind_of(text: str) -> str | None:
    """Return the kind of `recordings.KINDS` that a text asks for, or None where it is like no name of any."""
    said = _vector(text)
    scores = {kind: max(_alike(said, _vector(name)) for name in SAYINGS.get(kind, (kind,))) for kind in KINDS}
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] >= _LEAST else None


@lru_cache(maxsize=512)
def _vector(text: str) -> dict[int, float]:
    buckets, weights = featured([text])
    found: dict[int, float] = defaultdict(float)
    for bucket, weight in zip(buckets.ravel().tolist(), weights.ravel().tolist(), strict=True):
        if weight:
            found[bucket] += weight
    length = sum(weight**2 for weight in found.values()) ** 0.5 or 1.0
    return {bucket: weight / length for bucket, weight in found.items()}


def _alike(one: dict[int, float], other: dict[int, float]) -> float:
    return sum(weight * other.get(bucket, 0.0) for bucket, weight in one.items())
