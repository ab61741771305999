"""The chain of a project: where a source came from, and what is left when a stage goes."""

from intermezzo.core.chain import stage_before, text_behind, with_own_source, without_stage
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage

FIRST = Stage("1", "a", Text("red apple"))
SECOND = Stage("2", "b", None, linked_to="1")
THIRD = Stage("3", "c", Text(" "), linked_to="2")


def test_the_text_is_that_of_the_nearest_stage_that_has_one() -> None:
    project = Project("x", (FIRST, SECOND, THIRD))
    assert text_behind(project, THIRD) == Text("red apple")
    assert text_behind(project, Stage("4", "d", Text("own"), linked_to="1")) == Text("own")
    assert stage_before(project, THIRD) is SECOND
    assert stage_before(project, FIRST) is None
    assert text_behind(Project("x", (SECOND, THIRD)), THIRD) is None


def test_a_chain_that_goes_round_has_no_beginning() -> None:
    one, two = Stage("1", "a", linked_to="2"), Stage("2", "b", linked_to="1")
    assert text_behind(Project("x", (one, two)), one) is None


def test_what_came_from_a_stage_that_goes_stands_on_its_own() -> None:
    rest = without_stage(Project("x", (FIRST, SECOND, THIRD)), "1")
    assert [(s.id, s.linked_to) for s in rest.stages] == [("2", None), ("3", "2")]


def test_a_stage_that_a_person_gives_another_source_came_from_no_stage() -> None:
    stage = Stage("3", "c", Text("red apple"), linked_to="2", sent="ab")
    same = with_own_source(stage, Text("red apple"))
    assert (same.linked_to, same.sent) == ("2", "ab")
    own = with_own_source(stage, Text("green apple"))
    assert (own.source, own.linked_to, own.sent) == (Text("green apple"), None, "")
