"""Preferences: a frozen set of choices in one JSON file; what is damaged or unknown in it falls back and is told."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any

from intermezzo.core.errors import ParamError
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.documents import Unsound, read_json, written_json
from intermezzo.storage.places import settings_folder

__all__ = ["DEVICES", "THEMES", "Preferences", "load_preferences", "save_preferences"]

DEVICES = ("auto", "cpu", "cuda", "mps")
THEMES = ("system", "dark", "light")
_RANGES: dict[str, tuple[float, float]] = {
    "threads": (0, 256), "cache_mb": (64, 1_000_000), "autosave_s": (5, 30), "history_mb": (64, 65_536),
    "level_db": (-60, 12), "ui_scale": (0.5, 3.0),
}  # fmt: skip
_CHOICES = {"device": DEVICES, "theme": THEMES}
_LARGEST = 2**20


@dataclass(frozen=True)
class Preferences:
    """What a person chose. ``threads`` 0: as many as there are cores; ``audio_device`` and
    ``input_device`` '': the system's own; ``midi_input`` and ``midi_output`` '': none.

    ``cache_dir`` '': the system's place for caches; ``autosave_s`` is at most the 30 s that a crash may cost;
    ``recipe``: exported sound carries its sketch; ``score``: tunes are shown as a score too;
    ``metronome``: beats are clicked while a tune plays; ``count_in``: a bar of them before it;
    ``film``: how a film was exported last;
    ``shortcuts`` are the keys that differ from ours, by action; ``window`` is the window's own opaque state.

    Raises:
        ParamError: if a value is no choice or lies outside its range.
    """

    device: str = "auto"
    threads: int = 0
    theme: str = "system"
    ui_scale: float = 1.0
    reduce_motion: bool = False
    audio_device: str = ""
    input_device: str = ""
    midi_input: str = ""
    midi_output: str = ""
    level_db: float = 0.0
    hear_edits: bool = True
    follow_edits: bool = True
    recipe: bool = True
    score: bool = True
    metronome: bool = False
    count_in: bool = False
    cache_dir: str = ""
    cache_mb: int = 2048
    history_mb: int = 512
    autosave_s: float = 30.0
    last_folder: str = ""
    film: Mapping[str, str] = field(default_factory=dict)
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    window: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for f in fields(self):
            object.__setattr__(self, f.name, _checked(f.name, getattr(self, f.name), _default(f)))


def _default(f: Any) -> Any:  # Any: a dataclass field and its value
    return f.default_factory() if f.default is MISSING else f.default


def _checked(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, Mapping):
        if not isinstance(value, Mapping) or not all(isinstance(t, str) for pair in value.items() for t in pair):
            raise ParamError(f"Preference {name!r} is a table of texts.")
        return MappingProxyType(dict(value))
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        raise ParamError(f"Preference {name!r} takes a {type(default).__name__}, not {str(value)[:40]!r}.")
    if value not in _CHOICES.get(name, (value,)):
        raise ParamError(f"Preference {name!r} is one of {', '.join(_CHOICES[name])}, not {value[:40]!r}.")
    low, high = _RANGES.get(name, (0, 0))
    if name in _RANGES and not (isfinite(value) and low <= value <= high):
        raise ParamError(f"Preference {name!r} goes from {low:g} to {high:g}.")
    return value


def load_preferences(folder: Path | None = None) -> tuple[Preferences, str]:
    """Return the preferences and, where some had to fall back to their defaults, one line that says so."""
    path = (settings_folder() if folder is None else folder) / "preferences.json"
    try:
        if path.stat().st_size > _LARGEST:
            raise Unsound("it is far too large")
        document = read_json(path.read_bytes())
    except FileNotFoundError:
        return Preferences(), ""
    except (OSError, Unsound) as problem:
        return Preferences(), f"The preferences could not be read, so the defaults are used: {problem}"
    chosen: dict[str, Any] = {}
    wrong: list[str] = []
    for f in fields(Preferences):
        if f.name in document:
            try:
                chosen[f.name] = _checked(f.name, document[f.name], _default(f))
            except ParamError as problem:
                wrong.append(str(problem))
    return Preferences(**chosen), " ".join([*wrong, "The default is used."]) if wrong else ""


def save_preferences(preferences: Preferences, folder: Path | None = None) -> None:
    """Write the preferences whole or not at all.

    Raises:
        FileError: if they cannot be written.
    """
    path = (settings_folder() if folder is None else folder) / "preferences.json"
    values = {f.name: getattr(preferences, f.name) for f in fields(preferences)}
    write_atomically(path, written_json(values))
