"""Permanence: what a person edited outlives a new prediction, and what cannot is listed."""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from trial import HOP_S, TRIAL, predicted, speech_sketch, trial_sketch

from intermezzo.core.dropped import Dropped
from intermezzo.core.edits import curves, matrices, regions, spans
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.layers import Curve, Mark, Region, Slots, Spans
from intermezzo.core.sketch import Sketch, SketchType


def lines(drops: tuple[Dropped, ...]) -> list[str]:
    return [drop.line.replace("\u2009", " ") for drop in drops]


def test_drawn_values_move_with_their_span_to_another_place_and_length() -> None:
    old = curves.draw(predicted("abc"), "melody", [(40, 60), (79, 60)])
    new, lost = carry_over(old, predicted("eabcd", frames=60))
    edited = np.flatnonzero(new.melody.origin & Mark.EDITED)
    assert (edited.min(), edited.max(), len(edited)) == (120, 179, 60)
    assert new.melody.values[120:180] == pytest.approx(261.6, abs=0.1)
    assert (np.delete(new.melody.values, range(120, 180)) == 200).all()
    assert lost == ()


def test_decibels_keep_their_distance_to_the_prediction() -> None:
    old = curves.shift(predicted("abc"), "level", 40, 80, 6)
    new, _ = carry_over(old, predicted("abc", level=-30))
    assert (new.level.values[40:80] == -24).all()
    assert (np.delete(new.level.values, range(40, 80)) == -30).all()


def test_a_locked_prediction_keeps_what_it_sounds_like() -> None:
    old = regions.lock(predicted("abc", level=-10), ["level", "colour"], Region(40, 80, 2, 5))
    new, _ = carry_over(old, predicted("abc", level=-30))
    assert (new.level.values[40:80] == -10).all()
    assert (new.colour.values[40:80, 2:5] == -10).all()
    assert (new.colour.values[40:80, 5:] == -30).all()
    assert (new.colour.marks(Region(40, 80, 2, 5)) & Mark.LOCKED).all()
    free = regions.lock(new, ["level"], Region(0, 120), False)
    assert np.array_equal(free.level.values, free.level.base), "unlocked, it is a prediction as before"


def test_paint_is_added_to_the_new_prediction() -> None:
    old = matrices.add(predicted("abc"), "colour", 45, 3, np.full((10, 2), 6, np.float32))
    new, _ = carry_over(old, predicted("abc", level=-30))
    assert (new.colour.values[45:55, 3:5] == -24).all()
    assert np.count_nonzero(new.colour.paint.array()) == 20


def test_lengths_and_labels_by_hand_are_kept() -> None:
    old = spans.relabel(spans.set_lengths(predicted("abc"), {1: 70}), "sounds", 2, "'e")
    new, lost = carry_over(old, predicted("abcd", frames=50))
    assert new.sounds.stops.tolist() == [50, 120, 170, 220]
    assert new.sounds.labels == ("a", "b", "'e", "d")
    assert [bool(m & Mark.EDITED) for m in new.sounds.marks()] == [False, True, True, False]
    assert lost == ()


def test_spans_put_in_by_hand_are_put_in_again() -> None:
    old = spans.insert(spans.insert(predicted("abc"), 1, "b", 20), 2, "d", 10)
    old = curves.draw(old, "level", [(40, -3), (59, -3)])
    new, lost = carry_over(old, predicted("abcd", frames=50))
    assert new.sounds.labels == ("a", "b", "d", "b", "c", "d")
    assert (new.level.values[50:70] == -3).all()
    assert lost == ()
    again, _ = carry_over(new, predicted("abcd", frames=50))
    assert again.sounds.labels == new.sounds.labels


def test_spans_taken_out_by_hand_are_taken_out_again() -> None:
    for index, kept in ((0, "bcd"), (1, "acd"), (2, "abd")):
        old = spans.delete(predicted("abcd"), index)
        new, lost = carry_over(old, predicted("abcd", frames=50))
        assert "".join(new.sounds.labels) == kept
        assert new.n_frames == 150
        assert lost == ()


