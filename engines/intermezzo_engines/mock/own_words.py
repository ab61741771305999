"""The person's own pronunciations, as the mock takes them: a word is hummed with other letters than it has."""

import unicodedata
from collections.abc import Mapping

from intermezzo.core.errors import SourceError
from intermezzo.core.params import Value
from intermezzo.core.pronunciations import key_of, read_dictionary
from intermezzo_engines.mock.hum import VOWELS

__all__ = ["own_letters"]

_SILENT = " -/'’ˈˌː"


def own_letters(params: Mapping[str, Value]) -> dict[str, list[str]]:
    """Return the letters to hum of each word of the parameter ``dictionary``, by `key_of` the word.

    Raises:
        SourceError: naming the word, if a sign is no letter.
    """
    found: dict[str, list[str]] = {}
    for entry in read_dictionary(str(params.get("dictionary", ""))):
        signs = [sign for sign in entry.sounds if sign not in _SILENT]
        odd = next((sign for sign in signs if not sign.isalpha()), "")
        if odd:
            raise SourceError(
                f"Pronunciation of “{entry.word}”: “{odd}” is no sound that can be hummed. Write letters."
            )
        plain = (unicodedata.normalize("NFD", sign)[0].lower() for sign in signs)
        found[key_of(entry.word)] = [letter if letter in VOWELS else "x" for letter in plain]
    return found
