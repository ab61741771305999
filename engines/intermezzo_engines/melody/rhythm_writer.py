"""Writes the rhythm of lyrics: lines take whole bars, stress falls on beats, words hold together, lines end long.

The network (rhythm_model.py) draws several rhythms for each line side by side; the one is taken that the network finds
likely and that fits best: its first stress on a bar line, its stresses on beats, its end a cadence with room to
breathe. Lines of equal length and nearly equal stress share their rhythm, as lines of a verse do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.music.metre import Metre, metre_of
from intermezzo.core.music.syllables import goes_on
from intermezzo_engines.melody.lyrics import Line, Lyrics
from intermezzo_engines.melody.rhythm_features import NONE, RESTS, STEPS, TWELFTH, told_of
from intermezzo_engines.melody.rhythm_model import RhythmNet, load_rhythm_net
from intermezzo_engines.melody.template import Span

__all__ = ["Placed", "RhythmWriter", "load_rhythm_writer"]

_DRAWN: Final = 16
_TEMPERATURE: Final = 0.8
_QUICKEST_S: Final = 0.14
_ALIKE: Final = 0.7
_REUSED: Final = 0.65
_BARS: Final = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64)
_ON_BEAT, _OFF_BEAT, _DOWNBEAT = 0.6, 0.5, 1.0
_EMPTY: Final = 1.2


@dataclass(frozen=True)
class Placed:
    """Lyrics in musical time.

    Attributes:
        n_frames: a pick-up and whole bars.
        rhythm: one span a syllable.
        phrases: (start, stop, index of the line) of each line.
        pickup: frames before the first full bar.
        alike: of each line, the index of the first line whose rhythm it shares.
    """

    n_frames: int
    rhythm: tuple[Span, ...]
    phrases: tuple[tuple[int, int, int], ...]
    pickup: int
    alike: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Drawn:
    """A line in twelfths: onsets after its first bar line (a pick-up before it), rests before each, and whole bars."""

    onsets: tuple[int, ...]
    rests: tuple[int, ...]
    n_bars: int


class RhythmWriter:
    """Places lyrics on bars; the same seed gives the same rhythm."""

    def __init__(self, net: RhythmNet) -> None:
        self._net = net

    def write(
        self, lyrics: Lyrics, metre: str, seed: int, tempo_bpm: float = 92.0, evenness: float = 0.0,
        report: Callable[[float], None] = lambda share: None,
    ) -> Placed:  # fmt: skip
        """Return the lyrics on whole bars.

        Args:
            lyrics: what is sung.
            metre: "3/4".
            seed: of the draw.
            tempo_bpm: quarters a minute; syllables are not sung quicker than a tongue moves.
            evenness: 0 leaves the steps to the network, 1 asks for equal ones, as hymns have.
            report: called with the share that is done.
        """
        kind = metre_of(metre)
        rng = np.random.default_rng((seed, 7))
        lines = lyrics.lines
        drawn: list[_Drawn] = []
        alike: list[int] = []
        forms: dict[tuple[str, int], int] = {}
        first = 0
        for stanza in lyrics.stanzas:
            model = forms.setdefault((stanza.kind, len(stanza.lines)), first)
            for j, line in enumerate(stanza.lines):
                k = first + j
                report(k / len(lines))
                same = _shared(lines, line, range(model + j, model + j + 1) if model < first else range(0))
                if same is None and rng.uniform() < _REUSED:
                    same = _shared(lines, line, range(first, k))
                if same is None:
                    drawn.append(self._line(lines, k, kind, lyrics.language, metre, rng, tempo_bpm, evenness))
                else:
                    drawn.append(drawn[same])
                alike.append(k if same is None else alike[same])
            first += len(stanza.lines)
        return _laid(lines, drawn, kind, tuple(alike))

    def _line(
        self, lines: Sequence[Line], k: int, kind: Metre, language: str, metre: str, rng: np.random.Generator,
        tempo_bpm: float, evenness: float,
    ) -> _Drawn:  # fmt: skip
        """Draw rhythms of a line, heard between its neighbours, and return the best."""
        around = range(max(k - 2, 0), min(k + 2, len(lines)))
        texts = [syllable.sung for j in around for syllable in lines[j].syllables]
        ends = [s is lines[j].syllables[-1] for j in around for s in lines[j].syllables]
        first = sum(len(lines[j].syllables) for j in around if j < k)
        line, n = lines[k], len(lines[k].syllables)
        with torch.inference_mode():
            told = torch.from_numpy(told_of(texts, ends, language, metre).whole)
            encoded = self._net.encode(told[None])[:, first : first + n]
            onsets, rests, score = self._draw(encoded, line, kind, rng, tempo_bpm, evenness)
        bar = kind.bar_frames // TWELFTH
        fits = [_fit(row, line, kind) for row in onsets]
        bars = [_whole_bars(int(row[-1]), kind) for row in onsets]
        empty = [(count * bar - int(row[-1])) / bar for row, count in zip(onsets, bars, strict=True)]
        worth = score / max(n - 1, 1) + np.array(fits) - _EMPTY * np.maximum(np.array(empty) - 0.75, 0)
        worth -= 0.15 * np.array([count not in (2, 4) for count in bars])
        best = int(worth.argmax())
        return _Drawn(tuple(onsets[best].tolist()), tuple(rests[best].tolist()), bars[best])

    def _draw(
        self, encoded: torch.Tensor, line: Line, kind: Metre, rng: np.random.Generator, tempo_bpm: float,
        evenness: float,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:  # fmt: skip
        """Return onsets (drawn, N), rests before them, and nats of each draw; all in twelfths."""
        n, bar = len(line.syllables), kind.bar_frames // TWELFTH
        at = _beginnings(line, kind, rng)
        onsets, rests = np.zeros((_DRAWN, n), np.int64), np.zeros((_DRAWN, n), np.int64)
        onsets[:, 0] = at
        score = np.zeros(_DRAWN)
        before = torch.full((_DRAWN, 1, 2), NONE)
        model = torch.full((_DRAWN, 1, 3), NONE)
        state = None
        usable = _usable(kind, tempo_bpm)
        even = np.abs(np.log(STEPS * TWELFTH / kind.beat_frames))
        for k in range(1, n):
            left, right = (encoded[:, j : j + 1].expand(_DRAWN, -1, -1) for j in (k - 1, k))
            place = torch.from_numpy(onsets[:, k - 1 : k] % bar)
            logits, y, state = self._net.decode(left, right, place, before, model, torch.full((_DRAWN, 1), bar), state)
            scores = logits[:, 0].double().numpy() / _TEMPERATURE - 3 * evenness * even
            inside = goes_on(line.syllables[k - 1].text)
            longest = 2 * kind.beat_frames // TWELFTH if inside else max(bar // 2, 2 * kind.beat_frames // TWELFTH)
            grid = (onsets[:, k - 1 : k] + STEPS) % 3 == 0
            scores = np.where(usable & (longest >= STEPS) & grid, scores, -1e9)
            chance = np.exp(scores - scores.max(1, keepdims=True))
            chance /= chance.sum(1, keepdims=True)
            chosen = (chance.cumsum(1) > rng.uniform(size=(_DRAWN, 1))).argmax(1)
            score += np.log(np.maximum(chance[np.arange(_DRAWN), chosen], 1e-9))
            onsets[:, k] = onsets[:, k - 1] + STEPS[chosen]
            if line.syllables[k - 1].after and not inside:
                resting = self._net.rests(y, torch.from_numpy(chosen)[:, None])[:, 0].numpy().argmax(1)
                rests[:, k] = np.where(RESTS[resting] * 2 <= STEPS[chosen], RESTS[resting], 0)
            before = torch.stack([torch.from_numpy(chosen)[:, None], before[..., 0]], -1)
        return onsets, rests, score


def load_rhythm_writer() -> RhythmWriter:
    """Read the shipped weights.

    Raises:
        PluginError: if they are missing or damaged.
    """
    with as_file(files("intermezzo_assets").joinpath("weights", "melody_rhythm.safetensors")) as path:
        return RhythmWriter(load_rhythm_net(path))


def _shared(lines: Sequence[Line], line: Line, among: range) -> int | None:
    """Return the first of some lines whose rhythm a line can take."""
    n = len(line.syllables)
    return next((j for j in among if len(lines[j].syllables) == n and _agrees(lines[j], line)), None)


def _agrees(one: Line, other: Line) -> bool:
    pairs = list(zip(one.syllables, other.syllables, strict=True))
    holds = all(goes_on(a.text) or not goes_on(b.text) or a.after == "" for a, b in pairs[:-1])
    return holds and float(np.mean([(a.stress == 1) == (b.stress == 1) for a, b in pairs])) >= _ALIKE


def _beginnings(line: Line, kind: Metre, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw where lines begin, in twelfths after the bar line: before it by as much as leads to their first stress."""
    beat = kind.beat_frames // TWELFTH
    lead = next((k for k, syllable in enumerate(line.syllables) if syllable.stress == 1), 0)
    choices = {0: (0, 0, 0, -beat), 1: (-beat // 2, -beat, -beat, 0)}.get(lead, (-beat, -2 * beat, -beat, 0))
    drawn = np.array([choices[int(k)] for k in rng.integers(len(choices), size=_DRAWN)], np.int64)
    limit = kind.bar_frames // TWELFTH // 2
    return np.maximum(drawn, -(limit // 3 * 3))


def _usable(kind: Metre, tempo_bpm: float) -> NDArray[np.bool_]:
    """Return which steps a song takes: on the grid of sixteenths, and not quicker than a tongue moves."""
    quick = STEPS / 12 * 60 / tempo_bpm < min(_QUICKEST_S, 30 / tempo_bpm)
    usable: NDArray[np.bool_] = (STEPS % 3 == 0) & ~quick
    return usable


def _fit(onsets: NDArray[np.int64], line: Line, kind: Metre) -> float:
    """Return how well stress and beat agree, nats a syllable."""
    beat, weights = kind.beat_frames // TWELFTH, kind.weights
    total, lead = 0.0, False
    for at, syllable in zip(onsets.tolist(), line.syllables, strict=True):
        on_beat = at % beat == 0
        weight = weights[at // beat % len(weights)] if on_beat else 0
        if syllable.stress == 1:
            total += _ON_BEAT if weight >= 2 else 0.5 * _ON_BEAT if on_beat else 0.0
            total += _DOWNBEAT if not lead and at == 0 else 0.0
            lead = True
        elif weight == 3:
            total -= _OFF_BEAT
    return total / len(line.syllables)


def _whole_bars(last: int, kind: Metre) -> int:
    """Return how many bars a line takes whose last syllable begins at ``last``: two beats are left for it."""
    bar, beat = kind.bar_frames // TWELFTH, kind.beat_frames // TWELFTH
    needed = last + 2 * beat
    return next((count for count in _BARS if count * bar >= needed), -(-needed // bar))


def _laid(lines: Sequence[Line], drawn: Sequence[_Drawn], kind: Metre, alike: tuple[int, ...]) -> Placed:
    """Return the lines one after the other; a line whose successor begins early gets a bar more where it needs one."""
    bar, beat = kind.bar_frames // TWELFTH, kind.beat_frames // TWELFTH
    pickup = max(-drawn[0].onsets[0], 0)
    at, rhythm, phrases = pickup, [], []
    for k, (line, one) in enumerate(zip(lines, drawn, strict=True)):
        early = max(-drawn[k + 1].onsets[0], 0) if k + 1 < len(lines) else 0
        late = max(drawn[k + 1].onsets[0], 0) if k + 1 < len(lines) else 0
        n_bars = one.n_bars
        while n_bars * bar - early - one.onsets[-1] < 2 * beat:
            n_bars += n_bars % 2 + 1 if n_bars > 1 else 1
        room = n_bars * bar - early + late - one.onsets[-1]
        starts = [at + onset for onset in one.onsets]
        stops = [start - rest for start, rest in zip(starts[1:], one.rests[1:], strict=True)]
        stops.append(starts[-1] + _last_length(room, beat, bar))
        for start, stop, syllable in zip(starts, stops, line.syllables, strict=True):
            rhythm.append((start * TWELFTH, stop * TWELFTH, syllable.sung))
        phrases.append((starts[0] * TWELFTH, stops[-1] * TWELFTH, k))
        at += n_bars * bar
    return Placed(at * TWELFTH, tuple(rhythm), tuple(phrases), pickup * TWELFTH, alike)


def _last_length(room: int, beat: int, bar: int) -> int:
    """Return how long the last syllable of a line is sung: a breath remains before the next line."""
    if room <= 2 * beat:
        return max(room - beat // 2, beat)
    return min(room - beat, bar)
