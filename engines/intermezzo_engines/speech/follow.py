"""Following a known text through any recording: long ones, with music or noise at the edges and words that were not
in the script.

The same network and the same states as in `aligner`, with two differences. Beside every optional silence stands a
*filler* that any sound fits, a little worse than the right phone would: it takes what the text does not say. And the
search keeps only the states that are still in the running, and decides what is past as soon as all of them agree on
it, so that its memory does not grow with the product of recording and text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech.aligner import CLASSES, Aligner
from intermezzo_engines.speech.features import HOP, mel_filters
from intermezzo_engines.speech.phones import base_arpabet

__all__ = ["FILLER", "SILENCE", "FollowedPhone", "follow", "frame_scores"]

Floats = NDArray[np.float32]
SILENCE, FILLER = "SIL", "FILL"
_INDEX = {name: i for i, name in enumerate(CLASSES)} | {FILLER: len(CLASSES)}
_MIN_FRAMES = {SILENCE: 2, FILLER: 6}
_PHONE_FRAMES = 2
_FILLER_COST = 1.8
"""What the filler scores below the best class of a frame; in words that are spoken, the right phone rarely does."""
_FILLER_ENTRY = 12.0
_BEAM = 250.0
_MOST_STATES = 6000
_DECIDE_EVERY = 2048
_WINDOW, _N_FFT, _BLOCK, _MARGIN = 600, 1024, 4096, 24
_ACTIVE_LN = 10.0  # frames this far below the loud ones (43 dB in power) do not count for the mean level


@dataclass(frozen=True)
class FollowedPhone:
    """One phone of word ``word``, or `SILENCE` or `FILLER` (word -1), in frames ``start:end``.

    ``score`` is 0 to 1: how near the phone comes to the best class of each of its frames, on the geometric mean.
    """

    word: int
    phone: str
    start: int
    end: int
    score: float


def frame_scores(aligner: Aligner, samples: Floats, tell: Callable[[float], None] = lambda share: None) -> Floats:
    """Return scaled log-likelihoods ``(T, classes + 1)``, the filler in the last column; 24 kHz mono samples.

    Unlike `Aligner.scores` it works in blocks and takes the mean level from what sounds, so that neither a minute of
    silence nor missing high bands (telephone) shift everything.
    """
    mel = _log_mel(samples)
    level = mel.mean(1)
    active = level > np.quantile(level, 0.95) - _ACTIVE_LN
    mean = float(mel[active].mean())
    mel = (np.maximum(mel, np.quantile(mel[active], 0.002)) - mean) / 3.0
    parts = []
    for first in range(0, len(mel), _BLOCK):
        tell(first / len(mel))
        low, high = max(first - _MARGIN, 0), min(first + _BLOCK + _MARGIN, len(mel))
        with torch.inference_mode():
            logits = aligner.net(torch.from_numpy(mel[low:high].astype(np.float32))[None])[0]
        scores = torch.log_softmax(logits, -1).numpy() - 0.5 * aligner.log_prior
        parts.append(scores[first - low : first - low + _BLOCK])
    joined = np.concatenate(parts).astype(np.float32)
    filler = joined.max(1, keepdims=True) - np.float32(_FILLER_COST)
    return np.concatenate([joined, filler], 1)


def _log_mel(samples: Floats) -> Floats:
    n_frames = len(samples) // HOP + 1
    padded = np.pad(np.asarray(samples, np.float32), (_WINDOW // 2, _WINDOW // 2 + HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP][:n_frames]
    window, filters = np.hanning(_WINDOW).astype(np.float32), mel_filters(_N_FFT).T
    out = np.empty((n_frames, filters.shape[1]), np.float32)
    for first in range(0, n_frames, _BLOCK):
        power = np.abs(np.fft.rfft(frames[first : first + _BLOCK] * window, _N_FFT)) ** 2
        out[first : first + _BLOCK] = np.log(power.astype(np.float32) @ filters + 1e-6)
    return out


def follow(
    scores: Floats, words: Sequence[Sequence[Sequence[str]]], tell: Callable[[float], None] = lambda share: None
) -> list[FollowedPhone]:
    """Return where each phone of the words lies, silences and fillers between them, covering every frame.

    Args:
        scores: what `frame_scores` returned.
        words: each word as its possible pronunciations in ARPAbet.
        tell: called with a share of the work done, 0 to 1.

    Raises:
        SourceError: if there is no word, or more phones than the recording has room for.
    """
    graph = _Graph(words)
    if not words or len(scores) < graph.shortest:
        raise SourceError("The recording is too short for its text. Give the text that is really spoken in it.")
    path = _search(scores, graph, tell)
    loss = scores - scores[:, :-1].max(1, keepdims=True)
    found = []
    serial = graph.serial[path]
    cuts = [0, *(np.flatnonzero(np.diff(serial)) + 1).tolist(), len(path)]
    for start, end in pairwise(cuts):
        state = path[start]
        word, phone = graph.labels[graph.serial[state]]
        score = float(np.exp(loss[start:end, graph.classes[state]].mean()))
        found.append(FollowedPhone(word, phone, start, end, min(score, 1.0)))
    return found


class _Graph:
    """States in reading order; ``back`` (S, P) are distances to predecessors, ``cost`` (S,) is paid on entry."""

    def __init__(self, words: Sequence[Sequence[Sequence[str]]]) -> None:
        self.labels: list[tuple[int, str]] = []  # (word or -1, phone) of each serial number
        self._serial: list[int] = []
        self._into: list[list[int]] = []
        self._starts: set[int] = set()
        self.shortest = 0
        ends = self._gap([], first=True)
        for number, prons in enumerate(words):
            last = []
            for phones in prons:
                states = [s for phone in phones for s in self._phone(number, phone, _PHONE_FRAMES)]
                self._link(states, ends)
                if number == 0:
                    self._starts.add(states[0])
                last.append(states[-1])
            self.shortest += _PHONE_FRAMES * min(len(phones) for phones in prons)
            ends = self._gap(last)
        n = len(self._serial)
        self.serial = np.array(self._serial)
        self.classes = np.array([_INDEX[base_arpabet(self.labels[k][1])] for k in self._serial])
        width = max(len(p) for p in self._into)
        # Distances, padded with one that leads nowhere (n: beyond every state).
        self.back = np.array([[s - p for p in into] + [-2 * n] * (width - len(into))
                              for s, into in enumerate(self._into)])  # fmt: skip
        real = self.back[self.back > -2 * n]
        self.jump, self.return_ = int(real.max(initial=1)), int(max((-real).max(initial=0), 0))
        first_of = np.concatenate(([True], self.serial[1:] != self.serial[:-1]))
        self.cost = np.where(first_of & (self.classes == _INDEX[FILLER]), _FILLER_ENTRY, 0.0).astype(np.float32)
        self.is_start = np.isin(np.arange(n), sorted(self._starts))
        self.is_end = np.isin(np.arange(n), ends)

    def _phone(self, word: int, phone: str, n_frames: int) -> list[int]:
        first = len(self._serial)
        for k in range(n_frames):
            state = first + k
            self._serial.append(len(self.labels))
            into = [state - 1] if k else []
            self._into.append([*into, state] if k == n_frames - 1 else into)
        self.labels.append((word, phone))
        return list(range(first, first + n_frames))

    def _link(self, states: list[int], previous: Sequence[int]) -> None:
        """Chain the phones of a word and let it begin after any of ``previous``."""
        for state in states:
            if not self._into[state] or self._into[state] == [state]:
                self._into[state] += [state - 1] if state != states[0] else list(previous)

    def _gap(self, previous: list[int], *, first: bool = False) -> list[int]:
        """Put in an optional silence and an optional filler, each of which may follow the other."""
        silence = self._phone(-1, SILENCE, _MIN_FRAMES[SILENCE])
        filler = self._phone(-1, FILLER, _MIN_FRAMES[FILLER])
        self._into[silence[0]] += [*previous, filler[-1]]
        self._into[filler[0]] += [*previous, silence[-1]]
        if first:
            self._starts |= {silence[0], filler[0]}
        return [*previous, silence[-1], filler[-1]]


def _search(scores: Floats, graph: _Graph, tell: Callable[[float], None]) -> NDArray[np.int64]:
    n_frames, n_states = len(scores), len(graph.serial)
    best = np.full(n_states, -np.inf, np.float32)
    best[graph.is_start] = scores[0, graph.classes[graph.is_start]] - graph.cost[graph.is_start]
    low, high = 0, int(np.flatnonzero(graph.is_start)[-1]) + 1
    path = np.zeros(n_frames, np.int64)
    decided = 0  # path[:decided] is final
    choices: list[tuple[int, NDArray[np.int8]]] = []  # of frames decided + 1 on
    for t in range(1, n_frames):
        first, last = max(low - graph.return_, 0), min(high + graph.jump, n_states)
        rows = np.arange(first, last)
        before = rows[:, None] - graph.back[first:last]
        inside = (before >= low) & (before < high)
        reach = np.where(inside, best[np.where(inside, before, 0)], -np.inf)
        choice = reach.argmax(1)
        new = reach[np.arange(len(rows)), choice] + scores[t, graph.classes[first:last]] - graph.cost[first:last]
        top = float(new.max())
        alive = np.flatnonzero(new > top - _BEAM)
        if len(alive) == 0 or not np.isfinite(top):
            raise SourceError("The text does not fit the recording. Give the text that is really spoken in it.")
        a, b = int(alive[0]), int(alive[-1]) + 1
        if b - a > _MOST_STATES:
            a = max(a, int(new.argmax()) - _MOST_STATES // 2)
            b = min(b, a + _MOST_STATES)
        best[low:high] = -np.inf
        low, high = first + a, first + b
        best[low:high] = new[a:b]
        choices.append((low, choice[a:b].astype(np.int8)))
        if t % _DECIDE_EVERY == 0:
            tell(t / n_frames)
            states = np.flatnonzero(np.isfinite(best[low:high])) + low
            decided = _decide(path, decided, choices, states, graph)
    ends = np.where(graph.is_end, best, -np.inf)
    state = int(ends.argmax())
    if not np.isfinite(ends[state]):
        raise SourceError(
            "The recording ends before its text does, or the text does not fit. Give the text that is spoken in it."
        )
    for k in range(len(choices) - 1, -1, -1):
        path[decided + 1 + k] = state
        state = _before(state, choices[k], graph)
    path[decided] = state
    return path


def _before(state: int, choice: tuple[int, NDArray[np.int8]], graph: _Graph) -> int:
    low, picked = choice
    return state - int(graph.back[state, picked[state - low]])


def _decide(
    path: NDArray[np.int64], decided: int, choices: list[tuple[int, NDArray[np.int8]]], states: NDArray[np.int64],
    graph: _Graph,
) -> int:  # fmt: skip
    """Fix the part of the path on which all states agree; returns the new number of the last frame that is final."""
    for k in range(len(choices) - 1, -1, -1):
        low, picked = choices[k]
        states = np.unique(states - graph.back[states, picked[states - low]])
        if len(states) == 1 and k > 0:
            state, final = int(states[0]), decided + k  # the state at frame decided + k
            for j in range(k - 1, -1, -1):
                path[decided + 1 + j] = state
                state = _before(state, choices[j], graph)
            path[decided] = state
            del choices[:k]
            return final
    return decided
