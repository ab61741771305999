"""Other spans in the place of some: what is around stays to the bit, what is new is as long as it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trial import trial_sketch

from intermezzo.core.edits import regions, splice
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Region, Spans
from intermezzo.core.sketch import Sketch


def governing(sketch: Sketch) -> Spans:
    found = sketch.governing
    assert found is not None
    return found


@given(st.data())
def test_all_around_stays_and_only_moves(data: st.DataObject) -> None:
    sketch = trial_sketch()
    spans = governing(sketch)
    first = data.draw(st.integers(0, spans.count - 1))
    last = data.draw(st.integers(first + 1, spans.count))
    label = spans.labels[0]
    lengths = data.draw(st.lists(st.integers(spans.spec.min_frames, 30), max_size=4))
    if not lengths and last - first == spans.count:
        lengths = [5]
    start, stop = int(spans.starts[first]), int(spans.stops[last - 1])
    new = splice.splice(sketch, first, last, [(label, n, 0.5, (-1, -1)) for n in lengths])
    by = sum(lengths) - (stop - start)
    assert new.n_frames == sketch.n_frames + by
    for name in ("melody", "level"):
        old_values, values = sketch.layers[name].values, new.layers[name].values
        assert (values[:start] == old_values[:start]).all()
        assert (values[stop + by :] == old_values[stop:]).all()
        assert np.isfinite(values).all()
    after = governing(new)
    assert after.count == spans.count - (last - first) + len(lengths)
    assert (after.stops - after.starts)[first : first + len(lengths)].tolist() == lengths
    assert len(set(after.ids.tolist())) == after.count
    assert (after.origin[first : first + len(lengths)] == Mark.EDITED).all()
    assert after.labels[:first] == spans.labels[:first]
    assert after.labels[first + len(lengths) :] == spans.labels[last:]


def test_locked_elements_are_not_replaced() -> None:
    sketch = trial_sketch()
    spans = governing(sketch)
    start = int(spans.starts[1])
    locked = regions.lock(sketch, ["melody"], Region(start, start + 1))
    with pytest.raises(EditError, match="locked"):
        splice.splice(locked, 1, 2, [(spans.labels[0], 8, 1.0, (-1, -1))])


def test_nothing_is_not_enough() -> None:
    sketch = trial_sketch()
    spans = governing(sketch)
    with pytest.raises(EditError):
        splice.splice(sketch, 0, spans.count, [])
    with pytest.raises(EditError):
        splice.splice(sketch, 2, 2, [(spans.labels[0], 8, 1.0, (-1, -1))])
    with pytest.raises(EditError):
        splice.splice(sketch, 0, 1, [("no symbol of this layer", 0, 1.0, (-1, -1))])
