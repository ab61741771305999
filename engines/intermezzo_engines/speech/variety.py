"""Do takes differ, and is each of them good: three readings of the same sentences from three seeds.

Takes have other lengths, so their melodies are compared phone by phone, each phone stretched to the longer of the two.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import PluginError
from intermezzo.core.layers import Spans
from intermezzo.core.measure import Figure
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.corpus import VOICES
from intermezzo_engines.speech.heldout import ENGLISH_VOICES, HUMAN, OURS, HeldOut, not_measured, voice_by_voice
from intermezzo_engines.speech.intelligibility import counted, error_ratio

__all__ = ["length_difference", "pitch_differences_cents", "variety_figures"]

_SENTENCES = 20
_SEEDS = (1, 2, 3)


def variety_figures(held: HeldOut) -> list[Figure]:
    """Return how far three takes lie apart in each voice, and the word errors of the worst of them."""
    return [*voice_by_voice(held, VOICES, _distances), *voice_by_voice(held, ENGLISH_VOICES, _worst_take)]


def _distances(held: HeldOut, voice: str) -> list[Figure]:
    clips = held.clips(voice, _SENTENCES)
    takes = [[held.sketch(clip, seed) for seed in _SEEDS] for clip in clips]
    pairs = [pair for sentence in takes for pair in combinations(sentence, 2)]
    cents = [pitch_differences_cents(a, b) for a, b in pairs]
    lengths = [length_difference(a, b) for a, b in pairs]
    note = f"seeds {_SEEDS}, {len(clips)} held-out sentences, all pairs, phone by phone"
    return [
        Figure(f"takes_pitch_distance_{voice}_cents_rms", _rms(np.concatenate(cents)), "plurality",
               at_least=40.0, note=note),
        Figure(f"takes_pitch_distance_smallest_{voice}_cents_rms", min(_rms(c) for c in cents), "detail",
               note="the two takes of a sentence that are most alike"),
        Figure(f"takes_length_difference_{voice}_percent", 100 * float(np.mean(lengths)), "detail",
               note="mean over phones"),
    ]  # fmt: skip


def pitch_differences_cents(first: Sketch, second: Sketch) -> NDArray[np.float64]:
    """Return the pitch difference in cents wherever both of two takes with the same phones are voiced."""
    found = []
    for (a, b), (c, d) in zip(_places(first.phones), _places(second.phones), strict=True):
        n = max(b - a, d - c)
        at = (np.arange(n) + 0.5) / n
        f = first.pitch.values[a + (at * (b - a)).astype(int)].astype(np.float64)
        g = second.pitch.values[c + (at * (d - c)).astype(int)].astype(np.float64)
        both = (f > 0) & (g > 0)
        found.append(1200 * np.log2(g[both] / f[both]))
    return np.concatenate(found)


def length_difference(first: Sketch, second: Sketch) -> float:
    """Return the mean over phones of their difference in length as a share of the longer."""
    a, b = (np.array([stop - start for start, stop in _places(s.phones)], float) for s in (first, second))
    return float(np.mean(np.abs(a - b) / np.maximum(a, b)))


def _places(phones: Spans) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in zip(phones.starts, phones.stops, strict=True) if b > a]


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2))) if len(values) else 0.0


def _worst_take(held: HeldOut, voice: str) -> list[Figure]:
    clips = held.clips(voice, _SENTENCES)
    try:
        human = counted(held, clips, HUMAN)
    except PluginError as problem:
        return not_measured(f"word_errors_of_worst_take_to_human_{voice}_ratio", str(problem))
    takes = []
    for seed in _SEEDS:
        held.context.progress(f"recognising take {seed} of {voice}")
        takes.append(counted(held, clips, OURS, seed))
    note = f"pocketsphinx, {len(clips)} held-out sentences, {int(human[:, 1].sum())} words a take"
    worst = np.stack([np.max([take[:, 0] for take in takes], axis=0), human[:, 1]], axis=1)
    return [
        Figure(f"word_errors_of_worst_take_to_human_{voice}_ratio", max(error_ratio(t, human) for t in takes),
               "quality", at_most=1.35, note=note),
        Figure(f"word_errors_of_worst_of_each_sentence_to_human_{voice}_ratio", error_ratio(worst, human), "detail",
               note="the worst of three takes chosen anew for every sentence"),
    ]  # fmt: skip
