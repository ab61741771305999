"""Typing syllables on a roll: the field over a note, going on from note to note, a verse that is pasted into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt

from intermezzo.core.edits import lyrics
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.music.verse import verse_syllables
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline.marks import LOCKED
from intermezzo.ui.timeline.notes_painting import note_rect
from intermezzo.ui.timeline.syllable_field import SyllableField

if TYPE_CHECKING:
    from intermezzo.ui.timeline.notes_lane import NotesLane

__all__ = ["SyllableTyping"]

_FIELD_PX: Final = (86, 24)


class SyllableTyping:
    """Owns the field of one roll."""

    def __init__(self, lane: NotesLane) -> None:
        self._lane = lane
        self.field: SyllableField | None = None

    def begin(self) -> None:
        """Open the field on the first chosen note."""
        lane, notes, at = self._lane, self._lane.notes, self._lane.choice.indices()
        if notes is None or not at:
            return
        k, told = at[0], lane.board.workspace.told
        note = int(notes.ids[k])
        if lane.refusal("draw"):
            told.emit("warn", lane.refusal("draw"))
            return
        if notes.origin[k] & LOCKED:
            text = QCoreApplication.translate("SyllableTyping", "{0} is locked; unlock it first.")
            told.emit("warn", text.format(lane.choice.said(frozenset({note}))))
            return
        self.close()
        box, (width, height) = note_rect(lane.board, lane.pitch, notes, k), _FIELD_PX
        width = max(width, round(box.width()))
        name = QCoreApplication.translate("SyllableTyping", "Syllable of {0}").format(lane.choice.text_of(k))
        self.field = field = SyllableField(notes.lyrics[k], name, lane)
        left = min(max(round(box.left()) - 2, 0), max(lane.width() - width, 0))
        top = min(max(round(box.center().y()) - height // 2, 0), max(lane.height() - height, 0))
        field.setGeometry(left, top, width, height)
        field.done.connect(lambda text, by: self._take(note, text, by))
        field.dropped.connect(self.close)
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, note: int, text: str, by: int) -> None:
        self.close()
        lane, syllables = self._lane, verse_syllables(text)
        is_verse = len(syllables) > 1 and syllables[1:] != [HOLD]
        if is_verse:
            lane.commands.write(text)
        elif text.strip() == "+":
            lane.board.edit(
                QCoreApplication.translate("SyllableTyping", "Sing the word on"),
                lambda s: lyrics.next_part(s, note, layer=lane.name), icon="text-aa",
            )  # fmt: skip
        else:
            said = text.strip()
            lane.board.edit(
                step_name("Sing {0}", said or step_name("nothing")),
                lambda s: lyrics.set_syllable(s, note, said, layer=lane.name),
                icon="text-aa",
            )
        if by and not is_verse and lane.step_element(by):
            self.begin()

    def close(self) -> None:
        """Take the field away; the lane has the keys again."""
        field, self.field = self.field, None
        if field is not None:
            if field.hasFocus():
                self._lane.setFocus(Qt.FocusReason.OtherFocusReason)
            field.hide()
            field.deleteLater()
