"""What all readers of scores share: their result with its remarks, limits of size, and changes laid out along time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from intermezzo.core.clock import FASTEST_BPM, SLOWEST_BPM
from intermezzo.core.media import Melody
from intermezzo.core.music.keys import Key
from intermezzo.storage.documents import Unsound

__all__ = [
    "LARGEST_BYTES", "LONGEST_FRAMES", "MOST_CHARS", "MOST_NOTES", "MOST_VERSES", "Reading", "key_with",
    "latest_changes", "sound_tempo", "spans_between", "within_length",
]  # fmt: skip

T = TypeVar("T")
LARGEST_BYTES = 64 * 2**20
LONGEST_FRAMES = 2**24
"""About 35,000 quarters: five hours at 120 a minute."""
MOST_NOTES = 200_000
MOST_VERSES = 24
MOST_CHARS = 200
"""Of a syllable or a label."""


@dataclass(frozen=True)
class Reading:
    """A tune and what is worth telling of how it was read: sentences on what the file holds and the tune does not.

    ``parts`` are the names of what could be read instead, in the order of their numbers; ``part`` says which of them
    this is, from 0.
    """

    melody: Melody
    remarks: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    part: int = 0


def key_with(fifths: int, mode: str = "major") -> Key | None:
    """Return the key of a signature (flats below 0) and a mode; None where it would need over seven signs."""
    for letter in "FCGDAEB":
        for sign in ("", "#", "b"):
            key = Key(letter + sign, mode)
            if key.fifths == fifths and abs(fifths) <= 7:
                return key
    return None


def sound_tempo(bpm: float, where: str) -> float:
    """Return quarters a minute, held inside what a tempo lane takes.

    Raises:
        Unsound: if it is zero, negative or no number.
    """
    if not 0 < bpm < float("inf"):
        raise Unsound(f"{where} has a tempo of {bpm:g}. Give it one in the program it comes from.")
    return min(max(bpm, SLOWEST_BPM), FASTEST_BPM)


def within_length(frames: int) -> int:
    """Return a number of frames as it is.

    Raises:
        Unsound: if a piece of that length would be beyond all use.
    """
    if frames > LONGEST_FRAMES:
        quarters = frames // 480
        raise Unsound(f"it would be {quarters:,} quarter notes long, more than a tune can be. Cut it to its music.")
    return frames


def latest_changes(changes: Sequence[tuple[int, T]], n_frames: int) -> list[tuple[int, T]]:
    """Return changes (frame, value) in order, the last of each frame, without repeats of a value, before the end."""
    found: list[tuple[int, T]] = []
    for frame, value in sorted(changes, key=lambda change: change[0]):
        if frame >= n_frames > 0:
            break
        if found and found[-1][0] == frame:
            found.pop()
        if not found or found[-1][1] != value:
            found.append((frame, value))
    return found


def spans_between(points: Sequence[tuple[int, str | None]], n_frames: int) -> tuple[tuple[int, int, str], ...]:
    """Return (start, stop, label) from points at which a label begins, or ends where it is None."""
    ordered = sorted(points, key=lambda point: point[0])
    stops = [*(frame for frame, _ in ordered), n_frames][1:]
    held = ((start, min(stop, n_frames), label) for (start, label), stop in zip(ordered, stops, strict=True))
    return tuple((start, stop, label[:MOST_CHARS]) for start, stop, label in held if label is not None and stop > start)
