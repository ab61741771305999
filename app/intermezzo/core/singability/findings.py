"""All findings of a sketch in the order of time, and the mends of one; what a hand allowed is no finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from intermezzo.core.singability import mending, pitch_rules, time_rules, word_rules
from intermezzo.core.singability.finding import KINDS, Finding, Limits, Mend, limits_of
from intermezzo.core.singability.song import Song
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.melody import is_tune

__all__ = ["findings_of", "mends_of"]

_RULES: Final[tuple[Callable[[Song], Iterator[Finding]], ...]] = (
    time_rules.overlaps, time_rules.rests_in_words, time_rules.hasty, time_rules.breathless,
    word_rules.misplaced_stress, word_rules.held_over_commas,
    pitch_rules.unresolved, pitch_rules.outside_scale, pitch_rules.out_of_range, pitch_rules.leaps,
    pitch_rules.contours,
)  # fmt: skip


def findings_of(sketch: Sketch, limits: Limits | None = None, language: str = "") -> tuple[Finding, ...]:
    """Return what a singer would stumble over, in the order of time; nothing for a sketch that is no melody/1.

    Args:
        sketch: the sketch.
        limits: what the singer can do; without them what the sketch was made with says.
        language: "en", "de" or "fr"; else what the sketch was made with, or its small words, say.
    """
    if not is_tune(sketch) or not sketch.notes.count:
        return ()
    params = sketch.made.params
    song = Song(sketch, limits_of(params) if limits is None else limits, language or str(params.get("language", "")))
    marks = dict(zip(song.notes.ids.tolist(), song.notes.origin.tolist(), strict=True))
    found = [
        finding for rule in _RULES for finding in rule(song) if not marks[finding.notes[0]] & _ALLOWED[finding.kind]
    ]
    return tuple(sorted(found, key=lambda finding: (finding.frame, _WEIGHT[finding.kind])))


_WEIGHT: Final = {kind: k for k, kind in enumerate(KINDS)}
_ALLOWED: Final = {name: int(kind.mark) for name, kind in KINDS.items()}


def mends_of(sketch: Sketch, finding: Finding, limits: Limits | None = None) -> tuple[Mend, ...]:
    """Return what can be done about a finding in the sketch where it was found, the best first, "Allow…" last."""
    song = Song(sketch, limits_of(sketch.made.params) if limits is None else limits)
    return (*mending.mends(song, finding), mending.allowance(finding))
