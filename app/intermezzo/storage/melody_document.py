"""Tunes inside documents: a melody that is the source of a stage, its notes as an array, all else as people read it."""

from typing import Any

import numpy as np

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.fingerprint import of_array
from intermezzo.core.media import Melody
from intermezzo.storage.arrays import Pieces, npy_pieces, parsed_npy
from intermezzo.storage.container import Container
from intermezzo.storage.documents import Table, Unsound

__all__ = ["melody_document", "read_melody"]

_LATEST = 2**31 - 1


def melody_document(melody: Melody, files: dict[str, Pieces]) -> dict[str, Any]:
    """Return the JSON table of a tune and add the file of its notes."""
    name = f"data/{of_array(melody.notes)}.npy"
    files.setdefault(name, npy_pieces([melody.notes]))
    return {
        "kind": "melody", "notes": name, "frames": melody.n_frames, "pickup": melody.pickup, "title": melody.title,
        "language": melody.language, "lyrics": list(melody.lyrics), "verses": [list(verse) for verse in melody.verses],
        "tempi": [{"frame": at, "bpm": bpm} for at, bpm in melody.tempi],
        "metres": _changes(melody.metres), "keys": _changes(melody.keys), "chords": _spans(melody.chords),
        "sections": _spans(melody.sections),
    }  # fmt: skip


def _changes(changes: tuple[tuple[int, str], ...]) -> list[dict[str, Any]]:
    return [{"frame": at, "name": name} for at, name in changes]


def _spans(spans: tuple[tuple[int, int, str], ...]) -> list[dict[str, Any]]:
    return [{"start": start, "stop": stop, "label": label} for start, stop, label in spans]


def read_melody(table: Table, container: Container) -> Melody:
    """Rebuild a tune.

    Raises:
        Unsound: if a part is missing or malformed, or the parts do not fit together.
    """
    notes = parsed_npy(container.read(table.text("notes")))
    if notes.ndim != 2 or notes.shape[1] != 4 or notes.dtype != np.int32:
        raise Unsound("the notes of its tune are no rows of four whole numbers.")
    verses = table.entries.get("verses")
    if not isinstance(verses, list) or not all(_are_texts(verse) for verse in verses):
        raise Unsound("the verses of its tune are no lists of texts.")
    n_frames = table.whole("frames", 0, _LATEST)
    try:
        return Melody(
            notes, table.texts("lyrics"), n_frames, tuple(_tempo(entry) for entry in table.tables("tempi")),
            _named(table, "metres"), _named(table, "keys"), _labelled(table, "chords"), _labelled(table, "sections"),
            tuple(tuple(verse) for verse in verses), table.whole("pickup", 0, n_frames), table.text("title"),
            table.text("language"),
        )  # fmt: skip
    except IntermezzoError as problem:
        raise Unsound(f"its tune is not whole: {problem}") from None


def _are_texts(verse: Any) -> bool:  # Any: whatever stands in the file
    return isinstance(verse, list) and all(isinstance(text, str) for text in verse)


def _tempo(entry: Table) -> tuple[int, float]:
    bpm = entry.entries.get("bpm")
    if isinstance(bpm, bool) or not isinstance(bpm, (int, float)) or not 0 < bpm < 1e6:
        raise Unsound(f"'bpm' of {entry.where} is no tempo.")
    return entry.whole("frame", 0, _LATEST), float(bpm)


def _named(table: Table, name: str) -> tuple[tuple[int, str], ...]:
    return tuple((entry.whole("frame", 0, _LATEST), entry.text("name")) for entry in table.tables(name))


def _labelled(table: Table, name: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (entry.whole("start", 0, _LATEST), entry.whole("stop", 0, _LATEST), entry.text("label"))
        for entry in table.tables(name)
    )
