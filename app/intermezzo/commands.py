"""What the commands of the command line do; each returns an Outcome and prints nothing itself."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import numpy as np

from intermezzo.core.clock import Clock
from intermezzo.core.errors import FileError, ParamError, SourceError
from intermezzo.core.layers import Curve, Grid, Layer, Matrix, Notes, Slots, Spans, strongest
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Image, Media, Text
from intermezzo.core.params import Value, parsed_setting
from intermezzo.core.project import Stage, source_key
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches import MELODY
from intermezzo.jobs.protocol import Progress
from intermezzo.local_models import model_lines, models_document
from intermezzo.outputs import Outcome, rendered_stage, score_named, target, write_output, write_score_of
from intermezzo.split_outputs import check_split, write_parts
from intermezzo.storage.dictionary_file import dictionary_setting
from intermezzo.storage.exchange.beside import check_formats
from intermezzo.storage.pages import PAGE_SUFFIXES
from intermezzo.storage.scores.formats import SCORE_SUFFIXES, read_bytes, reading_of, sniffed
from intermezzo.storage.silence import silent_libraries
from intermezzo.storage.suffixes import written_as
from intermezzo.studio import Studio, medium_of, sketch_of, text_of
from intermezzo.take_outputs import render_takes
from intermezzo.take_project import project_of_takes

__all__ = [
    "Meter", "Outcome", "analyse_medium", "check_engines", "convert_source", "data_folder", "figure_lines",
    "list_engines", "made_folder", "render_sketch", "run_source", "show_sketch",
]  # fmt: skip

_LABELS_SHOWN = 400


class Meter(Protocol):
    """Shows progress."""

    def __call__(self, progress: Progress) -> None:
        """Show how far the work is."""

    def line(self, text: str) -> None:
        """Show what is being done."""

    def step(self, text: str) -> None:
        """Show what is being done in work of minutes, also where no terminal is."""

    def clear(self) -> None:
        """Take the line away."""


def list_engines(arguments: Namespace, meter: Meter) -> Outcome:
    """List what is installed and whether it works here."""
    with Studio(device=arguments.device) as studio:
        found = studio.engines(hidden=arguments.all or arguments.json)
        registry, models = studio.registry, models_document(studio.registry)
    entries, lines = [], []
    for status in found:
        manifest = status.manifest
        entry: dict[str, Any] = {"id": status.id, "state": status.state, "reason": status.reason}
        if manifest is not None:
            entry |= {
                "task": manifest.task, "title": manifest.title, "version": manifest.version, "source": manifest.source,
                "sketch": manifest.sketch, "output": manifest.output, "hidden": manifest.hidden,
                "converts": bool(manifest.converter), "analyses": bool(manifest.analyser),
                "analysed": list(manifest.analysed), "renders": bool(manifest.renderer), "licence": manifest.licence,
                "params": {p.name: p.default for p in manifest.params},
                "edits": [s.name for s in registry.sketch_type(manifest).layers if manifest.may_edit(s)],
            }  # fmt: skip
        entries.append(entry)
        task = manifest.task if manifest else "-"
        what = f"{manifest.title} {manifest.version}" if manifest else ""
        lines.append(f"{task:<10} {status.id:<22} {status.state:<7} {status.reason or what}")
    lines = lines or ["No engine is installed."]
    return Outcome({"engines": entries, "models": models}, lines + model_lines(models))


def convert_source(arguments: Namespace, meter: Meter) -> Outcome:
    """Convert a source, as often as takes are wanted, with seeds counting up; a project holds them all."""
    output = target(arguments.output, (".sketch", ".intermezzo"))
    is_project = output.suffix.lower() == ".intermezzo"
    with _studio(arguments) as studio:
        manifest = studio.registry.find(arguments.engine)
        source = _source(arguments.source, manifest.source)
        params = _settings(manifest, arguments.settings) | dictionary_setting(manifest, arguments.dictionary, source)
        made: list[tuple[Path, Sketch, float]] = []
        for take in range(arguments.takes):
            is_only = arguments.takes == 1 or is_project
            path = output if is_only else output.with_name(f"{output.stem}-{take + 1}{output.suffix}")
            began_s = perf_counter()
            seed = arguments.seed + take
            sketch = studio.convert(manifest.id, source, seed=seed, params=params, on_progress=meter)
            sketch = _following(studio, sketch, arguments.guide, params, meter)
            spent_s = perf_counter() - began_s
            if not is_project:
                studio.save(sketch, path)
            made.append((path, sketch, spent_s))
    if is_project:
        from intermezzo.storage.project_file import save_project

        sketches = [sketch for _, sketch, _ in made]
        save_project(project_of_takes(output.stem, manifest, source, params, sketches), output)
    meter.clear()
    return _sketches_made(made)


def analyse_medium(arguments: Namespace, meter: Meter) -> Outcome:
    """Analyse a recording or a score."""
    output = target(arguments.output, (".sketch",))
    with _studio(arguments) as studio:
        manifest = studio.registry.find(arguments.engine)
        remarks: tuple[str, ...] = ()
        if "melody" in manifest.analysed and Path(arguments.source).suffix.lower() in SCORE_SUFFIXES:
            reading = reading_of(Path(arguments.source), arguments.part)
            medium: Media = reading.melody
            remarks = reading.remarks
        elif Path(arguments.source).suffix.lower() in (".sketch", ".intermezzo"):
            medium = _sent_on(studio, manifest, Path(arguments.source))
        else:
            medium = _source(arguments.source, *(manifest.analysed or (manifest.output,)), part=arguments.part)
            if isinstance(medium, Image):
                from intermezzo.storage.image_files import image_remarks

                remarks = image_remarks(Path(arguments.source))
        params = _settings(manifest, arguments.settings)
        if arguments.text is not None:
            params |= _spoken(manifest, arguments.text)
        began_s = perf_counter()
        sketch = studio.analyse(manifest.id, medium, params=params, on_progress=meter)
        spent_s = perf_counter() - began_s
        studio.save(sketch, output)
    meter.clear()
    outcome = _sketches_made([(output, sketch, spent_s)])
    return Outcome({**outcome.document, "remarks": list(remarks)}, [*outcome.lines, *(f"  {line}" for line in remarks)])


def _sent_on(studio: Studio, manifest: EngineManifest, path: Path) -> Media:
    """Return what a sketch or a project gives to another engine, which must take it."""
    stage = studio.load_stage(path)
    given = studio.registry.find(studio.engine_of(sketch_of(stage, path))).output
    if given not in manifest.analysed:
        wanted = " or ".join(manifest.analysed) or "nothing"
        raise SourceError(f"{path.name} gives {given}, and {manifest.title} analyses {wanted}. Choose another engine.")
    return studio.sent(stage)


def render_sketch(arguments: Namespace, meter: Meter) -> Outcome:
    """Render the sketch in a file: a sketch, a project, or a sound that carries its recipe."""
    check_formats(arguments.labels)
    with _studio(arguments) as studio:
        stage = studio.load_stage(arguments.sketch)
        if arguments.takes:
            return render_takes(studio, stage, arguments, meter)
        check_split(arguments, stage)
        sketch = sketch_of(stage, arguments.sketch)
        if score_named(arguments.output) and arguments.split == "whole":
            return write_score_of(stage, sketch, arguments.output)
        manifest = studio.registry.find(arguments.engine or studio.engine_of(sketch))
        if arguments.split == "whole":
            target(arguments.output, written_as(manifest.output))
        settings = _settings(manifest, arguments.settings)
        stage = rendered_stage(stage, manifest, settings, arguments.seed)
        params = {name: stage.params[name] for p in manifest.params_of("render") if (name := p.name) in stage.params}
        began_s = perf_counter()
        medium = studio.render(
            sketch, seed=stage.seed, params={**params, **settings}, engine=manifest.id, on_progress=meter
        )
        spent_s = perf_counter() - began_s
        if arguments.split != "whole":
            return write_parts(medium, arguments, spent_s, stage, manifest, meter)
    meter.clear()
    return write_output(
        medium, arguments.output, arguments.bits, spent_s, stage, manifest, with_recipe=arguments.recipe,
        labels=arguments.labels, times=arguments.times, crisp=arguments.crisp,
    )  # fmt: skip


def run_source(arguments: Namespace, meter: Meter) -> Outcome:
    """Convert and render, as often as takes are wanted, with seeds counting up."""
    outcomes = []
    check_formats(arguments.labels)
    with _studio(arguments) as studio:
        manifest = studio.registry.find(arguments.engine)
        as_score = manifest.sketch == MELODY.id and bool(score_named(arguments.output))
        output = target(arguments.output, (arguments.output.suffix,) if as_score else written_as(manifest.output))
        source = _source(arguments.source, manifest.source)
        params = _settings(manifest, arguments.settings) | dictionary_setting(manifest, arguments.dictionary, source)
        for take in range(arguments.takes):
            path = output.with_name(f"{output.stem}-{take + 1}{output.suffix}") if arguments.takes > 1 else output
            seed, began_s = arguments.seed + take, perf_counter()
            sketch = studio.convert(manifest.id, source, seed=seed, params=params, on_progress=meter)
            sketch = _following(studio, sketch, arguments.guide, params, meter)
            if as_score:
                outcomes.append(write_score_of(Stage("1", manifest.id, source), sketch, path))
                continue
            medium = studio.render(sketch, seed=seed, params=params, engine=manifest.id, on_progress=meter)
            spent_s = perf_counter() - began_s
            stage = Stage("1", manifest.id, source, params, seed, sketch)
            stage = replace(stage, converted_from=source_key(stage, manifest))
            outcomes.append(
                write_output(
                    medium, path, arguments.bits, spent_s, stage, manifest, with_recipe=arguments.recipe,
                    labels=arguments.labels, times=arguments.times, crisp=arguments.crisp,
                )
            )  # fmt: skip
    meter.clear()
    if len(outcomes) == 1:
        return outcomes[0]
    return Outcome({"takes": [o.document for o in outcomes]}, [line for o in outcomes for line in o.lines])


def show_sketch(arguments: Namespace, meter: Meter) -> Outcome:
    """Tell what is in a sketch file."""
    with Studio() as studio:
        sketch = studio.load(arguments.sketch)
    if arguments.picture is not None:
        from intermezzo.storage.picture import save_picture

        save_picture(sketch, target(arguments.picture, (".png",)))
    made = sketch.made
    layers = {spec.name: _layer_facts(sketch.layers[spec.name], sketch.clock) for spec in sketch.type.layers}
    document = {
        "sketch": sketch.type.id, "engine": made.engine, "version": made.version, "seed": made.seed,
        "params": dict(made.params), "frames": sketch.n_frames, "hop_s": sketch.type.hop_s,
        "duration_s": sketch.duration_s, "layers": layers,
    }  # fmt: skip
    frames = f"{sketch.duration_s:.2f} s, {sketch.n_frames} frames of {1000 * sketch.type.hop_s:.1f} ms, "
    length = frames if sketch.bars is None else f"{sketch.duration_s:.2f} s, {sketch.bars.count} bars, "
    lines = [
        f"{sketch.type.title} ({sketch.type.id}), {length if sketch.type.hop_s else ''}made by {made.engine} "
        f"{made.version} with seed {made.seed}"
    ]
    for name, facts in layers.items():
        marks = ", ".join(f"{share:.0f} % {mark}" for mark, share in facts["marks_percent"].items())
        span = f"{facts['lowest']:.4g} to {facts['highest']:.4g} {facts['unit']}".rstrip() if "lowest" in facts else ""
        lines.append(f"  {name:<10} {facts['kind']:<7} {facts['count']:>6}  {span:<24} {marks}".rstrip())
        if "shape" in facts:
            shape = " x ".join(map(str, facts["shape"]))
            lines.append(
                f"             {shape} cells, {facts['different_codes']} different codes of {facts['codebook']}"
            )
        if facts.get("labels"):
            lines.append("             " + _shortened(" ".join(facts["labels"])))
    if arguments.picture is not None:
        document["picture"] = str(arguments.picture)
        lines.append(f"Drawn in {arguments.picture}")
    return Outcome(document, lines)


def check_engines(arguments: Namespace, meter: Meter) -> Outcome:
    """Measure the promises."""
    data_folder(arguments.data)
    with Studio(device=arguments.device) as studio:
        report = studio.check(
            *arguments.engines, data_dir=arguments.data, quick=arguments.quick, only=arguments.only,
            pictures=made_folder(arguments.pictures, "--pictures"), tell=meter.line,
        )  # fmt: skip
    meter.clear()
    lines, broken = [], False
    for engine, found in report.items():
        kept = found["promises"].items()
        broken |= any(is_kept is False for _, is_kept in kept) or "trouble" in found
        summary = ", ".join(f"{name} {_sign(is_kept)}" for name, is_kept in kept)
        what = f"{engine} {found['version']} on {found['device']} in {found['seconds']:.0f} s"
        lines += [f"{what}: {summary}", *figure_lines(found["figures"])]
        lines += [f"  Trouble: {found['trouble']}"] if "trouble" in found else []
    return Outcome(report, lines, 1 if broken else 0)


def _studio(arguments: Namespace) -> Studio:
    return Studio(device=arguments.device, threads=arguments.threads, cache_dir=arguments.cache)


def _settings(manifest: EngineManifest, settings: list[str]) -> dict[str, Value]:
    known = manifest.params_of("convert", "analyse", "render")
    return dict(parsed_setting(known, setting) for setting in settings)


def _following(
    studio: Studio, sketch: Sketch, guide: Path | None, params: Mapping[str, Value], meter: Meter
) -> Sketch:  # fmt: skip
    """Return the sketch with the intonation of a recording, where one is named."""
    if guide is None:
        return sketch
    manifest = studio.registry.find(studio.engine_of(sketch))
    if manifest.transcript is None or "phones" not in sketch.layers:
        raise ParamError(f"{manifest.title} cannot follow a recording; leave --guide out.")
    with silent_libraries():
        recording = medium_of(guide, "audio")
    language = str(params.get("language", "en"))
    return studio.copy_intonation(sketch, recording, language=language, on_progress=meter)


def _spoken(manifest: EngineManifest, path: Path) -> dict[str, Value]:
    """Return the parameter that tells an analyser what is said in a recording."""
    from intermezzo.storage.transcripts import read_transcript

    if manifest.transcript is None:
        raise ParamError(f"{manifest.title} takes recordings without their text; leave --text out.")
    return {manifest.transcript.name: read_transcript(path)}


def _source(given: str, *wanted: str, part: str = "") -> Media:
    """Return the medium that an argument names: a file, '-' for standard input, or a text itself."""
    if any("\ud800" <= character <= "\udfff" for character in given):
        raise SourceError("The source is no text in UTF-8. Save it to a file in UTF-8 and name that.")
    if given == "-":
        content = sys.stdin.buffer.read()
        if "text" in wanted:
            return Text(text_of(content, "Standard input"))
        if "melody" in wanted and (form := sniffed(content)) is not None:
            return read_bytes(content, form, part).melody
        from intermezzo.storage.audio_files import decode_audio

        with silent_libraries():
            return decode_audio(BytesIO(content), "Standard input")
    path = Path(given)
    try:
        is_there = bool(given) and path.exists()
    except (OSError, ValueError):  # longer than any file name, say
        is_there = False
    means_file = "text" not in wanted or (path.suffix.lower() in PAGE_SUFFIXES and not any(c.isspace() for c in given))
    if is_there and path.is_dir():
        if "text" in wanted and "/" not in given and "\\" not in given:
            return Text(given)  # a word that happens to be the name of a folder here
        raise FileError(f"{given} is a folder; name a file in it.")
    if is_there or means_file:
        with silent_libraries():
            return medium_of(path, *wanted, part=part)
    return Text(given)


def data_folder(path: Path | None) -> None:
    """Raise FileError where ``--data`` names no folder."""
    if path is not None and not path.is_dir():
        raise FileError(f"There is no folder {path}. Check what --data names.")


def made_folder(path: Path | None, option: str) -> Path | None:
    """Make a folder where there is none yet."""
    try:
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FileError(
            f"The folder {path} cannot be made: {problem.strerror}. Choose another with {option}."
        ) from None
    return path


def _sketches_made(made: list[tuple[Path, Sketch, float]]) -> Outcome:
    documents = [
        {
            "path": str(path), "sketch": sketch.type.id, "engine": sketch.made.engine, "seed": sketch.made.seed,
            "frames": sketch.n_frames, "duration_s": sketch.duration_s, "seconds": round(spent_s, 4),
        }
        for path, sketch, spent_s in made
    ]  # fmt: skip
    lines = [
        f"{path}: {sketch.type.title}, {f'{sketch.duration_s:.2f} s, ' if sketch.type.hop_s else ''}"
        f"seed {sketch.made.seed}, made in {spent_s:.2f} s"
        for path, sketch, spent_s in made
    ]
    return Outcome(documents[0] if len(documents) == 1 else {"takes": documents}, lines)


def _layer_facts(layer: Layer, clock: Clock) -> dict[str, Any]:
    """Return what there is to tell of a layer: kind, size, range of its values, marks in percent, labels."""
    facts: dict[str, Any] = {"kind": layer.kind, "title": layer.spec.title, "count": len(layer)}
    values = None
    if isinstance(layer, Curve):
        values = layer.values[layer.values != 0] if layer.spec.gaps else layer.values
        facts["unit"] = layer.spec.unit
    elif isinstance(layer, Matrix):
        values = layer.values
        facts |= {"unit": layer.spec.unit, "bands": layer.spec.bands}
    elif isinstance(layer, Spans):
        seconds = clock.seconds_at(layer.stops) - clock.seconds_at(layer.starts)
        facts |= {"count": layer.count, "labels": list(layer.labels), "seconds": seconds.round(4).tolist()}
    elif isinstance(layer, Notes):
        facts |= {"count": layer.count, "labels": list(layer.lyrics), "unit": "MIDI pitch"}
        values = layer.pitches
    elif isinstance(layer, Slots):
        facts["labels"] = list(layer.texts)
    elif isinstance(layer, Grid):
        codes = layer.codes
        facts |= {"count": codes.size, "shape": list(codes.shape), "codebook": layer.spec.codebook, "unit": "code"}
        facts |= {"different_codes": len(np.unique(codes)), "codes": codes.tolist()}
        values = codes
    if values is not None and values.size:
        facts |= {"lowest": float(values.min()), "highest": float(values.max())}
    marks = layer.marks()
    counted = Counter[str]()
    for mark, count in zip(*np.unique(marks, return_counts=True), strict=True):
        counted[strongest(int(mark))] += int(count)
    facts["marks_percent"] = {name: round(100 * count / max(marks.size, 1), 2) for name, count in counted.items()}
    return facts


def figure_lines(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = []
    for name, figure in figures.items():
        value = figure["value"]
        shown = "not measured" if value is None else f"{value:.4g}"
        target = f"at most {figure['at_most']:g}" if "at_most" in figure else ""
        target = f"at least {figure['at_least']:g}" if "at_least" in figure else target
        line = f"  {_sign(figure.get('met'))} {name:<52} {shown:>12}  {target:<14} {figure.get('note', '')}"
        lines.append(line.rstrip())
    return lines


def _sign(is_met: bool | None) -> str:
    return "–" if is_met is None else "kept" if is_met else "BROKEN"


def _shortened(text: str) -> str:
    return text if len(text) <= _LABELS_SHOWN else text[: _LABELS_SHOWN - 1] + "…"
