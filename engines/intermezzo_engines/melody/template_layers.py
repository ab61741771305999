"""Templates in sketches: what the lanes of a melody/1 sketch say, and a tune with its template as a sketch."""

from __future__ import annotations

from collections.abc import Sequence

from intermezzo.core.edits.tune import to_melody, to_sketch
from intermezzo.core.layers import Mark, Spans, SpansSpec
from intermezzo.core.media import Melody
from intermezzo.core.music.keys import key_of
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches.melody import MELODY
from intermezzo_engines.melody.key_finding import find_key
from intermezzo_engines.melody.template import Span, Template

__all__ = ["sketch_of", "template_in"]


def template_in(sketch: Sketch) -> Template:
    """Return the template of a melody/1 sketch as its lanes stand; a key that no lane says is found in the notes."""
    tune = to_melody(sketch)
    keys = tuple((at, key_of(name)) for at, name in tune.keys) or ((0, find_key(tune.notes)),)
    return Template(
        sketch.n_frames, keys, tune.metres, tune.pickup, tune.chords, _rows(sketch, "rhythm"), _rows(sketch, "cadence"),
        tune.sections,
    )  # fmt: skip


def sketch_of(tune: Melody, template: Template, made: Made, mark: Mark = Mark.PREDICTED) -> Sketch:
    """Return a sketch whose lanes are the template and whose notes are the tune, all of them with one mark."""
    sketch = to_sketch(tune, made)
    rows: dict[str, Sequence[Span]] = {
        "chords": template.chords, "rhythm": template.rhythm, "cadence": template.cadence,
        "sections": template.sections,
        "key": [(at, stop, key.name) for (at, key), stop in zip(template.keys, _nexts(template), strict=True)],
    }  # fmt: skip
    for name in ("tempo", "metre"):
        rows[name] = _rows(sketch, name)
    for name, spans in rows.items():
        spec = MELODY.spec(name)
        assert isinstance(spec, SpansSpec)
        starts, stops, labels = zip(*spans, strict=True) if spans else ((), (), ())
        sketch = sketch.with_layer(
            Spans.machine(spec, MELODY.hop_s, sketch.n_frames, starts, stops, tuple(labels), mark)
        )
    notes = sketch.notes
    return sketch.with_layer(
        type(notes).machine(notes.spec, MELODY.hop_s, sketch.n_frames, notes.values, notes.lyrics, mark)
    )


def _nexts(template: Template) -> list[int]:
    return [*(at for at, _ in template.keys), template.n_frames][1:]


def _rows(sketch: Sketch, name: str) -> tuple[Span, ...]:
    layer = sketch.layers[name]
    assert isinstance(layer, Spans)
    return tuple(zip(layer.starts.tolist(), layer.stops.tolist(), layer.labels, strict=True))
