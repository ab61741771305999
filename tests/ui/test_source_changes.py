"""The source panel says in words what is other than when the sketch was made."""

from dataclasses import replace

import pytest
from trial import trial_sketch

from intermezzo.core.media import Text
from intermezzo.core.project import Stage
from intermezzo.core.registry import discover
from intermezzo.core.sketch import Made
from intermezzo.ui.panels.source_changes import SourceChanges, words_changed


@pytest.mark.parametrize(
    ("new", "count"),
    [
        ("one two three four", 0), ("One, two three four.", 0), ("one too three four", 1), ("one three four", 1),
        ("one two and three four", 1), ("zero one two three", 1), ("", 4), ("four big words more here", 4),
    ],
)  # fmt: skip
def test_words_that_were_replaced_put_in_or_taken_out_are_counted(new: str, count: int) -> None:
    assert words_changed("one two three four", new) == count


def test_texts_that_have_little_in_common_are_not_compared_while_somebody_types() -> None:
    assert words_changed("a b " * 500, "c d " * 500) is None


def test_the_line_names_words_settings_and_the_version() -> None:
    manifest = discover().find("mock")
    made = Made(manifest.id, manifest.version, 1, {"letter_s": 0.14, "voice": "round"})
    sketch = replace(trial_sketch(), made=made)
    stage = Stage("1", manifest.id, Text("Oh, are you"), sketch=sketch, converted_text="Oh, are they")
    changes = SourceChanges()
    assert changes.line(stage, manifest) == "1 word changed"
    assert changes.line(replace(stage, source=Text("Oh, were we")), manifest) == "2 words changed"
    assert changes.line(replace(stage, source=Text("Oh are they")), manifest) == "text changed"
    assert changes.line(replace(stage, converted_text=""), manifest) == "changed"
    same = replace(stage, source=Text("Oh, are they"), params={"voice": "reedy"})
    assert changes.line(same, manifest) == "Voice changed"
    old = replace(same, params={}, sketch=replace(sketch, made=replace(made, version="0.9")))
    assert changes.line(old, manifest) == f"made by version 0.9, now {manifest.version}"
