"""Permanence of tokens: a cell is kept where its code and marks are, and what a shorter sample lacks must be listed."""

from __future__ import annotations

import numpy as np
import pytest

from intermezzo.check import permanence_figures as measured
from intermezzo.check.context import RunnerContext
from intermezzo.check.permanence import counted
from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.carry import Rules, carry_over
from intermezzo.core.edits.hands import touched_by_hand
from intermezzo.core.layers import Region
from intermezzo.core.media import Text
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch

ENGINE = "mock_tones"
SOURCE = Text("a bell in the hall")


def all_by_hand(sketch: Sketch) -> Sketch:
    return sketch.with_layer(sketch.tokens.with_codes(np.ones(sketch.tokens.shape, bool), 5))


def test_a_code_that_is_another_is_not_kept_though_it_is_marked(context: RunnerContext) -> None:
    edited = all_by_hand(context.convert(SOURCE))
    n = edited.tokens.origin.size
    mask = np.zeros(edited.tokens.shape, bool)
    mask[3:5] = True
    other = edited.with_layer(edited.tokens.with_codes(mask, 6))
    assert (counted(edited, edited).had, counted(edited, edited).kept) == (n, n)
    assert counted(edited, other).kept == n - 6
    unlocked = edited.with_layer(edited.tokens.lock(Region(0, 2), True))
    assert counted(unlocked, edited).kept == n - 6
    assert touched_by_hand(edited, other) == "Tokens"
    assert touched_by_hand(edited, edited.with_layer(edited.tokens.lock(Region(0, 0), True))) == ""


def test_cells_behind_the_end_of_a_shorter_sample_are_listed_or_the_promise_is_broken(
    context: RunnerContext, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, sketch = registry.find("mock_tones"), context.convert(SOURCE)
    monkeypatch.setattr(measured, "edited_all_over", lambda *given: all_by_hand(sketch))
    figures = {f.name: f for f in measured.permanence_figures(context, manifest, SOURCE, sketch)}
    assert figures["cells_neither_kept_nor_listed"].value == 0
    assert int(figures["cells_neither_kept_nor_listed"].note.split()[0]) == 18 * 3
    assert [name for name, figure in figures.items() if figure.met is not True] == []

    def forgetful(old: Sketch, new: Sketch, rules: Rules) -> tuple[Sketch, tuple[Dropped, ...]]:
        return carry_over(old, new, rules)[0], ()

    monkeypatch.setattr(measured, "carry_over", forgetful)
    figures = {f.name: f for f in measured.permanence_figures(context, manifest, SOURCE, sketch)}
    assert figures["cells_neither_kept_nor_listed"].met is False
