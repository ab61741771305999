"""Manifests: what an engine package says of itself in TOML, read without importing any of its code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intermezzo.core.errors import IntermezzoError, PluginError
from intermezzo.core.layers import LayerSpec
from intermezzo.core.params import Param, Value
from intermezzo.core.sketch import SketchType

__all__ = ["API", "ComparisonManifest", "EngineManifest", "Example", "Making", "Manifest", "Moves", "Reach",
           "read_manifest"]  # fmt: skip

API = 1
_PLAIN: dict[str, type] = {
    **dict.fromkeys(("source", "output", "converter", "analyser", "renderer", "check", "bench", "train"), str),
    **dict.fromkeys(("summary", "icon", "licence"), str),
    **dict.fromkeys(("requires", "devices", "params", "examples", "edits", "hides", "analyses"), list),
    **dict.fromkeys(("reach", "moves", "tolerance", "makes"), dict), "memory_mb": int,
    **dict.fromkeys(("resamples", "rewords", "follows", "samples", "hidden", "marks"), bool),
    **dict.fromkeys(("infills", "chooses", "swatches"), bool),
}  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """How far an edit of one layer is heard: frames before and after it.

    ``run``: on to the end of its voiced run (of a curve) or of its syllable (of notes).

    ``spans``: first out to the edges of the governing spans that it touches, for layers with one value a span.
    ``rest`` is the label of spans (pauses) at which the renderer begins anew, where they are ``rest_frames`` or longer:
    one that comes, goes or moves is heard to the end of the next. ``before_s`` and ``after_s`` are seconds of the
    output beside the frames (what rings on does so in seconds, also where frames are beats). ``onward``: heard to the
    end, as a tempo is.
    """

    before: int = 0
    after: int = 0
    run: bool = False
    spans: bool = False
    rest: str = ""
    rest_frames: int = 1
    before_s: float = 0.0
    after_s: float = 0.0
    onward: bool = False


@dataclass(frozen=True)
class Moves:
    """How a grid that is a picture is seen in the frames of a film, the grid ``film``: moved by curves.

    ``x``, ``y``: to the right and up, in percent of its side; ``turn``: clockwise, in degrees; ``width``, ``height``:
    in percent of what they are; ``fade``: its opacity in percent. One that is not named is as if at rest. Where it is
    not at rest, tokens up to ``spread`` cells beside what is drawn can become others.
    """

    film: str
    x: str = ""
    y: str = ""
    turn: str = ""
    width: str = ""
    height: str = ""
    fade: str = ""
    spread: int = 0

    def __post_init__(self) -> None:
        names = self.film, self.x, self.y, self.turn, self.width, self.height, self.fade
        if not all(isinstance(name, str) for name in names) or not self.film or type(self.spread) is not int:
            raise TypeError("what moves a grid are names of layers, with a film, and a spread in cells")


@dataclass(frozen=True)
class Example:
    """A source worth starting from; shown on the welcome page. ``title`` is a line, ``source`` the text itself."""

    title: str
    source: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Making:
    """What a person can make with an engine from data of their own, by its ``train`` function.

    ``title`` names the wish ('Make a voice from my recordings'), ``one``, ``many`` what comes out ('voice', 'voices')
    and ``data`` what it is made from ('recordings'). ``param`` is the text parameter that takes the folder which
    training wrote; ``document`` is the JSON file in it with ``name`` and ``figures``, which is written last.
    ``material`` is a 'module:function' that looks at a folder of data (training.py), ``help`` a help page.
    """

    title: str
    one: str
    many: str
    data: str
    param: str
    document: str
    material: str = ""
    help: str = ""


@dataclass(frozen=True)
class ComparisonManifest:
    """A bench that is no engine's: candidates for one job side by side. ``compare`` is a 'module:function'."""

    name: str
    title: str
    compare: str
    summary: str = ""


