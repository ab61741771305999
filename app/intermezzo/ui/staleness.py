"""Staleness: whether a sketch still belongs to its source; remembered, since hashing a long recording takes a while."""

from __future__ import annotations

from intermezzo.core.manifest import EngineManifest
from intermezzo.core.project import Stage

__all__ = ["Staleness"]


class Staleness:
    """Answers for one stage after another; asks again only where source, settings or seed are other ones."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Stage, str, bool]] = {}

    def of(self, stage: Stage, manifest: EngineManifest) -> bool:
        """Tell whether the sketch was made from another source, engine, seed or settings than stand there now."""
        if stage.sketch is None:
            return False
        known = self._known.get(stage.id)
        if known is not None and known[1] == manifest.key and _same(known[0], stage):
            return known[2]
        answer = stage.is_stale(manifest)
        self._known[stage.id] = (stage, manifest.key, answer)
        return answer


def _same(a: Stage, b: Stage) -> bool:
    return (
        a.source is b.source and a.seed == b.seed and a.converted_from == b.converted_from
        and dict(a.params) == dict(b.params) and a.engine == b.engine and a.sketch is not None
    )  # fmt: skip