def test_what_cannot_be_kept_is_listed() -> None:
    old = curves.draw(predicted("abc"), "level", [(40, -3), (79, -3)])
    _, lost = carry_over(matrices.add(old, "colour", 41, 0, np.ones((1, 1), np.float32)), predicted("ac"))
    assert lines(lost) == ["Level +17.0 dB on “abc” at 0.40 s", "Colour +1 dB on “abc” at 0.41 s"]
    inserted = spans.insert(predicted("abc"), 1, "d", 20)
    new, lost = carry_over(inserted, predicted("ac"))
    assert (new.sounds.labels, lines(lost)) == (("a", "d", "c"), []), "its left neighbour is still there"
    _, lost = carry_over(inserted, predicted("ec"))
    assert lines(lost) == ["d put in on “abc” at 0.40 s"]
    deleted = spans.delete(predicted("abcde"), 1)
    new, lost = carry_over(deleted, predicted("abbcde"))
    assert new.sounds.labels == tuple("abbcde")
    assert lines(lost) == ["1 deleted of Sounds before c at 0.40 s"]


def test_without_edits_nothing_changes_and_nothing_is_lost() -> None:
    new = predicted("dcba")
    kept, lost = carry_over(predicted("abc"), new)
    assert kept.changed(new) == {}
    assert lost == ()


def test_another_sketch_type_loses_all_edits_and_says_so() -> None:
    new = speech_sketch()
    edited = curves.shift(trial_sketch(), "level", 0, 10, -1)
    kept, lost = carry_over(edited, new)
    assert kept is new
    assert lines(lost) == ["All edits: a Speech sketch has other layers."]
    assert carry_over(trial_sketch(), new)[1] == ()


@pytest.mark.parametrize("n", [50, 60])
def test_without_governing_spans_equal_lengths_are_matched_frame_by_frame(n: int) -> None:
    spec = TRIAL.spec("level")
    bare = SketchType("bare/1", "Bare", (spec,), hop_s=HOP_S)
    old = Sketch(bare, {"level": Curve.machine(spec, HOP_S, np.full(50, -20.0))}, trial_sketch().made)
    old = curves.shift(old, "level", 5, 10, 7)
    new = replace(old, layers={"level": Curve.machine(spec, HOP_S, np.full(n, -30.0))})
    kept, lost = carry_over(old, new)
    if n == 50:
        assert np.flatnonzero(kept.level.values == -23).tolist() == [5, 6, 7, 8, 9]
        assert lost == ()
    else:
        assert kept is new
        assert lines(lost) == ["All edits: the new sketch has another length."]


def test_slots_are_kept_where_the_engine_says_the_same_again() -> None:
    base = predicted("abc")
    old = base.with_layer(base.notes.with_text(0, "mine").with_text(1, "gone"))
    new = predicted("abc")
    new = new.with_layer(Slots.machine(new.notes.spec, ("x", "other", "z")))
    kept, lost = carry_over(old, new)
    assert kept.notes.texts == ("mine", "other", "z")
    assert lines(lost) == ["Notes “gone”"]


def test_words_are_kept_where_their_number_is_the_same_and_listed_where_not() -> None:
    base = predicted("abcd")
    old = base.with_layer(base.phrases.with_label(0, "mine"))
    new = predicted("abcd", level=-30)
    assert carry_over(old, new)[0].phrases.labels == ("mine",)
    split = Spans.machine(new.phrases.spec, HOP_S, 160, [0, 60], [60, 160], ("one", "two"))
    kept, lost = carry_over(old, new.with_layer(split))
    assert kept.phrases.labels == ("mine", "two"), "the first sounds lie in one word in both"
    gap = Spans.machine(new.phrases.spec, HOP_S, 160, [], [], ())
    kept, lost = carry_over(old, new.with_layer(gap))
    assert kept.phrases.labels == ()
    assert lines(lost) == ["mine for abcd on “a” at 0.00 s"]


def test_ten_minutes_of_speech_with_one_changed_word_are_quick_to_compare() -> None:
    labels = "".join(np.random.default_rng(3).choice(list("abcde"), 6000))
    old = curves.draw(predicted(labels, frames=8), "level", [(24000, -3), (24100, -3)])
    new, lost = carry_over(old, predicted(labels[:100] + "ea" + labels[103:], frames=8))
    assert (new.level.values == -3).sum() == 101
    assert lost == ()


def test_many_lost_spans_of_a_long_sketch_cost_little() -> None:
    old = regions.lock(predicted("ab" * 1500, frames=4), ["colour"], Region(40, 80, 2, 5))
    began_s = process_time()
    _, lost = carry_over(old, predicted("cd" * 1500, frames=4))
    assert len(lost) == 1
    assert lost[0].line.startswith("Lock on")
    assert process_time() - began_s < 1.0  # the marks of all frames anew for each lost span take 10 s
