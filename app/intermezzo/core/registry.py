"""Registry: which engines are installed, which are broken and why; reads manifests, imports no engine code.

A package announces itself by an entry point in the group ``intermezzo.engines`` whose value is
``package:manifest.toml``. Nothing that a package does wrong raises here: it is listed in ``broken`` with its reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from intermezzo.core.errors import IntermezzoError, PluginError
from intermezzo.core.manifest import ComparisonManifest, EngineManifest, Manifest, read_manifest
from intermezzo.core.sketch import SketchType
from intermezzo.core.sketches import BUILT_IN

__all__ = ["GROUP", "Registry", "discover"]

GROUP = "intermezzo.engines"


@dataclass(frozen=True)
class Registry:
    """``engines`` by id, ``sketch_types`` by id, ``broken`` packages or engines with the reason in one line.

    ``comparisons`` by name.
    """

    engines: Mapping[str, EngineManifest]
    sketch_types: Mapping[str, SketchType]
    broken: Mapping[str, str]
    comparisons: Mapping[str, ComparisonManifest] = field(default_factory=dict)

    def comparison(self, name: str) -> ComparisonManifest:
        """Return a comparison by its name.

        Raises:
            PluginError: if there is none.
        """
        if name not in self.comparisons:
            known = ", ".join(sorted(self.comparisons)) or "none"
            raise PluginError(f"There is no comparison {name!r}; there are {known}.")
        return self.comparisons[name]

    def find(self, name: str) -> EngineManifest:
        """Return an engine by its id or, where only one has it, by its task.

        Raises:
            PluginError: if there is none or the task name fits several.
        """
        if name in self.engines:
            return self.engines[name]
        fitting = [m for m in self.engines.values() if m.task == name]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise PluginError(f"Several engines do {name!r}: {', '.join(m.id for m in fitting)}; name one of them.")
        if name in self.comparisons:
            raise PluginError(f"{name!r} is no engine but a comparison: intermezzo bench {name} --compare.")
        known = ", ".join(sorted({m.task for m in self.engines.values() if not m.hidden}))
        broken = f" The package {name!r} is broken: {self.broken[name]}" if name in self.broken else ""
        raise PluginError(f"There is no engine {name!r}; there are {known or 'none'}.{broken}")

    def sketch_type(self, manifest: EngineManifest) -> SketchType:
        """Return the sketch type of an engine."""
        return self.sketch_types[manifest.sketch]


def discover(points: Iterable[EntryPoint] | None = None) -> Registry:
    """Read the manifests of all installed engine packages; built-in ones come first."""
    found = entry_points(group=GROUP) if points is None else points
    engines: dict[str, EngineManifest] = {}
    types: dict[str, SketchType] = dict(BUILT_IN)
    broken: dict[str, str] = {}
    manifests: list[tuple[str, Manifest]] = []
    for point in sorted(found, key=lambda p: (p.name != "builtin", p.name)):
        try:
            manifests.append((point.name, read_manifest(_manifest_path(point).read_text(encoding="utf-8"))))
        except IntermezzoError as problem:
            broken[point.name] = str(problem)
        except (OSError, ValueError, ImportError, AttributeError) as problem:
            broken[point.name] = f"Its manifest {point.value!r} cannot be read: {problem}."
    # All types before any engine: a package may build on a type that another one declares.
    for package, manifest in manifests:
        for sketch_type in manifest.sketch_types:
            if types.setdefault(sketch_type.id, sketch_type) != sketch_type:
                broken[package] = f"It declares sketch type {sketch_type.id!r} otherwise than it is known."
    for package, manifest in manifests:
        for engine in manifest.engines:
            reason = broken.get(package) or _misfit(engine, engines, types)
            if reason:
                broken[f"{package}: {engine.id}"] = reason
            else:
                engines[engine.id] = engine
    comparisons = {c.name: c for package, manifest in reversed(manifests) for c in manifest.comparisons}
    return Registry(
        MappingProxyType(engines), MappingProxyType(types), MappingProxyType(broken), MappingProxyType(comparisons)
    )


def _misfit(engine: EngineManifest, engines: Mapping[str, EngineManifest], types: Mapping[str, SketchType]) -> str:
    if engine.id in engines:
        return f"Another package has an engine {engine.id!r} already."
    if engine.sketch not in types:
        return f"Its sketch type {engine.sketch!r} is declared nowhere."
    layers = {spec.name for spec in types[engine.sketch].layers}
    edits = (entry.removesuffix(".lengths").removesuffix(".labels") for entry in engine.edits or ())
    moving = {name for layer, m in engine.moves.items() for name in (layer, m.film, m.x, m.y, m.turn, m.width, m.height,
                                                                      m.fade)} - {""}  # fmt: skip
    named = (("reach names", engine.reach), ("moves name", moving), ("edits name", edits), ("hides name", engine.hides))
    for what, names in named:
        stray = sorted(set(names) - layers)
        if stray:
            return f"Its {what} {stray[0]!r}, which is no layer of {engine.sketch}."
    return ""


def _manifest_path(point: EntryPoint) -> Path:
    package, colon, file_name = point.value.partition(":")
    spec = find_spec(package) if "." not in package else None
    if not colon or spec is None or not spec.submodule_search_locations or Path(file_name).name != file_name:
        raise PluginError(f"The entry point {point.value!r} should read 'package:manifest.toml'.")
    return Path(next(iter(spec.submodule_search_locations))) / file_name
