"""One file per take: which there are, what each is called, and each as the stage that is rendered and labelled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from intermezzo.core.errors import EditError, FileError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.params import Param
from intermezzo.core.project import Stage
from intermezzo.core.take_settings import differing, settings_of, stage_of_take
from intermezzo.core.takes import take_of
from intermezzo.storage.exchange.file_names import file_names

__all__ = ["SKETCH", "numbers_of", "pattern_for", "stage_for", "take_names"]

SKETCH: Final = 0
"""The number that stands for the sketch as it is, beside those of its takes."""


def numbers_of(stage: Stage, wanted: str = "all") -> tuple[int, ...]:
    """Return the numbers of the takes that a person names: ``all``, ``sketch``, or ``1,3,sketch``.

    Raises:
        FileError: if the stage has no such take.
    """
    if stage.sketch is None:
        raise FileError("There is no sketch to export takes of. Convert a source first.")
    there = [take.number for take in stage.takes] or [SKETCH]
    found: list[int] = []
    for word in wanted.replace(",", " ").split() or [""]:
        if word == "all":
            found += there
        elif word == "sketch":
            found.append(SKETCH)
        elif word.isascii() and word.isdigit() and int(word) in there:
            found.append(int(word))
        else:
            list_ = ", ".join(map(str, there)) if there != [SKETCH] else "the sketch alone"
            raise FileError(f"There is no take {word!r}; there are {list_}. Takes are named as all, sketch or 1,3.")
    return tuple(dict.fromkeys(found))


def pattern_for(stage: Stage, manifest: EngineManifest) -> str:
    """Return the pattern that tells the takes apart: title, the settings in which they differ, number or name."""
    return "-".join(("{title}", *(f"{{{p.name}}}" for p in differing(stage, manifest)), "{take}"))


def take_names(stage: Stage, numbers: Sequence[int], pattern: str, title: str, manifest: EngineManifest) -> list[str]:
    """Return a file name without suffix for each take.

    ``pattern`` holds ``{title}``, ``{take}`` (its name, else its number), ``{n}``, ``{seed}`` and any parameter of the
    conversion, as ``{voice}``.

    Raises:
        FileError: if the pattern holds anything else in braces.
    """
    width = len(str(max((take.number for take in stage.takes), default=1)))
    entries = [_fields(stage, number, title, manifest, width) for number in numbers]
    return file_names(pattern, entries, [entry["n"] for entry in entries])


def stage_for(stage: Stage, number: int, manifest: EngineManifest) -> Stage:
    """Return the stage that is rendered for a take, or for the sketch as it stands.

    Raises:
        FileError: if the take is not there, or is of a stretch that is not there any more.
    """
    try:
        return stage if number == SKETCH else stage_of_take(stage, number, manifest)
    except EditError as refusal:
        raise FileError(f"Take {number} cannot be exported: {refusal}") from None


def _fields(stage: Stage, number: int, title: str, manifest: EngineManifest, width: int) -> dict[str, str]:
    take = take_of(stage, number) if number != SKETCH else None
    sketch = take.sketch if take is not None else stage.sketch
    n = f"{number:0{width}d}" if take is not None else "sketch"
    settings = settings_of(sketch.made.params if sketch is not None else {}, manifest)
    told = {p.name: _in_name(p, settings[p.name]) for p in manifest.params_of("convert") if p.kind != "dictionary"}
    seed = take.seed if take is not None else stage.seed
    return {"title": title, "take": (take.name if take else "") or n, "n": n, "seed": str(seed), **told}


def _in_name(param: Param, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:g}"
    return PurePath(str(value)).name if param.kind != "choice" else str(value)
