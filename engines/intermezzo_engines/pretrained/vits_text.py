"""Text as a VITS checkpoint reads it: letters, or sounds in IPA, one character a token, sentence by sentence.

The rules are those that tokenizer_config.json names (`normalize`, `phonemize`, `add_blank`); numbers and abbreviations
of English are spoken out by our own front end first. Characters that the vocabulary lacks are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech.phones import arpabet_to_label
from intermezzo_engines.speech.pronounce import Pronouncer
from intermezzo_engines.speech.text import phrases

__all__ = ["BLANK", "SPACE", "Letters", "read_letters", "token_of"]

BLANK, SPACE = "·", "␣"
_ENGLISH = ("eng", "en", "en-us", "english", "")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…\n]*", re.DOTALL)
_MOST_LETTERS = 600  # attention grows with the square of a sentence
# How espeak, which these checkpoints were trained with, writes what our dictionary writes otherwise.
_ESPEAK = {"ɝ": "ɜː", "ɑ": "ɑː", "i": "iː", "u": "uː", "ɔ": "ɔː"}


@dataclass
class Letters:
    """One sentence: its labels with the place of each in the source, and words as (label, first letter, stop)."""

    labels: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    words: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, characters: str, place: tuple[int, int], word: str, vocabulary: Mapping[str, int]) -> None:
        """Append the characters of a word that the vocabulary has, after a space where one belongs."""
        known = [c for c in characters if c in vocabulary]
        if not known:
            return
        if self.labels and " " in vocabulary:
            self.labels.append(SPACE)
            self.places.append((place[0], place[0]))
        first = len(self.labels)
        self.labels += known
        self.places += [place] * len(known)
        self.words.append((word[:100], first, len(self.labels)))


def token_of(label: str) -> str:
    """Return the token of a label."""
    return " " if label == SPACE else label


def read_letters(
    text: str, vocabulary: Mapping[str, int], tokenizer: Mapping[str, Any], pronouncer: Pronouncer
) -> Iterator[Letters]:
    """Yield the sentences of a text.

    Raises:
        SourceError: if nothing of it can be read with this vocabulary.
    """
    english = str(tokenizer.get("language") or "").lower() in _ENGLISH
    found = False
    if tokenizer.get("phonemize", True) and not english:
        raise SourceError("This checkpoint reads sounds of a language for which Intermezzo has no dictionary.")
    parts = _english(text, vocabulary, tokenizer, pronouncer) if english else _plain(text, vocabulary, tokenizer)
    for part in parts:
        if part.labels:
            found = True
            yield part
    if not found:
        raise SourceError("This checkpoint has no letter for anything in this text. Type a word in its language.")


def _english(
    text: str, vocabulary: Mapping[str, int], tokenizer: Mapping[str, Any], pronouncer: Pronouncer
) -> Iterator[Letters]:
    part, sounds = Letters(), bool(tokenizer.get("phonemize", True))
    for phrase in phrases(text):
        spoken = iter(pronouncer.pronounce(phrase.words)) if sounds else iter(())
        for token in phrase.tokens:
            said = [_sounds(next(spoken)) if sounds else word.replace(".", "") for word in token.words]
            part.add(" ".join(said), (token.start, token.end), token.text, vocabulary)
            if token.mark in vocabulary and token.mark and part.labels:
                part.labels.append(token.mark)
                part.places.append((token.end, min(token.end + 1, len(text))))
        if phrase.tokens[-1].mark in (".", "!", "?") or len(part.labels) > _MOST_LETTERS:
            yield part
            part = Letters()
    yield part


def _sounds(phones: tuple[str, ...]) -> str:
    labels = (arpabet_to_label(phone) for phone in phones)
    return "".join(mark + _ESPEAK.get(plain, plain) for mark, plain in (_split(label) for label in labels))


def _split(label: str) -> tuple[str, str]:
    plain = label.lstrip("ˈˌ")
    return label[: len(label) - len(plain)], plain


def _plain(text: str, vocabulary: Mapping[str, int], tokenizer: Mapping[str, Any]) -> Iterator[Letters]:
    for sentence in _SENTENCE.finditer(text):
        part = Letters()
        for word in re.finditer(r"\S+", sentence.group()):
            start = sentence.start() + word.start()
            spelt = word.group().lower() if tokenizer.get("normalize", True) else word.group()
            part.add(spelt, (start, start + len(word.group())), word.group(), vocabulary)
            if len(part.labels) > _MOST_LETTERS:
                yield part
                part = Letters()
        yield part
