"""The two commands that trade with other programs: export writes labels, points or JSON, import draws them."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from intermezzo.commands import Meter
from intermezzo.core.sketch import Sketch
from intermezzo.outputs import Outcome, pdf_format, target
from intermezzo.studio import Studio, read_text, sketch_of

__all__ = ["export_sketch", "import_onto"]


def export_sketch(arguments: Namespace, meter: Meter) -> Outcome:
    """Write a sketch as labels, points, a score or JSON."""
    from intermezzo.storage.exchange.formats import FORMATS, Options, export, format_named, format_of

    is_pdf = (arguments.format or arguments.output.suffix.lower().removeprefix(".")) == "pdf"
    named = format_named if arguments.format else format_of
    form = pdf_format() if is_pdf else named(arguments.format or arguments.output)
    output = target(arguments.output, tuple(dict.fromkeys(f.suffix for f in (*FORMATS, form))))
    with Studio() as studio:
        stage = studio.load_stage(arguments.sketch)
    options = Options.of(stage, arguments.title)
    if arguments.text is not None:
        options = replace(options, text=read_text(arguments.text))
    options = replace(options, layer=arguments.layer, words_per_cue=arguments.words, word_times=arguments.word_times)
    export(sketch_of(stage, arguments.sketch), output, form, options)
    return Outcome({"path": str(output), "format": form.id}, [f"{output}: {form.title}"])


def import_onto(arguments: Namespace, meter: Meter) -> Outcome:
    """Draw labels or points of other programs on a sketch; without any, only write it as a sketch file."""
    from intermezzo.storage.exchange.formats import format_named, onto, read_exchange

    output = target(arguments.output, (".sketch",))
    form = format_named(arguments.format) if arguments.format else None
    with Studio() as studio:
        sketch: Sketch = studio.load(arguments.sketch)
        told: list[str] = []
        for path in arguments.files:
            sketch, notes = onto(sketch, read_exchange(path, form), arguments.how, arguments.layer)
            told += [f"{path.name}: {note}" for note in notes]
        studio.save(sketch, output)
    document = {
        "path": str(output), "sketch": sketch.type.id, "frames": sketch.n_frames, "duration_s": sketch.duration_s,
        "notes": told,
    }  # fmt: skip
    names = ", ".join(Path(path).name for path in arguments.files) or arguments.sketch.name
    return Outcome(document, [f"{output}: {sketch.type.title}, {sketch.duration_s:.2f} s, from {names}", *told])
