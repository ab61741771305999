"""Takes and comp: inside a stretch what the take says, outside it not one bit another, hands kept everywhere."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trial import HOP_S, TRIAL, speech_sketch, trial_sketch

from intermezzo.core import takes
from intermezzo.core.alignment import aligned
from intermezzo.core.edits import curves, matrices, regions, spans
from intermezzo.core.edits.comp import bared, comp, whole_spans
from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.history import History
from intermezzo.core.layers import Curve, Mark, Matrix, Region, Slots, Spans
from intermezzo.core.project import Project, Stage
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.take import Part, Take, followed

LABELS = "abcdeabc"


def said(lengths: list[int], seed: int, labels: str = LABELS) -> Sketch:
    """Return a prediction with spans of these lengths and values that no other seed has."""
    rng = np.random.default_rng(seed)
    n = sum(lengths)
    bounds = np.concatenate(([0], np.cumsum(lengths)))
    specs = {spec.name: spec for spec in TRIAL.layers}
    half = int(bounds[len(labels) // 2])
    score = rng.uniform(0, 1, len(labels)).astype(np.float32)
    layers = {
        "phrases": Spans.machine(specs["phrases"], HOP_S, n, [0, half], [half, n], ("one", "two")),
        "sounds": Spans.machine(specs["sounds"], HOP_S, n, bounds[:-1], bounds[1:], tuple(labels), score=score),
        "melody": Curve.machine(specs["melody"], HOP_S, rng.uniform(100, 400, n)),
        "level": Curve.machine(specs["level"], HOP_S, rng.uniform(-40, -5, n), doubt=rng.uniform(0, 3, n)),
        "colour": Matrix.machine(specs["colour"], HOP_S, rng.uniform(-60, 0, (n, 12))),
        "notes": Slots.machine(specs["notes"], (f"seed {seed}",)),
    }
    return Sketch(TRIAL, layers, Made("trial", "1", seed))


def stage(*seeds: int) -> Stage:
    """Return a stage converted with the first seed that has a take of each."""
    rng = np.random.default_rng(3)
    first, *others = seeds
    made = replace(Stage("s", "trial", seed=first, converted_from="k"), sketch=said([20] * 8, first))
    made = takes.after_conversion(Stage("s", "trial"), made, made.sketch)
    for seed in others:
        made = takes.sampled(made, said(rng.integers(12, 30, 8).tolist(), seed), seed)
    return made


lengths = st.lists(st.integers(3, 30), min_size=8, max_size=8)


@st.composite
def hands(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    """Return the sketch after some edits by hand."""
    for _ in range(draw(st.integers(0, 4))):
        a = draw(st.integers(0, sketch.n_frames - 1))
        b = draw(st.integers(a + 1, sketch.n_frames))
        k = draw(st.integers(0, sketch.governing.count - 1))
        try:
            match draw(st.integers(0, 6)):
                case 0:
                    sketch = curves.draw(sketch, "level", [(a, -3), (b, -20)])
                case 1:
                    sketch = matrices.add(sketch, "colour", a, 3, np.full((b - a, 4), 5, np.float32))
                case 2:
                    sketch = regions.lock(sketch, ["level", "colour", "sounds"], Region(a, b, 2, 9))
                case 3:
                    sketch = spans.set_lengths(sketch, {k: draw(st.integers(2, 40))})
                case 4:
                    sketch = spans.relabel(sketch, "sounds", k, "'e")
                case 5:
                    sketch = spans.insert(sketch, k, "d", 7)
                case _:
                    sketch = regions.lock(sketch, ["melody"], Region(a, b))
        except EditError:
            pass  # locked here
    return sketch


@given(st.data(), lengths, lengths)
def test_outside_the_stretch_nothing_changes_by_one_bit(data, mine, its) -> None:
    sketch, take = data.draw(hands(said(mine, 1))), said(its, 2)
    a = data.draw(st.integers(0, sketch.n_frames - 1))
    b = data.draw(st.integers(a + 1, sketch.n_frames))
    try:
        done = comp(sketch, take, a, b)
    except EditError:
        return  # hands put in more than the take can follow
    new, start, stop, new_stop = done.sketch, done.start, done.stop, done.new_stop
    assert new.n_frames == sketch.n_frames + new_stop - stop
    for name in ("melody", "level"):
        old_layer, new_layer = sketch.layers[name], new.layers[name]
        for part in ("values", "base", "origin"):
            before, after = getattr(old_layer, part), getattr(new_layer, part)
            assert np.array_equal(before[:start], after[:start])
            assert np.array_equal(before[stop:], after[new_stop:])
    assert np.array_equal(sketch.level.doubt[stop:], new.level.doubt[new_stop:])
    for part in ("base", "paint", "locks"):
        before, after = getattr(sketch.colour, part).array(), getattr(new.colour, part).array()
        assert np.array_equal(before[:start], after[:start])
        assert np.array_equal(before[stop:], after[new_stop:])
    old_spans, new_spans = sketch.sounds, new.sounds
    assert old_spans.count == new_spans.count and np.array_equal(old_spans.ids, new_spans.ids)
    outside = (old_spans.stops <= start) | (old_spans.starts >= stop)
    by = np.where(old_spans.starts >= stop, new_stop - stop, 0)
    for part in ("labels", "base_labels", "base_frames", "origin", "score"):
        before, after = np.asarray(getattr(old_spans, part)), np.asarray(getattr(new_spans, part))
        assert np.array_equal(before[outside], after[outside]), part
    assert np.array_equal((old_spans.starts + by)[outside], new_spans.starts[outside])
    assert np.array_equal((old_spans.stops + by)[outside], new_spans.stops[outside])
    assert new.notes is (sketch.notes if (start, stop) != (0, sketch.n_frames) else new.notes)


@given(st.data(), lengths, lengths)
def test_inside_the_stretch_the_take_lies_under_every_hand(data, mine, its) -> None:
    sketch, take = said(mine, 1), said(its, 2)
    first = data.draw(st.integers(0, 7))
    last = data.draw(st.integers(first, 7))
    a, b = int(sketch.sounds.starts[first]), int(sketch.sounds.stops[last])
    c, d = int(take.sounds.starts[first]), int(take.sounds.stops[last])
    drawn = curves.draw(sketch, "level", [(a, -3), (b - 1, -3)])
    done = comp(drawn, take, a, b)
    new, at, own = done.sketch, slice(done.start, done.new_stop), slice(c, d)
    assert (new.level.values[at] == -3).all() and (new.level.origin[at] & Mark.EDITED).all()
    assert np.array_equal(new.level.base[at], take.level.base[own])
    assert np.array_equal(new.level.doubt[at], take.level.doubt[own])
    assert np.array_equal(new.melody.values[at], take.melody.values[own])
    assert np.array_equal(new.colour.values[at], take.colour.values[own])
    assert np.array_equal(new.sounds.score[first : last + 1], take.sounds.score[first : last + 1])
    assert np.array_equal(new.sounds.base_frames[first : last + 1], take.sounds.base_frames[first : last + 1])


@given(st.data(), lengths, lengths)
def test_a_take_used_and_the_first_used_again_gives_the_sketch_back(data, mine, its) -> None:
    sketch, take = data.draw(hands(said(mine, 1))), said(its, 2)
    a = data.draw(st.integers(0, sketch.n_frames - 1))
    try:
        there = comp(sketch, take, a, sketch.n_frames)
        back = comp(there.sketch, bared(sketch), there.start, there.sketch.n_frames).sketch
    except EditError:
        return
    assert back.n_frames == sketch.n_frames
    for name in ("melody", "level"):
        held = (back.layers[name].origin & (Mark.EDITED | Mark.LOCKED)) == 0
        assert np.array_equal(back.layers[name].origin, sketch.layers[name].origin)
        assert np.array_equal(back.layers[name].values[held], sketch.layers[name].values[held])


def test_locked_spans_keep_their_length_and_sound() -> None:
    sketch = regions.lock(said([20] * 8, 1), ["sounds", "melody", "level", "colour"], Region(40, 60))
    new = comp(sketch, said([10] * 8, 2), 0, 160).sketch
    assert new.sounds.stops.tolist() == [10, 20, 40, 50, 60, 70, 80, 90]
    assert np.array_equal(new.melody.values[20:40], sketch.melody.values[40:60])
    assert np.array_equal(new.colour.values[20:40], sketch.colour.values[40:60])


def test_words_round_the_stretch_follow_what_they_hold() -> None:
    sketch = said([20] * 8, 1)
    new = comp(sketch, said([30] * 8, 2), 60, 100).sketch  # the last of one phrase and the first of the next
    assert (new.phrases.starts.tolist(), new.phrases.stops.tolist()) == ([0, 90], [90, 180])
    whole = comp(sketch, said([30] * 8, 2), 0, 80).sketch
    assert whole.phrases.stops.tolist() == [120, 200]


def test_a_stretch_is_counted_in_whole_spans() -> None:
    sketch = said([20] * 8, 1)
    assert whole_spans(sketch, 25, 75) == (20, 80)
    assert whole_spans(sketch, 33, 36) == (20, 40), "where no middle lies inside, what is touched"
    assert whole_spans(sketch, 31, 49) == (20, 40) or whole_spans(sketch, 31, 49) == (20, 60)
    with pytest.raises(EditError, match="Select a stretch"):
        whole_spans(sketch, 200, 300)


def test_a_take_of_other_sounds_is_refused_and_one_of_another_kind_too() -> None:
    with pytest.raises(EditError, match="Sample new takes"):
        comp(said([20] * 8, 1), said([20] * 8, 2, "abceabcd"), 60, 100)
    with pytest.raises(EditError, match="is no trial"):
        comp(said([20] * 8, 1), speech_sketch(), 0, 10)


def test_a_conversion_is_take_one_and_fills_the_comp() -> None:
    made = stage(1)
    assert [(t.number, t.seed, t.frames) for t in made.takes] == [(1, 1, None)]
    assert made.comp == (Part(0, 160, 1),)
    assert takes.seconds_used(made, 1) == pytest.approx(1.6)
    assert takes.next_seed(made) == 2


def test_a_used_take_is_remembered_where_it_was_used() -> None:
    made = stage(1, 2, 3)
    two, three = made.takes[1].sketch, made.takes[2].sketch
    used = takes.use(made, 2, 20, 60)
    length = int(two.sounds.stops[2] - two.sounds.starts[1])
    assert used.comp == (Part(0, 20, 1), Part(20, 20 + length, 2), Part(20 + length, 120 + length, 1))
    both = takes.use(used, 3, 0, 20)
    first = int(three.sounds.stops[0])
    assert both.comp[0] == Part(0, first, 3) and both.comp[1].take == 2
    again = takes.use(both, 1, 0, both.sketch.n_frames)
    assert again.comp == (Part(0, 160, 1),)
    assert np.array_equal(again.sketch.melody.values, made.sketch.melody.values)


def test_the_comp_follows_edits_of_time() -> None:
    project = Project("p", (takes.use(stage(1, 2), 2, 40, 60),))
    comp_of = lambda p: [(part.take, part.start, part.stop) for part in p.stages[0].comp]  # noqa: E731
    sketch = project.stages[0].sketch
    after = project.with_sketch("s", spans.set_lengths(sketch, {0: 50}))
    (_, _, a), (_, b, c), (_, d, e) = comp_of(after)
    assert (a, b) == (70, 70) and c == d and e == after.stages[0].sketch.n_frames
    shorter = after.with_sketch("s", spans.delete(after.stages[0].sketch, 2))
    assert comp_of(shorter) == [(1, 0, shorter.stages[0].sketch.n_frames)]
    longer = after.with_sketch("s", spans.insert(after.stages[0].sketch, 3, "d", 9))
    assert comp_of(longer)[2][2] == longer.stages[0].sketch.n_frames


@given(st.data())
def test_the_parts_of_a_comp_never_overlap_or_leave_the_sketch(data) -> None:
    history = History(Project("p", (stage(1, 2, 3),)))
    for _ in range(data.draw(st.integers(1, 6))):
        now = history.project.stages[0]
        a = data.draw(st.integers(0, now.sketch.n_frames - 1))
        b = data.draw(st.integers(a + 1, now.sketch.n_frames))
        number = data.draw(st.sampled_from([1, 2, 3, 0]))
        if number:
            history.apply("use", lambda p, s=now, n=number, a=a, b=b: p.with_stage(takes.use(s, n, a, b)))
        else:
            new = data.draw(hands(now.sketch))
            history.apply("edit", lambda p, new=new: p.with_sketch("s", new))
        if data.draw(st.booleans()):
            history.undo()
        now = history.project.stages[0]
        edges = [0, *(e for part in now.comp for e in (part.start, part.stop)), now.sketch.n_frames]
        assert edges == sorted(edges)
        assert (now.comp[0].start, now.comp[-1].stop) == (0, now.sketch.n_frames)
        assert all(p.stop == q.start for p, q in zip(now.comp, now.comp[1:], strict=False))


def test_a_take_of_a_stretch_is_used_there_and_nowhere_else() -> None:
    made = stage(1)
    again = replace(made.sketch, layers={**made.sketch.layers, "level": said([20] * 8, 9).level})
    made = takes.sampled(made, again, 5, frames=(40, 80))
    used = takes.use(made, 2, 0, 160)
    assert used.comp == (Part(0, 40, 1), Part(40, 80, 2), Part(80, 160, 1))
    assert np.array_equal(used.sketch.level.values[40:80], again.level.values[40:80])
    assert np.array_equal(used.sketch.level.values[80:], made.sketch.level.values[80:])
    with pytest.raises(EditError, match="another stretch"):
        takes.use(made, 2, 100, 160)


def test_a_stretch_predicted_again_is_kept_as_a_take_beside_the_one_before() -> None:
    before = replace(stage(1), takes=(), comp=())
    drawn = curves.draw(before.sketch, "melody", [(50, 60), (60, 60)])
    result = drawn.with_layer(replace(drawn.level, values=said([20] * 8, 9).level.values))
    put = takes.put(replace(before, sketch=drawn), result, 7, 42, 78)
    assert [(t.number, t.seed, t.frames) for t in put.takes] == [(1, 1, None), (2, 7, (40, 80))]
    assert put.comp == (Part(0, 40, 1), Part(40, 80, 2), Part(80, 160, 1))
    assert put.sketch is result
    assert not (put.takes[0].sketch.melody.origin & Mark.EDITED).any()


def test_spans_that_hands_put_in_do_not_keep_a_sampled_stretch_from_being_used() -> None:
    made = stage(1)
    longer = spans.insert(made.sketch, 3, "d", 10)
    again = replace(longer, layers={**longer.layers, "level": said([20] * 3 + [10] + [20] * 5, 9, "abcddeabc").level})
    made = takes.sampled(replace(made, sketch=longer, comp=()), again, 5, frames=(40, 90))
    used = takes.use(made, 2, 0, 170)
    assert np.array_equal(used.sketch.level.values[40:90], again.level.values[40:90])
    assert np.array_equal(used.sketch.sounds.ids, longer.sounds.ids)


def test_taking_a_take_away_leaves_the_sketch_and_frees_its_name() -> None:
    made = takes.use(stage(1, 2), 2, 40, 60)
    rest = takes.without(made, 2)
    assert rest.sketch is made.sketch and [p.take for p in rest.comp] == [1, 1]
    named = takes.renamed(rest, 1, "  Warm \n one ")
    assert named.takes[0].name == "Warm one"
    assert takes.renamed(named, 1, "Warm one") is named
    with pytest.raises(EditError, match="no take 2"):
        takes.use(rest, 2, 0, 10)


def test_another_text_keeps_what_was_chosen_on_the_words_that_stay() -> None:
    made = takes.use(stage(1, 2), 2, 40, 80)
    text = said([20] * 8, 1, "abcdeabd")  # the last sound is another one
    after = takes.after_conversion(made, replace(made, sketch=text, converted_from="new"), text)
    assert [p.take for p in after.comp] == [1, 2, 1]
    chosen = after.comp[1]
    before = made.sketch.melody.values[40 : 40 + chosen.stop - chosen.start]
    assert np.array_equal(after.sketch.melody.values[chosen.start : chosen.stop], before)
    assert [t.number for t in after.takes] == [1, 2]
    assert after.takes[0].converted_from == "new"


def voiced(sketch: Sketch, voice: str) -> Sketch:
    """Return the sketch as another voice would have made it."""
    return replace(sketch, made=replace(sketch.made, params={"voice": voice}))


def converted_again(before: Stage, sketch: Sketch) -> Stage:
    return takes.after_conversion(before, replace(before, sketch=sketch, converted_from="new"), sketch)


def voices_of(stage: Stage) -> list[tuple[int, int, object]]:
    return [(t.number, t.seed, t.sketch.made.params.get("voice", "low")) for t in stage.takes]


def test_takes_among_which_a_person_chose_stay_when_the_settings_change() -> None:
    low = stage(1, 2)
    high = converted_again(low, voiced(said([25] * 8, 1), "high"))
    assert voices_of(high) == [(1, 1, "low"), (2, 2, "low"), (3, 1, "high")]
    assert high.comp == (Part(0, 200, 3),)
    slow = converted_again(high, voiced(said([30] * 8, 1), "slow"))
    assert voices_of(slow)[2:] == [(3, 1, "slow")], "the last one alone was a step on the way"
    back = converted_again(slow, low.sketch)
    assert [t.number for t in back.takes] == [1, 2, 3] and back.comp == (Part(0, low.sketch.n_frames, 1),)


def test_a_take_with_a_name_stays_when_the_settings_change() -> None:
    named = takes.renamed(stage(1), 1, "Warm")
    assert [t.name for t in converted_again(named, voiced(said([25] * 8, 1), "high")).takes] == ["Warm", ""]
    plain = converted_again(stage(1), voiced(said([25] * 8, 1), "high"))
    assert voices_of(plain) == [(1, 1, "high")]


def test_what_was_put_together_of_takes_is_kept_as_one_when_the_settings_change() -> None:
    made = takes.use(stage(1, 2), 2, 40, 80)
    high = converted_again(made, voiced(said([25] * 8, 1), "high"))
    assert [(t.number, t.name) for t in high.takes] == [(1, ""), (2, ""), (3, "Comp 1+2"), (4, "")]
    assert np.array_equal(high.takes[2].sketch.melody.values, made.sketch.melody.values)
    assert takes.next_seed(high) == 3


def test_another_seed_is_a_take_of_its_own_everywhere() -> None:
    made = takes.use(stage(1, 2), 2, 40, 80)
    other = said([25] * 8, 8)
    after = takes.after_conversion(made, replace(made, sketch=other, seed=8), other)
    assert [(t.number, t.seed) for t in after.takes] == [(1, 1), (2, 2), (3, 8)]
    assert after.comp == (Part(0, 200, 3),)


def test_frames_of_two_takes_are_aligned_span_by_span() -> None:
    found = aligned(said([20] * 8, 1), said([10] * 4 + [30] * 4, 2))
    assert found.to_theirs([0, 20, 30, 80, 160]).tolist() == [0, 10, 15, 40, 160]
    assert found.to_mine([40, 70]).tolist() == [80, 100]


def test_parts_keep_to_their_place_where_no_span_makes_the_time() -> None:
    plain = replace(TRIAL, layers=(TRIAL.layers[3],))
    short, long = (
        Sketch(plain, {"level": Curve.machine(plain.layers[0], HOP_S, np.full(n, -9.0))}, Made("trial", "1", 1))
        for n in (100, 100)
    )
    assert followed((Part(0, 10, 1),), short, long) == (Part(0, 10, 1),)
    other = Sketch(plain, {"level": Curve.machine(plain.layers[0], HOP_S, np.full(100, -5.0))}, Made("trial", "1", 2))
    new = comp(short, other, 10, 20).sketch
    assert np.flatnonzero(new.level.values == -5).tolist() == list(range(10, 20))


def test_history_counts_what_takes_hold() -> None:
    history = History(Project("p", (stage(1),)), max_bytes=1)
    for seed in range(2, 40):
        history.apply("sample", lambda p, s=seed: p.with_stage(takes.sampled(p.stages[0], said([20] * 8, s), s)))
    assert len(history.steps) < 38


def test_takes_are_numbered_from_one() -> None:
    with pytest.raises(SketchError):
        Take(0, 1, trial_sketch())
    with pytest.raises(SketchError):
        Take(1, 1, trial_sketch(), frames=(290, 310))
