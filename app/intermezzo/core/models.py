"""Checkpoints that a person brings along: the folder where they are looked for, and who can use which.

A checkpoint is a folder with a config.json, either inside the models folder, where its name is enough, or anywhere.
Which engine takes it is told by the *judge* that a parameter of kind 'folder' names in its manifest: a function
``judge(folder) -> str`` that returns why not, in one line, or nothing. Judges read configurations, never weights.
"""

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import platformdirs

from intermezzo.core.errors import ParamError, PluginError
from intermezzo.core.params import Param

__all__ = ["MODELS_VARIABLE", "judged", "local_models", "model_folder", "models_folder", "name_of"]

MODELS_VARIABLE = "INTERMEZZO_MODELS"
"""The environment variable that names another models folder."""


def models_folder() -> Path:
    """Return the folder in which checkpoints are looked for; it need not exist."""
    chosen = os.environ.get(MODELS_VARIABLE, "")
    return Path(chosen) if chosen else platformdirs.user_data_path("intermezzo", appauthor=False) / "models"


def local_models() -> list[Path]:
    """Return the folders with a config.json in the models folder, by name."""
    try:
        return sorted(path.parent for path in models_folder().glob("*/config.json"))
    except OSError:
        return []


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
