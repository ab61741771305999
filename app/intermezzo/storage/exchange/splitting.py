"""One file per sentence or chapter: what stretches are called, and each as a stage of its own with its labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import numpy as np

from intermezzo.core.edits.cut import cut
from intermezzo.core.errors import FileError
from intermezzo.core.layers import Slots
from intermezzo.core.media import Audio, Text
from intermezzo.core.project import Stage
from intermezzo.core.sentences import Stretch, chapters_of, sentences_of
from intermezzo.storage.exchange.file_names import file_names

__all__ = ["PATTERN", "Split", "folder_for", "may_carry", "names_of", "part_of", "sound_of", "stretches_of"]

Split = Literal["whole", "sentences", "chapters"]
PATTERN: Final = "{title}-{n}"
_MOST_CHARS: Final = 60  # of a sentence in a name


def stretches_of(stage: Stage, split: Split) -> tuple[Stretch, ...]:
    """Return the stretches that become files.

    Raises:
        FileError: if the stage has no sketch, or it has no time to be split.
    """
    if stage.sketch is None or not stage.sketch.n_frames:
        raise FileError("There is nothing to split into files. Convert a source first.")
    text = stage.source.text if isinstance(stage.source, Text) else ""
    if split == "whole":
        return (Stretch(1, 0, stage.sketch.n_frames, ""),)
    return sentences_of(stage.sketch, text) if split == "sentences" else chapters_of(stage.sketch, text)


def names_of(stretches: Sequence[Stretch], pattern: str, title: str) -> list[str]:
    """Return a file name without suffix for each stretch; all different, and such that any system takes them.

    ``pattern`` holds ``{n}`` (with as many digits as the last one needs), ``{title}``, ``{chapter}`` and ``{text}``.

    Raises:
        FileError: if the pattern holds anything else in braces, or makes no name.
    """
    width = len(str(len(stretches)))
    numbers = [f"{stretch.number:0{width}d}" for stretch in stretches]
    entries = [
        {"n": number, "title": title, "chapter": stretch.chapter, "text": _shortened(stretch.title)}
        for number, stretch in zip(numbers, stretches, strict=True)
    ]
    return file_names(pattern, entries, numbers)


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _MOST_CHARS else plain[:_MOST_CHARS].rsplit(" ", 1)[0]


def may_carry(stage: Stage) -> bool:
    """Tell whether a stretch of a stage can be a project of its own: where every layer follows time."""
    return stage.sketch is not None and not any(isinstance(layer, Slots) for layer in stage.sketch.layers.values())


def part_of(stage: Stage, stretch: Stretch) -> Stage:
    """Return the stage of one stretch: its frames, and the text that is said in them."""
    sketch = stage.sketch
    if sketch is None:
        raise FileError("There is no sketch to split. Convert a source first.")
    if (stretch.start, stretch.stop) == (0, sketch.n_frames):
        return stage
    source, place = stage.source, None
    if isinstance(source, Text) and stretch.place != (0, 0):
        source, place = Text(source.text[slice(*stretch.place)]), stretch.place
    part = cut(sketch, stretch.start, stretch.stop, place)
    return replace(stage, sketch=part, source=source, converted_from="", takes=(), comp=(), dropped=(), linked_to=None)


def sound_of(sound: Audio, stretch: Stretch, n_frames: int) -> Audio:
    """Return the part of a sketch's sound that a stretch of its ``n_frames`` frames makes."""
    hop = sound.n_samples // n_frames if n_frames else 0
    return Audio(np.array(sound.samples[:, stretch.start * hop : stretch.stop * hop]), sound.sample_rate)


def folder_for(path: Path) -> Path:
    """Make the folder that files go to where there is none; raises FileError if that is impossible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise FileError(f"The folder {path} cannot be made: {reason}. Choose another.") from None
    return path
