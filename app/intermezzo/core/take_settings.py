"""What takes were made with: where their settings differ, whether they are of the source as it is, each as a stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath

from intermezzo.core import takes
from intermezzo.core.errors import EditError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.params import Param, Value
from intermezzo.core.project import Stage, source_key
from intermezzo.core.take import Part, Take

__all__ = ["differing", "is_of_source", "setting_in_words", "settings_of", "stage_of_take"]


def settings_of(made: Mapping[str, Value], manifest: EngineManifest) -> dict[str, Value]:
    """Return all parameters of a conversion, defaults where ``made`` names none."""
    return {p.name: made.get(p.name, p.default) for p in manifest.params_of("convert", "analyse")}


def differing(stage: Stage, manifest: EngineManifest) -> tuple[Param, ...]:
    """Return the parameters in which takes differ from each other or from the stage as it stands."""
    wholes = [settings_of(take.sketch.made.params, manifest) for take in stage.takes]
    wholes.append(settings_of(stage.params, manifest))
    return tuple(
        p for p in manifest.params_of("convert", "analyse")
        if p.kind != "dictionary" and any(w[p.name] != wholes[0][p.name] for w in wholes[1:])
    )  # fmt: skip


def setting_in_words(param: Param, value: Value) -> str:
    """Return a value as one reads it in a list: ``cathy``, ``Speed 1.2×``; empty where it says nothing."""
    if param.kind == "choice":
        return str(value)
    if param.kind == "bool":
        return param.title if value else ""
    if isinstance(value, (int, float)):
        space = "" if param.unit in ("", "×", "%") else "\u2009"
        return f"{param.title} {value:g}{space}{param.unit}"
    return PurePath(value).name


def is_of_source(stage: Stage, take: Take, manifest: EngineManifest) -> bool:
    """Tell whether a take says the source as it stands, with whatever settings it was made."""
    folders = {p.name for p in manifest.params if p.kind == "folder"}  # engines note those by their names alone
    own = {name: value for name, value in take.sketch.made.params.items() if name not in folders}
    return take.converted_from in {
        source_key(replace(stage, seed=take.seed, params=params), manifest)
        for params in (stage.params, {**stage.params, **own})
    }


def stage_of_take(stage: Stage, number: int, manifest: EngineManifest) -> Stage:
    """Return the stage as it would be with one take alone: what is heard of it, ready to render, label and keep.

    A take of a stretch is heard in the sketch as it stands, since it is of nothing else.

    Raises:
        EditError: if there is no such take, or its stretch is not there any more.
    """
    take = takes.take_of(stage, number)
    if stage.sketch is None:
        raise EditError("There is no sketch yet to use a take in.")
    if take.frames is not None:
        return takes.use(stage, number, 0, stage.sketch.n_frames)
    of_conversion = {p.name for p in manifest.params_of("convert", "analyse") if p.kind != "folder"}
    made = {name: value for name, value in take.sketch.made.params.items() if name in of_conversion}
    alone = replace(
        stage, params={**stage.params, **made}, sketch=take.sketch, dropped=(), takes=(take,),
        comp=(Part(0, take.sketch.n_frames, number),),
    )  # fmt: skip
    fresh = is_of_source(stage, take, manifest)
    return replace(alone, converted_from=source_key(alone, manifest) if fresh else "")
