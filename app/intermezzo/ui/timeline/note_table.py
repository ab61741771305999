"""The notes of a layer as rows of a table: what each cell shows, and what is made of a text that is typed into it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from PySide6.QtCore import QCoreApplication

from intermezzo.core.edits import lyrics, notes
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Notes, strongest
from intermezzo.core.music.harmony import key_at
from intermezzo.core.music.keys import letter_pitch_class
from intermezzo.core.sketch import Sketch
from intermezzo.ui.music_text import note_name
from intermezzo.ui.step_names import step_name
from intermezzo.ui.timeline.beats import length_text, place_text

__all__ = ["EDITABLE", "cell", "edited", "pitch_of", "titles"]

EDITABLE: Final = (0, 1, 3, 4)
_NAME: Final = re.compile(r"([A-Ga-g])(##|bb|[#b♯♭]?)(-?\d)")
_LENGTH: Final = re.compile(r"(\d+)/(\d+)\s*([Tt]?)")


def _tr(text: str) -> str:
    return QCoreApplication.translate("NoteTable", text)


def titles() -> list[str]:
    """Return the names of the columns."""
    return [_tr("Syllable"), _tr("Pitch"), _tr("Start"), _tr("Length"), _tr("Velocity"), _tr("State"), _tr("Sure")]


def cell(sketch: Sketch | None, layer: Notes, row: int, column: int) -> str:
    """Return what a cell shows."""
    start, stop, pitch, velocity = layer.values[row].tolist()
    sure = "" if layer.score is None else f"{float(layer.score[row]):.2f}"
    key = key_at(sketch, start) if sketch is not None else None
    return (
        layer.lyrics[row], note_name(pitch, key), place_text(sketch, start), length_text(sketch, stop - start),
        str(velocity), strongest(int(layer.origin[row])), sure,
    )[column]  # fmt: skip


def pitch_of(text: str) -> int:
    """Return the MIDI pitch of a name ("F#4", "B♭3") or a number.

    Raises:
        EditError: if it is neither.
    """
    plain = text.strip()
    if plain.isdigit() and int(plain) < 128:
        return int(plain)
    found = _NAME.fullmatch(plain)
    if found is None:
        raise EditError(f"{text!r} is no pitch. Write it like C4, F#5 or 60.")
    letter, sign, octave = found.groups()
    sign = sign.replace("♯", "#").replace("♭", "b")
    whole = letter_pitch_class(letter.upper()) + (len(sign) if "#" in sign else -len(sign))
    return whole + 12 * (int(octave) + 1)


def _frames_of(sketch: Sketch, layer: Notes, text: str) -> int:
    found, beats = _LENGTH.fullmatch(text.strip()), sketch.type.beats
    if found is not None and beats is not None and int(found[2]):
        share = Fraction(int(found[1]), int(found[2])) * (Fraction(2, 3) if found[3] else 1)
        return round(share * 4 * beats.frames_per_quarter)
    try:
        ms = float(text.strip().removesuffix("ms").replace(",", "."))
    except ValueError:
        like = "1/4 or 1/8 T" if beats is not None else "250"
        raise EditError(f"{text!r} is no length. Write it like {like}.") from None
    return round(ms / 1000 / layer.hop_s)


def edited(sketch: Sketch, layer: Notes, row: int, column: int, text: str) -> tuple[str, Sketch]:
    """Return the name of the step and the sketch in which a cell says what was typed.

    Raises:
        EditError: if the text is nothing of the kind, or the note is locked.
    """
    note, name = int(layer.ids[row]), layer.spec.name
    said = layer.lyrics[row] or step_name("note {0}", row + 1)
    if column == 0:
        return step_name("Sing {0}", text or step_name("nothing")), lyrics.set_syllable(sketch, note, text, layer=name)
    if column == 1:
        by = pitch_of(text) - int(layer.pitches[row])
        return step_name("Move {0} to {1}", said, text), notes.move(sketch, [note], 0, by, layer=name)
    if column == 3:
        by = _frames_of(sketch, layer, text) - int(layer.stops[row] - layer.starts[row])
        return step_name("Stretch {0} to {1}", said, text), notes.resize(sketch, [note], stop_by=by, layer=name)
    try:
        velocity = int(text)
    except ValueError:
        raise EditError(f"{text!r} is no velocity, which is 1 to 127.") from None
    return step_name("Velocity {0} on {1}", velocity, said), notes.set_velocities(sketch, {note: velocity}, layer=name)