@dataclass(frozen=True)
class EngineManifest:
    """One engine. ``id`` is stored in projects, ``task`` is the short name for the command line.

    ``source`` and ``output`` are media names ('text', 'audio'); ``sketch`` a sketch type id; ``converter``,
    ``analyser``, ``renderer`` are 'module:Class' or empty. ``analyses`` are the media that its analyser takes, where
    that is not just its output. ``reach`` is the footprint by layer; a renderer without one is rendered whole.
    ``moves``: by layer, the grids that curves move through a film, so that the studio can show where they land.
    ``resamples``, ``rewords``, ``follows``: its converter is a `Resampler`, a `Reworder`, a `Follower`. ``check``,
    ``bench``, ``train`` are 'module:function'; ``makes`` says what training makes for a person. ``hidden`` engines are
    for tests and do not appear on the welcome page.

    ``edits`` names the layers that hands may change, 'layer' or one aspect of spans as 'layer.lengths' or
    'layer.labels'; None leaves that to the sketch type. ``hides`` are layers that only the engine reads. ``samples``
    False: the converter is a function of its source, so there are no takes to choose from. ``marks``: its converter
    obeys the marks in a text (marks.py), so the studio offers them. ``infills``, ``chooses``: its converter is an
    `Infiller` of grids, a `Chooser`; ``swatches``: its renderer has `Swatches`.
    """

    id: str
    version: str
    title: str
    task: str
    sketch: str
    source: str = "text"
    output: str = "audio"
    converter: str = ""
    analyser: str = ""
    analyses: tuple[str, ...] = ()
    renderer: str = ""
    check: str = ""
    bench: str = ""
    train: str = ""
    makes: Making | None = None
    summary: str = ""
    icon: str = "sparkle"
    requires: tuple[str, ...] = ()
    devices: tuple[str, ...] = ("cpu",)
    memory_mb: int = 0
    licence: str = ""
    params: tuple[Param, ...] = ()
    reach: Mapping[str, Reach] = field(default_factory=dict)
    moves: Mapping[str, Moves] = field(default_factory=dict)
    tolerance: Mapping[str, float] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    resamples: bool = False
    rewords: bool = False
    follows: bool = False
    hidden: bool = False
    edits: tuple[str, ...] | None = None
    hides: tuple[str, ...] = ()
    samples: bool = True
    marks: bool = False
    infills: bool = False
    chooses: bool = False
    swatches: bool = False

    def params_of(self, *stages: str) -> tuple[Param, ...]:
        """Return the parameters of some of the stages 'convert', 'analyse', 'render', 'train'.

        Those of the stage 'sketch' belong to 'convert' and to 'analyse'.
        """
        wanted = {*stages, "sketch"} if {"convert", "analyse"} & set(stages) else set(stages)
        return tuple(p for p in self.params if p.stage in wanted)

    def for_render(self, params: Mapping[str, Value]) -> dict[str, Value]:
        """Return those of a stage's parameters that the renderer takes."""
        names = {p.name for p in self.params_of("render")}
        return {name: value for name, value in params.items() if name in names}

    def may_edit(self, spec: LayerSpec, aspect: str = "") -> bool:
        """Tell whether hands may change a layer with this engine: all of it, or an ``aspect`` of its spans."""
        if not spec.editable or spec.name in self.hides:
            return False
        if self.edits is None or spec.name in self.edits:
            return True
        named = [entry for entry in self.edits if entry.startswith(f"{spec.name}.")]
        return f"{spec.name}.{aspect}" in named if aspect else bool(named)

    @property
    def analysed(self) -> tuple[str, ...]:
        """Names of the media that its analyser takes, the usual one first; none where it has no analyser."""
        return (self.analyses or (self.output,)) if self.analyser else ()

    def converts(self, media: str) -> bool:
        """Tell whether its converter starts from such a medium; others are analysed, if anything."""
        return bool(self.converter) and media == self.source

    def takes(self, media: str) -> bool:
        """Tell whether it makes a sketch of such a medium, by its converter or its analyser."""
        return self.converts(media) or media in self.analysed

    @property
    def transcript(self) -> Param | None:
        """The parameter that takes what is said in a recording: the first text of the stage 'analyse', if any."""
        return next((p for p in self.params_of("analyse") if p.kind == "text"), None)

    @property
    def dictionary(self) -> Param | None:
        """The parameter of its converter that takes pronunciations, if any."""
        return next((p for p in self.params_of("convert") if p.kind == "dictionary"), None)

    def language_of(self, params: Mapping[str, Value]) -> str:
        """Return the language that a text is read in with these parameters, as "en"; empty where that is not known."""
        if self.makes is not None and params.get(self.makes.param):
            return ""  # what a person made may speak another one
        param = next((p for p in self.params_of("convert") if p.languages), None)
        if param is None:
            return ""
        chosen = str(params.get(param.name, param.default))
        return dict(zip(param.choices, param.languages, strict=True)).get(chosen, "")

    @property
    def brings_all(self) -> bool:
        """Whether it works as it is installed, without a checkpoint of the person's own."""
        return not any(p.kind == "folder" and not p.default for p in self.params_of("convert", "analyse"))

    @property
    def key(self) -> str:
        """Id and version, as they enter cache keys."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True)
class Manifest:
    """All that one package declares: its engines, the sketch types that it brings, and comparisons."""

    engines: tuple[EngineManifest, ...]
    sketch_types: tuple[SketchType, ...]
    comparisons: tuple[ComparisonManifest, ...] = ()


def read_manifest(text: str) -> Manifest:
    """Read the text of an engines.toml.

    Raises:
        PluginError: if it is no TOML, speaks another API, or a field is missing, unknown or wrong.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise PluginError(f"The manifest is no valid TOML: {problem}.") from None
    except RecursionError:
        raise PluginError("The manifest is no valid TOML: it is nested too deeply.") from None
    if document.get("api") != API:
        raise PluginError(f"The manifest speaks engine API {document.get('api')!r}, this Intermezzo speaks {API}.")
    unknown = sorted(set(document) - {"api", "engine", "sketch", "comparison"})
    if unknown:
        raise PluginError(f"The manifest has an unknown table {unknown[0]!r}.")
    try:
        types = tuple(SketchType.from_document(table) for table in _tables(document, "sketch"))
        comparisons = tuple(_comparison(table) for table in _tables(document, "comparison"))
        return Manifest(tuple(_engine(table) for table in _tables(document, "engine")), types, comparisons)
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError) as problem:
        raise PluginError(f"The manifest is malformed: {problem}.") from None
    except PluginError:
        raise
    except IntermezzoError as problem:
        raise PluginError(f"The manifest is malformed: {problem}") from None


