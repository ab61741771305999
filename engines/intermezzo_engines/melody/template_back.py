"""Figures: whether the analysis of a tune that was made gives its sketch back, element by element; needs no data."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from intermezzo.core.edits.tune import to_melody
from intermezzo.core.layers import Notes, Spans
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.melody.bench import SONG

__all__ = ["template_back_figures"]

_GERMAN: Final = (
    "Leise geht der Abend heim\ndurch die stillen Gassen,\nund der Mond will ganz allein\nmich nicht schlafen lassen."
)
_SONGS: Final = (
    (SONG, {"style": "ballad"}), (SONG, {"style": "hymn"}), (_GERMAN, {"style": "waltz"}), (" ", {"style": "folk"}),
)  # fmt: skip
_SEEDS: Final = (1, 2, 3)


def template_back_figures(context: Context) -> list[Figure]:
    """Return the share of elements that come back, of all layers together and of each."""
    same, total = Counter[str](), Counter[str]()
    songs = _SONGS[:2] if context.quick else _SONGS
    for text, params in songs:
        for seed in _SEEDS[:1] if context.quick else _SEEDS:
            made = context.convert(Text(text), seed=seed, params=params)
            again = context.analyse(to_melody(made))
            for name in made.layers:
                wanted, found = _elements(made, name), _elements(again, name)
                same[name] += (wanted & found).total()
                total[name] += max(wanted.total(), found.total())
    shares = ", ".join(f"{name} {100 * same[name] / max(total[name], 1):.1f}" for name in total)
    value = 100 * same.total() / max(total.total(), 1)
    return [
        Figure(
            "elements_given_back_percent", value, "obedience", at_least=99.0,
            note=f"converted, written as a tune, analysed: {shares}",
        )
    ]  # fmt: skip


def _elements(sketch: Sketch, name: str) -> Counter[Any]:
    layer = sketch.layers[name]
    if isinstance(layer, Spans):
        return Counter(zip(layer.starts.tolist(), layer.stops.tolist(), layer.labels, strict=True))
    assert isinstance(layer, Notes)
    return Counter((*row, text) for row, text in zip(map(tuple, layer.values.tolist()), layer.lyrics, strict=True))
