"""Forced alignment: where each phone of a known text lies in a recording, on the frame grid of the sketch.

A small convolutional network scores the phones of both languages and silence for every frame; Viterbi search finds the
best path through the words in order, each with any of its pronunciations, with an optional silence around every word.
The search is exact and needs no other tool; it gives whole frames (10.67 ms). It aligns the training clips of the
converter, and any recording with its text. It does not recognise words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

from intermezzo.core.errors import PluginError, SourceError
from intermezzo_engines.speech.blocks import ConvNeXtBlock
from intermezzo_engines.speech.features import HOP, mel_filters
from intermezzo_engines.speech.phones import ALL_ARPABET, base_arpabet

__all__ = ["CLASSES", "AlignedPhone", "AlignedWord", "Aligner", "AlignerNet", "load_aligner", "log_mel"]

CLASSES: tuple[str, ...] = ("SIL", *ALL_ARPABET)
_INDEX = {name: i for i, name in enumerate(CLASSES)}
_WINDOW, _N_FFT = 600, 1024  # 25 ms: shorter than the sketch's own window, for sharp boundaries
_MIN_FRAMES = 2
_WEIGHTS = "weights/speech_aligner.safetensors"
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class AlignedPhone:
    """One phone or pause ("SIL"): ARPAbet with the stress of the chosen pronunciation, frames [start, end)."""

    phone: str
    start: int
    end: int


@dataclass(frozen=True)
class AlignedWord:
    """One word of the transcript with its phones, or a pause (`word` is -1) with one phone "SIL"."""

    word: int
    phones: tuple[AlignedPhone, ...]


class AlignerNet(nn.Module):
    """Log-mel frames (B, T, 100) -> phone scores (B, T, classes); sees 17 frames (0.18 s) to either side."""

    def __init__(self, dim: int = 128, n_blocks: int = 5) -> None:
        super().__init__()
        self.enter = nn.Conv1d(100, dim, 5, padding=2)
        self.blocks = nn.ModuleList([ConvNeXtBlock(dim, 3 * dim, 7, dropout=0.1) for _ in range(n_blocks)])
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, len(CLASSES))

    def forward(self, mel: Tensor) -> Tensor:
        """Return unnormalised scores (B, T, classes)."""
        x = self.enter(mel.transpose(1, 2)).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        scores: Tensor = self.head(self.norm(x)).float()
        return scores


def log_mel(samples: Floats) -> Floats:
    """Return (n // 256 + 1, 100) log-mel frames of 24 kHz mono samples, mean 0 a clip, about unit variance."""
    padded = np.pad(np.asarray(samples, np.float32), (_WINDOW // 2, _WINDOW // 2 + HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP][: len(samples) // HOP + 1]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), _N_FFT)) ** 2
    mel = np.log(power.astype(np.float32) @ mel_filters(_N_FFT).T + 1e-6)
    normal: Floats = ((mel - mel.mean()) / 3.0).astype(np.float32)
    return normal


class Aligner:
    """The trained network and the search."""

    def __init__(self, net: AlignerNet, log_prior: Floats) -> None:
        self.net = net.eval()
        self.log_prior = log_prior  # (classes,): how common each class is in training, divided out of its score

    def scores(self, samples: Floats) -> Floats:
        """Return scaled log-likelihoods (T, classes) of every class in every frame."""
        with torch.inference_mode():
            logits = self.net(torch.from_numpy(log_mel(samples)).unsqueeze(0))[0]
        return np.asarray(torch.log_softmax(logits, -1).numpy() - 0.5 * self.log_prior, np.float32)

    def align(self, samples: Floats, words: Sequence[Sequence[Sequence[str]]]) -> tuple[list[AlignedWord], float]:
        """Align a recording with its words, each given as its possible pronunciations in ARPAbet.

        Returns:
            words and pauses in order, covering every frame without gap, and the mean score a frame (higher is surer).

        Raises:
            SourceError: if there is no word, or more phones than the recording has room for.
        """
        return search(self.scores(samples), words)


def search(scores: Floats, words: Sequence[Sequence[Sequence[str]]]) -> tuple[list[AlignedWord], float]:
    """Find the best path of `words` through frame scores (T, classes); see `Aligner.align`."""
    graph = _Graph(words)
    n_frames, n_states = len(scores), len(graph.classes)
    if not words or n_frames < graph.shortest:
        raise SourceError("The recording is too short for its text. Give the text that is really spoken in it.")
    emit = scores[:, graph.classes]  # (T, S)
    best = np.where(graph.is_start, emit[0], -np.inf)
    back = np.zeros((n_frames, n_states), np.int32)
    predecessors = graph.predecessors  # (S, P), padded with S: a state of score -inf
    rows = np.arange(n_states)
    for t in range(1, n_frames):
        reach = np.append(best, -np.inf)[predecessors]
        choice = reach.argmax(1)
        back[t] = predecessors[rows, choice]
        best = reach[rows, choice] + emit[t]
    final = np.where(graph.is_end, best, -np.inf)
    state = int(final.argmax())
    if not np.isfinite(final[state]):
        raise SourceError("The text does not fit the recording. Give the text that is really spoken in it.")
    score, path = float(final[state]) / n_frames, np.empty(n_frames, np.int32)
    for t in range(n_frames - 1, -1, -1):
        path[t] = state
        state = int(back[t, state])
    return graph.read(path), score


class _Graph:
    """States of a transcript: every phone is `_MIN_FRAMES` states in a row, the last of which loops."""

    def __init__(self, words: Sequence[Sequence[Sequence[str]]]) -> None:
        self.labels: list[tuple[int, str, int]] = []  # (word or -1, phone, serial number of the phone)
        self._into: list[list[int]] = []
        self._serial, self.shortest = 0, 0
        starts, open_ends = set(), list[int]()  # open_ends: states from which the next word may begin
        silence = self._chain(-1, ["SIL"], [])
        starts.add(silence[0])
        open_ends = [silence[-1]]
        for number, prons in enumerate(words):
            ends = []
            for phones in prons:
                chain = self._chain(number, phones, open_ends)
                if number == 0:
                    starts.add(chain[0])
                ends.append(chain[-1])
            silence = self._chain(-1, ["SIL"], ends)
            open_ends = [*ends, silence[-1]]
            self.shortest += _MIN_FRAMES * min(len(phones) for phones in prons)
        n_states = len(self.labels)
        self.classes = np.array([_INDEX[base_arpabet(phone)] for _, phone, _ in self.labels])
        self.is_start = np.isin(np.arange(n_states), sorted(starts))
        self.is_end = np.isin(np.arange(n_states), open_ends)
        width = max(len(p) for p in self._into)
        self.predecessors = np.array([p + [n_states] * (width - len(p)) for p in self._into])

    def _chain(self, word: int, phones: Sequence[str], previous: Sequence[int]) -> list[int]:
        states: list[int] = []
        for phone in phones:
            for copy in range(_MIN_FRAMES):
                state = len(self.labels)
                self.labels.append((word, phone, self._serial))
                into = [states[-1]] if states else list(previous)
                self._into.append([state, *into] if copy == _MIN_FRAMES - 1 else into)
                states.append(state)
            self._serial += 1
        return states

    def read(self, path: NDArray[np.int32]) -> list[AlignedWord]:
        found: list[AlignedWord] = []
        serial = np.array([self.labels[state][2] for state in path])
        cuts = [0, *(np.flatnonzero(np.diff(serial)) + 1), len(path)]
        for start, end in pairwise(cuts):
            word, phone, _ = self.labels[path[start]]
            piece = AlignedPhone(phone, int(start), int(end))
            if found and word >= 0 and found[-1].word == word:
                found[-1] = AlignedWord(word, (*found[-1].phones, piece))
            else:
                found.append(AlignedWord(word, (piece,)))
        return found


def load_aligner() -> Aligner:
    """Return the shipped aligner.

    Raises:
        PluginError: if the weights are missing or damaged.
    """
    try:
        state = load_safetensors(files("intermezzo_assets").joinpath(_WEIGHTS).read_bytes())
        log_prior = state.pop("log_prior").numpy()
        net = AlignerNet()
        net.load_state_dict(state)
    except Exception as error:  # safetensors and torch raise their own types
        raise PluginError("The aligner's weights are missing or damaged. Install Intermezzo again.") from error
    return Aligner(net, log_prior)
