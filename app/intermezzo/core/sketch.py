"""Sketch (Y'): a frozen set of named layers of one sketch type, and who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from math import inf, isclose
from types import MappingProxyType
from typing import Any

from intermezzo.core import clock
from intermezzo.core.clock import Clock
from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import KINDS, Grid, GridSpec, Layer, LayerSpec, Spans, SpansSpec, Warp, spec_from_document
from intermezzo.core.music.metre import Bars, bars_of
from intermezzo.core.params import Value

__all__ = ["Beats", "Made", "Sketch", "SketchType"]


@dataclass(frozen=True)
class Beats:
    """That the frames of a sketch are ticks of musical time, and which of its spans say what of it.

    ``tempo`` (quarters a minute) and ``metre`` ("6/8") name layers that are always there; ``key`` and ``chords`` may
    be empty.
    """

    frames_per_quarter: int
    tempo: str
    metre: str
    key: str = ""
    chords: str = ""


@dataclass(frozen=True)
class SketchType:
    """A named, versioned set of layer specs (``speech/1``); plain data, so that a manifest can declare one.

    ``hop_s`` is the frame of the common time axis, 0 for a sketch without time; ``hop_samples`` and ``sample_rate``
    say how many output samples a frame makes (0 where the output is no sound). With ``beats`` the axis is musical
    time: ``hop_s`` is a frame at 120 quarters a minute, `Sketch.clock` says when each is heard, and ``hop_samples`` is
    0, as tempo moves it.

    ``open``: what a checkpoint decides is left to each sketch: sizes, codes and codebook of its grids, hop and rate.
    What stands in the type is what is usual then.
    """

    id: str
    title: str
    layers: tuple[LayerSpec, ...]
    hop_s: float = 0.0
    hop_samples: int = 0
    sample_rate: int = 0
    beats: Beats | None = None
    open: bool = False

    def __post_init__(self) -> None:
        names = [spec.name for spec in self.layers]
        if not names or len(set(names)) != len(names) or not all(n.isidentifier() for n in names):
            raise SketchError(f"Sketch type {self.id!r}: layers need different names that are identifiers.")
        if not 0 <= self.hop_s < inf or self.hop_samples < 0 or self.sample_rate < 0:
            raise SketchError(f"Sketch type {self.id!r}: hop_s, hop_samples and sample_rate are 0 or more.")
        if self.beats is not None:
            spoken = (self.beats.tempo, self.beats.metre, *filter(None, (self.beats.key, self.beats.chords)))
            if self.beats.frames_per_quarter < 1 or any(not isinstance(self.spec(n), SpansSpec) for n in spoken):
                raise SketchError(f"Sketch type {self.id!r}: beats need a tempo and a metre, which are spans.")

    def spec(self, name: str) -> LayerSpec:
        """Return the spec of a layer; raises SketchError if there is none."""
        found = next((spec for spec in self.layers if spec.name == name), None)
        if found is None:
            raise SketchError(f"A {self.id} sketch has no layer {name!r}.")
        return found

    def admits(self, other: SketchType) -> bool:
        """Tell whether a sketch of another type is one of this: they are equal, or differ in what is open here."""
        return self == other or (
            self.open and other.open and self.id == other.id and self.beats == other.beats
            and [_closed(spec) for spec in self.layers] == [_closed(spec) for spec in other.layers]
        )  # fmt: skip

    @property
    def sounds(self) -> bool:
        """Whether the frames of such a sketch are heard: each has its place among the samples of the output."""
        return self.sample_rate > 0 and (self.hop_samples > 0 or self.beats is not None)

    @cached_property
    def governing(self) -> SpansSpec | None:
        """The spans whose lengths make the time axis, if any."""
        return next((s for s in self.layers if isinstance(s, SpansSpec) and s.governs), None)

    def document(self) -> dict[str, Any]:
        """Return the type as a JSON table."""
        document = {
            "id": self.id, "title": self.title, "hop_s": float(self.hop_s), "hop_samples": self.hop_samples,
            "sample_rate": self.sample_rate, "layers": [spec.document() for spec in self.layers],
        }  # fmt: skip
        document |= {"open": True} if self.open else {}
        return document | ({"beats": asdict(self.beats)} if self.beats else {})

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> SketchType:
        """Read a type from a JSON or TOML table; raises SketchError if it is malformed."""
        try:
            return cls(
                str(document["id"]), str(document.get("title", document["id"])),
                tuple(spec_from_document(spec) for spec in document["layers"]),
                float(document.get("hop_s", 0.0)), int(document.get("hop_samples", 0)),
                int(document.get("sample_rate", 0)),
                Beats(**document["beats"]) if document.get("beats") else None, bool(document.get("open", False)),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
            raise SketchError(f"A sketch type is malformed: {problem!r}.") from None


def _closed(spec: LayerSpec) -> tuple[str, str, tuple[str, ...]]:
    """Return what of a layer is not open in any type: kind, name, and the axes of a grid."""
    return spec.kind, spec.name, spec.axes if isinstance(spec, GridSpec) else ()


@dataclass(frozen=True)
class Made:
    """How a sketch came to be, enough to make it again."""

    engine: str
    version: str
    seed: int = 0
    params: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Sketch:
    """Layers by name, complete and of equal length; layers are also attributes: ``sketch.pitch``.

    Raises:
        SketchError: if a layer is missing, of another kind, or of another length than the rest.
    """

    type: SketchType
    layers: Mapping[str, Layer]
    made: Made

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", MappingProxyType(dict(self.layers)))
        wanted = {spec.name: spec for spec in self.type.layers}
        if set(wanted) != set(self.layers):
            odd = sorted(set(wanted) ^ set(self.layers))
            raise SketchError(f"A {self.type.id} sketch has other layers than these: {', '.join(odd)}.")
        for name, layer in self.layers.items():
            if not isinstance(layer, KINDS[wanted[name].kind][1]) or layer.spec != wanted[name]:
                raise SketchError(f"Layer {name!r} is not what {self.type.id} says.")
            if layer.timed and not isclose(getattr(layer, "hop_s", self.type.hop_s), self.type.hop_s):
                raise SketchError(f"Layer {name!r} has another frame length than {self.type.id} says.")
        lengths = {len(layer) for layer in self.layers.values() if layer.timed}
        if len(lengths) > 1:
            raise SketchError(f"The layers differ in length: {sorted(lengths)} frames.")

    def __getattr__(self, name: str) -> Any:  # Any: each layer kind has its own type
        layers = self.__dict__.get("layers", {})
        if name in layers:
            return layers[name]
        raise AttributeError(f"this {self.type.id if 'type' in self.__dict__ else ''} sketch has no layer {name!r}")

    @cached_property
    def n_frames(self) -> int:
        """Frames on the common time axis; in a sketch without time the rows of its grid, 0 where it has none."""
        timed = next((len(layer) for layer in self.layers.values() if layer.timed), None)
        return next((len(x) for x in self.layers.values() if isinstance(x, Grid)), 0) if timed is None else timed

    @property
    def timed(self) -> bool:
        """Whether any of its layers lies in time."""
        return any(layer.timed for layer in self.layers.values())

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.clock.seconds_at(self.n_frames)) if self.type.beats else self.n_frames * self.type.hop_s

    @cached_property
    def clock(self) -> Clock:
        """At which second of the output each frame is heard; tempo labels that say nothing are passed over."""
        beats = self.type.beats
        if beats is None:
            return clock.even(self.type.hop_s, self.n_frames)
        spans = self.layers[beats.tempo]
        assert isinstance(spans, Spans)
        said = zip(spans.starts.tolist(), map(clock.tempo_of, spans.labels), strict=True)
        tempi = [(start, bpm) for start, bpm in said if bpm is not None]
        return clock.of_tempi(tempi or [(0, 120.0)], beats.frames_per_quarter, self.n_frames)

    def sample(self, frame: int) -> int:
        """Return the first output sample of a frame; 0 where the type does not sound."""
        hop = self.type.hop_samples
        return frame * hop if hop or not self.type.sounds else self.clock.sample(frame, self.type.sample_rate)

    @cached_property
    def bars(self) -> Bars | None:
        """The bars of a sketch in beats, None of any other; a short first metre span is a pick-up."""
        beats = self.type.beats
        return None if beats is None else bars_of(self.layers[beats.metre], self.n_frames)

    @cached_property
    def governing(self) -> Spans | None:
        """The spans whose lengths make the time axis, if the type has such."""
        spec = self.type.governing
        layer = self.layers[spec.name] if spec else None
        return layer if isinstance(layer, Spans) else None

    def with_layer(self, layer: Layer) -> Sketch:
        """Return the sketch with one layer replaced; all others are shared."""
        return replace(self, layers={**self.layers, layer.spec.name: layer})

    def retime(self, warp: Warp) -> Sketch:
        """Return the sketch on another time axis, every layer moved alike; raises EditError if the warp fits not."""
        if warp.old[-1] != self.n_frames:
            raise EditError(f"These time positions are for {warp.old[-1]} frames, the sketch has {self.n_frames}.")
        return replace(self, layers={name: layer.retime(warp) for name, layer in self.layers.items()})

    def joined(self, other: Sketch) -> Sketch:
        """Return the sketch followed by another of its type, made the way this one was.

        Raises:
            SketchError: if the types differ.
        """
        if self.type != other.type:
            raise SketchError(f"A {other.type.id} sketch cannot follow a {self.type.id} sketch.")
        return replace(self, layers={name: layer.joined(other.layers[name]) for name, layer in self.layers.items()})

    def changed(self, other: Sketch) -> dict[str, list[tuple[int, int]]]:
        """Return per layer the frame ranges in which two sketches of equal length differ; unchanged layers are absent.

        A layer whose length differs is wholly changed.
        """
        found: dict[str, list[tuple[int, int]]] = {}
        for name, mine in self.layers.items():
            theirs = other.layers.get(name)
            if mine is theirs:
                continue
            same_axis = theirs is not None and type(theirs) is type(mine) and len(theirs) == len(mine)
            ranges = mine.changed(theirs) if same_axis and theirs is not None else [(0, max(len(mine), 1))]
            if ranges:
                found[name] = ranges
        return found
