"""All figures of the speech engine, in groups: `intermezzo check speech --data FOLDER --only copies,prosody`.

Each group is a module of its own. All are computed on sentences that no training saw; what needs held-out recordings or
a program that is not there is a figure without a value and with the reason. Peers run in the same run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from intermezzo.core.measure import Context, Figure, in_groups
from intermezzo_engines.speech.adapted import adapted_figures
from intermezzo_engines.speech.alignment_check import alignment_figures
from intermezzo_engines.speech.copies import copy_figures
from intermezzo_engines.speech.distortion import distortion_figures
from intermezzo_engines.speech.heldout import HeldOut, not_measured
from intermezzo_engines.speech.intelligibility import intelligibility_figures
from intermezzo_engines.speech.intonation import intonation_figures
from intermezzo_engines.speech.joins import join_figures
from intermezzo_engines.speech.kept import kept_figures
from intermezzo_engines.speech.obedience import obedience_figures
from intermezzo_engines.speech.pictures import picture_figures
from intermezzo_engines.speech.prosody import prosody_figures
from intermezzo_engines.speech.selection import selection_figures
from intermezzo_engines.speech.variety import variety_figures

__all__ = ["GROUPS", "check"]

_Measure = Callable[[HeldOut], list[Figure]]
# Groups that need held-out recordings: the figure that says so where there are none, and what measures.
_HELD_OUT: dict[str, tuple[str, _Measure]] = {
    "copies": ("pesq_wb_copy_ljs", copy_figures),
    "intelligibility": ("word_errors_to_human_ljs_ratio", intelligibility_figures),
    "prosody": ("spread_of_pitch_to_human_ljs_ratio", prosody_figures),
    "distortion": ("mel_distortion_engine_ljs_db", distortion_figures),
    "variety": ("takes_pitch_distance_ljs_cents_rms", variety_figures),
    "selection": ("resampled_elements_changed_outside_synthetic", selection_figures),
    "kept": ("edits_kept_after_one_word_in_ten_percent", kept_figures),
    "intonation": ("copied_pitch_correlation_ljs", intonation_figures),
    "alignment": ("alignment_difference_ms_median", alignment_figures),
    "joins": ("largest_step_at_joins_to_human_ljs_ratio", join_figures),
    "adapted": ("adapted_mel_error_ljs_db", adapted_figures),
    "pictures": ("pictures_drawn", picture_figures),
}
GROUPS: Sequence[str] = ("obedience", *_HELD_OUT)


def check(context: Context) -> list[Figure]:
    """Return all figures of the groups that are wanted; what cannot be measured here says why."""
    held = HeldOut(context)
    groups: dict[str, Callable[[], Sequence[Figure]]] = {"obedience": partial(obedience_figures, context)}
    for name, (headline, measure) in _HELD_OUT.items():
        if context.data_dir is None:
            groups[name] = partial(not_measured, headline, "needs held-out recordings: --data FOLDER")
        else:
            groups[name] = partial(measure, held)
    return in_groups(context, groups)
