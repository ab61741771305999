"""The line of the queue and its journal: no edit loses or doubles an order, and every line comes back from the disk."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import FileError
from intermezzo.queue.journal import Journal
from intermezzo.queue.orders import STATES, Line, Order

params = st.dictionaries(st.text(), st.one_of(st.booleans(), st.integers(-9, 9), st.floats(-1, 1), st.text()))
orders = st.builds(
    Order, engine=st.text(), path=st.text(), text=st.text(), source=st.text(), seed=st.integers(0, 2**32 - 1),
    params=params, times=st.integers(1, 8), crisp=st.booleans(), bits=st.sampled_from((16, 24, 32)),
    recipe=st.booleans(),
)  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> Line:
    line = Line(is_paused=draw(st.booleans())).with_added(draw(st.lists(orders, max_size=6)))
    for order in line.orders:
        line = line.with_state(order.number, draw(st.sampled_from(STATES)), draw(st.text()))
    return line


@given(lines(), st.integers(0, 8), st.integers(-3, 12))
def test_a_move_keeps_all_orders_and_the_sequence_of_the_others(line: Line, number: int, place: int) -> None:
    moved = line.moved(number, place)
    assert [o for o in moved.orders if o.number != number] == [o for o in line.orders if o.number != number]
    assert len(moved.orders) == len(line.orders)
    if line.order(number) is not None:
        assert moved.orders[min(max(place, 0), len(line.orders) - 1)].number == number


@given(lines(), orders)
def test_numbers_are_never_given_twice(line: Line, order: Order) -> None:
    last = line.orders[-1].number if line.orders else 0
    added = line.removed(last).with_added([order])
    assert added.orders[-1].number > last
    assert added.orders[-1].state == "waiting"


@given(line=lines())
def test_a_line_comes_back_and_what_ran_waits_again(tmp_path_factory: pytest.TempPathFactory, line: Line) -> None:
    journal = Journal(tmp_path_factory.mktemp("journal"))
    journal.save(line)
    assert journal.load() == line.after_crash()
    assert not journal.load().count("running")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"version": 99, "paused": false, "next": 1, "orders": []}',
     b'{"version": 1, "paused": false, "next": 1, "orders": [{}]}',
     b'{"version": 1, "paused": 3, "next": 1, "orders": []}'],
)  # fmt: skip
def test_a_damaged_journal_is_set_aside_with_one_line(tmp_path: Path, content: bytes) -> None:
    journal = Journal(tmp_path)
    journal.path.write_bytes(content)
    with pytest.raises(FileError, match="set aside") as problem:
        journal.load()
    assert "\n" not in str(problem.value)
    assert journal.load() == Line()
    assert (tmp_path / "queue.damaged.json").read_bytes() == content


def test_only_what_failed_or_was_cancelled_is_retried_and_clearing_keeps_what_failed() -> None:
    line = Line().with_added([Order("mock", f"{k}.wav", "hum") for k in range(5)])
    for number, state in enumerate(STATES, 1):
        line = line.with_state(number, state, "why")
    tried = line
    for number in range(1, 6):
        tried = tried.retried(number)
    assert [o.state for o in tried.orders] == ["waiting", "running", "done", "waiting", "waiting"]
    assert not tried.orders[3].reason
    assert [o.state for o in line.without_finished().orders] == ["waiting", "running", "failed"]
