"""The words and phones lanes of a recording whose text is known, with how sure each word and phone is.

Every word keeps its place in the text. What the text does not say (a cough, music at the edges, a word that is not in
the script) becomes sounds without a name. A text of which most words find no sound is refused, with the likely place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Mark, Spans, SpansSpec
from intermezzo.core.sketches.speech import PAUSE, SPEECH, UNKNOWN
from intermezzo_engines.speech.aligner import Aligner
from intermezzo_engines.speech.convert import word_label
from intermezzo_engines.speech.features import HOP_S, Floats
from intermezzo_engines.speech.follow import FILLER, SILENCE, FollowedPhone, follow, frame_scores
from intermezzo_engines.speech.phones import arpabet_to_label
from intermezzo_engines.speech.pronounce import Pronounces
from intermezzo_engines.speech.text import Token, phrases

__all__ = ["UNSURE", "align_text", "spoken_tokens"]

UNSURE = 0.4
"""A word below this score is most likely not what was said: of words that were, one in fifty is."""
_MOST_UNSURE = 0.42  # of all words; texts of other recordings have 0.5 to 1 of theirs below, right ones at most 0.27
_RUN = 3  # so many unsure words in a row are the place to look at


@dataclass(frozen=True)
class _Piece:
    """A phone, a pause or an unknown sound of the finished lanes; ``token`` -1 where it is of no word."""

    label: str
    start: int
    stop: int
    score: float
    token: int


def spoken_tokens(text: str, language: str = "en") -> list[Token]:
    """Return the pieces of a text that are spoken, each with its words and its place.

    Raises:
        SourceError: if there is nothing to say in it, or letters of another script.
    """
    return [token for phrase in phrases(text, language) for token in phrase.tokens if token.words]


def align_text(
    samples: Floats, energy_db: Floats, text: str, language: str, aligner: Aligner, pronouncer: Pronounces,
    tell: Callable[[float], None] = lambda share: None,
) -> tuple[Spans, Spans]:  # fmt: skip
    """Return the words and the phones of a recording, all marked as analysed.

    Args:
        samples: mono, 24 kHz.
        energy_db: level of each frame, ``(T,)``.
        text: what is said in it.
        language: 'en' or 'de'.
        tell: called with a share of the work done, 0 to 1.

    Raises:
        SourceError: if the text is empty, too long for the recording, or another one.
    """
    tokens = spoken_tokens(text, language)
    owner = [k for k, token in enumerate(tokens) for _ in token.words]
    candidates = [pronouncer.candidates(word) for token in tokens for word in token.words]
    scores = frame_scores(aligner, samples, lambda share: tell(0.5 * share))
    followed = follow(scores, candidates, lambda share: tell(0.5 + 0.5 * share))
    pieces = _merged([_piece(p, owner, energy_db) for p in followed])
    rows = [[p for p in group if p.score >= 0] for group in _by_token(pieces, len(tokens))]
    word_scores = np.array([float(np.mean([p.score for p in row])) for row in rows])
    _must_fit(word_scores, tokens, rows)
    n_frames = len(energy_db)
    places = [(token.start, token.end) for token in tokens]
    words = Spans.machine(
        _spec("words"), HOP_S, n_frames, [row[0].start for row in rows], [row[-1].stop for row in rows],
        tuple(word_label(token.start, token.end, text) for token in tokens), Mark.ANALYSED, word_scores, places,
    )  # fmt: skip
    phones = Spans.machine(
        _spec("phones"), HOP_S, n_frames, [p.start for p in pieces], [p.stop for p in pieces],
        tuple(p.label for p in pieces), Mark.ANALYSED, [p.score for p in pieces],
        [places[p.token] if p.token >= 0 else (-1, -1) for p in pieces],
    )  # fmt: skip
    return words, phones


def _piece(phone: FollowedPhone, owner: list[int], energy_db: Floats) -> _Piece:
    if phone.word >= 0:
        label = arpabet_to_label(phone.phone)
        return _Piece(label, phone.start, phone.end, phone.score, owner[phone.word])
    quiet = float(np.quantile(energy_db, 0.95)) - 32.0  # as `analyse.segments` tells pauses from sounds
    sounds = phone.phone == FILLER and float(np.median(energy_db[phone.start : phone.end])) > quiet
    is_silence = phone.phone == SILENCE or not sounds
    return _Piece(PAUSE if is_silence else UNKNOWN, phone.start, phone.end, phone.score if is_silence else 0.0, -1)


def _merged(pieces: list[_Piece]) -> list[_Piece]:
    """Join pauses, and unknown sounds, that touch."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last is not None and piece.token < 0 and last.token < 0 and piece.label == last.label:
            joined[-1] = _Piece(last.label, last.start, piece.stop, min(last.score, piece.score), -1)
        else:
            joined.append(piece)
    return joined


def _by_token(pieces: list[_Piece], n_tokens: int) -> list[list[_Piece]]:
    rows: list[list[_Piece]] = [[] for _ in range(n_tokens)]
    for piece in pieces:
        if piece.token >= 0:
            rows[piece.token].append(piece)
    return rows


def _must_fit(scores: Floats, tokens: list[Token], rows: list[list[_Piece]]) -> None:
    unsure = scores < UNSURE
    if unsure.mean() <= _MOST_UNSURE:
        return
    runs = [k for k in range(len(unsure)) if unsure[k : k + _RUN].all()]
    first = runs[0] if runs else int(np.flatnonzero(unsure)[0])
    place_s = rows[first][0].start * HOP_S
    words = " ".join(token.text for token in tokens[first : first + _RUN])
    raise SourceError(
        f"The text does not fit the recording: {int(unsure.sum())} of {len(unsure)} words find no sound, the first of "
        f"them “{words}” at about {int(place_s // 60)}:{place_s % 60:04.1f}. Give the text that is spoken in it."
    )


def _spec(name: str) -> SpansSpec:
    spec = SPEECH.spec(name)
    assert isinstance(spec, SpansSpec)
    return spec
