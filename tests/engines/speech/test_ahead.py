"""Phrases made ahead of time: in order, the first ones alone, and nothing begun for whoever has stopped."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
import torch

from intermezzo_engines.speech.ahead import in_order


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_results_come_in_the_order_of_the_items_with_them() -> None:
    assert list(in_order(lambda k: k * k, range(20))) == [(k, k * k) for k in range(20)]
    assert list(in_order(str, [])) == []


def test_each_is_computed_on_one_thread_and_the_callers_number_stays() -> None:
    assert {n for _, n in in_order(lambda _: torch.get_num_threads(), range(6))} == {1}
    assert torch.get_num_threads() == 2


def test_the_first_three_are_alone_and_later_ones_are_begun_ahead() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for k in range(8):
            taken.append(k)
            yield k

    seen = [(item, len(taken)) for item, _ in in_order(lambda k: k, items())]
    assert seen == [(0, 1), (1, 2), (2, 3), (3, 6), (4, 7), (5, 8), (6, 8), (7, 8)]


def test_two_are_really_made_at_once() -> None:
    both = threading.Barrier(2, timeout=30)

    def meet(k: int) -> int:
        return k if k < 3 else both.wait()

    assert len(list(in_order(meet, range(7)))) == 7


def test_a_failure_comes_with_its_item_and_what_follows_is_left() -> None:
    begun: list[int] = []

    def work(k: int) -> int:
        begun.append(k)
        if k == 4:
            raise ValueError("no such phrase")
        return k

    with closing(in_order(work, range(100))) as results:
        assert [next(results)[0] for _ in range(4)] == [0, 1, 2, 3]
        with pytest.raises(ValueError, match="no such phrase"):
            next(results)
    assert max(begun) < 8
