"""German text to spoken words."""

import pytest

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech.text import phrases, transcript


def said(text: str) -> str:
    return " ".join(transcript(text, "de"))


def test_cyrillic_is_refused_by_name() -> None:
    with pytest.raises(SourceError, match="Cyrillic"):
        list(phrases("Das ist Москва.", "de"))


def test_a_date_takes_its_ending_from_the_word_before() -> None:
    assert said("Am 3. Mai 1984.") == "am dritten mai neunzehnhundert vierundachtzig"
