"""The endings of the files that outputs are written as, by medium."""

from typing import Final

__all__ = ["written_as"]

_WRITTEN_AS: Final = {
    "audio": (".wav", ".flac", ".ogg", ".mp3"),
    "image": (".png", ".webp", ".ico", ".svg"),
    "video": (".gif", ".apng", ".png", ".webp", ".mp4", ".webm"),
}
_OTHERS: Final = (".txt",)


def written_as(medium: str) -> tuple[str, ...]:
    """Return the endings for a medium, the usual one first; what is neither heard nor seen is written as text."""
    return _WRITTEN_AS.get(medium, _OTHERS)
