"""The formats of other programs in one table: window, command line and batch export offer what stands here.

A format says which suffix it has, what a sketch needs for it, and how its text is written and read; a sketch type says
the units. Reading gives labels, a track or a whole sketch, which `onto` draws on a sketch as one edit. Scores have a
table of their own (`storage.scores.formats`); those that can be written stand here, too.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from intermezzo.core.edits.labels import How, apply_labels
from intermezzo.core.edits.tracks import apply_track, curve_for
from intermezzo.core.edits.tune import to_melody
from intermezzo.core.edits.verses import with_verses
from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.core.labels import Labels, Track, tiers_of, track_of
from intermezzo.core.layers import Curve, Notes, Spans
from intermezzo.core.media import Melody, Text
from intermezzo.core.project import Stage
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches import is_tune
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.documents import Unsound
from intermezzo.storage.exchange import columns, praat_points, subtitles, textgrid
from intermezzo.storage.exchange.cues import cues_of
from intermezzo.storage.exchange.json_labels import read_json_labels, written_json_labels
from intermezzo.storage.exchange.sketch_json import read_sketch_json, written_sketch_json
from intermezzo.storage.exchange.spoken import spoken_words
from intermezzo.storage.scores.formats import FORMATS as SCORES
from intermezzo.storage.scores.formats import ScoreFormat, written_score

__all__ = [
    "FORMATS", "READABLE_SUFFIXES", "Format", "Options", "Value", "export", "format_named", "format_of", "onto",
    "read_exchange", "tune_of", "written",
]  # fmt: skip

Value = Labels | Track | Sketch
_LARGEST_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Options:
    """What a format may want to know: the source, which ``layer``, and how subtitles are cut.

    The source is a ``text`` or a ``tune``, which has the title, the language and further verses for scores.

    ``layer`` '' is the usual one: the governing spans for labels of one tier, the first curve in the unit for points.
    """

    text: str = ""
    layer: str = ""
    words_per_cue: int = 0
    word_times: bool = False
    tune: Melody | None = None
    title: str = ""

    @classmethod
    def of(cls, stage: Stage | None, title: str = "") -> "Options":
        """Return what the source of a stage says; ``title`` is that of the project."""
        source = stage.source if stage is not None else None
        text = source.text if isinstance(source, Text) else ""
        return cls(text, tune=source if isinstance(source, Melody) else None, title=title)


_Write = Callable[[Sketch, Options], str | bytes]


@dataclass(frozen=True)
class Format:
    """One format; ``holds`` decides in which menu it stands, ``write`` and ``read`` are None where it goes one way.

    "pages" are engraved, which takes long: the studio does that in a process of its own (`ui.score`).
    """

    id: str
    title: str
    suffix: str
    holds: Literal["labels", "points", "sketch", "score", "pages"]
    write: _Write | None = None
    read: Callable[[str], Value] | None = None
    is_default: bool = True  # what its suffix stands for, where several share it

    def lacks(self, sketch: Sketch) -> str:
        """Return why a sketch cannot be written so, as a sentence; '' if it can."""
        if self.write is None:
            return f"{self.title} is read, but not written."
        try:
            if self.holds == "labels":
                tiers_of(sketch)
            elif self.holds == "points":
                curve_for(sketch, "intensity" if self.id == "intensitytier" else "pitch")
            elif self.holds in ("score", "pages"):
                return _lacks_tune(sketch, needs_chords=self.id == "chords")
        except IntermezzoError as problem:
            return str(problem)
        return ""


def _lacks_tune(sketch: Sketch, *, needs_chords: bool) -> str:
    if not is_tune(sketch):
        return f"A {sketch.type.title.lower()} sketch holds no tune."
    what = "chords" if needs_chords else "notes"
    layer = sketch.layers[what]
    assert isinstance(layer, (Notes, Spans))
    return "" if layer.count else f"The tune has no {what}. Write some first."


def of_score(form: ScoreFormat) -> Format:
    """Return a format of scores that can be written as one of sketches."""
    return Format(form.id, form.title, form.suffixes[0], "pages" if form.is_engraved else "score", _score(form))


def tune_of(sketch: Sketch, options: Options) -> Melody:
    """Return the tune of a sketch, with the title, the language and the further verses that its source has.

    Raises:
        EditError: if it holds no tune.
    """
    source = options.tune
    if source is None:
        return to_melody(sketch, title=options.title)
    return with_verses(to_melody(sketch, title=options.title or source.title, language=source.language), source)


def _score(form: ScoreFormat) -> _Write:
    return lambda sketch, options: written_score(tune_of(sketch, options), form)


def _tiers(sketch: Sketch, options: Options) -> Labels:
    labels = tiers_of(sketch)
    if not options.layer:
        return labels
    return replace(labels, tiers=tuple(tier for tier in labels.tiers if tier.name == _spans_named(sketch, options)))


def _spans_named(sketch: Sketch, options: Options) -> str:
    names = [name for name, layer in sketch.layers.items() if isinstance(layer, Spans)]
    if options.layer not in names:
        raise FileError(f"This sketch has no labels {options.layer!r}; it has {', '.join(names)}.")
    return options.layer


def _one_tier(sketch: Sketch, options: Options) -> Labels:
    usual = sketch.governing.spec.name if sketch.governing is not None else ""
    labels = _tiers(sketch, options if options.layer else replace(options, layer=usual))
    return replace(labels, tiers=labels.tiers[:1])


def _track(quantity: str) -> Callable[[Sketch, Options], Track]:
    def track(sketch: Sketch, options: Options) -> Track:
        found = sketch.layers.get(options.layer) if options.layer else curve_for(sketch, quantity)
        if not isinstance(found, Curve):
            raise FileError(f"This sketch has no curve {options.layer!r}.")
        return track_of(sketch, found, quantity if found.spec.unit == ("Hz" if quantity == "pitch" else "dB") else "")

    return track


def _table(sketch: Sketch, options: Options) -> str:
    curve = sketch.layers.get(options.layer) if options.layer else curve_for(sketch, "pitch")
    if not isinstance(curve, Curve):
        raise FileError(f"This sketch has no curve {options.layer!r}.")
    quantity = {"Hz": "pitch", "dB": "level"}.get(curve.spec.unit, curve.spec.name)
    return columns.written_table(track_of(sketch, curve, quantity))


_pitch, _intensity = _track("pitch"), _track("intensity")

FORMATS: tuple[Format, ...] = (
    Format(
        "textgrid", "TextGrid of Praat", ".TextGrid", "labels",
        lambda s, o: textgrid.written_textgrid(_tiers(s, o)), textgrid.read_textgrid,
    ),
    Format(
        "textgrid-short", "TextGrid of Praat, short", ".TextGrid", "labels",
        lambda s, o: textgrid.written_textgrid(_tiers(s, o), short=True), textgrid.read_textgrid, is_default=False,
    ),
    Format(
        "lab", "HTK labels", ".lab", "labels", lambda s, o: columns.written_htk(_one_tier(s, o)), columns.read_htk
    ),
    Format(
        "audacity", "Label track of Audacity", ".txt", "labels",
        lambda s, o: columns.written_audacity(_one_tier(s, o)), columns.read_audacity,
    ),
    Format(
        "srt", "Subtitles, SRT", ".srt", "labels",
        lambda s, o: subtitles.written_srt(cues_of(spoken_words(s, o.text), o.words_per_cue)),
        subtitles.read_subtitles,
    ),
    Format(
        "vtt", "Subtitles, WebVTT", ".vtt", "labels",
        lambda s, o: subtitles.written_vtt(
            cues_of(spoken_words(s, o.text), o.words_per_cue), word_times=o.word_times
        ),
        subtitles.read_subtitles,
    ),
    Format(
        "labels-json", "Labels, JSON", ".labels.json", "labels",
        lambda s, o: written_json_labels(_tiers(s, o)), read_json_labels,
    ),
    Format(
        "pitchtier", "PitchTier of Praat", ".PitchTier", "points",
        lambda s, o: praat_points.written_points(_pitch(s, o)), praat_points.read_points,
    ),
    Format(
        "pitchtier-short", "PitchTier of Praat, short", ".PitchTier", "points",
        lambda s, o: praat_points.written_points(_pitch(s, o), short=True), praat_points.read_points,
        is_default=False,
    ),
    Format(
        "pitchtier-table", "PitchTier of Praat, spreadsheet", ".PitchTier", "points",
        lambda s, o: praat_points.written_spreadsheet(_pitch(s, o)), praat_points.read_points, is_default=False,
    ),
    Format(
        "intensitytier", "IntensityTier of Praat", ".IntensityTier", "points",
        lambda s, o: praat_points.written_points(_intensity(s, o)), praat_points.read_points,
    ),
    Format("durationtier", "DurationTier of Praat", ".DurationTier", "points", None, praat_points.read_points),
    Format("csv", "Table of time and value", ".csv", "points", _table, columns.read_table),
    Format("f0", "Table of time and pitch", ".f0", "points", _table, columns.read_table),
    Format(
        "json", "Sketch, JSON", ".json", "sketch", lambda s, o: written_sketch_json(s), read_sketch_json
    ),
    *(of_score(form) for form in SCORES if form.write is not None),
)  # fmt: skip

READABLE_SUFFIXES: tuple[str, ...] = tuple(
    dict.fromkeys(f.suffix for f in FORMATS if f.read is not None and f.holds != "sketch" and f.suffix != ".txt")
)
"""What can be dropped onto a sketch; a .txt could as well be a source, so it is asked for by name."""


def format_named(format_id: str) -> Format:
    """Return a format by its id; raises FileError if there is none."""
    found = next((f for f in FORMATS if f.id == format_id), None)
    if found is None:
        raise FileError(f"There is no format {format_id!r}; there are {', '.join(f.id for f in FORMATS)}.")
    return found


def format_of(path: Path) -> Format:
    """Return the format that a file name asks for; raises FileError if it is none of ours."""
    name = path.name.lower()
    fitting = [f for f in FORMATS if f.is_default and name.endswith(f.suffix.lower())]
    if not fitting:
        suffixes = ", ".join(dict.fromkeys(f.suffix for f in FORMATS))
        raise FileError(f"{path.name} should end in one of {suffixes}.")
    return max(fitting, key=lambda f: len(f.suffix))


def written(sketch: Sketch, chosen: Format, options: Options = Options()) -> bytes:
    """Return a sketch in a format, texts as UTF-8.

    Raises:
        FileError: if the format holds nothing that this sketch has.
    """
    lacking = chosen.lacks(sketch)
    if lacking or chosen.write is None:
        raise FileError(lacking)
    try:
        content = chosen.write(sketch, options)
        return content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    except Unsound as problem:
        raise FileError(f"{chosen.title}: {problem}") from None


def export(sketch: Sketch, path: Path, chosen: Format | None = None, options: Options = Options()) -> None:
    """Write a sketch in the format that the suffix asks for unless one is named, whole or not at all.

    Raises:
        FileError: if it cannot be written so, or not here.
    """
    write_atomically(path, written(sketch, chosen or format_of(path), options))


def read_exchange(path: Path, chosen: Format | None = None) -> Value:
    """Read a file of labels, points or a sketch.

    Raises:
        FileError: in one line with the number of the line in the file, if it is no such file.
    """
    form = chosen or format_of(path)
    try:
        if form.read is None:
            raise Unsound(f"{form.title} is written, but not read.")
        return form.read(_text(path))
    except Unsound as problem:
        raise FileError(f"{path.name} cannot be read: {problem}") from None
    except FileError:
        raise
    except IntermezzoError as problem:
        raise FileError(f"{path.name} cannot be read: {problem}") from None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise Unsound("it is over 256 MB, far more than labels take.")
        content = path.read_bytes()
    except (OSError, ValueError) as problem:
        raise Unsound(f"{getattr(problem, 'strerror', None) or problem}. Check the name.") from None
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unsound("it is no text in UTF-8 or UTF-16. Save it in one of them.") from None
    if "\0" in text:
        raise Unsound("it is no text.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def onto(sketch: Sketch, value: Value, how: How = "auto", layer: str = "") -> tuple[Sketch, tuple[str, ...]]:
    """Draw labels or points on a sketch, and return it with lines worth telling; a whole sketch takes its place.

    Raises:
        EditError: if they do not fit it.
    """
    if isinstance(value, Labels):
        return apply_labels(sketch, value, how)
    if isinstance(value, Track):
        return apply_track(sketch, value, layer or None)
    return value, ()
