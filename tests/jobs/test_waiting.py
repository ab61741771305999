"""What waits for the engine host: the order in which jobs go, coalescing, and cancels that come at any moment."""

import pytest

from intermezzo.core.errors import EngineError
from intermezzo.jobs.protocol import Request
from intermezzo.jobs.waiting import Job, Waiting


@pytest.fixture
def waiting():
    found = Waiting()
    yield found
    found.free()


def added(waiting: Waiting, number: int, priority: int = 0, coalesce: str | None = None) -> Job:
    request = Request(kind="swatches", engine="mock-picture", priority=priority, coalesce=coalesce)
    job = Job(number, request, lambda event: None, waiting)
    waiting.add(job)
    return job


def test_the_oldest_of_the_highest_priority_goes_first_among_those_that_may(waiting: Waiting) -> None:
    low, high, later = added(waiting, 1), added(waiting, 2, priority=5), added(waiting, 3, priority=5)
    assert waiting.has_over(4) and not waiting.has_over(5)
    assert waiting.take(lambda job: job is not high) is later
    assert [waiting.take(lambda _: True) for _ in range(3)] == [high, low, None]
    assert not waiting


def test_a_newer_wish_cancels_the_one_that_it_coalesces_with(waiting: Waiting) -> None:
    old, other = added(waiting, 1, coalesce="takes"), added(waiting, 2, coalesce="else")
    new = added(waiting, 3, coalesce="takes")
    assert waiting.take_cancels() == [old]
    assert waiting.take_all() == [other, new]


def test_a_cancel_rings_and_holds_for_a_job_that_waits_again_since(waiting: Waiting) -> None:
    job = added(waiting, 1)
    assert waiting.take(lambda _: True) is job
    job.cancel()
    waiting.put_back(job)
    assert waiting.bell.poll()
    waiting.hear()
    assert not waiting.bell.poll()
    assert waiting.take_cancels() == [job]
    waiting.drop(job)
    assert not waiting


def test_nothing_is_added_once_it_is_closed(waiting: Waiting) -> None:
    assert waiting.close() is False
    assert waiting.close() is True
    with pytest.raises(EngineError):
        added(waiting, 1)
