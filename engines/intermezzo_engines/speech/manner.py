"""How marks in the text change the prediction of a phrase: emphasis, rate, pitch, loudness and pauses of a set length.

Full emphasis makes a word 25 % longer, 3 semitones higher and 4 dB louder than it was predicted; moderate emphasis is
half of that, reduced half of it the other way. Pitch and loudness glide over five frames at the edges of a word, and
the envelope is predicted for the pitch and energy that come out, so that the voice answers as it does to a drawn one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from intermezzo.core.errors import SourceError
from intermezzo.core.marks import Manner, Marked, place_of
from intermezzo_engines.speech.features import HOP, SAMPLE_RATE
from intermezzo_engines.speech.predict import Frames
from intermezzo_engines.speech.spelling import read_ipa
from intermezzo_engines.speech.text import Token

__all__ = ["Say", "as_spelt", "say_of"]

_EMPHASIS_LONGER, _EMPHASIS_ST, _EMPHASIS_DB = 0.25, 3.0, 4.0
_GLIDE_FRAMES = 5
_MIN_FRAMES = 2


@dataclass(frozen=True)
class Say:
    """The marks of one phrase, wherever it stands: (rate, emphasis, st, dB) of each token, pauses by token.

    ``rests`` are (token, frames) of the pause after a token, -1 for the one before the first.
    """

    tokens: tuple[tuple[float, float, float, float], ...] = ()
    rests: tuple[tuple[int, int], ...] = ()

    def lengths(
        self, durations: NDArray[np.int64], tokens: Sequence[tuple[int, int]], pauses: Sequence[tuple[int, int]]
    ) -> NDArray[np.int64]:
        """Return lengths (N,) in frames as the marks want them.

        Args:
            durations: predicted lengths (N,).
            tokens: first and last + 1 phone of each token.
            pauses: (phone, frames) of the pauses whose length was asked for.
        """
        wanted = durations.copy()
        for (rate, emphasis, _, _), (first, last) in zip(self.tokens, tokens, strict=False):
            factor = (1 + _EMPHASIS_LONGER * emphasis) / rate
            if factor != 1:
                wanted[first:last] = np.maximum(np.rint(durations[first:last] * factor), _MIN_FRAMES)
        for phone, frames in pauses:
            wanted[phone] = max(frames, _MIN_FRAMES)
        return wanted

    def shaped(self, frames: Frames, durations: NDArray[np.int64], tokens: Sequence[tuple[int, int]]) -> Frames:
        """Return pitch and energy of all frames as the marks want them."""
        if not self.tokens:
            return frames
        stops = np.concatenate([[0], np.cumsum(durations)])
        raised_st, louder_db = np.zeros(int(stops[-1])), np.zeros(int(stops[-1]))
        for (_, emphasis, pitch_st, gain_db), (first, last) in zip(self.tokens, tokens, strict=False):
            at = slice(int(stops[first]), int(stops[last]))
            raised_st[at] = _EMPHASIS_ST * emphasis + pitch_st
            louder_db[at] = _EMPHASIS_DB * emphasis + gain_db
        if not raised_st.any() and not louder_db.any():
            return frames
        raised_st, louder_db = (uniform_filter1d(x, _GLIDE_FRAMES, mode="nearest") for x in (raised_st, louder_db))
        voiced = frames.pitch_hz > 0
        hz = np.where(voiced, np.clip(frames.pitch_hz * 2 ** (raised_st / 12), 55.0, 900.0), 0.0)
        return replace(
            frames,
            pitch_hz=hz.astype(np.float32),
            energy_db=np.clip(frames.energy_db + louder_db, -99, 5).astype(np.float32),
        )


def say_of(marked: Marked, tokens: Sequence[Token], follows: int, *, first: bool) -> Say:
    """Return the marks of a phrase of ``tokens``; ``follows`` is the place in the source where the next begins."""
    start, end = 0 if first else tokens[0].start, follows
    inside = replace(marked, manners=tuple(m for m in marked.manners if m.start < end and start < m.end))
    rests: list[tuple[int, int]] = []
    edges = [start, *(token.end for token in tokens)]
    for k, (a, b) in enumerate(zip(edges, [tokens[0].start, *(t.start for t in tokens[1:]), end], strict=True)):
        seconds = marked.rest_between(a, b)
        if seconds is not None:
            rests.append((k - 1, round(seconds * SAMPLE_RATE / HOP)))
    manners: list[Manner] = [inside.manner_of(t.start, t.end) for t in tokens] if inside.manners else []
    plain = all((m.rate, m.emphasis, m.pitch_st, m.gain_db) == (1, 0, 0, 0) for m in manners)
    return Say(() if plain else tuple((m.rate, m.emphasis, m.pitch_st, m.gain_db) for m in manners), tuple(rests))


def as_spelt(
    phones: Sequence[Sequence[str]], tokens: Sequence[Token], marked: Marked, text: str, language: str = ""
) -> tuple[tuple[str, ...], ...]:
    """Return the ARPAbet phones of each spoken word, those of marked ones as they are written in the source.

    They are read as ``language`` writes them, or as any that this engine knows where they are no sounds of it.

    Raises:
        SourceError: with the place, if something that is written there is no sound.
    """
    said = [tuple(word) for word in phones]
    first, done = 0, None
    for token in tokens if marked.spellings else ():
        spelling = marked.spelling_of(token.start, token.end)
        if spelling is not None:
            said[first : first + len(token.words)] = [()] * len(token.words)
            if spelling is not done and token.words:
                try:
                    said[first] = _read(spelling.ipa, language)
                except SourceError as problem:
                    raise SourceError(f"{place_of(text, spelling.at).capitalize()}: {problem}") from None
            done = spelling
        first += len(token.words)
    return tuple(said)


def _read(ipa: str, language: str) -> tuple[str, ...]:
    try:
        return read_ipa(ipa, language)
    except SourceError:
        return read_ipa(ipa)
