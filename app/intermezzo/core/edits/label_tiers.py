"""Tiers of a file and layers of a sketch: which belongs to which, and the labels in the symbols of the layer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from intermezzo.core.errors import EditError
from intermezzo.core.labels import PAUSE, Interval, Labels, Tier
from intermezzo.core.layers import Spans
from intermezzo.core.phonetic import in_symbols_of
from intermezzo.core.sketch import Sketch

__all__ = ["Item", "items_of", "layers_of"]

_SOUNDS: Final = frozenset(
    {"phones", "phone", "phonemes", "phoneme", "segments", "segment", "sounds", "sound", "mau", "phon"}
)
_WORDS: Final = frozenset({"words", "word", "ort", "ort-mau", "orthography", "cues", "subtitles", "text"})
_OVERLAP_S: Final = 1e-4


@dataclass(frozen=True)
class Item:
    """A stretch of time with a symbol of its layer, or with '' where nothing is labelled."""

    start_s: float
    stop_s: float
    label: str


def layers_of(sketch: Sketch, labels: Labels) -> tuple[dict[str, Tier], tuple[str, ...]]:
    """Return the tiers by the layer that each belongs to, the governing one first, and a line for tiers left over.

    By name or title of the layer; else by what aligners call them (the governing layer is "phones", "MAU" and so on,
    the first layer of free text "words", "ORT"); one tier without a known name goes where its labels fit.

    Raises:
        EditError: if none fits any layer.
    """
    layers = {name: layer for name, layer in sketch.layers.items() if isinstance(layer, Spans)}
    if not layers:
        raise EditError(f"A {sketch.type.title.lower()} sketch has no labels.")
    found: dict[str, Tier] = {}
    left: list[Tier] = []
    for tier in labels.tiers:
        name = _layer_named(tier.name, layers, sketch)
        if name is not None and name not in found:
            found[name] = tier
        else:
            left.append(tier)
    if not found and len(left) == 1:
        found[_fitting(left.pop(), layers)] = labels.tiers[0]
    if not found:
        names = ", ".join(repr(tier.name[:30]) for tier in labels.tiers[:6]) or "none"
        raise EditError(f"No tier of the file is called {' or '.join(layers)}; it has {names}. Rename one of them.")
    governing = sketch.governing.spec.name if sketch.governing is not None else ""
    ordered = {name: found[name] for name in sorted(found, key=lambda name: name != governing)}
    return ordered, tuple(f"Tier {tier.name[:40]!r} is no layer of this sketch and was left out." for tier in left[:6])


def _layer_named(name: str, layers: dict[str, Spans], sketch: Sketch) -> str | None:
    # "speaker - words" is how aligners name the tiers of several speakers.
    plain = name.rpartition(" - ")[2].strip().lower()
    own = next((n for n, layer in layers.items() if plain in (n.lower(), layer.spec.title.lower())), None)
    if own is not None:
        return own
    if plain in _SOUNDS and sketch.governing is not None:
        return sketch.governing.spec.name
    if plain in _WORDS:
        return next((n for n, s in layers.items() if not s.spec.governs and not s.spec.symbols), None)
    return None


def _fitting(tier: Tier, layers: dict[str, Spans]) -> str:
    texts = [interval.label for interval in tier.intervals if interval.label.strip()]

    def fits(layer: Spans) -> tuple[int, bool, bool]:
        read = in_symbols_of(layer.spec, texts)
        alike = sum(read[text] in layer.labels for text in set(texts))
        return alike, bool(layer.spec.symbols) and None not in read.values(), len(texts) == layer.count

    return max(layers, key=lambda name: fits(layers[name]))


def items_of(layer: Spans, tier: Tier, duration_s: float) -> list[Item]:
    """Return a tier as items without a hole from 0 on, labels in symbols of the layer.

    What is not labelled, or labelled as a pause, is a pause where the layer has a symbol for it, else nothing ('').
    Stretches under half a frame are left out of it.

    Raises:
        EditError: if intervals overlap or a label is no symbol of the layer.
    """
    symbols = in_symbols_of(layer.spec, (interval.label for interval in tier.intervals))
    pause = PAUSE if layer.spec.symbols and layer.spec.allows(PAUSE) and not _has_gaps(layer) else ""
    items: list[Item] = []
    at = 0.0
    for interval in _in_order(tier.intervals):
        if interval.start_s < at - _OVERLAP_S:
            raise EditError(f"{_place(interval)} begins before the one before it ends.")
        if interval.start_s - at > layer.hop_s / 2:
            items.append(Item(at, interval.start_s, pause))
            at = interval.start_s
        label = symbols[interval.label] if interval.label.strip() else pause
        if label is None:
            raise EditError(f"{_place(interval)} is no symbol of {layer.spec.title.lower()}; use those of its palette.")
        items.append(Item(at, max(interval.stop_s, at), label))
        at = items[-1].stop_s
    if duration_s - at > layer.hop_s / 2:
        items.append(Item(at, duration_s, pause))
    return items


def _has_gaps(layer: Spans) -> bool:
    edges = [0, *layer.stops.tolist()]
    starts = [*layer.starts.tolist(), len(layer)]
    return bool(layer.count) and any(start > edge for start, edge in zip(starts, edges, strict=True))


def _in_order(intervals: tuple[Interval, ...]) -> Iterable[Interval]:
    return sorted(intervals, key=lambda interval: (interval.start_s, interval.stop_s))


def _place(interval: Interval) -> str:
    label = interval.label if len(interval.label) <= 40 else f"{interval.label[:40]}…"
    return f"Line {interval.line}: {label!r}" if interval.line else f"{label!r} at {interval.start_s:.2f} s"
