"""Phrases begin at long pauses; one that only moves in time keeps every sample and comes from the cache."""

from pathlib import Path

import numpy as np
import pytest
from drawn_voice import drawn_voice

from intermezzo.core import footprint
from intermezzo.core.edits import curves, spans
from intermezzo.core.layers import Spans
from intermezzo.core.manifest import read_manifest
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.speech import phrasing
from intermezzo_engines.speech.analyse import Analysis, analysed_sketch
from intermezzo_engines.speech.features import HOP
from intermezzo_engines.speech.phrasing import LEAD, REST, chunks_of, phrase_starts
from intermezzo_engines.speech.render import SpeechRenderer

MANIFEST = Path(phrasing.__file__).parents[1] / "engines.toml"
REACH = next(m for m in read_manifest(MANIFEST.read_text()).engines if m.id == "builtin.speech").reach
RENDERER = SpeechRenderer()
RENDERER.load("cpu")
PAUSES = (30, 50, 26)


class Drawer:
    """A cache that counts what was computed anew, and a job around it."""

    def __init__(self) -> None:
        self.kept: dict[str, np.ndarray] = {}
        self.new = 0
        self.cache = self

    def get(self, key: str) -> np.ndarray | None:
        return self.kept.get(key)

    def put(self, key: str, array: np.ndarray) -> None:
        self.new += 1
        self.kept[key] = array

    def progress(self, fraction: float, what: str = "") -> None:
        return None

    def partial(self, piece: Sketch) -> None:
        return None


def page() -> Sketch:
    """Three spoken stretches of 150, 200 and 170 frames, each as one span and a pause after it."""
    env, breath, f0 = (x.copy() for x in drawn_voice(150 + 200 + 170 + sum(PAUSES)))
    bounds, labels, at = [0], [], 0
    for spoken, pause in zip((150, 200, 170), PAUSES, strict=True):
        f0[at + spoken : at + spoken + pause] = 0
        bounds += [at + 60, at + spoken, at + spoken + pause]
        labels += ["?", "?", "·"]
        at += spoken + pause
    sketch = analysed_sketch(Analysis(f0, env, breath), Made("builtin.speech", "1.1"))
    old = sketch.phones
    return sketch.with_layer(
        Spans.machine(old.spec, old.hop_s, len(f0), np.array(bounds[:-1]), np.array(bounds[1:]), tuple(labels))
    )


def sound(sketch: Sketch, window: tuple[int, int] | None = None, job: Drawer | None = None) -> np.ndarray:
    return RENDERER.render(sketch, {}, seed=5, window=window, job=job or Drawer()).samples[0]


def test_phrases_begin_before_the_end_of_long_pauses_only() -> None:
    sketch = page()
    ends = [int(stop) for stop, label in zip(sketch.phones.stops, sketch.phones.labels, strict=True) if label == "·"]
    assert phrase_starts(sketch.phones) == (0, *(end - LEAD for end in ends))
    short = spans.set_lengths(sketch, {2: REST - 1})
    assert len(phrase_starts(short.phones)) == 3


def test_chunks_cover_every_frame_once_and_stop_at_the_next_phrase() -> None:
    starts = (0, 100, 131, 400)
    found = list(chunks_of(starts, 90, 470, 64))
    assert [(c.first, c.stop) for c in found] == [
        (64, 100), (100, 131), (131, 195), (195, 259), (259, 323), (323, 387), (387, 400), (400, 464), (464, 528),
    ]  # fmt: skip
    assert found[0].end == 100
    assert found[-1].end is None


@pytest.mark.parametrize("pause", [0, 1])
def test_a_phrase_that_moves_keeps_its_samples_and_comes_from_the_cache(pause: int) -> None:
    sketch, job = page(), Drawer()
    before = sound(sketch, job=job)
    longer = spans.set_lengths(sketch, {3 * pause: 47})  # the first sound of a phrase: all that follows moves
    moved = longer.n_frames - sketch.n_frames
    begins = phrase_starts(sketch.phones)[pause + 1]
    job.new = 0
    after = sound(longer, job=job)
    assert np.array_equal(after[(begins + moved) * HOP :], before[begins * HOP :])
    assert 0 < job.new <= 200 // 64 + 2  # no more than the phrase that was edited


def test_a_window_is_the_whole_to_the_bit_and_costs_no_chunk_twice() -> None:
    sketch, job = page(), Drawer()
    whole = sound(sketch, job=job)
    job.new = 0
    rng = np.random.default_rng(2)
    edges = {start + d for start in phrase_starts(sketch.phones)[1:] for d in (-30, -1, 0, 1, 25)}
    for first in (*sorted(edges), *rng.integers(0, sketch.n_frames - 90, 8).tolist()):
        last = min(first + int(rng.integers(1, 90)), sketch.n_frames)
        assert np.array_equal(sound(sketch, (first, last)), whole[first * HOP : last * HOP]), (first, last)
        sound(sketch, (first, last), job)
    assert job.new == 0


def test_edits_of_every_kind_are_heard_inside_their_footprint_only() -> None:
    sketch = page()
    before = sound(sketch)
    pause = next(k for k, label in enumerate(sketch.phones.labels) if label == "·")
    edits = [
        curves.shift(sketch, "pitch", 40, 60, 3.0),
        curves.shift(sketch, "energy", 160, 175, -5.0),  # inside a pause
        curves.set_gap(sketch, "pitch", 160, 175, False),  # a voice in a pause
        spans.relabel(sketch, "phones", pause, "?"),  # the phrase after it belongs to the one before now
        spans.move_boundary(sketch, pause + 1, int(sketch.phones.starts[pause]) + 20),  # the pause becomes too short
        spans.set_lengths(sketch, {4: 90}),
    ]
    for k, edited in enumerate(edits):
        after = sound(edited)
        n = min(len(before), len(after))
        changed = np.unique(np.flatnonzero(before[:n] != after[:n]) // HOP)
        ranges = footprint.of_edit(sketch, edited, REACH)
        outside = [int(f) for f in changed if not any(a <= f < b for a, b in ranges)]
        assert len(changed) > 0, k
        assert not outside, (k, outside, ranges)
