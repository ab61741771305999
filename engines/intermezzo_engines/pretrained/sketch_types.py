"""The sketch types and parameters of these engines as engines.toml declares them: said once, there, and read here."""

from functools import cache
from importlib.resources import files
from typing import TypeVar

from intermezzo.core.layers import LayerSpec
from intermezzo.core.manifest import Manifest, read_manifest
from intermezzo.core.params import Param
from intermezzo.core.sketch import SketchType

__all__ = ["param_of", "sketch_type", "spec_of"]

S = TypeVar("S", bound=LayerSpec)


@cache
def _manifest() -> Manifest:
    return read_manifest(files("intermezzo_engines").joinpath("engines.toml").read_text(encoding="utf-8"))


def sketch_type(name: str) -> SketchType:
    """Return a sketch type by its id."""
    return next(t for t in _manifest().sketch_types if t.id == name)


def param_of(engine: str, name: str) -> Param:
    """Return a parameter of an engine."""
    manifest = next(e for e in _manifest().engines if e.id == engine)
    return next(p for p in manifest.params if p.name == name)


def spec_of(kind: SketchType, name: str, wanted: type[S]) -> S:
    """Return a layer spec as its own kind; raises TypeError if engines.toml says otherwise."""
    spec = kind.spec(name)
    if not isinstance(spec, wanted):
        raise TypeError(f"engines.toml and {wanted.__name__} disagree on {name!r}")
    return spec
