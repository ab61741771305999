"""What keys and menus do to the chosen notes of a roll; each is one named step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from intermezzo.core.edits import lyrics
from intermezzo.core.edits import notes as edits
from intermezzo.core.edits.transpose import by_scale_steps
from intermezzo.core.music.harmony import fitting
from intermezzo.core.sketch import Sketch
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline.gestures import ALT, SHIFT, Modifiers
from intermezzo.ui.timeline.lane import MenuEntry
from intermezzo.ui.wording import counted

if TYPE_CHECKING:
    from intermezzo.ui.timeline.notes_lane import NotesLane

__all__ = ["NoteCommands"]

_CTRL: Final = Modifiers.ControlModifier
_OCTAVE: Final = 12
_FINE: Final = 8  # parts of a step of the grid


def _tr(text: str) -> str:
    return QCoreApplication.translate("NoteCommands", text)


class NoteCommands:
    """Works on the chosen notes of one lane."""

    def __init__(self, lane: NotesLane) -> None:
        self._lane = lane

    def _edit(self, words: str, icon: str, edit: Callable[[Sketch, frozenset[int]], Sketch], *, key: str = "") -> bool:
        lane, ids = self._lane, self._lane.choice.ids()
        if not ids or not lane.may_edit():
            return False
        label = step_name(words, lane.choice.said(ids))
        merge = f"{key} {lane.name} {hash(ids)}" if key else None
        if not lane.board.edit(label, lambda s: edit(s, ids), merge_key=merge, icon=icon):
            return False
        lane.choice.choose(ids)
        lane.reveal_chosen()
        return True

    def shift(self, frames: int = 0, semitones: int = 0) -> None:
        """Move the chosen notes."""
        name = self._lane.name
        icon = "arrow-up" if semitones > 0 else "arrow-down" if semitones < 0 else "arrows-left-right"
        self._edit("Move {0}", icon, lambda s, ids: edits.move(s, ids, frames, semitones, layer=name), key="nudge")

    def step(self, direction: int) -> None:
        """Move up (1) or down: by a semitone, or to the next tone that pitches snap to; several by a scale step."""
        settings, name = self._lane.board.workspace.note_settings, self._lane.name
        ids = self._lane.choice.ids()
        icon = "arrow-up" if direction > 0 else "arrow-down"
        if not (settings.to_scale or settings.to_chord) or (len(ids) != 1 and not settings.to_scale):
            self.shift(0, direction)
            return
        if len(ids) != 1:
            self._edit("Move {0}", icon, lambda s, ids: by_scale_steps(s, ids, direction, layer=name), key="step")
            return

        def edit(sketch: Sketch, ids: frozenset[int]) -> Sketch:
            notes = edits.notes_of(sketch, name)
            k = edits.indices_of(notes, ids)[0]
            start, pitch = int(notes.starts[k]), int(notes.pitches[k])
            reach = (pitch + direction * by for by in range(1, _OCTAVE + 1))
            goal = next(
                (p for p in reach if fitting(sketch, start, p, scale=settings.to_scale, chord=settings.to_chord) == p),
                pitch + direction,
            )
            return edits.move(sketch, ids, 0, goal - pitch, layer=name)

        self._edit("Move {0}", icon, edit, key="nudge")

    def lengthen(self, frames: int) -> None:
        """Make the chosen notes longer or shorter."""
        name = self._lane.name
        self._edit(
            "Stretch {0}", "arrows-left-right", lambda s, ids: edits.resize(s, ids, stop_by=frames, layer=name),
            key="lengthen",
        )  # fmt: skip

    def delete(self) -> None:
        """Take the chosen notes out."""
        lane, ids = self._lane, self._lane.choice.ids()
        if ids and lane.board.edit(
            step_name("Delete {0}", lane.choice.said(ids)),
            lambda s: edits.delete(s, ids, layer=lane.name),
            icon="trash",
        ):
            lane.choice.choose(frozenset())

    def duplicate(self) -> None:
        """Put copies behind the chosen notes, on the grid, and choose them."""
        lane, ids, notes = self._lane, self._lane.choice.ids(), self._lane.notes
        if not ids or notes is None:
            return
        at = edits.indices_of(notes, ids)
        first, last = int(notes.starts[at].min()), int(notes.stops[at].max())
        by = max(lane.on_grid(last) - first, lane.step())
        if lane.board.edit(
            step_name("Duplicate {0}", lane.choice.said(ids)),
            lambda s: edits.duplicate(s, ids, by, layer=lane.name),
            icon="copy",
        ):
            made = edits.notes_of(lane.board.sketch, lane.name) if lane.board.sketch is not None else notes
            lane.choice.choose(frozenset(made.ids.tolist()) - frozenset(notes.ids.tolist()))
            lane.reveal_chosen()

    def glue(self) -> None:
        """Make one note of the chosen ones."""
        self._edit("Glue {0}", "link-simple", lambda s, ids: edits.glue(s, ids, layer=self._lane.name))

    def split(self) -> None:
        """Cut the chosen notes at the playhead, or in the middle where it does not lie in them."""
        lane, notes = self._lane, self._lane.notes
        if notes is None:
            return
        at = edits.indices_of(notes, lane.choice.ids())
        playhead = lane.on_grid(lane.board.playhead_frame)
        if not any(notes.starts[k] < playhead < notes.stops[k] for k in at) and at:
            playhead = lane.on_grid((int(notes.starts[at[0]]) + int(notes.stops[at[0]])) / 2)
        self._edit("Split {0}", "scissors", lambda s, ids: edits.split(s, ids, playhead, layer=lane.name))

    def split_at(self, at: QPointF) -> None:
        """Cut the note under a place there, on the grid where that lies inside it."""
        lane, k, notes = self._lane, self._lane.choice.note_at(at), self._lane.notes
        if k is None or notes is None:
            return
        note, here = int(notes.ids[k]), lane.board.frame_at(at.x())
        frame = lane.on_grid(here)
        frame = frame if notes.starts[k] < frame < notes.stops[k] else round(here)
        lane.board.edit(
            step_name("Split {0}", lane.choice.said(frozenset({note}))),
            lambda s: edits.split(s, [note], frame, layer=lane.name),
            icon="scissors",
        )

    def draw_at(self, at: QPointF) -> None:
        """Draw a note of one step of the grid under a place, and choose it."""
        lane, frame, step = self._lane, self._lane.board.frame_at(at.x()), self._lane.step()
        sketch, settings = lane.board.sketch, lane.board.workspace.note_settings
        start = lane.on_grid(frame)
        start = start if start <= frame else max(lane.on_grid(frame - step), 0)
        if sketch is None or not 0 <= frame < sketch.n_frames:
            return
        pitch = fitting(sketch, start, lane.pitch.pitch_at(at.y()), scale=settings.to_scale, chord=settings.to_chord)
        label = step_name("Draw {0}", lane.choice.pitch_name(pitch, start))
        if lane.board.edit(
            label, lambda s: edits.draw(s, start, start + step, pitch, layer=lane.name), icon="pencil-simple"
        ):  # fmt: skip
            notes = lane.notes
            lane.choice.choose(frozenset({int(notes.ids.max())}) if notes is not None else frozenset())

    def quantise(self, strength: float = 1.0) -> None:
        """Pull the chosen notes to the grid."""
        step, name = self._lane.step(), self._lane.name
        self._edit(
            "Quantise {0}",
            "magnet",
            lambda s, ids: edits.quantise(s, ids, step, strength=strength, ends=True, layer=name),
        )

    def fit(self, *, scale: bool = False, chord: bool = False) -> None:
        """Pull the chosen notes to the scale or the chord."""
        name = self._lane.name
        self._edit(
            "Fit {0}", "magnet", lambda s, ids: edits.fit(s, ids, scale=scale, chord=chord, layer=name)
        )  # fmt: skip

    def hold(self) -> None:
        """Let the first of the chosen notes hold its syllable over the others."""
        self._edit("Hold over {0}", "text-aa", lambda s, ids: lyrics.hold(s, ids, layer=self._lane.name))

    def erase(self) -> None:
        """Give the chosen notes back to the prediction."""
        self._edit("Erase {0}", "eraser", lambda s, ids: edits.erase(s, ids, layer=self._lane.name))

    def paste_verse(self) -> None:
        """Write the text of the clipboard over the chosen notes, or over all from the chosen one on."""
        self.write(QGuiApplication.clipboard().text())

    def write(self, text: str) -> None:
        """Write a verse over the chosen notes; where only one is chosen, over it and those after it."""
        lane, notes = self._lane, self._lane.notes
        ids = lane.choice.ids()
        if notes is None or not text.strip() or not ids:
            lane.board.workspace.told.emit("warn", _tr("Copy a verse and select the notes that are to sing it."))
            return
        if len(ids) == 1:
            ids = frozenset(notes.ids[edits.indices_of(notes, ids)[0] :].tolist())
        left: list[str] = []

        def edit(sketch: Sketch) -> Sketch:
            written, left[:] = lyrics.write_verse(sketch, ids, text, layer=lane.name)
            return written

        if lane.board.edit(step_name("Write “{0}”", " ".join(text.split())[:32]), edit, icon="text-aa") and left:
            n = counted(len(left), _tr("1 syllable"), _tr("{0} syllables"))
            lane.board.workspace.told.emit("warn", _tr("{0} found no note: {1}").format(n, " ".join(left[:8])))

    def menu(self) -> list[MenuEntry]:
        """Return what can be done with the chosen notes."""
        lane, ids = self._lane, self._lane.choice.ids()
        if not ids or not lane.may_edit():
            return []
        found = [
            MenuEntry(_tr("Change syllable"), "text-aa", lane.edit_syllable, "F2"),
            MenuEntry(_tr("Write the copied verse"), "clipboard-text", self.paste_verse),
            MenuEntry(_tr("Split"), "scissors", self.split),
            MenuEntry(_tr("Duplicate"), "copy", self.duplicate, "Ctrl+D"),
            MenuEntry(_tr("Quantise"), "magnet", self.quantise),
            MenuEntry(_tr("Quantise halfway"), "magnet", lambda: self.quantise(0.5)),
            MenuEntry(_tr("Fit to the scale"), "magnet", lambda: self.fit(scale=True)),
            MenuEntry(_tr("Fit to the chord"), "magnet", lambda: self.fit(chord=True)),
            MenuEntry(_tr("Back to the prediction"), "eraser", self.erase),
            MenuEntry(_tr("Delete"), "trash", self.delete, "Del"),
        ]
        if len(ids) > 1:
            found[2:2] = [
                MenuEntry(_tr("Hold the first syllable over all"), "text-aa", self.hold),
                MenuEntry(_tr("Glue"), "link-simple", self.glue, "G"),
            ]
        return found

    def claims(self, event: QKeyEvent) -> bool:
        """Tell whether a key means something here."""
        key, modifiers = event.key(), event.modifiers()
        if modifiers & _CTRL:
            return key == Qt.Key.Key_A or (key == Qt.Key.Key_D and bool(self._lane.choice.ids()))
        return key in _KEYS and len(self._lane.choice.ids()) > (1 if key == Qt.Key.Key_G else 0)

    def on_key(self, event: QKeyEvent) -> bool:
        """Do what a key says; False if it means nothing here."""
        if not self.claims(event):
            return False
        lane, key, modifiers = self._lane, event.key(), event.modifiers()
        step, far = lane.step(), bool(modifiers & SHIFT)
        if key == Qt.Key.Key_A:
            lane.choice.choose_all()
        elif key == Qt.Key.Key_D:
            self.duplicate()
        elif key in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            lane.edit_syllable()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete()
        elif key == Qt.Key.Key_G:
            self.glue()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            up = 1 if key == Qt.Key.Key_Up else -1
            if far:
                self.shift(0, _OCTAVE * up)
            else:
                self.step(up)
        else:
            by = 1 if key == Qt.Key.Key_Right else -1
            if far:
                self.lengthen(by * step)
            else:
                self.shift(by * (max(step // _FINE, 1) if modifiers & ALT else step))
        return True


_KEYS: Final = (
    Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_G,
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
)  # fmt: skip
