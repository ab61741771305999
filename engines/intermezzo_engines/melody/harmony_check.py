"""Figures: how well the chords and cadences of held-out tunes are foreseen, and whether styles differ in their chords.

The network is not told the pace and colour of a held-out tune; beside it stand the frequency of chords and the chord
before alone, counted on the same tunes and smoothed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from intermezzo.core.errors import SourceError
from intermezzo.core.measure import Context, Figure
from intermezzo.core.music.chords import chord_of
from intermezzo.core.music.keys import key_of
from intermezzo_engines.melody.cadence_model import load_cadence_model
from intermezzo_engines.melody.corpus import tunes
from intermezzo_engines.melody.harmony_features import CHORDS
from intermezzo_engines.melody.harmony_model import HarmonyNet, load_harmony_net
from intermezzo_engines.melody.harmony_writer import load_harmony_writer
from intermezzo_engines.melody.styles import STYLES
from intermezzo_engines.melody.template import template_of
from intermezzo_engines.melody.train_harmony import Lesson, cadences_of, lesson_of, loss_of
from intermezzo_engines.melody.wordless import without_words
from intermezzo_engines.weights import refused, shipped

__all__ = ["harmony_figures"]

_QUICK: Final = 12
_SONGS, _BARS = 10, 16


def harmony_figures(context: Context) -> list[Figure]:
    """Return the figures."""
    if context.data_dir is None:
        raise SourceError("Held-out tunes are needed: name their folder with --data.")
    held = [tune for tune in tunes(context.data_dir) if tune.held_out]
    held = held[:: max(len(held) // _QUICK, 1)] if context.quick else held
    pairs = [(tune, template_of(tune.melody)) for tune in held]
    lessons = [lesson_of(*pair).untold() for pair in pairs]
    sheets = [one for one in lessons if one.file == "openewld_to1930"]
    with shipped("melody_harmony") as path, refused("harmony weights"):
        net, cadences = load_harmony_net(path), load_cadence_model(path)
        chain = load_file(path)["chain.after"].astype(np.float64)
    context.progress("with lead sheets")
    before, usual = _by_chain(chain, lessons)
    rows = [cadences_of(*pair) for pair in pairs if any(pair[0].melody.lyrics)]
    told, home = np.concatenate([row for row, _ in rows]), np.concatenate([row for _, row in rows])
    right = 100 * float(np.mean((cadences.homeward(told) > 0.5) == home))
    context.progress("songs of each style")
    pace, colour = _styles()
    n_steps = sum(int((one.chords < CHORDS).sum()) for one in lessons)
    note = f"{len(lessons)} held-out tunes, {n_steps} bars or half bars"
    return [
        Figure("chord_perplexity", _perplexity(loss_of(net, lessons)), "quality", at_most=0.85 * before, note=note),
        Figure("chord_perplexity_by_chord_before", before, "detail"),
        Figure("chord_perplexity_by_frequency", usual, "detail"),
        *_of_sheets(net, sheets, chain),
        Figure(
            "cadence_foreseen_percent", right, "quality", at_least=100 * max(home.mean(), 1 - home.mean()),
            note=f"at home or open, {len(home)} phrases with time to rest; the target is what the commoner one gives",
        ),
        Figure(
            "chords_a_bar_style_ratio", pace["hymn"] / pace["waltz"], "plurality", at_least=1.3,
            note=", ".join(f"{name} {value:.2f}" for name, value in pace.items()),
        ),
        Figure(
            "coloured_chords_style_percent", colour["show tune"] - colour["hymn"], "plurality", at_least=10.0,
            note="sevenths and chords out of the key, by how much more; "
            + ", ".join(f"{name} {value:.0f}" for name, value in colour.items()),
        ),
    ]  # fmt: skip


def _of_sheets(net: HarmonyNet, sheets: Sequence[Lesson], chain: NDArray[np.float64]) -> list[Figure]:
    if not sheets:
        return []
    before, note = _by_chain(chain, sheets)[0], f"{len(sheets)} songs with written chords"
    nats = loss_of(net, sheets)
    return [Figure("chord_perplexity_lead_sheets", _perplexity(nats), "quality", at_most=0.85 * before, note=note)]


def _by_chain(chain: NDArray[np.float64], lessons: Sequence[Lesson]) -> tuple[float, float]:
    """Return the perplexity of a step by the chord before it, and by how usual chords are."""
    after, alone = [], []
    for one in lessons:
        mode = int(one.told[0, 0])
        for k, chord in enumerate(one.chords.tolist()):
            if chord < CHORDS:
                usual = chain[mode, -1, chord]
                after.append(-np.log(max(chain[mode, one.chords[k - 1], chord] if k else usual, 1e-6)))
                alone.append(-np.log(max(usual, 1e-6)))
    return _perplexity(float(np.mean(after))), _perplexity(float(np.mean(alone)))


def _perplexity(nats: float) -> float:
    return float(np.exp(nats))


def _styles() -> tuple[dict[str, float], dict[str, float]]:
    """Return of each style how many chords a bar has, and how many in a hundred are no triad of the key or its V7."""
    writer = load_harmony_writer()
    pace, colour = {}, {}
    for name, style in STYLES.items():
        counts, coloured = [], []
        for seed in range(1, _SONGS + 1):
            metre = style.metre(np.random.default_rng(seed))
            key = key_of("G major")
            placed, plan = without_words(metre, _BARS, seed, style.manner.hand)
            written = writer.write(plan, placed, key, metre, style, seed).template
            counts.append(len(written.chords) / _BARS)
            chords = [chord_of(label) for _, _, label in written.chords]
            coloured += [c is not None and c.name not in ("G", "Am", "Bm", "C", "D", "D7", "Em") for c in chords]
        pace[name], colour[name] = float(np.mean(counts)), 100 * float(np.mean(coloured))
    return pace, colour
