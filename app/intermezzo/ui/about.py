"""About: what this is, which version, what it stands on and under which licences."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from intermezzo import __version__
from intermezzo.core.registry import Registry
from intermezzo.storage.log import report
from intermezzo.ui.art import paint_logo
from intermezzo.ui.look import Look
from intermezzo.ui.room import Room
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.painted import Painted

__all__ = ["AboutRoom"]

# Name, package whose version is shown, licence, what it does here.
_PARTS: Final = (
    ("Qt for Python", "PySide6-Essentials", "LGPL 3", "the window"),
    ("NumPy", "numpy", "BSD 3", "arrays"),
    ("SciPy", "scipy", "BSD 3", "signal processing in engines"),
    ("PyTorch", "torch", "BSD 3", "neural networks in engines"),
    ("safetensors", "safetensors", "Apache 2.0", "weights"),
    ("sounddevice, PortAudio", "sounddevice", "MIT", "playing"),
    ("soundfile, libsndfile", "soundfile", "BSD 3, LGPL 2.1", "sound files"),
    ("platformdirs", "platformdirs", "MIT", "where files lie"),
    ("Verovio", "verovio", "LGPL 3", "engraving"),
    ("Inter", "", "SIL Open Font License 1.1", "the type"),
    ("Liberation Serif, as Intermezzo Serif", "", "SIL Open Font License 1.1", "words in scores"),
    ("Phosphor Icons 1.3", "", "MIT", "the icons"),
    ("CMU Pronouncing Dictionary", "", "BSD 2", "pronunciations"),
)


class _Mark(Painted):
    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setFixedSize(56, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_logo(painter, QRectF(0.5, 0.5, 55, 55), self.look.theme)


class AboutRoom(Room):
    """Version, system, licences; a button copies the report."""

    def __init__(self, look: Look, registry: Registry, parent: QWidget | None = None) -> None:
        super().__init__(look, self.tr("About Intermezzo"), "", parent, help_page="tour")
        self._registry = registry
        self.setFixedWidth(600)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(_Mark(look), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(look, f"Intermezzo {__version__}", "card", "t1"))
        line = self.tr("Draw on the sketch between a text and its sound, and be obeyed to the letter.")
        words.addWidget(WrappedText(look, line, "body", "t2"))
        system = f"Python {sys.version.split()[0]} · {platform.system()} {platform.release()} · {platform.machine()}"
        words.addWidget(Label(look, system, "value", "t3"))
        words.addWidget(Label(look, self.tr("MIT licence. Made here, engines and weights included."), "value", "t3"))
        head.addLayout(words, 1)
        self.content.addLayout(head)
        self.content.addWidget(Divider(look))
        grid = QGridLayout()
        grid.setVerticalSpacing(5)
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(3, 1)
        for row, (name, package, licence, use) in enumerate(_PARTS):
            inks: tuple[tuple[str, Role], ...] = ((name, "t1"), (_version(package), "t3"), (licence, "t2"), (use, "t3"))
            for column, (text, ink) in enumerate(inks):
                grid.addWidget(Label(look, text, "value", ink), row, column)
        self.content.addLayout(grid)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.copy = Button(look, self.tr("Copy report"), icon="clipboard-text")
        self.copy.clicked.connect(self._copy)
        foot.addWidget(self.copy)
        self.content.addLayout(foot)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(report(self._registry))
        self.line.set_text(self.tr("The report is in the clipboard."))


def _version(package: str) -> str:
    if not package:
        return ""
    try:
        return version(package).partition("+")[0]
    except PackageNotFoundError:
        return "—"
