"""Questions that only a person can answer: which file, and what to do with work that is not saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from intermezzo.core.manifest import EngineManifest
from intermezzo.core.project import Stage
from intermezzo.ui.look import Look

if TYPE_CHECKING:
    from intermezzo.storage.scores.papers import Paper

__all__ = ["Answer", "FilmFile", "Questions", "ScoreFiles", "SoundFile", "TakeFiles"]

_PDF: Final = ".pdf"

Answer = Literal["save", "discard", "cancel"]


@dataclass(frozen=True)
class SoundFile:
    """How a sound is to be exported: ``encoding`` an `AudioEncoding` by name, ``labels`` ids of formats beside it.

    ``recipe`` says whether the sketch goes into it. With ``split`` 'sentences' or 'chapters' ``path`` is a folder for
    one file each, called after ``pattern`` (`storage.exchange.splitting`).
    """

    path: Path
    encoding: str = "WAV_24"
    labels: tuple[str, ...] = ()
    recipe: bool = True
    split: Literal["whole", "sentences", "chapters"] = "whole"
    pattern: str = ""


@dataclass(frozen=True)
class TakeFiles:
    """How takes are to be exported: a file each into ``folder``, called after ``pattern``.

    ``takes`` are their numbers, 0 for the sketch as it stands; the rest is as in `SoundFile`.
    """

    folder: Path
    takes: tuple[int, ...] = ()
    pattern: str = ""
    encoding: str = "WAV_24"
    labels: tuple[str, ...] = ()
    recipe: bool = True


@dataclass(frozen=True)
class FilmFile:
    """How a film is to be exported: ``times`` as large (1 to 8), ``crisp`` or smoothed, in a loop or once.

    ``background`` is red, green and blue, 0 to 255, of what lies under it where the format knows no alpha; ``recipe``
    says whether the sketch goes into it.
    """

    path: Path = Path()
    suffix: str = ".gif"
    times: int = 1
    crisp: bool = False
    loops: bool = True
    background: tuple[int, int, int] = (255, 255, 255)
    recipe: bool = True

    def document(self) -> dict[str, str]:
        """Return what is remembered of it, as texts."""
        return {
            "folder": str(self.path.parent), "suffix": self.suffix, "times": str(self.times),
            "pixels": "crisp" if self.crisp else "smooth", "plays": "loop" if self.loops else "once",
            "background": bytes(self.background).hex(),
        }  # fmt: skip

    @classmethod
    def of(cls, document: Mapping[str, str]) -> FilmFile:
        """Return what was remembered, with the folder as path; what makes no sense is as usual."""
        try:
            red, green, blue = bytes.fromhex(document["background"])
            background = red, green, blue
        except (KeyError, ValueError):
            background = cls.background
        times = document.get("times", "1")
        return cls(
            Path(document.get("folder", "")), document.get("suffix", cls.suffix),
            int(times) if times in "12345678" and len(times) == 1 else 1, document.get("pixels") == "crisp",
            document.get("plays") != "once", background,
        )  # fmt: skip


@dataclass(frozen=True)
class ScoreFiles:
    """How a score is to be exported: ``formats`` are ids of formats, "pdf" among them.

    ``stem`` is a file without its ending, ``paper`` the id of an `engraving.Paper`.
    """

    stem: Path
    formats: tuple[str, ...] = ("musicxml",)
    paper: str = "a4"

    def path(self, format_id: str) -> Path:
        """Return where one format goes."""
        from intermezzo.storage.exchange.formats import format_named

        return self.stem.with_name(self.stem.name + (_PDF if format_id == "pdf" else format_named(format_id).suffix))

    def paths(self) -> list[Path]:
        """Return where all of them go."""
        return [self.path(format_id) for format_id in self.formats]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Questions", text)


class Questions:
    """Asks through Qt's dialogs; tests hand in an object that answers by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._parent = parent
        self._look: Look | None = None

    def set_parent(self, parent: QWidget, look: Look) -> None:
        """Ask in front of this window from now on, in its look."""
        self._parent, self._look = parent, look

    def file_to_open(self, title: str, patterns: str, folder: Path | None) -> Path | None:
        """Ask for a file to read; None if the person changed their mind."""
        name, _ = QFileDialog.getOpenFileName(self._parent, title, str(folder or ""), patterns)
        return Path(name) if name else None

    def file_to_save(self, title: str, patterns: str, suggestion: Path) -> tuple[Path, str] | None:
        """Ask for a file to write; returns it with the chosen pattern."""
        name, pattern = QFileDialog.getSaveFileName(self._parent, title, str(suggestion), patterns)
        return (Path(name), pattern) if name else None

    def folder(self, title: str, start: Path | None) -> Path | None:
        """Ask for a folder that exists; None if the person changed their mind."""
        name = QFileDialog.getExistingDirectory(self._parent, title, str(start or ""))
        return Path(name) if name else None

    def sound_to_save(
        self, proposal: SoundFile, *, may_label: bool, stage: Stage | None = None, title: str = ""
    ) -> SoundFile | None:
        """Ask where and how to export the sound of a stage; None if the person changed their mind."""
        from intermezzo.ui.export_dialog import ExportDialog

        if self._look is None:
            return None
        sheet = ExportDialog(self._look, proposal, self._parent, may_label=may_label, stage=stage, title=title)
        accepted = bool(sheet.exec())
        answer = sheet.answer
        sheet.deleteLater()
        return answer if accepted else None

    def takes_to_save(
        self, proposal: TakeFiles, stage: Stage, manifest: EngineManifest, title: str
    ) -> TakeFiles | None:  # fmt: skip
        """Ask which takes of a stage to export, where and how; None if the person changed their mind."""
        from intermezzo.ui.take_export_dialog import TakeExportDialog

        if self._look is None:
            return None
        sheet = TakeExportDialog(self._look, proposal, stage, manifest, title, self._parent)
        accepted = bool(sheet.exec())
        answer = sheet.answer
        sheet.deleteLater()
        return answer if accepted else None

    def film_to_save(self, proposal: FilmFile) -> FilmFile | None:
        """Ask where and how to export a film; None if the person changed their mind."""
        from intermezzo.ui.film_export_dialog import FilmExportDialog

        if self._look is None:
            return None
        sheet = FilmExportDialog(self._look, proposal, self._parent)
        accepted = bool(sheet.exec())
        answer = sheet.answer
        sheet.deleteLater()
        return answer if accepted else None

    def scores_to_save(
        self, proposal: ScoreFiles, papers: Sequence[Paper], lacking: dict[str, str]
    ) -> ScoreFiles | None:  # fmt: skip
        """Ask as what a score is exported and where; None if the person changed their mind.

        ``lacking`` are formats that the sketch has nothing for, with the reason.
        """
        from intermezzo.ui.score.score_export_dialog import ScoreExportDialog

        if self._look is None:
            return None
        sheet = ScoreExportDialog(self._look, proposal, papers, lacking, self._parent)
        accepted = bool(sheet.exec())
        answer = sheet.answer
        sheet.deleteLater()
        return answer if accepted else None

    def unsaved(self, name: str) -> Answer:
        """Ask what to do with changes that are not saved."""
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(_tr("Save changes"))
        box.setText(_tr("Save the changes to {0}?").format(name))
        box.setInformativeText(_tr("They are lost otherwise."))
        save = box.addButton(_tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(_tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(_tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.exec()
        chosen = box.clickedButton()
        return "save" if chosen is save else "discard" if chosen is discard else "cancel"

    def stop_training(self, name: str) -> bool:
        """Ask whether what is being made may be given up."""
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(_tr("Close"))
        box.setText(_tr("{0} is still being made.").format(name))
        box.setInformativeText(_tr("Closing now gives it up."))
        stop = box.addButton(_tr("Give it up and close"), QMessageBox.ButtonRole.DestructiveRole)
        go_on = box.addButton(_tr("Go on"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(go_on)
        box.exec()
        return box.clickedButton() is stop
