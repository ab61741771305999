"""Figures: how often the studio finds fault with how a tune sings, on true tunes, on ours and on tunes set wrongly.

A rule is worth something if it is silent on true songs and speaks where the same song is set wrongly: words moved on by
a note, chords of another tune, the line turned upside down. The mends are measured, too: whether the first one takes
its finding away, and whether it brings another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Melody
from intermezzo.core.singability import KINDS, Limits
from intermezzo.core.singability.findings import findings_of, mends_of
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.melody.compose import load_composer
from intermezzo_engines.melody.obeyed import held_out_tunes, others_alike
from intermezzo_engines.melody.swap import with_chords_of
from intermezzo_engines.melody.template import Template, template_of
from intermezzo_engines.melody.template_layers import sketch_of

__all__ = ["lint_figures"]

_NOTES: Final = 100.0
_MADE: Final = Made("check", "1")
# Tempo is not written in most of the tunes, so that seconds mean little: breath and short syllables are told apart.
_UNTIMED: Final = tuple(kind for kind in KINDS if kind not in ("breath", "fast", "range"))
_Set = Sequence[tuple[Melody, Sketch]]


def lint_figures(context: Context) -> list[Figure]:
    """Return the figures."""
    true = [tune for tune in held_out_tunes(context) if tune.count]
    templates = [template_of(tune) for tune in true]
    context.progress("true tunes")
    plain = _sketches(true, templates)
    rates = _rates(plain)
    said = f"{len(true)} held-out tunes, {sum(tune.count for tune in true)} notes"
    found = [
        Figure(
            "findings_of_true_tunes_per_100_notes", sum(rates[kind] for kind in _UNTIMED), "quality", at_most=4.0,
            note=f"{said}; without breath and short syllables, whose seconds need a tempo",
        )
    ]  # fmt: skip
    found += [
        Figure(f"findings_{kind}_per_100_notes", rates[kind], "detail")
        for kind in KINDS if kind != "range"
    ]  # fmt: skip
    context.progress("tunes set wrongly")
    moved = [replace(tune, lyrics=(tune.lyrics[-1], *tune.lyrics[:-1])) for tune in true]
    others = [replace(t, chords=with_chords_of(t, o)) for t, o in zip(templates, others_alike(templates), strict=True)]
    mirrored = [_mirrored(tune) for tune in true]
    for kind, name, wrong in (
        ("stress", "words a note later", _sketches(moved, templates)),
        ("chord", "chords of another tune", _sketches(true, others)),
        ("statement", "the line upside down", _sketches(mirrored, templates)),
    ):
        ratio = _rates(wrong)[kind] / rates[kind] if rates[kind] else None
        found.append(Figure(f"{kind}_found_times_more_where_wrong", ratio, "quality", at_least=1.5, note=name))
    found += _questions(true, templates)
    context.progress("tunes of ours")
    made = load_composer().compose_all(templates, range(1, len(templates) + 1))
    ours = _rates(_sketches(made, templates))
    note = "under the same words, rhythms and chords"
    found.append(
        Figure("findings_of_made_tunes_per_100_notes", sum(ours[kind] for kind in _UNTIMED), "quality", note=note)
    )
    context.progress("mends")
    return found + _mended(plain)


def _sketches(tunes: Iterable[Melody], templates: Iterable[Template]) -> _Set:
    return [(tune, sketch_of(tune, t, _MADE)) for tune, t in zip(tunes, templates, strict=True)]


def _rates(sketches: _Set) -> dict[str, float]:
    """Return how many findings of each kind there are for 100 notes."""
    counts = Counter(f.kind for tune, sketch in sketches for f in findings_of(sketch, Limits(), tune.language))
    notes = sum(tune.count for tune, _ in sketches)
    return {kind: _NOTES * counts[kind] / notes for kind in KINDS}


def _questions(tunes: Sequence[Melody], templates: Sequence[Template]) -> list[Figure]:
    """Return how many questions are found to be sung like statements, and how many statements would be."""
    found = []
    for name, marks in (("questions", str.maketrans("", "")), ("statements_as_questions", str.maketrans(".?", "?."))):
        said = [replace(tune, lyrics=tuple(text.translate(marks) for text in tune.lyrics)) for tune in tunes]
        n = sum(text.rstrip("\"'”’").endswith("?") for tune in said for text in tune.lyrics)
        share = _rates(_sketches(said, templates))["question"] * sum(tune.count for tune in said) / max(n, 1)
        found.append(Figure(f"{name}_found_percent", share, "detail", note=f"of {n}"))
    return found


def _mirrored(tune: Melody) -> Melody:
    """Return a tune upside down around its middle."""
    notes = tune.notes.copy()
    notes[:, 2] = np.clip(notes[:, 2].min() + notes[:, 2].max() - notes[:, 2], 21, 108)
    return replace(tune, notes=notes)


def _mended(sketches: _Set) -> list[Figure]:
    have = gone = worse = total = 0
    for tune, sketch in sketches:
        found = findings_of(sketch, Limits(), tune.language)
        for finding in found:
            total += 1
            mends = mends_of(sketch, finding, Limits())[:-1]
            if not mends:
                continue
            have += 1
            after = findings_of(mends[0].edit(sketch), Limits(), tune.language)
            gone += not any(f.kind == finding.kind and f.notes == finding.notes for f in after)
            worse += len(after) > len(found)
    return [
        Figure("findings_with_a_mend_percent", 100 * have / max(total, 1), "quality", note=f"{total} findings"),
        Figure("findings_gone_after_their_mend_percent", 100 * gone / max(have, 1), "quality", at_least=100.0),
        Figure("mends_that_bring_more_percent", 100 * worse / max(have, 1), "quality", at_most=10.0),
    ]
