"""Places: the folders where Intermezzo keeps its own files, each made on first use."""

from pathlib import Path

import platformdirs

from intermezzo.core.errors import FileError

__all__ = ["cache_folder", "log_folder", "recovery_folder", "settings_folder", "state_folder", "trained_folder"]

_NAME = "intermezzo"


def settings_folder() -> Path:
    """Return the folder of the preferences."""
    return _made(platformdirs.user_config_path(_NAME, appauthor=False))


def state_folder() -> Path:
    """Return the folder of recent files, recovery files and the log."""
    return _made(platformdirs.user_state_path(_NAME, appauthor=False))


def recovery_folder() -> Path:
    """Return the folder of what is saved by itself."""
    return _made(state_folder() / "recovery")


def log_folder() -> Path:
    """Return the folder of the log files."""
    return _made(state_folder() / "log")


def cache_folder() -> Path:
    """Return the folder of results that can be made again; deleting it costs time only."""
    return _made(platformdirs.user_cache_path(_NAME, appauthor=False))


def trained_folder(task: str) -> Path:
    """Return the folder of what a person trained the engines of a task to: voices, say."""
    return _made(platformdirs.user_data_path(_NAME, appauthor=False) / "trained" / task)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"The folder {folder} cannot be made: {error.strerror}. Make it yourself, or free it."
        ) from None
    return folder
