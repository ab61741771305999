"""The field in which the sounds of a word are typed: tried by the engine while one types, heard, and told if wrong."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.core.errors import ParamError
from intermezzo.core.pronunciations import Entry
from intermezzo.ui.dictionary.symbol_grid import SymbolGrid, spoken_groups
from intermezzo.ui.dictionary.trial import Sounds, Trial
from intermezzo.ui.look import Look
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.text_field import TextField
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["SoundsField", "as_sounds"]

_REST_MS = 200
_IPA_SIGNS = "ŋθðβχæøœçʲˈˌː"


def as_sounds(typed: str) -> str:
    """Return what was typed as an entry takes it: IPA that came without its slashes gets them."""
    text = typed.strip()
    has_signs = any("\u0250" <= c <= "\u02ff" or c in _IPA_SIGNS for c in text)
    if text.startswith("[") and text.endswith("]"):
        return f"/{text[1:-1]}/"
    return f"/{text.strip('/')}/" if has_signs or text.startswith("/") else text


class SoundsField(QWidget):
    """For one word at a time; the window around it says which.

    Attributes:
        changed: what stands here became good or bad; ask `entry` and `sounds`.
        entered: Enter was pressed in the field.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, look: Look, workspace: Workspace, tips: Tips, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.trial = Trial(workspace, self)
        self._workspace = workspace
        self._word, self._language = "", ""
        self._shows_now = False  # the answer to come is how the word is said now, which fills the field
        self._filled = ""  # what the engine filled in last
        self._asked: Entry | None = None
        self.entry: Entry | None = None
        self.sounds: Sounds = ()
        self.field = TextField(look, self.tr("Sounds"), self.tr("IPA, as /ˈɡøːtə/, or letters, as GER-tuh"))
        self.field.setMinimumHeight(28)
        self.field.setFont(look.font("source"))
        self.field.textEdited.connect(self._on_edited)
        self.field.returnPressed.connect(self.entered)
        tips.set_tip(
            self.field, self.tr("How it is said"), "",
            self.tr("IPA between slashes, or letters that sound so:\ncapitals are stressed, hyphens part syllables"),
        )  # fmt: skip
        self.listen = Button(look, self.tr("Listen"), icon="speaker-high")
        self.listen.clicked.connect(self._listen)
        tips.set_tip(self.listen, self.tr("Listen"), "", self.tr("Says the word alone, with the voice of now"))
        self.state = WrappedText(look, "", "value", "t2")
        self.state.setMinimumHeight(32)
        self.grid = SymbolGrid(look)
        self.grid.picked.connect(self._insert)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.listen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.state)
        column.addWidget(self.grid)
        self.setFocusProxy(self.field)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._try)
        self.trial.said.connect(self._on_said)
        self.trial.refused.connect(self._on_refused)
        self.trial.listened.connect(lambda why: self._say(why, "warn") if why else None)

    def show_word(self, word: str, language: str, sounds: str = "", *, now: Sounds = ()) -> None:
        """Begin with a word and its sounds; without any, with those it has ``now``, or those that the engine gives."""
        self._word, self._language = word, language
        self._show_symbols()
        self.entry, self.sounds = None, ()
        if not sounds and now:
            sounds = _joined(now)
        self.field.setText(sounds)
        self._rest.stop()
        self.trial.stop()
        self._say("", "t2")
        self._shows_now = not sounds
        if word and sounds:
            self._try()
        elif word and self.trial.manifest is not None:
            self.trial.ask(word, None, language)
        self._changed()

    def set_word(self, word: str, language: str) -> None:
        """Go on with the same sounds for another word or in another language."""
        if (word, language) != (self._word, self._language):
            self._word, self._language = word, language
            self.trial.stop()
            self.entry, self.sounds = None, ()
            self._shows_now = self.field.text() in ("", self._filled)
            self._rest.start()
            self._changed()

    def stop(self) -> None:
        """Ask the engine no more."""
        self._rest.stop()
        self.trial.stop()

    def _show_symbols(self) -> None:
        manifest = self.trial.manifest
        kind = self._workspace.registry.sketch_types.get(manifest.sketch) if manifest is not None else None
        spec = kind.governing if kind is not None else None
        self.grid.show_groups(spoken_groups(spec, self.tr("Stress")))

    def _on_edited(self, _: str) -> None:
        self._shows_now = False
        self.trial.stop()  # an answer that is under way is not about this
        self.entry, self.sounds = None, ()
        self._changed()
        self._rest.start()

    def _try(self) -> None:
        """Let the engine say what stands here; what is no entry at all is told without asking it."""
        self._rest.stop()
        self.entry, self.sounds = None, ()
        if self._shows_now and self._word.strip() and self.trial.manifest is not None:
            self.trial.ask(self._word, None, self._language)
            return
        typed = as_sounds(self.field.text())
        if not self._word.strip() or not typed.strip("/ "):
            self._say("", "t2")
            self._changed()
            return
        try:
            entry = Entry(self._word, self._language, typed)
        except ParamError as problem:
            self._on_refused(str(problem))
            return
        if self.trial.manifest is None:
            self.entry = entry
            self._say(self.tr("No engine that is installed takes pronunciations."), "warn")
            self._changed()
            return
        self._asked = entry
        self.trial.ask(entry.word, entry, self._language)

    def _on_said(self, sounds: Sounds) -> None:
        if self._shows_now:
            self._shows_now = False
            self._filled = _joined(sounds)
            self.field.setText(self._filled)
            self._say(self.tr("This is how it is said now."), "t2")
            self.sounds = sounds
        else:
            self.entry, self.sounds = self._asked, sounds
            self._say(self.tr("Said as {0}").format(" ".join(label for label, _ in sounds)), "t2")
        self._changed()

    def _on_refused(self, why: str) -> None:
        self._shows_now = False
        self.entry, self.sounds = None, ()
        self._say(why, "err")
        self._changed()

    def _changed(self) -> None:
        self.listen.setEnabled(bool(self._word.strip() and self.field.text().strip("/ ")))
        self.changed.emit()

    def _say(self, line: str, ink: Role) -> None:
        self.state.setText(line)
        self.state.set_ink(ink)
        self.field.setAccessibleDescription(line)

    def _listen(self) -> None:
        if self._rest.isActive():
            self._try()
        self.trial.listen()

    def _insert(self, symbol: str) -> None:
        field = self.field
        if not field.text().strip("/ "):
            field.setText("//")
            field.setCursorPosition(1)
        elif field.text().endswith("/") and field.cursorPosition() == len(field.text()) > 1:
            field.setCursorPosition(len(field.text()) - 1)
        field.insert(symbol)
        self._on_edited(field.text())


def _joined(sounds: Sounds) -> str:
    return f"/{''.join(label for label, _ in sounds)}/" if sounds else ""
