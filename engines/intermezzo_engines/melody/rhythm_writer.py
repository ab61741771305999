"""Writes the rhythm of lyrics: lines take whole bars, stress falls on beats, words hold together, lines alone end long.

The network (rhythm_model.py) draws several rhythms for each line side by side; the one is taken that the network finds
likely and that fits best: its first stress on a bar line, its stresses on beats, its end a cadence with room to
breathe. Lines of equal length and nearly equal stress share their rhythm, as lines of a verse do. Inside a line no word
ends with a syllable that halts as a cadence does (phrases.py): the phrases of the template are its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.music.metre import Bars, Metre, metre_of
from intermezzo.core.music.pulse import pulse_of
from intermezzo.core.music.syllables import goes_on
from intermezzo_engines.melody.lyrics import Line, Lyrics
from intermezzo_engines.melody.rhythm_features import NONE, RESTS, STEPS, TWELFTH
from intermezzo_engines.melody.rhythm_lines import Drawn, Placed, SoFar, laid, whole_bars
from intermezzo_engines.melody.rhythm_model import RhythmNet, load_rhythm_net
from intermezzo_engines.weights import shipped

__all__ = ["Placed", "RhythmWriter", "load_rhythm_writer"]

_DRAWN: Final = 16
_TEMPERATURE: Final = 0.8
_QUICKEST_S: Final = 0.14
_ALIKE: Final = 0.7
_REUSED: Final = 0.65
_NEAR_LINES: Final = 8
"""How many lines back a line looks for one to share its rhythm with."""
_ON_BEAT, _OFF_BEAT, _DOWNBEAT, _CLOSING = 0.6, 0.5, 1.0, 0.5
_EMPTY: Final = 1.2
_LIKELY: Final = 0.5
"""How much it counts what the network thinks of a draw, nats a syllable."""
_BEGINNING, _UNLIKELIEST = 0.25, -5.0
"""How much it counts what the network thinks of where a line begins, and the least nats of that."""
_LINES_BEFORE, _LINES_AFTER = 3, 2
"""Lines around a line that the network reads with it."""


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
        so_far = SoFar.of(lyrics, metre)
        alike: list[int] = []
        forms: dict[tuple[str, int], int] = {}
        said: dict[tuple[str, int], int] = {}
        first = 0
        for stanza in lyrics.stanzas:
            model = forms.setdefault((stanza.kind, len(stanza.lines)), first)
            for j, line in enumerate(stanza.lines):
                k = first + j
                report(k / len(lines))
                before = said.setdefault((line.words, len(line.syllables)), k)
                same = before if before < k else None
                if same is None and model < first:
                    same = _shared(lines, so_far.drawn, line, kind, range(model + j, model + j + 1))
                if same is None and rng.uniform() < _REUSED:
                    same = _shared(lines, so_far.drawn, line, kind, range(max(first, k - _NEAR_LINES), k))
                if same is None:
                    made, worth = self._candidates(so_far, lines, kind, rng, tempo_bpm, evenness)
                    so_far.add(made[int(worth.argmax())], kind)
                else:
                    so_far.add(so_far.drawn[same], kind)
                alike.append(k if same is None else alike[same])
            first += len(stanza.lines)
        return laid(lines, so_far.drawn, kind, tuple(alike))

    def _candidates(
        self, so_far: SoFar, lines: Sequence[Line], kind: Metre, rng: np.random.Generator, tempo_bpm: float,
        evenness: float,
    ) -> tuple[list[Drawn], NDArray[np.float64]]:  # fmt: skip
        """Draw rhythms of the line after those written, heard between its neighbours, and what each is worth."""
        k = len(so_far.drawn)
        line, n = lines[k], len(lines[k].syllables)
        start = so_far.firsts[max(k - _LINES_BEFORE, 0)]
        stop = so_far.firsts[min(k + _LINES_AFTER + 1, len(lines))]
        first = so_far.firsts[k] - start
        with torch.inference_mode():
            encoded = self._net.encode(torch.from_numpy(so_far.told.whole[None, start:stop]))[:, first : first + n]
            alone = self._net.encode(torch.from_numpy(so_far.told.whole[None, start + first : stop]))[:, 0]
            begins = self._net.first(alone).log_softmax(-1)[0].double().numpy()
            onsets, rests, score = self._draw(encoded, so_far, line, kind, rng, tempo_bpm, evenness)
        bar = kind.bar_frames // TWELFTH
        fits = [_fit(row, line, kind) for row in onsets]
        bars = [whole_bars(int(row[-1]), kind) for row in onsets]
        empty = [(count * bar - int(row[-1])) / bar for row, count in zip(onsets, bars, strict=True)]
        worth = _LIKELY * score / max(n - 1, 1) + np.array(fits) - _EMPTY * np.maximum(np.array(empty) - 0.75, 0)
        worth += _BEGINNING * np.maximum(begins[onsets[:, 0] % bar], _UNLIKELIEST)
        worth -= 0.15 * np.array([count not in (2, 4) for count in bars])
        drawn = [Drawn(tuple(a), tuple(b), c) for a, b, c in zip(onsets.tolist(), rests.tolist(), bars, strict=True)]
        return drawn, worth

    def _draw(
        self, encoded: torch.Tensor, so_far: SoFar, line: Line, kind: Metre, rng: np.random.Generator,
        tempo_bpm: float, evenness: float,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:  # fmt: skip
        """Return onsets (drawn, N), rests before them, and nats of each draw; all in twelfths."""
        n, bar = len(line.syllables), kind.bar_frames // TWELFTH
        at = _beginnings(line, kind, rng)
        onsets, rests = np.zeros((_DRAWN, n), np.int64), np.zeros((_DRAWN, n), np.int64)
        onsets[:, 0] = at
        score = np.zeros(_DRAWN)
        before = torch.full((_DRAWN, 1, 2), NONE)
        steps = np.full((_DRAWN, n), NONE)
        state = None
        usable = _usable(kind, tempo_bpm)
        halting = _halting(kind)
        even = np.abs(np.log(STEPS * TWELFTH / kind.beat_frames))
        for k in range(1, n):
            left, right = (encoded[:, j : j + 1].expand(_DRAWN, -1, -1) for j in (k - 1, k))
            place = torch.from_numpy(onsets[:, k - 1 : k] % bar)
            model, place_of = (torch.from_numpy(table)[:, None] for table in so_far.models(k, steps, onsets % bar))
            whole = torch.full((_DRAWN, 1), bar)
            logits, y, state = self._net.decode(left, right, place, before, model, place_of, whole, state)
            scores = logits[:, 0].double().numpy() / _TEMPERATURE - 3 * evenness * even
            inside = goes_on(line.syllables[k - 1].text)
            longest = 2 * kind.beat_frames // TWELFTH if inside else halting - 1
            grid = (onsets[:, k - 1 : k] + STEPS) % 3 == 0
            scores = np.where(usable & (longest >= STEPS) & grid, scores, -1e9)
            chance = np.exp(scores - scores.max(1, keepdims=True))
            chance /= chance.sum(1, keepdims=True)
            chosen = (chance.cumsum(1) > rng.uniform(size=(_DRAWN, 1))).argmax(1)
            score += np.log(np.maximum(chance[np.arange(_DRAWN), chosen], 1e-9))
            onsets[:, k] = onsets[:, k - 1] + STEPS[chosen]
            steps[:, k] = chosen
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
    with shipped("melody_rhythm") as path:
        return RhythmWriter(load_rhythm_net(path))


def _shared(lines: Sequence[Line], drawn: Sequence[Drawn], line: Line, kind: Metre, among: range) -> int | None:
    """Return the first of some lines whose rhythm a line can take."""
    n = len(line.syllables)
    return next(
        (j for j in among if len(lines[j].syllables) == n and _agrees(lines[j], line) and _flows(drawn[j], line, kind)),
        None,
    )


def _flows(drawn: Drawn, line: Line, kind: Metre) -> bool:
    """Tell whether a line halts nowhere inside in the rhythm of another, which may hold a syllable inside a word."""
    halts = np.diff(drawn.onsets) >= _halting(kind)
    return all(goes_on(syllable.text) for syllable, halt in zip(line.syllables, halts.tolist(), strict=False) if halt)


def _halting(kind: Metre) -> int:
    """Return the step, in twelfths, from which on a syllable halts."""
    pulse = pulse_of((), Bars.of([(0, kind)], kind.bar_frames))
    return 3 * pulse // (2 * TWELFTH)


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
    closing = max((k for k, syllable in enumerate(line.syllables) if syllable.stress == 1), default=-1)
    for k, (at, syllable) in enumerate(zip(onsets.tolist(), line.syllables, strict=True)):
        on_beat = at % beat == 0
        weight = weights[at // beat % len(weights)] if on_beat else 0
        if syllable.stress == 1:
            total += _ON_BEAT if weight >= 2 else 0.5 * _ON_BEAT if on_beat else 0.0
            total += _DOWNBEAT if not lead and at == 0 else 0.0
            total += _CLOSING * max(weight - 1, 0) if k == closing else 0.0
            lead = True
        elif weight == 3:
            total -= _OFF_BEAT
    return total / len(line.syllables)
