"""Takes of a project in files of their own, each with its labels, for the command line."""

from argparse import Namespace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from intermezzo.core.errors import FileError
from intermezzo.core.params import parsed_setting
from intermezzo.core.project import Stage
from intermezzo.jobs.protocol import Progress
from intermezzo.outputs import Outcome, rendered_stage, write_output
from intermezzo.storage.exchange.file_names import split_suffix
from intermezzo.storage.exchange.splitting import folder_for
from intermezzo.storage.exchange.take_files import numbers_of, pattern_for, stage_for, take_names
from intermezzo.studio import Studio, sketch_of

if TYPE_CHECKING:
    from intermezzo.commands import Meter

__all__ = ["render_takes"]


def render_takes(studio: Studio, stage: Stage, arguments: Namespace, meter: "Meter") -> Outcome:
    """Render the takes that ``--takes`` names into the folder ``-o``; each file is whole or not there at all.

    Raises:
        FileError: if there is no such take, a name makes no sense or a file cannot be written; those before it stay.
    """
    if arguments.split != "whole":
        raise FileError("--takes and --split cannot go together; render one take with --takes, or split the sketch.")
    numbers = numbers_of(stage, arguments.takes)
    manifest = studio.registry.find(arguments.engine or stage.engine)
    if manifest.output not in ("audio", "image", "video"):
        raise FileError(f"{manifest.title} makes no sounds or pictures; its takes are exported with the sketch.")
    known = manifest.params_of("convert", "analyse", "render")
    settings = dict(parsed_setting(known, setting) for setting in arguments.settings)
    pattern, suffix = split_suffix(arguments.name or pattern_for(stage, manifest), manifest.output)
    names = take_names(stage, numbers, pattern, arguments.sketch.stem, manifest)
    stages = [
        rendered_stage(stage_for(stage, number, manifest), manifest, settings, arguments.seed) for number in numbers
    ]
    of_render = {p.name for p in manifest.params_of("render")}
    folder = folder_for(arguments.output)
    outcomes = []
    for k, (one, name) in enumerate(zip(stages, names, strict=True)):
        began_s = perf_counter()
        meter(Progress(k / len(stages), f"Rendering {name}"))
        params = {name: value for name, value in one.params.items() if name in of_render}
        medium = studio.render(sketch_of(one, arguments.sketch), seed=one.seed, params=params, engine=manifest.id)
        spent_s = perf_counter() - began_s
        outcomes.append(
            write_output(
                medium, Path(folder, name + suffix), arguments.bits, spent_s, one, manifest,
                with_recipe=arguments.recipe, labels=arguments.labels, times=arguments.times, crisp=arguments.crisp,
            )
        )  # fmt: skip
        outcomes[-1].document["take"] = numbers[k]
    meter.clear()
    return Outcome({"takes": [o.document for o in outcomes]}, [line for o in outcomes for line in o.lines])
