"""Figures of the melody engine, in groups: `intermezzo check melody --data FOLDER --only tunes,peers`.

Each group is a module of its own. All but `sound`, `template` and `video` are computed on the held-out tunes of
corpus.py, which no training saw; without the data a figure says so instead of a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from intermezzo.core.measure import Context, Figure, in_groups
from intermezzo_engines.melody.harmony_check import harmony_figures
from intermezzo_engines.melody.hum_check import hum_figures
from intermezzo_engines.melody.likeness import likeness_figures
from intermezzo_engines.melody.lint import lint_figures
from intermezzo_engines.melody.obeyed import obeyed_figures
from intermezzo_engines.melody.rhythm_check import rhythm_figures
from intermezzo_engines.melody.sound.heard import sound_figures
from intermezzo_engines.melody.template_back import template_back_figures
from intermezzo_engines.melody.video_check import video_figures

__all__ = ["GROUPS", "check"]

_HELD_OUT: dict[str, tuple[str, Callable[[Context], list[Figure]]]] = {
    "obeyed": ("tonality_right_percent", obeyed_figures),
    "harmony": ("chord_perplexity", harmony_figures),
    "hum": ("hummed_onset_f1", hum_figures),
    "lint": ("findings_of_true_tunes_per_100_notes", lint_figures),
    "rhythm": ("beat_accuracy_percent", rhythm_figures),
    "likeness": ("pitch_likeness_engine_percent", likeness_figures),
}
GROUPS: Sequence[str] = (*_HELD_OUT, "template", "video", "sound")


def check(context: Context) -> list[Figure]:
    """Return all figures of the groups that are wanted; what cannot be measured here says why."""
    groups: dict[str, Callable[[], Sequence[Figure]]] = {}
    for name, (headline, measure) in _HELD_OUT.items():
        if context.data_dir is None:
            groups[name] = partial(_not_measured, headline)
        else:
            groups[name] = partial(measure, context)
    groups["template"] = partial(template_back_figures, context)
    groups["video"] = partial(video_figures, context)
    groups["sound"] = partial(sound_figures, context)
    return in_groups(context, groups)


def _not_measured(headline: str) -> list[Figure]:
    return [Figure(headline, None, "quality", note="needs the held-out tunes: --data FOLDER")]
