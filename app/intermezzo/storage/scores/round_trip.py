"""How much of a tune a format keeps: a file is read, written and read again, and notes, syllables and chords counted.

`check` calls this on real scores; ``python -m intermezzo.storage.scores.round_trip [--as ID] FILE ...`` prints the
figures. What cannot be written in its own format (Humdrum) goes through MusicXML.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.storage.scores.formats import (
    ScoreFormat,
    read_bytes,
    reading_of,
    score_format_named,
    score_format_of,
    written_score,
)

__all__ = ["Kept", "kept_of", "round_trip", "total"]


@dataclass(frozen=True)
class Kept:
    """How many there were, and how many of them came back at the same frame with the same value."""

    notes: int = 0
    notes_kept: int = 0
    syllables: int = 0
    syllables_kept: int = 0
    chords: int = 0
    chords_kept: int = 0
    changes: int = 0
    changes_kept: int = 0

    @property
    def whole(self) -> bool:
        """Whether everything came back."""
        return self.notes == self.notes_kept and self.syllables == self.syllables_kept and (
            self.chords == self.chords_kept and self.changes == self.changes_kept
        )  # fmt: skip


def kept_of(before: Melody, after: Melody) -> Kept:
    """Count what of a tune came back; changes are those of tempo, metre and key, sections and the pick-up.

    Holds ("_") count as syllables; further verses count each.
    """
    notes, syllables = _shared(_notes(before), _notes(after)), _shared(_syllables(before), _syllables(after))
    chords, changes = _shared(before.chords, after.chords), _shared(_changes(before), _changes(after))
    return Kept(*notes, *syllables, *chords, *changes)


def round_trip(path: Path, form: ScoreFormat | None = None) -> Kept:
    """Read a file, write its tune and read that; return what came back.

    Args:
        path: the file.
        form: the format that is written; its own if it can be written, else MusicXML, where none is given.

    Raises:
        FileError: if the file cannot be read.
    """
    first = reading_of(path).melody
    chosen = form or score_format_of(path)
    if chosen.write is None:
        chosen = score_format_named("musicxml")
    return kept_of(first, read_bytes(written_score(first, chosen), chosen).melody)


def total(found: Iterable[Kept]) -> Kept:
    """Return sums over files."""
    rows = list(found)
    return Kept(*(sum(getattr(kept, field.name) for kept in rows) for field in fields(Kept)))


def _shared(before: Iterable[object], after: Iterable[object]) -> tuple[int, int]:
    mine, theirs = set(before), set(after)
    return len(mine), len(mine & theirs)


def _notes(tune: Melody) -> list[tuple[int, ...]]:
    # The place in the row tells notes that are alike apart.
    return [(k, *row) for k, row in enumerate(tune.notes.tolist())]


def _syllables(tune: Melody) -> list[tuple[int, int, int, str]]:
    rows = tune.notes.tolist()
    verses = enumerate((tune.lyrics, *tune.verses))
    return [(v, k, rows[k][0], text) for v, verse in verses for k, text in enumerate(verse) if text]


def _changes(tune: Melody) -> list[tuple[object, ...]]:
    spans = [("section", *span) for span in tune.sections]
    points: list[tuple[object, ...]] = [("tempo", *change) for change in tune.tempi]
    points += [("metre", *change) for change in tune.metres]
    points += [("key", *change) for change in tune.keys]
    return [*points, *spans, ("pickup", tune.pickup), ("length", tune.n_frames)]


def _main(names: list[str]) -> int:
    found, faults, form = [], 0, None
    if names[:1] == ["--as"]:
        form, names = score_format_named(names[1]), names[2:]
    for name in names:
        try:
            kept = round_trip(Path(name), form)
        except FileError as problem:
            print(problem)
            faults += 1
            continue
        found.append(kept)
        if not kept.whole:
            print(f"{name}: {kept}")
    print(f"{len(found)} files came back, {faults} were refused; {total(found)}")
    return 0 if not faults and total(found).whole else 1


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
