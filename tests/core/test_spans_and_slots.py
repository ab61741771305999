"""Spans and slots: labels, symbols, order, locks, and what a file may not claim."""

from dataclasses import replace

import numpy as np
import pytest
from trial import BOUNDS, LABELS, TRIAL, trial_sketch

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Mark, Region, Slots, SlotsSpec, Spans, SpansSpec, Warp

SPEC = TRIAL.spec("sounds")


@pytest.fixture
def sounds() -> Spans:
    return trial_sketch().sounds


@pytest.fixture
def notes() -> Slots:
    return trial_sketch().notes


def test_frames_find_their_span(sounds: Spans) -> None:
    assert [sounds.index_at(f) for f in (0, 39, 40, 299, 300, -1)] == [0, 0, 1, 5, None, None]
    assert sounds.inside(39, 41) == slice(0, 2)
    assert sounds.inside(40, 70) == slice(1, 2)
    assert sounds.durations_s.sum() == pytest.approx(3.0)
    gap = replace(sounds, starts=sounds.starts + np.array([0, 5, 0, 0, 0, 0], np.int32))
    assert gap.index_at(42) is None


def test_a_label_is_changed_by_hand_and_given_back(sounds: Spans) -> None:
    relabelled = sounds.with_label(2, "'e")
    assert relabelled.labels == ("a", "b", "'e", "d", "e", "a")
    assert relabelled.base_labels == LABELS
    assert relabelled.changed(sounds) == [(70, 130)]
    assert relabelled.erase(Region(0, 300)).labels == LABELS
    assert not relabelled.erase(Region(0, 300)).origin.any()
    locked = relabelled.lock(Region(70, 130), True)
    assert locked.erase(Region(0, 300)).labels[2] == "'e"
    assert locked.marks(Region(75, 76)).tolist() == [int(Mark.EDITED | Mark.LOCKED)]
    assert locked.lock(Region(70, 130), False).marks().tolist() == relabelled.marks().tolist()


@pytest.mark.parametrize(("index", "label"), [(1, "z"), (1, "''a"), (1, ""), (6, "a"), (-1, "a")])
def test_wrong_labels_and_places_are_refused(sounds: Spans, index: int, label: str) -> None:
    with pytest.raises(EditError):
        sounds.with_label(index, label)


def test_a_locked_span_refuses_everything(sounds: Spans) -> None:
    locked = sounds.lock(Region(40, 70), True)
    for change in (lambda s: s.with_label(1, "c"), lambda s: s.without(1), lambda s: s.with_lengths_edited(1)):
        with pytest.raises(EditError, match="locked"):
            change(locked)


def test_read_only_spans_say_so(sounds: Spans) -> None:
    fixed = replace(sounds, spans_spec=replace(SPEC, editable=False))
    for change in (lambda s: s.with_label(1, "c"), lambda s: s.without(1), lambda s: s.with_span(0, 0, 0, "a")):
        with pytest.raises(EditError, match="cannot be edited"):
            change(fixed)


def test_free_text_labels_have_a_length_limit() -> None:
    phrases = trial_sketch().phrases
    assert phrases.with_label(0, "anything at all").labels[0] == "anything at all"
    with pytest.raises(EditError):
        phrases.with_label(0, "x" * 1001)


def test_a_span_is_put_in_and_taken_out(sounds: Spans) -> None:
    shorter = replace(sounds, stops=sounds.stops - np.array([10, 0, 0, 0, 0, 0], np.int32))
    grown = shorter.with_span(1, 30, 40, "e")
    assert grown.labels[:3] == ("a", "e", "b")
    assert grown.ids.tolist() == [0, 6, 1, 2, 3, 4, 5]
    assert grown.origin[1] == Mark.EDITED
    assert grown.score is not None
    assert grown.score[1] == 1
    assert grown.without(1).labels == shorter.labels
    with pytest.raises(EditError):
        sounds.with_span(1, 30, 50, "e")
    with pytest.raises(EditError):
        sounds.with_span(1, 40, 40, "nonsense")


def test_words_with_sources_keep_them_in_step() -> None:
    phrases = trial_sketch().phrases
    rest = phrases.without(0)
    assert rest.source is not None
    assert rest.source.tolist() == [[4, 7]]
    back = rest.with_span(0, 0, 100, "new")
    assert back.source is not None
    assert back.source.tolist() == [[-1, -1], [4, 7]]


