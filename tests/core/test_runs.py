"""Stretches of True in a mask, as stale sound and marks are told in."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.layers.base import runs


@given(st.lists(st.booleans(), max_size=30))
def test_runs_are_the_longest_stretches_of_true(mask: list[bool]) -> None:
    found = runs(np.array(mask, bool))
    painted = np.zeros(len(mask), bool)
    for start, stop in found:
        assert start < stop
        painted[start:stop] = True
    assert painted.tolist() == mask
    assert all(before[1] < after[0] for before, after in pairwise(found))
