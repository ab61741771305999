"""What the lanes paint from: reduced curves, matrix pictures, peaks of the sound, and what must be painted again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.edits import curves, matrices, spans
from intermezzo.core.layers import Matrix, MatrixSpec
from intermezzo.ui.timeline.band_axis import edge_value, labelled, position_of
from intermezzo.ui.timeline.bench import long_sketch
from intermezzo.ui.timeline.dirty import dirty_frames
from intermezzo.ui.timeline.matrix_image import MatrixImage
from intermezzo.ui.timeline.matrix_marks import touched
from intermezzo.ui.timeline.polygons import COLUMN_PX, column_starts, polygon, zigzag
from intermezzo.ui.timeline.value_axis import ValueAxis, fitted, nice_ticks
from intermezzo.ui.timeline.wave_peaks import WavePeaks

SPEC = MatrixSpec("m", "M", bands=12, unit="dB", low=-60, high=0)


def matrix_of(frames: int) -> Matrix:
    return Matrix.machine(SPEC, 0.01, np.random.default_rng(3).uniform(-60, 0, (frames, 12)).astype(np.float32))


def test_a_polygon_holds_the_points_it_was_given() -> None:
    x, y = np.array([1.0, 2.5, 7.0]), np.array([3.0, -1.0, 0.5])
    made = polygon(x, y)
    assert [(made.at(k).x(), made.at(k).y()) for k in range(3)] == [(1.0, 3.0), (2.5, -1.0), (7.0, 0.5)]
    assert polygon(np.empty(0), np.empty(0)).size() == 0


@given(x0=st.floats(-50, 50), step=st.floats(0.01, 0.9), n=st.integers(2, 3000))
def test_every_point_falls_into_its_column(x0: float, step: float, n: int) -> None:
    edges, first = column_starts(x0, step, n)
    assert first[0] == 0 and (np.diff(first) >= 1).all()
    x = x0 + step * np.arange(n)
    column = np.searchsorted(first, np.arange(n), side="right") - 1
    assert (x >= edges[column] - 1e-6).all() and (x < edges[column] + COLUMN_PX + 1e-6).all()


def test_a_reduced_line_keeps_each_peak() -> None:
    edges, low, high = np.arange(4) * 2.0, np.zeros(4), np.array([1.0, 9.0, 2.0, np.nan])
    _, y = zigzag(edges, low, high)
    assert np.nanmax(y) == 9.0 and np.isnan(y[-2:]).any()


def test_a_picture_near_shows_each_cell_at_its_centre() -> None:
    matrix = matrix_of(300)
    image = MatrixImage()
    image.low, image.high = -60.0, 0.0
    image.set(matrix)
    frames = np.arange(100, 140, 0.125) + 0.0625
    picture = image.render(frames, 12 * 8)
    wanted = (matrix.values[100:140] + 60) / 60 * 255
    shown = picture[::-1].astype(float).reshape(12, 8, -1)[:, 3:5].mean(axis=1)[:, 3::8]
    assert np.abs(shown.T - wanted).max() < 26, "within what a sixteenth of a cell can differ"


def test_a_picture_far_shows_the_mean_of_many_frames() -> None:
    matrix = Matrix.machine(SPEC, 0.01, np.full((4096, 12), -30.0, np.float32))
    image = MatrixImage()
    image.low, image.high = -60.0, 0.0
    image.set(matrix)
    picture = image.render(np.arange(0, 4096, 40.0) + 20, 24)
    assert np.abs(picture.astype(int) - 127).max() <= 1


def test_an_edit_makes_only_the_touched_block_anew() -> None:
    matrix = matrix_of(1000)
    image = MatrixImage()
    image.set_contrast(matrix)
    image.set(matrix)
    frames = np.arange(0.5, 1000, 1.0)
    image.render(frames, 12)
    before = set(image._blocks)
    image.set(matrix.with_paint(300, 2, np.full((5, 3), 9.0)))
    image.render(frames, 12)
    assert len(set(image._blocks) - before) == 1


def test_marks_show_where_paint_lies() -> None:
    matrix = matrix_of(400).with_paint(100, 3, np.full((10, 2), 9.0))
    image = MatrixImage()
    image.set(matrix)
    marks = image.render(np.arange(0, 400) + 0.5, 12, marks=True)[::-1] == 255
    assert marks.sum() == 20 and marks[3:5, 100:110].all()
    assert touched(matrix.paint, 0, 400) == (100, 110)
    assert touched(matrix.paint, 0, 100) is None


def test_peaks_are_the_lowest_and_highest_sample_of_each_column() -> None:
    sound = np.random.default_rng(5).normal(size=64 * 100).astype(np.float32)
    peaks = WavePeaks()
    peaks.update(sound, 64, 0, 100)
    for frames in (np.arange(0, 100, 4.0), np.linspace(3, 5, 41)):
        low, high = peaks.columns(frames)
        for k, (a, b) in enumerate(zip(frames[:-1] * 64, frames[1:] * 64, strict=True)):
            part = sound[int(a) : max(int(b), int(a) + 1)]
            assert (low[k], high[k]) == (part.min(), part.max())


def test_peaks_look_only_at_the_frames_that_changed() -> None:
    sound = np.zeros(6400, np.float32)
    peaks = WavePeaks()
    peaks.update(sound, 64, 0, 100)
    sound[:] = 1.0
    peaks.update(sound, 64, 10, 20)
    low, _ = peaks.columns(np.arange(0.0, 101.0))
    assert low[10:20].min() == 1.0 and low[20:].max() == 0.0
    peaks.update(sound[:3200], 64, 0, 0)
    assert peaks.n_frames == 50


def test_only_what_differs_is_painted_again() -> None:
    sketch = long_sketch(2000, 200)
    assert dirty_frames(sketch.pitch, sketch.pitch) is None
    drawn = curves.shift(sketch, "energy", 100, 140, 1.0)
    assert dirty_frames(sketch.energy, drawn.energy) == (100, 140)
    brush = matrices.Brush(9.0, 5, 5)
    painted = matrices.stroke(sketch, "envelope", [(700, 50), (720, 50)], brush)
    dirty = dirty_frames(sketch.envelope, painted.envelope)
    assert dirty is not None and 694 <= dirty[0] <= 700 and 720 <= dirty[1] <= 727
    moved = spans.move_boundary(sketch, 50, int(sketch.phones.stops[50]) + 2)
    dirty = dirty_frames(sketch.phones, moved.phones)
    assert dirty == (int(sketch.phones.starts[50]), int(sketch.phones.stops[51]))
    rippled = spans.set_lengths(sketch, {50: 30})
    dirty = dirty_frames(sketch.phones, rippled.phones)
    assert dirty is not None and dirty[0] <= int(sketch.phones.starts[50])
    assert dirty[1] == max(len(rippled.phones), 2000)


def test_an_axis_maps_heights_and_values_both_ways() -> None:
    axis = ValueAxis(48.0, 72.0, 240.0)
    for value in (48.0, 60.3, 72.0):
        assert axis.value(axis.y(value)) == pytest.approx(value)
    assert axis.value(-50) == 72.0, "held inside"


def test_the_axis_of_a_pitch_covers_what_is_sung() -> None:
    curve = long_sketch(2000, 200).pitch
    low, high = fitted(curve)
    shown = curve.spec.to_display(curve.values[curve.values > 0])
    assert low < shown.min() and high > shown.max()
    assert high - low >= 19


@given(low=st.floats(-1000, 1000), span=st.floats(0.01, 2000), most=st.integers(1, 12))
def test_ticks_are_few_and_inside(low: float, span: float, most: int) -> None:
    ticks = nice_ticks(low, low + span, most)
    assert len(ticks) <= most + 1
    assert all(low - 1e-6 * span <= t <= low + span * (1 + 1e-6) + 1e-6 for t in ticks)


def test_the_band_axis_agrees_with_itself_and_labels_round_frequencies() -> None:
    spec = long_sketch(300, 30).envelope.spec
    for hz in (200.0, 1000.0, 5000.0):
        assert edge_value(spec, position_of(spec, hz)) == pytest.approx(hz, rel=0.01)
    unit, labels = labelled(spec, 188)
    assert unit == "kHz" and {"1", "4"} <= {text for _, text in labels}
    heights = [y for y, _ in labels]
    assert (np.diff(heights) >= 18).all()
