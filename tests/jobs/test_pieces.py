"""Conversions that hand over what they have made: pieces first, the same whole, renderings in between."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from intermezzo.core import codec
from intermezzo.core.edits import curves
from intermezzo.core.media import Text
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.client import EngineHost
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Done, Event, Failed, Partial, Progress, Request, Stopped

PAGE = Text("We see a boa.\nOh, are you in Iowa?\nA lullaby.\n" * 6)
MakeListener = Callable[[], Any]


def segments() -> set[str]:
    return {name for name in os.listdir("/dev/shm") if name.startswith(f"imz{os.getpid():x}.")}  # noqa: PTH208


@pytest.fixture
def host(unruly: Registry) -> Iterator[EngineHost]:
    """A host with the mock and engines that misbehave; it leaves nothing behind."""
    before = segments()
    made = EngineHost(registry=unruly)
    yield made
    made.close()
    assert segments() == before


def pieces_and_end(listener: Any) -> tuple[list[Sketch], Event]:
    pieces: list[Sketch] = []
    while isinstance(event := listener.next(), (Progress, Partial)):
        if isinstance(event, Partial):
            pieces.append(event.piece)
    return pieces, event


def joined(pieces: list[Sketch]) -> Sketch:
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole.joined(piece)
    return whole


def test_the_pieces_joined_are_what_comes_without_them(
    host: EngineHost, unruly: Registry, listener: Any, done: Callable[[Any, Request], Any]
) -> None:
    host.submit(Request("convert", "mock", seed=4, source=PAGE, streams=True), listener)
    pieces, end = pieces_and_end(listener)
    assert isinstance(end, Done) and isinstance(end.result, Sketch)
    assert len(pieces) == 18
    assert codec.fingerprint(joined(pieces)) == codec.fingerprint(end.result)
    silent = done(host, Request("convert", "mock", seed=4, source=PAGE))
    for name, layer in silent.layers.items():
        arrays, ours = layer.parts()[1], end.result.layers[name].parts()[1]
        assert all(np.array_equal(array, ours[key]) for key, array in arrays.items()), name
    # The host has kept what it handed over, and renders it right, edited or not.
    inline = InlineRunner(unruly)
    for sketch in (end.result, joined(pieces[:5]), curves.shift(joined(pieces[:5]), "pitch", 10, 60, 2.0), pieces[0]):
        request = Request("render", "mock", seed=3, sketch=sketch)
        assert np.array_equal(done(host, request).samples, done(inline, request).samples)


def test_this_process_hands_over_too(unruly: Registry, listener: Any) -> None:
    InlineRunner(unruly).submit(Request("convert", "mock", source=PAGE, streams=True), listener)
    pieces, end = pieces_and_end(listener)
    assert isinstance(end, Done) and isinstance(end.result, Sketch)
    assert codec.fingerprint(joined(pieces)) == codec.fingerprint(end.result)


def test_a_rendering_is_done_while_the_conversion_goes_on(host: EngineHost, listeners: MakeListener) -> None:
    page, sound, late = listeners(), listeners(), listeners()
    host.submit(Request("convert", "waits", source=Text("one two three"), priority=5, streams=True), page)
    while not isinstance(event := page.next(), Partial):
        pass
    # Of lower priority than the conversion: it waits for its end. Of higher: the conversion itself waits for it.
    host.submit(Request("render", "waits", sketch=event.piece, window=(0, 9), priority=2), late)
    host.submit(Request("render", "waits", sketch=event.piece, window=(0, 10), priority=10), sound)
    assert isinstance(sound.end(), Done)
    pieces, end = pieces_and_end(page)
    assert isinstance(end, Done) and isinstance(end.result, Sketch)
    assert end.result.n_frames == 300 and len(pieces) == 2
    assert isinstance(late.end(), Done)


def test_a_result_that_is_not_its_pieces_is_what_counts(host: EngineHost, listeners: MakeListener) -> None:
    page, sound = listeners(), listeners()
    host.submit(Request("convert", "waits", source=Text("one otherwise"), priority=5, streams=True), page)
    while not isinstance(event := page.next(), Partial):
        pass
    host.submit(Request("render", "waits", sketch=event.piece, priority=10), sound)
    assert isinstance(sound.end(), Done)
    _, end = pieces_and_end(page)
    assert isinstance(end, Done) and isinstance(end.result, Sketch)
    assert end.result.n_frames == 300


def test_a_conversion_is_stopped_after_it_has_handed_something_over(host: EngineHost, listeners: MakeListener) -> None:
    page, after = listeners(), listeners()
    handle = host.submit(Request("convert", "waits", source=Text("one two"), streams=True), page)
    while not isinstance(page.next(), Partial):
        pass
    pid = host.pid
    handle.cancel()
    assert isinstance(pieces_and_end(page)[1], Stopped)
    host.submit(Request("convert", "mock", source=Text("Oh")), after)
    assert isinstance(after.end(), Done)
    assert host.pid == pid


def test_a_guest_that_crashes_takes_the_conversion_along_and_each_is_told(
    host: EngineHost, listeners: MakeListener
) -> None:
    page, sound, after = listeners(), listeners(), listeners()
    host.submit(Request("convert", "waits", source=Text("one two"), priority=5, streams=True), page)
    while not isinstance(event := page.next(), Partial):
        pass
    deadly = curves.shift(event.piece, "level", 0, 5, 20.0)
    host.submit(Request("render", "waits", sketch=deadly, priority=10), sound)
    crash = sound.end()
    assert isinstance(crash, Failed) and "crashed while rendering" in str(crash.error)
    lost = pieces_and_end(page)[1]
    assert isinstance(lost, Failed) and "What is there is kept" in str(lost.error)
    host.submit(Request("convert", "mock", source=Text("Oh")), after)
    assert isinstance(after.end(), Done)


def test_nobody_is_told_of_pieces_who_did_not_ask(host: EngineHost, listener: Any) -> None:
    host.submit(Request("convert", "mock", source=PAGE), listener)
    assert isinstance(listener.end(), Done)
