"""Rendered sound in files of one sentence or chapter each, for the command line."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from intermezzo.core.errors import FileError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Media
from intermezzo.core.project import Stage
from intermezzo.jobs.protocol import Progress
from intermezzo.outputs import Outcome, write_output
from intermezzo.storage.exchange.file_names import split_suffix
from intermezzo.storage.exchange.splitting import (
    PATTERN,
    folder_for,
    may_carry,
    names_of,
    part_of,
    sound_of,
    stretches_of,
)

if TYPE_CHECKING:
    from intermezzo.commands import Meter

__all__ = ["check_split", "write_parts"]


def check_split(arguments: Namespace, stage: Stage) -> None:
    """Refuse what cannot be written, before anything is rendered.

    Raises:
        FileError: if there is nothing to split, a name makes no sense, or the folder cannot be made.
    """
    if arguments.split == "whole":
        if arguments.name:
            raise FileError("A pattern for names is of use with --split sentences or chapters; name the file with -o.")
        return
    pattern, _ = split_suffix(arguments.name or PATTERN)
    names_of(stretches_of(stage, arguments.split), pattern, arguments.sketch.stem)
    folder_for(arguments.output)


def write_parts(
    medium: Media, arguments: Namespace, spent_s: float, stage: Stage, manifest: EngineManifest, meter: "Meter"
) -> Outcome:
    """Write one file for each sentence or chapter; each is whole or not there at all.

    Raises:
        FileError: if one cannot be written; those before it stay.
    """
    if not isinstance(medium, Audio) or stage.sketch is None:
        raise FileError(f"{manifest.title} makes no sound that could be split into files.")
    stretches = stretches_of(stage, arguments.split)
    pattern, suffix = split_suffix(arguments.name or PATTERN)
    names = names_of(stretches, pattern, arguments.sketch.stem)
    carries = arguments.recipe and may_carry(stage)
    outcomes = []
    for k, (stretch, name) in enumerate(zip(stretches, names, strict=True)):
        meter(Progress(k / len(stretches), f"Writing {name}"))
        outcomes.append(
            write_output(
                sound_of(medium, stretch, stage.sketch.n_frames), Path(arguments.output, name + suffix),
                arguments.bits, spent_s * (stretch.stop - stretch.start) / stage.sketch.n_frames,
                part_of(stage, stretch), manifest, with_recipe=carries, labels=arguments.labels,
            )
        )  # fmt: skip
    meter.clear()
    return Outcome({"files": [o.document for o in outcomes]}, [line for o in outcomes for line in o.lines])
