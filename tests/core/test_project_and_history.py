"""Projects and their history: undo and redo by name, drags as one step, and a limit by bytes."""

from dataclasses import replace

import numpy as np
import pytest
from trial import trial_project, trial_sketch

from intermezzo.core.edits import curves
from intermezzo.core.errors import EditError, SourceError
from intermezzo.core.history import History
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Text
from intermezzo.core.params import Param
from intermezzo.core.project import Project, Stage, source_key

MANIFEST = EngineManifest(
    "trial", "1", "Trial", "trial", "trial/1",
    params=(Param("warmth", "Warmth", "float", 0.5), Param("gain", "Gain", "float", 0.0, stage="render")),
)  # fmt: skip


def titled(title: str):
    return lambda project: replace(project, title=title)


@pytest.fixture
def history() -> History:
    return History(Project("start"))


def test_steps_are_undone_and_redone_by_name(history: History) -> None:
    history.apply("One", titled("1"), icon="pen")
    history.apply("Two", titled("2"))
    assert (history.undo_label, history.redo_label) == ("Two", None)
    assert history.undo()
    assert (history.project.title, history.undo_label, history.redo_label) == ("1", "One", "Two")
    assert history.undo()
    assert not history.undo()
    assert history.undo_label is None
    assert history.redo()
    assert history.redo()
    assert not history.redo()
    assert [step.label for step in history.steps] == ["Open", "One", "Two"]
    assert history.steps[1].icon == "pen"


def test_a_new_step_takes_the_place_of_those_undone(history: History) -> None:
    for title in "123":
        history.apply(title, titled(title))
    history.go_to(1)
    history.apply("4", titled("4"))
    assert [step.label for step in history.steps] == ["Open", "1", "4"]
    assert not history.go_to(9)
    assert not history.go_to(history.position)


def test_a_drag_is_one_step_and_esc_takes_it_back(history: History) -> None:
    for k in range(5):
        history.apply("Drag", titled(f"drag {k}"), merge_key="d1")
    assert len(history.steps) == 2
    history.apply("Drag", titled("other"), merge_key="d2")
    assert len(history.steps) == 3
    assert not history.abandon("d1")
    assert history.abandon("d2")
    assert history.project.title == "drag 4"
    assert history.abandon("d1")
    assert history.project.title == "start"
    assert not history.abandon("d1")


def test_what_belongs_to_a_step_is_put_into_it_later_wherever_the_person_is_by_then(history: History) -> None:
    told: list[str] = []
    history.apply("One", titled("1"))
    history.apply("Two", titled("2"))
    history.undo()
    history.listen(lambda old, new: told.append(new.title))
    late = titled("2 whole")
    assert history.revise(lambda project: late(project) if project.title == "2" else project)
    assert told == [] and history.project.title == "1"
    history.redo()
    assert history.project.title == "2 whole" and [step.label for step in history.steps] == ["Open", "One", "Two"]
    assert history.revise(lambda project: late(project) if project.title == "2 whole" else project)
    assert told == ["2 whole", "2 whole"]
    assert not history.revise(lambda project: project)


def test_a_drag_after_an_undo_does_not_eat_the_step_before_it(history: History) -> None:
    history.apply("Drag", titled("1"), merge_key="d")
    history.apply("Then", titled("2"))
    history.undo()
    history.apply("Drag", titled("3"), merge_key="d")
    assert [step.project.title for step in history.steps] == ["start", "1", "3"]


def test_an_edit_that_changes_nothing_makes_no_step_and_tells_nobody(history: History) -> None:
    told = []
    history.listen(lambda old, new: told.append((old.title, new.title)))
    history.apply("Nothing", lambda project: project)
    assert told == []
    history.apply("One", titled("1"))
    history.undo()
    assert told == [("start", "1"), ("1", "start")]
    assert len(history.steps) == 2


def test_a_refused_edit_leaves_history_as_it_was(history: History) -> None:
    history.apply("One", titled("1"))
    history.undo()
    with pytest.raises(EditError):
        history.apply("Bad", lambda project: project.with_sketch("gone", trial_sketch()))
    assert history.redo_label == "One"


def test_the_oldest_steps_go_when_history_grows_too_large() -> None:
    project = Project("p", (Stage("s", "trial", sketch=trial_sketch()),))
    small = History(project, max_bytes=60_000)
    for k in range(64):
        small.apply(f"{k}", lambda p, k=k: p.with_sketch("s", curves.shift(p.stage("s").sketch, "level", 0, 300, 0.01)))
    assert 2 <= len(small.steps) < 40
    assert small.steps[-1].label == "63"
    assert small.position == len(small.steps) - 1
    assert small.undo()
    large = History(project)
    for k in range(64):
        large.apply(f"{k}", titled(str(k)))
    assert len(large.steps) == 65


def test_stages_are_found_replaced_and_appended() -> None:
    project = trial_project()
    changed = project.with_stage(replace(project.stage("s2"), seed=9))
    assert [s.id for s in changed.stages] == ["s1", "s2", "s3"]
    assert changed.stage("s2").seed == 9
    assert changed.stages[0] is project.stages[0]
    assert [s.id for s in changed.with_stage(Stage("new", "trial")).stages][-1] == "new"
    with pytest.raises(EditError):
        project.stage("nowhere")
    with pytest.raises(TypeError):
        project.stages[0].params["warmth"] = 1  # type: ignore[index]


def test_a_sketch_is_stale_when_its_source_seed_or_conversion_settings_change() -> None:
    stage = Stage("s", "trial", Text("words"), {"warmth": 0.5, "gain": 1.0}, 1, trial_sketch())
    fresh = replace(stage, converted_from=source_key(stage, MANIFEST))
    assert not fresh.is_stale(MANIFEST)
    assert not replace(fresh, params={"warmth": 0.5, "gain": 2.0}).is_stale(MANIFEST), "rendering reads gain"
    for changed in (
        replace(fresh, source=Text("other")), replace(fresh, seed=2), replace(fresh, params={"warmth": 0.6}),
        replace(fresh, source=Audio(np.zeros((1, 4), np.float32), 8000)), replace(fresh, source=None),
    ):  # fmt: skip
        assert changed.is_stale(MANIFEST)
    assert fresh.is_stale(replace(MANIFEST, version="2"))
    assert not replace(fresh, sketch=None, converted_from="").is_stale(MANIFEST)


def test_sound_is_frozen_and_knows_its_length() -> None:
    source = np.zeros((2, 4800), np.float64)
    sound = Audio(source, 48_000)
    source[:] = 1
    assert not sound.samples.any()
    assert (sound.n_samples, sound.duration_s, sound.samples.dtype) == (4800, 0.1, np.float32)
    shared = np.zeros((1, 10), np.float32)
    view = shared[:, 2:8]
    view.setflags(write=False)
    kept = Audio(view, 8000)
    shared[:] = 1
    assert not kept.samples.any()
    own = np.ones((1, 4), np.float32)
    kept = Audio(own, 8000)
    own[:] = 0
    assert kept.samples.all()


@pytest.mark.parametrize(
    ("samples", "rate"), [(np.zeros(5), 8000), (np.zeros((1, 5)), 0), (np.full((1, 2), np.nan), 8000)]
)
def test_sound_that_is_none_is_refused(samples: np.ndarray, rate: int) -> None:
    with pytest.raises(SourceError):
        Audio(samples, rate)
