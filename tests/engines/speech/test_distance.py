"""Edit distance is a metric on sequences."""

from hypothesis import given
from hypothesis import strategies as st

from intermezzo_engines.speech.distance import edit_distance

WORDS = st.lists(st.sampled_from("abc"), max_size=8)


def test_known_distances() -> None:
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance("", "abc") == 3


@given(WORDS, WORDS, WORDS)
def test_it_is_a_metric(a: list[str], b: list[str], c: list[str]) -> None:
    assert edit_distance(a, a) == 0
    assert edit_distance(a, b) == edit_distance(b, a)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))
