"""The voices of this engine and what language each of them speaks."""

from typing import Final

__all__ = ["LANGUAGES", "VOICES", "language_of"]

VOICES: Final = ("cathy", "ljs", "kerstin")
LANGUAGES: Final = {"cathy": "en", "ljs": "en", "kerstin": "de"}


def language_of(voice: str) -> str:
    """Return the language of a voice, "en" or "de"; a voice that is not of this engine reads English."""
    return LANGUAGES.get(voice, "en")
