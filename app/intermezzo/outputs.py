"""What commands write and tell: outcomes, paths that can be written, and outputs with their recipe and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from intermezzo.core.errors import FileError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Image, Media, Text, Video
from intermezzo.core.params import Value
from intermezzo.core.project import Stage
from intermezzo.core.sketch import Sketch

if TYPE_CHECKING:
    from intermezzo.storage.exchange.formats import Format
    from intermezzo.storage.recipe import Recipe

__all__ = ["Outcome", "pdf_format", "rendered_stage", "score_named", "target", "write_output", "write_score_of"]

_PDF: Final = ".pdf"


@dataclass(frozen=True)
class Outcome:
    """What a command found: one JSON object, the same for people, and the exit status."""

    document: dict[str, Any]
    lines: list[str] = field(default_factory=list)
    status: int = 0

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def target(path: Path, suffixes: tuple[str, ...]) -> Path:
    """Return a path that can be written; raises FileError before any work is done if it cannot."""
    name = path.name.lower()
    if not any(name.endswith(suffix.lower()) and len(name) > len(suffix) for suffix in suffixes):
        raise FileError(f"{path.name} should end in {' or '.join(suffixes)}.")
    try:
        is_folder = path.is_dir()
        if "\0" in path.name:
            raise ValueError
    except (OSError, ValueError):  # longer than the system allows, say
        raise FileError("No file can have the name that -o gives. Choose another, shorter one.") from None
    if is_folder:
        raise FileError(f"{path} is a folder; name a file in it.")
    if not path.parent.is_dir():
        raise FileError(f"There is no folder {path.parent}. Make it first, or write elsewhere.")
    return path


def score_named(path: Path) -> str:
    """Return the id of the format of scores that a file name asks for; '' where it asks for none."""
    from intermezzo.storage.scores.formats import FORMATS

    suffix = path.suffix.lower()
    if suffix == _PDF:
        return "pdf"
    return next((form.id for form in FORMATS if form.write is not None and suffix in form.suffixes), "")


def pdf_format() -> Format:
    """Return the format of engraved pages that only commands know: it needs Qt, though no window and no screen."""
    from intermezzo.storage.exchange.formats import of_score
    from intermezzo.storage.scores.formats import ScoreFormat
    from intermezzo.ui.score.pdf import written_pdf

    return of_score(ScoreFormat("pdf", "Engraved pages, PDF", (_PDF,), None, written_pdf, is_engraved=True))


def write_score_of(stage: Stage, sketch: Sketch, path: Path, title: str = "") -> Outcome:
    """Write the tune of a sketch as the score that the suffix names; further verses come from the stage's source.

    Raises:
        FileError: if the sketch holds no tune, or the format cannot hold it.
    """
    from intermezzo.storage.exchange.formats import Options, export, format_named

    form = pdf_format() if path.suffix.lower() == _PDF else format_named(score_named(path))
    export(sketch, target(path, (path.suffix,)), form, Options.of(stage, title))
    return Outcome({"path": str(path), "format": form.id}, [f"{path}: {form.title}"])


def rendered_stage(stage: Stage, manifest: EngineManifest, params: Mapping[str, Value], seed: int | None) -> Stage:
    """Return the stage as it is rendered: its own parameters of rendering unless ``params`` say otherwise.

    Parameters of the conversion are what the sketch was made with.
    """
    made = stage.sketch.made.params if stage.sketch is not None else {}
    of_render = {p.name for p in manifest.params_of("render")}
    of_convert = {p.name for p in manifest.params} - of_render
    converting = {name: value for name, value in {**made, **stage.params}.items() if name in of_convert}
    rendering = {name: value for name, value in {**stage.params, **params}.items() if name in of_render}
    number = stage.seed if seed is None else seed
    return replace(stage, engine=manifest.id, params={**converting, **rendering}, seed=number)


def write_output(
    medium: Media, path: Path, bits: int, spent_s: float, stage: Stage, manifest: EngineManifest,
    *, with_recipe: bool = True, labels: Sequence[str] = (), times: int = 1, crisp: bool = False,
) -> Outcome:  # fmt: skip
    """Write what was rendered of a stage, with its recipe where wanted and labels beside it.

    A picture is written ``times`` as large, with ``crisp`` pixels or smoothed.

    Raises:
        FileError: if any of it cannot be written.
    """
    from intermezzo.storage.recipe import CARRIERS, recipe_of

    if isinstance(medium, Text):
        from intermezzo.storage.atomic import write_atomically

        write_atomically(path, medium.text.encode())
        return Outcome({"path": str(path), "characters": len(medium.text), "seconds": round(spent_s, 4)}, [str(path)])
    if isinstance(medium, Image):
        return _write_picture(medium, path, spent_s, recipe_of(stage, manifest) if with_recipe else None, times, crisp)
    if isinstance(medium, Video):
        return _write_film(medium, path, spent_s, recipe_of(stage, manifest) if with_recipe else None, times, crisp)
    if not isinstance(medium, Audio):
        raise FileError(f"{manifest.title} renders a {medium.media}, which cannot be written as {path.suffix}.")
    from intermezzo.storage.audio_files import AudioEncoding, write_audio
    from intermezzo.storage.exchange.beside import labels_beside

    waves = {16: AudioEncoding.WAV_16, 24: AudioEncoding.WAV_24, 32: AudioEncoding.WAV_FLOAT}
    recipe = recipe_of(stage, manifest) if with_recipe else None
    beside = labels_beside(stage, path, labels) if labels else []  # first: they refuse before the sound is there
    write_audio(path, medium, waves[bits] if path.suffix.lower() == ".wav" else None, recipe)
    peak = float(np.abs(medium.samples).max(initial=0.0))
    peak_dbfs = round(20 * float(np.log10(peak)), 2) if peak > 0 else None
    document: dict[str, Any] = {
        "path": str(path), "duration_s": medium.duration_s, "sample_rate_hz": medium.sample_rate,
        "channels": int(medium.samples.shape[0]), "peak_dbfs": peak_dbfs, "seconds": round(spent_s, 4),
        "recipe": recipe is not None and path.suffix.lower() in CARRIERS,
    }  # fmt: skip
    told = f"{peak_dbfs:.1f} dBFS" if peak_dbfs is not None else "silent"
    lines = [f"{path}: {medium.duration_s:.2f} s, peak {told}, rendered in {spent_s:.2f} s"]
    if beside:
        document["labels"] = [str(p) for p in beside]
        lines += [f"  labels in {p}" for p in beside]
    return Outcome(document, lines)


def _write_picture(image: Image, path: Path, spent_s: float, recipe: Recipe | None, times: int, crisp: bool) -> Outcome:
    from intermezzo.storage.image_files import ImageEncoding, write_image
    from intermezzo.storage.recipe import CARRIERS

    write_image(path, image, ImageEncoding(times, crisp), recipe=recipe)
    times = 1 if path.suffix.lower() == ".ico" else times
    width, height = image.width * times, image.height * times
    document = {
        "path": str(path), "width_px": width, "height_px": height, "seconds": round(spent_s, 4),
        "recipe": recipe is not None and path.suffix.lower() in CARRIERS,
    }  # fmt: skip
    return Outcome(document, [f"{path}: {width} x {height} pixels, rendered in {spent_s:.2f} s"])


def _write_film(film: Video, path: Path, spent_s: float, recipe: Recipe | None, times: int, crisp: bool) -> Outcome:
    from intermezzo.storage.film_files import FilmEncoding, write_film
    from intermezzo.storage.recipe import CARRIERS

    write_film(path, film, FilmEncoding(times, crisp), recipe=recipe)
    count, height, width = len(film.frames), film.frames.shape[1] * times, film.frames.shape[2] * times
    document = {
        "path": str(path), "duration_s": film.duration_s, "frames": count, "frames_per_s": film.frames_per_s,
        "width_px": width, "height_px": height, "seconds": round(spent_s, 4),
        "recipe": recipe is not None and path.suffix.lower() in CARRIERS,
    }  # fmt: skip
    line = f"{path}: {film.duration_s:.2f} s, {count} pictures of {width} x {height}, rendered in {spent_s:.2f} s"
    return Outcome(document, [line])
