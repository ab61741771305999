"""Names of steps, as undo, redo and the history say them, in the language of the person."""

from PySide6.QtCore import QCoreApplication

from intermezzo.ui.wording import counted

__all__ = ["counted_notes", "step_name"]


def step_name(words: str, *parts: object) -> str:
    """Return the name of a step: English words with places for its parts, "Stretch {0} to {1}", and the parts."""
    return QCoreApplication.translate("Steps", words).format(*parts)


def counted_notes(n: int) -> str:
    """Return "1 note", "3 notes"."""
    return counted(n, step_name("1 note"), QCoreApplication.translate("Steps", "{0} notes"))
