"""Whatever is edited in whatever order, undo and redo lead to the identical project, and nothing ever falls apart."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from trial import trial_sketch

from intermezzo.core import codec, footprint
from intermezzo.core.edits import curves, matrices, regions, spans
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.errors import EditError
from intermezzo.core.history import History
from intermezzo.core.layers import Mark, Region
from intermezzo.core.manifest import Reach
from intermezzo.core.project import Project, Stage
from intermezzo.core.sketch import Sketch

REACH = {name: Reach() for name in trial_sketch().layers}
frames = st.integers(-20, 420)
ranges = st.tuples(frames, frames).map(sorted)
curve_names = st.sampled_from(["melody", "level"])
layer_names = st.lists(st.sampled_from(list(trial_sketch().layers)), min_size=1, unique=True)


class Hands(RuleBasedStateMachine):
    """A person who draws, paints, stretches, locks, undoes and converts again without a plan."""

    @initialize(seed=st.integers(1, 3))
    def begin(self, seed: int) -> None:
        self.history = History(Project("work", (Stage("s", "trial", sketch=trial_sketch(seed)),)))
        self.seen = {0: self.mark()}

    def sketch(self) -> Sketch:
        found = self.history.project.stages[0].sketch
        assert found is not None
        return found

    def mark(self) -> str:
        return codec.fingerprint(self.sketch())

    def do(self, edit, merge_key: str | None = None) -> None:
        before, position = self.sketch(), self.history.position
        try:
            self.history.apply("edit", lambda p: self.edited(p, edit), merge_key=merge_key)
        except EditError:
            assert self.sketch() is before
            return
        if self.history.position == position and self.sketch() is before:
            return
        self.seen = {k: v for k, v in self.seen.items() if k < self.history.position}
        self.seen[self.history.position] = self.mark()
        self.check_footprint(before)

    @staticmethod
    def edited(project: Project, edit) -> Project:
        old = project.stages[0].sketch
        new = edit(old)
        return project if new is old else project.with_sketch("s", new)

    def check_footprint(self, before: Sketch) -> None:
        """Outside the footprint every curve must be what it was."""
        now = self.sketch()
        changed = np.zeros(max(now.n_frames, before.n_frames), bool)
        for start, stop in footprint.of_edit(before, now, REACH):
            changed[start : max(stop, before.n_frames) if now.n_frames != before.n_frames else stop] = True
        for name in ("melody", "level"):
            n = min(len(now.layers[name]), len(before.layers[name]))
            same = now.layers[name].values[:n] == before.layers[name].values[:n]
            assert (same | changed[:n]).all(), name

    @rule(layer=curve_names, a=frames, b=frames, low=st.floats(40, 90), high=st.floats(40, 90), fill=st.booleans())
    def draw(self, layer: str, a: int, b: int, low: float, high: float, fill: bool) -> None:
        self.do(lambda s: curves.draw(s, layer, [(a, low), (b, high)], fill=fill))

    @rule(layer=curve_names, at=ranges, by=st.floats(-12, 12))
    def shift(self, layer: str, at: list[int], by: float) -> None:
        self.do(lambda s: curves.shift(s, layer, *at, by))

    @rule(layer=curve_names, at=ranges, radius=st.integers(1, 30))
    def smooth(self, layer: str, at: list[int], radius: int) -> None:
        self.do(lambda s: curves.smooth(s, layer, *at, radius_frames=radius))

    @rule(at=ranges, gap=st.booleans())
    def voice(self, at: list[int], gap: bool) -> None:
        self.do(lambda s: curves.set_gap(s, "melody", *at, gap))

    @rule(a=frames, b=frames, bands=st.tuples(st.integers(-3, 15), st.integers(-3, 15)), amount=st.floats(-30, 30))
    def paint(self, a: int, b: int, bands: tuple[int, int], amount: float) -> None:
        path = [(a, bands[0]), (b, bands[1])]
        self.do(lambda s: matrices.stroke(s, "colour", path, matrices.Brush(amount, 6, 2)))

    @rule(a=frames, b=frames, band=st.integers(-3, 15))
    def drag_the_brush(self, a: int, b: int, band: int) -> None:
        for stop in (a + (b - a) // 2, b):
            path = [(a, band), (stop, band)]
            self.do(lambda s, path=path: matrices.smooth(s, "colour", path, matrices.Brush(1, 6, 2)), merge_key="drag")

    @rule(at=ranges, start=frames, low=st.integers(-5, 14))
    def copy_and_paste(self, at: list[int], start: int, low: int) -> None:
        self.do(lambda s: matrices.paste(s, "colour", start, matrices.copy(s, "colour", Region(*at, 2, 9)), low=low))

    @rule(index=st.integers(-1, 8), length=st.integers(0, 120))
    def stretch(self, index: int, length: int) -> None:
        self.do(lambda s: spans.set_lengths(s, {index: length}))

    @rule(index=st.integers(0, 8), frame=frames, ripple=st.booleans())
    def drag_a_boundary(self, index: int, frame: int, ripple: bool) -> None:
        self.do(lambda s: spans.move_boundary(s, index, frame, ripple=ripple))

    @rule(index=st.integers(0, 8), label=st.sampled_from("abcdez"), length=st.integers(1, 60))
    def insert(self, index: int, label: str, length: int) -> None:
        self.do(lambda s: spans.insert(s, index, label, length))

    @rule(index=st.integers(0, 8))
    def delete(self, index: int) -> None:
        self.do(lambda s: spans.delete(s, index))

    @rule(index=st.integers(0, 8), label=st.sampled_from(["a", "'b", "z"]))
    def relabel(self, index: int, label: str) -> None:
        self.do(lambda s: spans.relabel(s, "sounds", index, label))

    @rule(at=ranges)
    def reset(self, at: list[int]) -> None:
        self.do(lambda s: spans.reset_lengths(s, *at))

    @rule(layers=layer_names, at=ranges, on=st.booleans(), bands=st.tuples(st.integers(-2, 14), st.integers(-2, 14)))
    def lock(self, layers: list[str], at: list[int], on: bool, bands: tuple[int, int]) -> None:
        self.do(lambda s: regions.lock(s, layers, Region(*at, *bands), on))

    @rule(layers=layer_names, at=ranges)
    def erase(self, layers: list[str], at: list[int]) -> None:
        self.do(lambda s: regions.erase(s, layers, Region(*at)))

    @rule(index=st.integers(-1, 4), text=st.text(max_size=25))
    def write(self, index: int, text: str) -> None:
        self.do(lambda s: s.with_layer(s.notes.with_text(index, text)))

    @rule(seed=st.integers(1, 5))
    def convert_again(self, seed: int) -> None:
        locked = self.sketch()
        self.do(lambda s: carry_over(s, trial_sketch(seed))[0])
        kept = (locked.melody.origin & Mark.EDITED) != 0
        if not kept.any():
            assert not (self.sketch().melody.origin & Mark.EDITED).any()

    @precondition(lambda self: self.history.position > 0)
    @rule()
    def undo(self) -> None:
        assert self.history.undo()

    @precondition(lambda self: self.history.redo_label is not None)
    @rule()
    def redo(self) -> None:
        assert self.history.redo()

    @rule(data=st.data())
    def go_to(self, data: st.DataObject) -> None:
        self.history.go_to(data.draw(st.integers(0, len(self.history.steps) - 1)))

    @invariant()
    def every_step_is_what_it_was(self) -> None:
        assert self.mark() == self.seen[self.history.position]

    @invariant()
    def the_sketch_is_whole(self) -> None:
        sketch = self.sketch()
        document, arrays = codec.pack(sketch)
        assert codec.fingerprint(codec.unpack(document, arrays.__getitem__)) == self.mark()
        assert (sketch.colour.marks() <= 7).all()
        free = (sketch.melody.origin & (Mark.EDITED | Mark.LOCKED)) == 0
        assert np.array_equal(sketch.melody.values[free], sketch.melody.base[free])
        assert all(layer.parts()[1] for layer in sketch.layers.values())

    def teardown(self) -> None:
        if not hasattr(self, "history"):
            return
        for position in list(range(len(self.history.steps))) + list(range(len(self.history.steps)))[::-1]:
            self.history.go_to(position)
            assert self.mark() == self.seen[position]


TestHands = Hands.TestCase
