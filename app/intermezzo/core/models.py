"""Checkpoints that a person brings along: the folder where they are looked for, and who can use which.

A checkpoint is a folder with a config.json (or a model_index.json, which names the parts of a pipeline), either inside
the models folder, where its name is enough, or anywhere. Folders elsewhere can be added to the list of the models
folder; nothing is copied.

Which engine takes it is told by the *judge* that a parameter of kind 'folder' names in its manifest: a function
``judge(folder) -> str`` that returns why not, in one line, or nothing. Judges read configurations, never weights.
"""

import json
import os
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

import platformdirs

from intermezzo.core.errors import ParamError, PluginError
from intermezzo.core.params import Param

__all__ = [
    "MODELS_VARIABLE", "add_model", "added_models", "forget_model", "is_model", "judged", "kind_of", "local_models",
    "model_folder", "models_folder", "name_of",
]  # fmt: skip

MODELS_VARIABLE = "INTERMEZZO_MODELS"
"""The environment variable that names another models folder."""
_HEADS = ("config.json", "model_index.json")
_LARGEST_HEAD = 4 * 2**20
_LIST = "elsewhere.json"  # in the models folder: paths of checkpoints that lie elsewhere


def models_folder() -> Path:
    """Return the folder in which checkpoints are looked for; it need not exist."""
    chosen = os.environ.get(MODELS_VARIABLE, "")
    return Path(chosen) if chosen else platformdirs.user_data_path("intermezzo", appauthor=False) / "models"


def local_models() -> list[Path]:
    """Return the checkpoints in the models folder by name, then those elsewhere that were added and are still there."""
    try:
        inside = sorted({path.parent for head in _HEADS for path in models_folder().glob(f"*/{head}")})
    except OSError:
        inside = []
    return inside + [folder for folder in added_models() if is_model(folder)]


def is_model(folder: Path) -> bool:
    """Tell whether a folder looks like a checkpoint: it has a configuration."""
    return any((folder / head).is_file() for head in _HEADS)


def kind_of(folder: Path) -> str:
    """Return what a checkpoint calls itself: the class of its model or pipeline; empty where it does not say."""
    for head in _HEADS:
        try:
            with (folder / head).open("rb") as file:
                told = json.loads(file.read(_LARGEST_HEAD))
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(told, dict):
            named = told.get("architectures") or told.get("_class_name") or told.get("model_type")
            found = named[0] if isinstance(named, list) and named else named
            return found if isinstance(found, str) else ""
    return ""


def added_models() -> list[Path]:
    """Return the folders elsewhere that were added, whether they are still there or not."""
    try:
        listed = json.loads((models_folder() / _LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return [Path(path) for path in listed if isinstance(path, str)] if isinstance(listed, list) else []


def add_model(folder: Path) -> None:
    """Put a checkpoint on the list; one that is on it or inside the models folder already stays what it is.

    Raises:
        ParamError: if it is no checkpoint, or the list cannot be written.
    """
    folder = folder.expanduser().absolute()
    if not folder.is_dir():
        raise ParamError(f"There is no folder {folder}.")
    if not is_model(folder):
        raise ParamError(f"{folder.name} is no checkpoint: it has no {' and no '.join(_HEADS)}.")
    if folder.parent != models_folder().absolute() and folder not in added_models():
        _write_list([*added_models(), folder])


def forget_model(folder: Path) -> None:
    """Take a checkpoint elsewhere off the list; its files stay as they are.

    Raises:
        ParamError: if the list cannot be written.
    """
    _write_list(path for path in added_models() if path != folder)


def _write_list(folders: Iterable[Path]) -> None:
    lines = json.dumps([str(folder) for folder in folders], indent=1)
    try:
        models_folder().mkdir(parents=True, exist_ok=True)
        beside = models_folder() / f"{_LIST}.new"
        beside.write_text(lines + "\n", encoding="utf-8")
        beside.replace(models_folder() / _LIST)
    except OSError as problem:
        raise ParamError(f"The list of models cannot be written: {problem.strerror or problem}.") from None


def name_of(folder: Path) -> str:
    """Return how a parameter names a folder: by its name alone inside the models folder, so that projects travel."""
    return folder.name if folder.parent == models_folder() else str(folder)


def judged(param: Param, folder: Path) -> str:
    """Return why a folder cannot be the value of a parameter, in one line; empty where it can."""
    module, _, function = param.accepts.partition(":")
    if not function:
        return ""
    try:
        judge: Callable[[Path], str] = getattr(import_module(module), function)
    except (ImportError, AttributeError) as problem:
        raise PluginError(f"{param.title}: {param.accepts!r} cannot be asked ({problem}).") from problem
    return judge(folder)


def model_folder(param: Param, value: str) -> Path:
    """Return the folder that a value names; "" is the first one in the models folder that fits.

    Raises:
        ParamError: if there is none, or the one that is named does not fit, with the reason.
    """
    if value:
        folder = Path(value).expanduser()
        if not folder.is_absolute():
            folder = models_folder() / folder
        if not folder.is_dir():
            raise ParamError(f"{param.title}: there is no folder {folder}. Choose one that exists.")
        reason = judged(param, folder)
        if reason:
            raise ParamError(f"{param.title}: {folder.name} cannot be used: {reason}.")
        return folder
    found = next((folder for folder in local_models() if not judged(param, folder)), None)
    if found is None:
        raise ParamError(f"{param.title}: none is chosen. Put one into {models_folder()}, or choose its folder.")
    return found
