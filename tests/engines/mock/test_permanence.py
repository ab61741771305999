"""Random edits on hummed texts, then a random edit of the text: everything on words that stay is still there."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.check.permanence import counted, places
from intermezzo.core import codec
from intermezzo.core.edits import curves, matrices, regions, spans
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Region
from intermezzo.core.media import Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.mock.convert import HumConverter

PARAMS = {"letter_s": 0.14, "octave": 0, "voice": "round", "ending": "", "glide": True}
DISTINCT = ("are", "you", "in", "iowa", "lullaby", "ox", "cube", "aeon", "to", "idea")
REPEATED = ("oh", "lulla", "oh", "oh", "lulla", "a")
BY_HAND = Mark.EDITED | Mark.LOCKED


class QuietJob:
    """Nobody waits."""

    def progress(self, fraction: float, what: str = "") -> None:
        """Say nothing."""

    def partial(self, sketch: Sketch) -> None:
        """Show nothing."""


@lru_cache(maxsize=256)
def hummed(words: tuple[str, ...], seed: int = 1) -> Sketch:
    return HumConverter().convert(Text(" ".join(words)), PARAMS, seed=seed, job=QuietJob())


def word(sketch: Sketch, k: int) -> tuple[int, int]:
    k %= sketch.words.count
    return int(sketch.words.starts[k]), int(sketch.words.stops[k])


def letter(sketch: Sketch, k: int, n: int) -> int:
    inside = sketch.letters.inside(*word(sketch, k))
    return inside.start + n % (inside.stop - inside.start)


def part(sketch: Sketch, k: int, first: float, length: float) -> tuple[int, int]:
    a, b = word(sketch, k)
    start = a + int(first * (b - a - 1))
    return start, min(start + 1 + int(length * (b - a)), b)


fractions = st.floats(0, 1)
places_ = st.tuples(st.integers(0, 9), fractions, fractions)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("pitch"), places_, st.floats(-6, 6)),
        st.tuples(st.just("draw"), places_, st.floats(50, 70)),
        st.tuples(st.just("silence"), places_, st.just(0.0)),
        st.tuples(st.just("loudness"), places_, st.floats(-9, 9)),
        st.tuples(st.just("paint"), places_, st.floats(1, 20)),
        st.tuples(st.just("lock"), places_, st.just(0.0)),
        st.tuples(st.just("length"), places_, st.floats(0.3, 3)),
        st.tuples(st.just("relabel"), places_, st.floats(0, 1)),
        st.tuples(st.just("put in"), places_, st.floats(0.02, 0.3)),
        st.tuples(st.just("take out"), places_, st.just(0.0)),
        st.tuples(st.just("mood"), places_, st.just(0.0)),
    ),
    min_size=1,
    max_size=6,
)


def edited(sketch: Sketch, kind: str, place: tuple[int, float, float], amount: float) -> Sketch:
    k, first, length = place
    a, b = part(sketch, k, first, length)
    at = letter(sketch, k, int(9 * first))
    inside = sketch.letters.inside(*word(sketch, k))
    letters = inside.stop - inside.start
    whole: dict[str, Callable[[], Sketch]] = {
        "pitch": lambda: curves.shift(sketch, "pitch", a, b, amount),
        "draw": lambda: curves.draw(sketch, "pitch", [(a, amount), (b - 1, amount + 2)], fill=True),
        "silence": lambda: curves.set_gap(sketch, "pitch", a, b, True),
        "loudness": lambda: curves.shift(sketch, "loudness", a, b, amount),
        "paint": lambda: matrices.add(sketch, "colour", a, 2, np.full((b - a, 3), amount, np.float32)),
        "lock": lambda: regions.lock(sketch, [n for n in sketch.layers if n != "moods"], Region(*word(sketch, k))),
        "length": lambda: spans.set_lengths(sketch, {at: max(2, round(amount * 14))}),
        "relabel": lambda: spans.relabel(sketch, "letters", at, "aeiou"[int(4 * amount)]),
        "put in": lambda: spans.insert(sketch, at + 1, "o", round(amount / 0.01)),
        "take out": lambda: spans.delete(sketch, at) if letters > 1 else sketch,
        "mood": lambda: sketch.with_layer(sketch.moods.with_text(k % len(sketch.moods), "bright")),
    }  # fmt: skip
    try:
        return whole[kind]()
    except EditError:
        return sketch  # locked, or nothing there to edit


changes = st.one_of(
    st.tuples(st.just("insert"), st.integers(0, 9), st.sampled_from(["new", "uhu", "quaint"])),
    st.tuples(st.just("delete"), st.integers(0, 9), st.just("")),
    st.tuples(st.just("replace"), st.integers(0, 9), st.sampled_from(["new", "zzzz", "quaint"])),
    st.tuples(st.just("move"), st.integers(0, 9), st.sampled_from([str(k) for k in range(10)])),
)


def changed(words: tuple[str, ...], change: tuple[str, int, str]) -> tuple[tuple[str, ...], dict[int, int]]:
    """Return the words after a change, and where each old word that stays is now."""
    kind, at, what = change
    row: list[tuple[int, str]] = list(enumerate(words))
    at %= len(row)
    if kind == "insert":
        row.insert(at, (-1, what))
    elif kind == "replace":
        row[at] = (-1, what)
    elif kind == "delete" and len(row) > 1:
        del row[at]
    elif kind == "move":
        taken = row.pop(at)
        row.insert(int(what) % (len(row) + 1), taken)
    return tuple(w for _, w in row), {old: new for new, (old, _) in enumerate(row) if old >= 0}


@settings(max_examples=60, deadline=None)
@given(n=st.integers(2, len(DISTINCT)), what=edits, change=changes, seed=st.integers(1, 2))
def test_every_edit_on_words_that_stay_survives_and_nothing_else_is_by_hand(
    n: int, what: list[tuple[str, tuple[int, float, float], float]], change: tuple[str, int, str], seed: int
) -> None:
    old = hummed(DISTINCT[:n])
    for edit in what:
        old = edited(old, *edit)
    words, same = changed(DISTINCT[:n], change)
    new, lost = carry_over(old, hummed(words, seed))
    found = counted(old, new, same)
    assert found.kept == found.had
    gone = {DISTINCT[k] for k in range(n) if k not in same}
    assert {drop.word for drop in lost if drop.word} <= gone
    _, pairs, _ = places(old, new, same)
    theirs = {j: i for i, j in pairs}
    others = [k for k, label in enumerate(words) if k not in same.values()]
    replaced = change[0] == "replace"
    for name in ("pitch", "loudness", "colour"):
        before, now = old.layers[name].by_hand(), new.layers[name].by_hand()
        for j, i in theirs.items():
            a, b = int(old.letters.starts[i]), int(old.letters.stops[i])
            c, d = int(new.letters.starts[j]), int(new.letters.stops[j])
            assert before[a:b].any() or not now[c:d].any(), "a letter that nobody touched"
            if b - a == d - c:
                assert np.array_equal(before[a:b], now[c:d])
        for k in () if replaced else others:
            a, b = word(new, k)
            assert not now[a:b].any(), "a word that was put in"


@settings(max_examples=30, deadline=None)
@given(what=edits, change=changes)
def test_among_words_that_repeat_nothing_is_lost_but_on_a_word_that_is_gone(
    what: list[tuple[str, tuple[int, float, float], float]], change: tuple[str, int, str]
) -> None:
    old = hummed(REPEATED)
    for edit in what:
        old = edited(old, *edit)
    words, _ = changed(REPEATED, change)
    new, lost = carry_over(old, hummed(words))
    gone = {REPEATED[change[1] % len(REPEATED)]} if change[0] in ("delete", "replace") else set()
    assert {drop.word for drop in lost if drop.word} <= gone
    if not gone:
        assert lost == ()
        assert int((new.pitch.origin & BY_HAND != 0).sum()) >= int((old.pitch.origin & BY_HAND != 0).sum()) - 4


@settings(max_examples=30, deadline=None)
@given(what=edits)
def test_the_same_text_and_seed_give_the_same_sketch_with_all_edits_in_place(
    what: list[tuple[str, tuple[int, float, float], float]],
) -> None:
    old = hummed(DISTINCT[:6])
    for edit in what:
        old = edited(old, *edit)
    new, lost = carry_over(old, hummed(DISTINCT[:6]))
    assert lost == ()
    assert new.letters.labels == old.letters.labels
    assert np.array_equal(new.letters.stops, old.letters.stops)
    held = np.ones(old.n_frames, bool)
    for name in ("pitch", "loudness"):
        mine, theirs = new.layers[name], old.layers[name]
        assert np.array_equal(mine.origin, theirs.origin)
        held = (theirs.origin & np.uint8(BY_HAND)) != 0
        assert mine.values[held] == pytest.approx(theirs.values[held], rel=1e-5)
    assert np.array_equal(new.colour.paint.array(), old.colour.paint.array())
    if all(kind in ("pitch", "draw", "silence", "loudness", "paint", "lock", "mood") for kind, _, _ in what):
        assert codec.fingerprint(new) == codec.fingerprint(old)