def _tables(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = document.get(name, [])
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        raise PluginError(f"The manifest writes [[{name}]] with two brackets, once for each {name}.")
    return found


def _comparison(table: Mapping[str, Any]) -> ComparisonManifest:
    found = ComparisonManifest(**table)
    wrong = [name for name, value in vars(found).items() if not isinstance(value, str)]
    if wrong or not all((found.name, found.title, found.compare)):
        raise PluginError(f"A comparison in the manifest lacks the text {(wrong or ['name, title or compare'])[0]!r}.")
    return found


def _engine(table: Mapping[str, Any]) -> EngineManifest:
    fields = dict(table)
    for name in ("id", "version", "title", "task", "sketch"):
        if not isinstance(fields.get(name), str) or not fields[name]:
            raise PluginError(f"An engine in the manifest lacks the text {name!r}.")
    for name in sorted(set(fields) & set(_PLAIN)):
        if type(fields[name]) is not _PLAIN[name]:
            raise PluginError(f"Engine {fields['id']!r}: {name!r} is a {_PLAIN[name].__name__}.")
    fields["params"] = tuple(Param(**p) for p in fields.get("params", ()))
    fields["reach"] = {layer: Reach(**reach) for layer, reach in fields.get("reach", {}).items()}
    fields["moves"] = {layer: Moves(**moves) for layer, moves in fields.get("moves", {}).items()}
    fields["examples"] = tuple(Example(**example) for example in fields.get("examples", ()))
    fields["requires"] = tuple(fields.get("requires", ()))
    for name in ("edits", "hides", "analyses"):
        if name in fields:
            fields[name] = tuple(str(entry) for entry in fields[name])
    if "makes" in fields:
        fields["makes"] = _making(fields)
    fields["devices"] = tuple(fields.get("devices", ("cpu",)))
    return EngineManifest(**fields)


def _making(fields: Mapping[str, Any]) -> Making:
    making = Making(**fields["makes"])
    wrong = [name for name, value in vars(making).items() if not isinstance(value, str)]
    if wrong:
        raise PluginError(f"Engine {fields['id']!r}: {wrong[0]!r} of what it makes is a text.")
    if not fields.get("train") or all(p.name != making.param or p.kind != "text" for p in fields["params"]):
        raise PluginError(
            f"Engine {fields['id']!r} makes a {making.one}, so it needs 'train' and a text {making.param!r}."
        )
    return making
