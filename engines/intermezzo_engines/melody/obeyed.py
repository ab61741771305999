"""Figures: whether sampled tunes follow their templates (TA, CA, RA, AA), and whether a stretch made anew stays local.

The templates are those of the held-out tunes; the true tunes are measured beside the sampled ones by the same means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SourceError
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Melody
from intermezzo_engines.melody.compose import Composer, load_composer
from intermezzo_engines.melody.corpus import tunes
from intermezzo_engines.melody.measures import cadence_right, chord_right, rhythm_right, tonality_right
from intermezzo_engines.melody.swap import with_chords_of
from intermezzo_engines.melody.template import Template, template_of
from intermezzo_engines.melody.tune_sampling import Controls

__all__ = ["held_out_tunes", "obeyed_figures", "others_alike"]

_QUICK = 6
_AGAIN, _OF = 4, 64
_Measure = Callable[[Melody, Template], NDArray[np.bool_]]


def held_out_tunes(context: Context) -> list[Melody]:
    """Return the held-out tunes; a few where the check is quick.

    Raises:
        SourceError: if no data folder is named.
    """
    if context.data_dir is None:
        raise SourceError("Held-out tunes are needed: name their folder with --data.")
    held = [tune.melody for tune in tunes(context.data_dir) if tune.held_out]
    return held[:: max(len(held) // _QUICK, 1)] if context.quick else held


def obeyed_figures(context: Context) -> list[Figure]:
    """Return the figures."""
    composer, true = load_composer(), held_out_tunes(context)
    templates = [template_of(tune) for tune in true]
    seeds = range(1, len(templates) + 1)
    made = composer.compose_all(templates, seeds)
    context.progress("at full strictness")
    strict = composer.compose_all(templates, seeds, Controls(strictness=1.0))
    context.progress("with chords of other tunes")
    swapped_templates = [
        replace(t, chords=with_chords_of(t, o)) for t, o in zip(templates, others_alike(templates), strict=True)
    ]
    swapped = composer.compose_all(swapped_templates, seeds)
    of_true, of_made = _share(chord_right, true, templates), _share(chord_right, made, templates)
    note = f"{len(true)} held-out tunes, {sum(tune.count for tune in made)} notes"
    return [
        Figure("tonality_right_percent", _tonality(made, templates), "obedience", at_least=93.0, note=f"TA; {note}"),
        Figure("tonality_right_true_percent", _tonality(true, templates), "detail"),
        Figure("chord_right_percent", of_made, "obedience", at_least=of_true + 5, note=f"CA as sampled; {note}"),
        Figure("chord_right_true_percent", of_true, "detail", note="CA of the true tunes under the same templates"),
        Figure(
            "chord_right_strict_percent", _share(chord_right, strict, templates), "obedience", at_least=95.0,
            note="CA at full strictness",
        ),
        Figure(
            "chord_right_lost_by_swap_percent", of_made - _share(chord_right, swapped, swapped_templates), "obedience",
            at_most=3.0, note="CA lost where each template has the chords of another tune, in its own key",
        ),
        Figure("rhythm_right_percent", _share(rhythm_right, made, templates), "obedience", at_least=99.5, note="RA"),
        Figure("cadence_right_percent", _share(cadence_right, made, templates), "obedience", at_least=99.5, note="AA"),
        Figure("cadence_right_true_percent", _share(cadence_right, true, templates), "detail"),
        Figure("cadence_analysed_again_percent", _cadences_again(made, templates), "obedience", note="span and label"),
        *_elements_again(made, templates),
        Figure("syllables_without_note_percent", _silent(made, templates), "quality", at_most=0.0),
        Figure(
            "notes_changed_outside_stretch", _changed_outside(composer, made, templates), "locality", at_most=0.0,
            note=f"{_AGAIN} notes of {_OF} made anew, in every tune",
        ),
    ]  # fmt: skip


def _tonality(made: Sequence[Melody], templates: Sequence[Template]) -> float:
    found = [tonality_right(tune, template) for tune, template in zip(made, templates, strict=True)]
    return 100 * float(np.mean([right for right in found if right is not None]))


def _share(measure: _Measure, made: Sequence[Melody], templates: Sequence[Template]) -> float:
    return 100 * float(np.concatenate([measure(m, t) for m, t in zip(made, templates, strict=True)]).mean())


def others_alike(templates: Sequence[Template]) -> list[Template]:
    """Return for each template the next one of its mode."""
    n, found = len(templates), []
    for k, template in enumerate(templates):
        later = (templates[(k + step) % n] for step in range(1, n))
        mode = template.keys[0][1].is_minor
        found.append(next((other for other in later if other.keys[0][1].is_minor == mode), template))
    return found


def _cadences_again(made: Sequence[Melody], templates: Sequence[Template]) -> float:
    """Return how many cadence spans a tune's own template has again, in percent."""
    same = total = 0
    for tune, template in zip(made, templates, strict=True):
        again = set(template_of(tune).cadence)
        same += sum(span in again for span in template.cadence)
        total += len(template.cadence)
    return 100 * same / total


def _elements_again(made: Sequence[Melody], templates: Sequence[Template]) -> list[Figure]:
    """Return how many elements of the templates their tunes, as files hold them, give back when they are analysed."""
    same, total = Counter[str](), Counter[str]()
    for tune, template in zip(made, templates, strict=True):
        again = template_of(tune)
        for name in ("keys", "metres", "chords", "rhythm", "cadence", "sections"):
            wanted, found = Counter(getattr(template, name)), Counter(getattr(again, name))
            same[name] += (wanted & found).total()
            total[name] += max(wanted.total(), found.total())
    shares = ", ".join(f"{name} {100 * same[name] / max(total[name], 1):.1f}" for name in total)
    value = 100 * same.total() / max(total.total(), 1)
    return [Figure("template_elements_again_percent", value, "obedience", at_least=99.0, note=shares)]


def _silent(made: Sequence[Melody], templates: Sequence[Template]) -> float:
    """Return how many syllables begin with no note, in percent."""
    found = [np.isin([s for s, _, _ in t.rhythm], m.notes[:, 0]) for m, t in zip(made, templates, strict=True)]
    return 100 * float(np.mean(~np.concatenate(found)))


def _changed_outside(composer: Composer, made: Sequence[Melody], templates: Sequence[Template]) -> float:
    """Return how many notes outside of a stretch of four notes differ when it is made anew."""
    changed = 0
    for seed, (tune, template) in enumerate(zip(made, templates, strict=True)):
        first = min(_OF // 2, tune.count - _AGAIN - 1)
        start, stop = int(tune.notes[first, 0]), int(tune.notes[first + _AGAIN, 0])
        new = composer.again(tune, template, start, stop, seed + 1000)
        rest = [[row for row in _rows(t) if not start <= row[0] < stop] for t in (tune, new)]
        changed += len(set(rest[0]) ^ set(rest[1]))
    return float(changed)


def _rows(tune: Melody) -> list[tuple[int, int, int, int, str]]:
    return [(*map(int, row), text) for row, text in zip(tune.notes.tolist(), tune.lyrics, strict=True)]  # type: ignore[misc]
