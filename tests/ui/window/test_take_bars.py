"""Takes of a tune say which bars of it they make; titles of settings have the room they need."""

from dataclasses import replace

from drawn_tune import tune_sketch

from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import discover
from intermezzo.core.take import Part, Take
from intermezzo.ui.fonts import font
from intermezzo.ui.panels.take_use import use_of_take
from intermezzo.ui.text import text_width

BAR = 1920


def stage_of(*comp: tuple[float, float, int]) -> Stage:
    sketch = tune_sketch(repeat=2)
    takes = tuple(Take(number, number, sketch) for number in (1, 2, 3, 4))
    parts = tuple(Part(int(a * BAR), int(b * BAR), take) for a, b, take in comp)
    return Stage("1", "nobody.melody", Text("When"), sketch=sketch, takes=takes, comp=parts)


def test_a_take_of_a_tune_says_its_bars() -> None:
    stage = stage_of((0, 2, 1), (2, 3, 2), (3, 4.5, 3), (4.5, 6, 1), (6, 8, 3))
    assert use_of_take(stage, 1) == ("4 bars", "bars 1 to 2, bars 5 to 6 used")
    assert use_of_take(stage, 2) == ("bar 3", "bar 3 used")
    assert use_of_take(stage, 3) == ("4 bars", "bars 4 to 5, bars 7 to 8 used")
    assert use_of_take(stage, 4) == ("", "not used")
    assert use_of_take(stage_of((0, 8, 1)), 1)[0] == "bars 1\u20138"


def test_rows_and_strip_say_bars_and_all_rows_have_the_room(rig) -> None:
    workspace, window = rig.studio.workspace, rig.studio.window
    stage = stage_of((0, 2, 1), (2, 3, 2), (3, 8, 3))
    workspace.open(Project("River song", (stage,)), saved=True)
    window.refresh()
    window.takes_panel.refresh()
    rows = window.takes_panel.rows
    assert [rows[k].facts.used for k in (1, 2, 3, 4)] == ["bars 1\u20132", "bar 3", "bars 4\u20138", ""]
    assert "bars 4 to 8 used" in rows[3].accessibleDescription()
    assert len({row.picture.geometry().getRect() for row in rows.values()}) == 1
    assert window.timeline.comp.text_of(stage.comp[2]) == "Take 3, bars 4 to 8"


def test_no_title_of_a_setting_is_cut_in_an_inspector_of_usual_width(rig, monkeypatch) -> None:
    workspace, window = rig.studio.workspace, rig.studio.window
    monkeypatch.setattr(workspace, "registry", discover())
    workspace.open(Project("River song", (replace(stage_of((0, 8, 1)), engine="builtin.melody"),)), saved=True)
    window.resize(1440, 900)
    window.refresh()
    rig.settle()
    row = window.parameters.row("backing")
    assert row is not None and row.label.width() >= text_width(font("body"), row.label.text()) + 1
    assert row.label.width() == window.parameters.row("style").label.width()