def test_new_time_moves_spans_exactly_at_their_bounds(sounds: Spans) -> None:
    moved = sounds.retime(Warp((0, 40, 70, 300), (0, 40, 170, 400)))
    assert moved.starts.tolist() == [0, 40, 170, 230, 300, 360]
    assert moved.stops.tolist()[-1] == len(moved) == 400


@pytest.mark.parametrize(
    "change",
    [
        {"starts": np.array([0, 39, 70, 130, 200, 260], np.int32)},
        {"stops": np.array([*BOUNDS[1:-1], 301], np.int32)},
        {"starts": np.array([-1, 40, 70, 130, 200, 260], np.int32)},
        {"ids": np.array([0, 0, 1, 2, 3, 4], np.int32)},
        {"labels": ("a", "b", "c", "d", "e", "z")},
        {"labels": ("a", "b", "c", "d", "e", "")},
        {"base_labels": ("a", "b", "c", "d", "e", "z")},
        {"labels": ("a",)},
        {"n_frames": 10**12},
        {"n_frames": -1},
    ],
)
def test_spans_that_overlap_leave_time_or_repeat_themselves_are_refused(sounds: Spans, change: dict) -> None:
    with pytest.raises(SketchError):
        replace(sounds, **change)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("starts", None), ("ids", np.zeros(6) + 0.5), ("ids", np.full(6, 2**40)), ("origin", np.full(6, 8)),
        ("score", np.full(6, np.nan)), ("source", np.zeros((6, 3))), ("base_frames", np.zeros(5)),
    ],
)  # fmt: skip
def test_parts_that_are_not_whole_are_refused(sounds: Spans, name: str, array: np.ndarray | None) -> None:
    document, arrays = sounds.parts()
    with pytest.raises(SketchError):
        Spans.from_parts(SPEC, document, {**arrays, name: array})
    with pytest.raises(SketchError):
        Spans.from_parts(SPEC, {**document, "labels": [1] * 6}, arrays)


@pytest.mark.parametrize(
    "fields",
    [{"symbols": (("a", "b"),)}, {"symbols": ("ab",)}, {"symbols": (("a", (1,)),)}, {"prefixes": (1,)},
     {"min_frames": 0}],
)  # fmt: skip
def test_a_spans_spec_that_makes_no_sense_is_refused(fields: dict) -> None:
    with pytest.raises(SketchError):
        SpansSpec("x", "X", **fields)


def test_a_slot_is_changed_locked_and_given_back(notes: Slots) -> None:
    changed = notes.with_text(1, "new")
    assert changed.texts == ("first", "new", "third")
    assert changed.changed(notes) == [(1, 2)]
    assert changed.marks(Region(1, 2)).tolist() == [int(Mark.EDITED)]
    locked = changed.lock(Region(1, 2), True)
    assert locked.erase(Region(-5, 99)).texts[1] == "new"
    assert locked.lock(Region(0, 3), False).erase(Region(0, 3)).texts == notes.texts
    assert notes.retime(Warp((0, 1), (0, 2))) is notes
    with pytest.raises(EditError, match="locked"):
        locked.with_text(1, "x")


@pytest.mark.parametrize(("index", "text"), [(3, "x"), (-1, "x"), (0, "x" * 21)])
def test_wrong_slots_and_long_texts_are_refused(notes: Slots, index: int, text: str) -> None:
    with pytest.raises(EditError):
        notes.with_text(index, text)


def test_read_only_slots_say_so() -> None:
    with pytest.raises(EditError, match="cannot be edited"):
        Slots.machine(SlotsSpec("x", "X", editable=False), ("a",)).with_text(0, "b")


def test_slots_that_are_too_long_or_too_many_are_refused(notes: Slots) -> None:
    for texts, base in ((("x" * 21,), ("a",)), (("a",), ("x" * 21,)), (("a", "b"), ("a",))):
        with pytest.raises(SketchError):
            Slots(notes.spec, texts, base, np.zeros(len(texts), np.uint8))
    with pytest.raises(SketchError):
        Slots.machine(SlotsSpec("x", "X", max_slots=1), ("a", "b"))
    document, arrays = notes.parts()
    for wrong in ({"texts": [1, 2, 3]}, {"texts": ["a"]}, {"base": ["a"]}):
        with pytest.raises(SketchError):
            Slots.from_parts(notes.spec, {**document, **wrong}, arrays)
