"""Permanence is counted element by element after another seed, other words and other settings; a loss is seen."""

from dataclasses import replace

import numpy as np
import pytest

from intermezzo.check.context import RunnerContext
from intermezzo.check.permanence import counted
from intermezzo.check.permanence_figures import OtherText, permanence_figures, silently_lost, with_other_words
from intermezzo.check.variations import edited_all_over, other_value
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.media import Text
from intermezzo.core.params import Param
from intermezzo.core.registry import Registry

SOURCE = Text("Oh, are you in Iowa? We are in Ohio, and you are in a house in Maui.")


def test_an_engine_keeps_every_element_whatever_changes(context: RunnerContext, registry: Registry) -> None:
    sketch = context.convert(SOURCE)
    figures = {f.name: f for f in permanence_figures(context, registry.find("mock"), SOURCE, sketch)}
    assert [name for name, figure in figures.items() if figure.met is not True] == []
    assert len(figures) == 5
    for name in ("new_conversion", "changed_text", "other_settings"):
        assert int(figures[f"edits_kept_after_{name}_percent"].note.split()[0]) > 200
    assert "octave" in figures["edits_kept_after_other_settings_percent"].note


def test_edits_that_are_gone_and_not_listed_are_seen(context: RunnerContext, registry: Registry) -> None:
    sketch, manifest = context.convert(SOURCE), registry.find("mock")
    edited = edited_all_over(sketch, np.random.default_rng(1), 9, manifest)
    other = with_other_words(SOURCE.text, np.random.default_rng(5))
    assert other is not None
    new = context.convert(Text(other.text))
    same = other.same(edited, new)
    assert len(same) == sketch.words.count - len(other.changes)
    assert counted(edited, new, same).kept == 0 < counted(edited, new, same).had
    again, lost = carry_over(edited, new)
    assert silently_lost(edited, again, same, lost) == 0 < silently_lost(edited, new, same, ())


def test_one_word_in_ten_is_another_and_the_others_are_found_again() -> None:
    text = "one two three four five six seven eight nine ten " * 2
    other = with_other_words(text, np.random.default_rng(0))
    assert other is not None and len(other.changes) == 2
    assert sum(a != b for a, b in zip(text.split(), other.text.split(), strict=True)) == 2
    end = len(text.rstrip())
    assert other.place(end) == len(other.text.rstrip()) and other.place(0) == 0
    assert with_other_words("same same", np.random.default_rng(0)) is None
    assert OtherText("x", ()).place(7) == 7


def test_another_value_lies_in_the_range_of_a_setting() -> None:
    number = Param("x", "X", "float", 1.0, low=0.0, high=1.1, step=0.05)
    assert other_value(number) == pytest.approx(0.8)
    assert other_value(replace(number, kind="int", default=1, low=0, high=9, step=1)) == 5
    assert other_value(Param("v", "V", "choice", "a", choices=("a", "b"))) == "b"
    assert other_value(Param("b", "B", "bool", True)) is False
    assert other_value(Param("t", "T", "text", "")) is None
