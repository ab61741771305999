"""Beams: short notes of one beat share them, so that notation programs show rhythm at a glance."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from intermezzo.storage.scores.durations import Piece

__all__ = ["add_beams"]

_LEVELS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4, "128th": 5}


def add_beams(written: Sequence[tuple[Piece, Element]], bar: int, beat: int) -> None:
    """Put `beam` elements into the notes of one voice of a bar.

    Args:
        written: each piece with its `note`, rests among them, notes struck with another left out.
        bar: frame at which the bar begins.
        beat: length of a beat in frames; no beam leads over its end.
    """
    group: list[tuple[int, Element]] = []
    place = -1
    for piece, note in written:
        level = _LEVELS.get(piece.type, 0) if note.find("rest") is None else 0
        at = (piece.start - bar) // beat
        if at != place or not level:
            _join(group)
            group, place = [], at
        if level:
            group.append((level, note))
    _join(group)


def _join(group: Sequence[tuple[int, Element]]) -> None:
    if len(group) < 2:
        return
    levels = [level for level, _ in group]
    for k, (level, note) in enumerate(group):
        before = levels[k - 1] if k else 0
        after = levels[k + 1] if k + 1 < len(group) else 0
        at = next((i for i, child in enumerate(note) if child.tag in ("notations", "lyric")), len(note))
        for number in range(1, level + 1):
            beam = Element("beam", {"number": str(number)})
            if before >= number:
                beam.text = "continue" if after >= number else "end"
            elif after >= number:
                beam.text = "begin"
            else:
                beam.text = "backward hook" if k else "forward hook"
            note.insert(at + number - 1, beam)
