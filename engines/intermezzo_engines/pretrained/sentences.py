"""English text as the sentences, words and phones that a phone-based checkpoint reads, through our own front end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from intermezzo_engines.pretrained.vocabulary import Vocabulary
from intermezzo_engines.speech.phones import PAUSE, arpabet_to_label
from intermezzo_engines.speech.pronounce import Pronouncer
from intermezzo_engines.speech.text import Phrase, phrases

__all__ = ["Sentence", "sentences"]

_MOST_PHONES = 400  # attention grows with the square of a sentence; longer ones are cut at a pause
_MARKS = {",": ",", ";": ",", ".": ".", "!": "!", "?": "?"}


@dataclass
class Sentence:
    """Labels (phones in IPA, marks, the pause at the end) with the place of each in the source, and the words.

    A word is (label, first phone, stop).
    """

    labels: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    words: list[tuple[str, int, int]] = field(default_factory=list)


def sentences(text: str, pronouncer: Pronouncer, vocabulary: Vocabulary) -> Iterator[Sentence]:
    """Yield the sentences of a text; a sentence ends with the checkpoint's own end, where it has one.

    Raises:
        SourceError: if the text holds letters of another script.
    """
    sentence = Sentence()
    for phrase in phrases(text):
        _say(sentence, phrase, pronouncer, vocabulary, len(text))
        last = phrase.tokens[-1]
        if last.mark in (".", "!", "?") or len(sentence.labels) > _MOST_PHONES:
            yield _ended(sentence, vocabulary, last.end)
            sentence = Sentence()
    if sentence.labels:
        yield _ended(sentence, vocabulary, len(text))


def _say(sentence: Sentence, phrase: Phrase, pronouncer: Pronouncer, vocabulary: Vocabulary, length: int) -> None:
    spoken = iter(pronouncer.pronounce(phrase.words))
    for token in phrase.tokens:
        first = len(sentence.labels)
        for _ in token.words:
            for phone in next(spoken):
                sentence.labels.append(arpabet_to_label(phone))
                sentence.places.append((token.start, token.end))
        if len(sentence.labels) > first:
            sentence.words.append((token.text[:100], first, len(sentence.labels)))
        mark = _MARKS.get(token.mark, "")
        if mark and vocabulary.has(mark):
            sentence.labels.append(mark)
            sentence.places.append((token.end, min(token.end + 1, length)))


def _ended(sentence: Sentence, vocabulary: Vocabulary, end: int) -> Sentence:
    if vocabulary.has(PAUSE):
        sentence.labels.append(PAUSE)
        sentence.places.append((end, end))
    return sentence
