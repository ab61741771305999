"""Figures: how like the true tunes the sampled ones are (PD, DD, MD), beside a TeleMelody-shaped network and chance.

All three are given the templates of the held-out tunes and the singer's default range, not the register of the true
tune, which is moved by octaves into the middle of that range. The network of the same training budget (baseline.py) is
told its template in TeleMelody's tokens, which say the beat of a note and not its length: so duration likeness tells
what our template holds, and the other two what the tunes are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Melody
from intermezzo_engines.melody.baseline import (
    TeleNet,
    load_baseline,
    random_in_scale,
    source_tokens,
    telemelody,
    tune_from_tokens,
)
from intermezzo_engines.melody.compose import load_composer
from intermezzo_engines.melody.measures import duration_likeness, melody_distance, pitch_likeness
from intermezzo_engines.melody.obeyed import held_out_tunes
from intermezzo_engines.melody.template import Template, template_of
from intermezzo_engines.melody.tune_features import features_of
from intermezzo_engines.melody.tune_sampling import Controls
from intermezzo_engines.weights import shipped

__all__ = ["likeness_figures"]

_RANGE = Controls()
_MIDDLE = (_RANGE.lowest + _RANGE.highest) / 2


def likeness_figures(context: Context) -> list[Figure]:
    """Return the figures, one line each for the engine and its peers, and how many of the three are won."""
    true = [_in_range(tune) for tune in held_out_tunes(context)]
    templates = [template_of(tune) for tune in true]
    seeds = range(1, len(true) + 1)
    systems = {
        "engine": load_composer().compose_all(templates, seeds),
        "chance": [random_in_scale(t, _RANGE.lowest, _RANGE.highest, k) for t, k in zip(templates, seeds, strict=True)],
    }
    context.progress("the TeleMelody-shaped network")
    with shipped("melody_baseline") as path:
        systems["telemelody"] = _telemelody(templates, true, load_baseline(path))
    found = {name: _means(made, true) for name, made in systems.items()}
    figures = [
        Figure(f"{measure}_{name}{unit}", found[name][k], "quality" if name == "engine" else "detail")
        for name in systems
        for k, (measure, unit) in enumerate(_NAMES)
    ]
    wins = sum(
        all(found["engine"][k] * sign > found[peer][k] * sign for peer in systems if peer != "engine")
        for k, sign in enumerate((1, 1, -1))
    )
    return [*figures, Figure("likeness_measures_won_of_three", float(wins), "quality", at_least=2.0)]


_NAMES = (("pitch_likeness", "_percent"), ("duration_likeness", "_percent"), ("melody_distance", "_semitones"))


def _in_range(tune: Melody) -> Melody:
    """Return the tune moved by octaves, its mean nearest to the middle of the range."""
    notes = tune.notes.copy()
    notes[:, 2] += 12 * round((_MIDDLE - float(notes[:, 2].mean())) / 12)
    return replace(tune, notes=notes)


def _telemelody(templates: Sequence[Template], true: Sequence[Melody], net: TeleNet) -> list[Melody]:
    """Return tunes of the baseline; its template has a triple for each note of the true tune, as TeleMelody's has."""
    told = [
        features_of(template, tune.notes[:, 0].tolist(), tune.notes[:, 1].tolist(), tune.lyrics, _MIDDLE)
        for template, tune in zip(templates, true, strict=True)
    ]
    drawn = telemelody(net, [source_tokens(one.whole, one.tones) for one in told], seed=1)
    return [
        replace(tune_from_tokens(tokens, template, one.base), lyrics=tune.lyrics)
        for tokens, template, one, tune in zip(drawn, templates, told, true, strict=True)
    ]


def _means(made: Sequence[Melody], true: Sequence[Melody]) -> tuple[float, float, float]:
    pairs = list(zip(made, true, strict=True))
    return (
        100 * float(np.mean([pitch_likeness(a, b) for a, b in pairs])),
        100 * float(np.mean([duration_likeness(a, b) for a, b in pairs])),
        float(np.mean([melody_distance(a, b) for a, b in pairs])),
    )
