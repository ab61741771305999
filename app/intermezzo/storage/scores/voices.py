"""Voices: notes that overlap apart from each other, as notation writes them."""

from collections import deque

from intermezzo.core.media import Melody
from intermezzo.storage.documents import Unsound

__all__ = ["Event", "Voice", "voices_of"]

_MOST_VOICES = 64
Event = tuple[int, int, list[int]]
"""Start, stop and the indices of the notes struck together."""


class Voice:
    """Events of one voice, in order and without overlap."""

    def __init__(self) -> None:
        self.events: deque[Event] = deque()

    def take(self, start: int, stop: int) -> list[Event]:
        """Return what sounds in a bar; what is over is forgotten."""
        while self.events and self.events[0][1] <= start:
            self.events.popleft()
        found = []
        for event in self.events:
            if event[0] >= stop:
                break
            found.append(event)
        return found


def voices_of(melody: Melody) -> list[Voice]:
    """Return the notes of a tune in as few voices as they need, at least one.

    Raises:
        Unsound: if there would be too many.
    """
    voices = [Voice()]
    for k, (start, stop, _, _) in enumerate(melody.notes.tolist()):
        for voice in voices:
            last = voice.events[-1] if voice.events else (0, 0, [])
            if last[:2] == (start, stop) and last[2]:
                last[2].append(k)
                break
            if last[1] <= start:
                voice.events.append((start, stop, [k]))
                break
        else:
            if len(voices) >= _MOST_VOICES:
                raise Unsound(f"over {_MOST_VOICES} notes sound at once. Take some out.")
            voices.append(Voice())
            voices[-1].events.append((start, stop, [k]))
    return voices
