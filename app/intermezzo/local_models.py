"""What `intermezzo engines` tells of local checkpoints: which engine takes each one, and why the others refuse it."""

from pathlib import Path
from typing import Any

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.models import added_models, is_model, judged, kind_of, local_models, models_folder, name_of
from intermezzo.core.params import Param
from intermezzo.core.registry import Registry

__all__ = ["model_lines", "models_document"]


def models_document(registry: Registry) -> dict[str, Any]:
    """Return the models folder and for each checkpoint in it what every engine that takes any says of it.

    ``kind`` is what a checkpoint calls itself, ``bytes`` how large it is, ``elsewhere`` whether it lies outside the
    models folder. ``engines`` maps 'engine parameter' to '' (it fits) or the reason in one line. ``gone`` are paths
    that were added and are no checkpoints any more.
    """
    takers = {
        f"{manifest.id} {param.name}": param
        for manifest in registry.engines.values()
        for param in manifest.params
        if param.kind == "folder"
    }
    found = [
        {
            "name": name_of(folder), "path": str(folder), "kind": kind_of(folder), "bytes": _size(folder),
            "elsewhere": folder.parent != models_folder(),
            "engines": {taker: _verdict(param, folder) for taker, param in takers.items()},
        }
        for folder in (local_models() if takers else [])
    ]  # fmt: skip
    gone = [str(folder) for folder in added_models() if not is_model(folder)]
    return {"folder": str(models_folder()), "checkpoints": found, "gone": gone}


def _size(folder: Path) -> int:
    try:
        return sum(p.stat().st_size for p in (*folder.glob("*"), *folder.glob("*/*")) if p.is_file())
    except OSError:
        return 0


def _verdict(param: Param, folder: Path) -> str:
    try:
        return judged(param, folder)
    except IntermezzoError as problem:
        return str(problem)


def model_lines(document: dict[str, Any]) -> list[str]:
    """Return the same for people: one line a checkpoint that fits somewhere, one a refusal where it fits nowhere."""
    lines = []
    for checkpoint in document["checkpoints"]:
        fits = [taker for taker, reason in checkpoint["engines"].items() if not reason]
        lines.append(f"checkpoint {checkpoint['name']}: {', '.join(fits) if fits else 'fits no engine'}")
        if not fits:
            lines += [f"  {taker}: {reason}" for taker, reason in checkpoint["engines"].items()]
    return lines
