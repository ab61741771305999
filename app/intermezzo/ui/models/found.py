"""What `intermezzo engines --json` tells of checkpoints, as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intermezzo.core.manifest import EngineManifest
from intermezzo.core.params import Param
from intermezzo.core.registry import Registry

__all__ = ["FoundModel", "Verdict", "models_in", "size_words"]


@dataclass(frozen=True)
class Verdict:
    """What an engine says of a checkpoint as the value of one of its parameters: ``reason`` why not, or nothing."""

    manifest: EngineManifest
    param: Param
    reason: str = ""

    @property
    def starts(self) -> bool:
        """Whether a sketch can begin with it: what is asked for only when rendering (a vocoder) belongs to another."""
        return not self.reason and self.param.stage != "render"


@dataclass(frozen=True)
class FoundModel:
    """One checkpoint: its ``name`` as parameters take it, and what it calls itself (``kind``).

    ``elsewhere``: it lies outside the models folder; ``gone``: it was added and is no checkpoint any more.
    """

    name: str
    path: Path
    kind: str = ""
    n_bytes: int = 0
    elsewhere: bool = False
    gone: bool = False
    verdicts: tuple[Verdict, ...] = ()

    @property
    def takers(self) -> tuple[Verdict, ...]:
        """The engines that take it."""
        return tuple(v for v in self.verdicts if not v.reason)

    @property
    def refusals(self) -> tuple[Verdict, ...]:
        """Those that do not, and why."""
        return tuple(v for v in self.verdicts if v.reason)


def models_in(document: Mapping[str, Any], registry: Registry) -> list[FoundModel]:
    """Return the checkpoints of the table 'models', those that an engine takes first."""
    found = [
        FoundModel(
            entry["name"], Path(entry["path"]), entry["kind"], entry["bytes"], entry["elsewhere"],
            verdicts=tuple(
                Verdict(registry.engines[engine], param, reason)
                for taker, reason in entry["engines"].items()
                for engine, _, name in [taker.rpartition(" ")]
                if engine in registry.engines
                for param in registry.engines[engine].params
                if param.name == name
            ),
        )
        for entry in document.get("checkpoints", ())
    ]  # fmt: skip
    found.sort(key=lambda model: not model.takers)
    gone = (Path(path) for path in document.get("gone", ()))
    return found + [FoundModel(path.name, path, elsewhere=True, gone=True) for path in gone]


def size_words(n_bytes: int) -> str:
    """Return a size in the unit that people use for it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if n_bytes >= size:
            return f"{n_bytes / size:.1f}\u2009{unit}"
    return f"{max(round(n_bytes / 1e3), 1)}\u2009kB"
