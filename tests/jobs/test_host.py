"""The engine host: same results as in this process, order, cancelling, and survival of whatever engines do."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from intermezzo.core import codec
from intermezzo.core.edits import curves, matrices, spans
from intermezzo.core.errors import EngineError, ParamError, PluginError
from intermezzo.core.media import Audio, Text
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs import transfer
from intermezzo.jobs.client import EngineHost, Limits
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Done, Failed, Progress, Request, Stopped

Do = Callable[[Any, Request], Any]
MakeListener = Callable[[], Any]


def segments() -> set[str]:
    """Shared memory of this process that is not freed."""
    return {name for name in os.listdir("/dev/shm") if name.startswith(f"imz{os.getpid():x}.")}  # noqa: PTH208


@pytest.fixture(scope="module")
def host(registry: Registry) -> Iterator[EngineHost]:
    """A host with well-behaved engines."""
    made, is_up = EngineHost(registry=registry), threading.Event()
    made.submit(Request("warm", "mock"), lambda event: is_up.set())
    assert is_up.wait(60)
    yield made
    made.close()
    assert not segments()


@pytest.fixture
def rogue_host(unruly: Registry) -> Iterator[EngineHost]:
    """A host with engines that misbehave."""
    before = segments()
    made = EngineHost(registry=unruly)
    yield made
    made.close()
    assert segments() == before


@pytest.fixture
def rogue(unruly: Registry) -> Sketch:
    """A sketch that the unruly engines fail on."""
    result = InlineRunner(unruly).run(Request("convert", "slow", source=Text("one two")))
    assert isinstance(result, Sketch)
    return result


class TestResults:
    def test_all_kinds_of_work_give_what_they_give_in_this_process(
        self, host: EngineHost, registry: Registry, done: Do
    ) -> None:
        inline = InlineRunner(registry)
        text = Text("We see a boa in a zoo. " * 4)
        sketch = done(host, Request("convert", "mock", {"glide": False}, 3, source=text))
        assert codec.fingerprint(sketch) == codec.fingerprint(
            done(inline, Request("convert", "mock", {"glide": False}, 3, source=text))
        )
        painted = matrices.add(sketch, "colour", 40, 2, np.full((60, 2), 6, np.float32))
        for edited in (sketch, painted, curves.shift(painted, "pitch", 10, 90, 3), spans.delete(painted, 2)):
            for window in (None, (17, 41)):
                request = Request("render", "mock", seed=3, sketch=edited, window=window)
                assert np.array_equal(done(host, request).samples, done(inline, request).samples)
        sound = done(host, Request("render", "mock", sketch=painted))
        analysed = done(host, Request("analyse", "mock", source=sound))
        assert codec.fingerprint(analysed) == codec.fingerprint(done(inline, Request("analyse", "mock", source=sound)))

    def test_what_was_not_predicted_again_is_the_very_same_object(
        self, host: EngineHost, registry: Registry, hummed: Sketch, done: Do
    ) -> None:
        request = Request("resample", "mock", seed=9, sketch=hummed, window=(30, 60))
        again = done(host, request)
        assert codec.fingerprint(again) == codec.fingerprint(done(InlineRunner(registry), request))
        assert all(again.layers[name] is hummed.layers[name] for name in ("letters", "words", "moods"))
        assert again.layers["pitch"] is not hummed.layers["pitch"]
        # It is rendered from what the host has kept, and is still right.
        request = Request("render", "mock", sketch=again)
        assert np.array_equal(done(host, request).samples, done(InlineRunner(registry), request).samples)

    def test_it_stays_right_over_many_edits_while_it_must_forget_most_of_them(
        self, registry: Registry, hummed: Sketch, done: Do, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("intermezzo.jobs.shipping.Mirror", partial(transfer.Mirror, max_items=7, max_mb=1))
        host, inline, chance = EngineHost(registry=registry), InlineRunner(registry), np.random.default_rng(5)
        versions = [hummed]
        try:
            for step in range(40):
                sketch = versions[int(chance.integers(len(versions)))]  # an old one now and then, as undo does
                at = int(chance.integers(0, sketch.n_frames - 20))
                match step % 4:
                    case 0:
                        edited = curves.shift(sketch, "pitch", at, at + 15, 1.0)
                    case 1:
                        edited = matrices.add(sketch, "colour", at, 1, np.full((9, 3), -2, np.float32))
                    case 2:
                        edited = spans.set_lengths(sketch, {int(chance.integers(sketch.letters.count)): 8})
                    case _:
                        edited = done(host, Request("resample", "mock", seed=step, sketch=sketch, window=(at, at + 20)))
                versions.append(edited)
                start = int(chance.integers(0, edited.n_frames - 10))
                request = Request("render", "mock", sketch=edited, window=(start, start + 10))
                assert np.array_equal(done(host, request).samples, done(inline, request).samples), step
        finally:
            host.close()

    def test_warm_and_unload_give_nothing(self, host: EngineHost, done: Do) -> None:
        assert done(host, Request("warm", "mock")) is None
        assert done(host, Request("unload", "mock")) is None

    def test_bad_input_fails_with_its_own_error(
        self, host: EngineHost, hummed: Sketch, listeners: MakeListener
    ) -> None:
        for request, kind in (
            (Request("render", "mock", {"gain_db": 99.0}, sketch=hummed), ParamError),
            (Request("render", "nobody", sketch=hummed), PluginError),
        ):
            listener = listeners()
            host.submit(request, listener)
            event = listener.end()
            assert isinstance(event, Failed) and type(event.error) is kind
        assert "builtin.mock" not in host.troubles

    def test_a_failing_listener_stops_nothing(
        self, host: EngineHost, hummed: Sketch, done: Do, caplog: pytest.LogCaptureFixture
    ) -> None:
        called = threading.Event()

        def fail(event: object) -> None:
            called.set()
            raise ValueError("a fault of the window")

        host.submit(Request("render", "mock", sketch=hummed, window=(0, 5)), fail)
        assert called.wait(60)
        assert done(host, Request("render", "mock", sketch=hummed, window=(0, 5))).n_samples == 800
        assert "a fault of the window" in caplog.text

    def test_the_host_is_another_process(self, host: EngineHost, done: Do) -> None:
        done(host, Request("warm", "mock"))
        assert host.pid not in (0, os.getpid())


class TestOrder:
    def test_the_most_urgent_goes_first_and_the_newest_of_a_kind_takes_the_place_of_the_older(
        self, rogue_host: EngineHost, rogue: Sketch
    ) -> None:
        ended: list[str] = []
        all_ended = threading.Event()

        def listen(name: str) -> Callable[[object], None]:
            def on_event(event: object) -> None:
                if not isinstance(event, Progress):
                    ended.append(f"{name} {type(event).__name__}")
                    if len(ended) == 6:
                        all_ended.set()

            return on_event

        def request(priority: int = 0, coalesce: str | None = None) -> Request:
            return Request("render", "chatters", sketch=rogue, priority=priority, coalesce=coalesce)

        running = rogue_host.submit(Request("render", "slow", sketch=rogue), listen("slow"))
        rogue_host.submit(request(0), listen("first"))
        rogue_host.submit(request(0), listen("second"))
        rogue_host.submit(request(5, "edit"), listen("old edit"))
        rogue_host.submit(request(9), listen("urgent"))
        rogue_host.submit(request(5, "edit"), listen("new edit"))
        running.cancel()
        assert all_ended.wait(60)
        assert ended[0] in ("old edit Stopped", "slow Stopped") and ended[1] in ("old edit Stopped", "slow Stopped")
        assert ended[2:] == ["urgent Done", "new edit Done", "first Done", "second Done"]


class TestCancel:
    def test_a_job_that_listens_stops_and_the_host_lives_on(
        self, rogue_host: EngineHost, rogue: Sketch, listener: Any, done: Do
    ) -> None:
        handle = rogue_host.submit(Request("render", "slow", sketch=rogue), listener)
        while not isinstance(listener.next(), Progress):
            pass
        pid = rogue_host.pid
        handle.cancel()
        handle.cancel()
        assert listener.end() == Stopped()
        assert done(rogue_host, Request("render", "chatters", sketch=rogue)).n_samples == 16000
        assert rogue_host.pid == pid

    @pytest.mark.parametrize("engine", ["hangs", "stubborn"])
    def test_a_deaf_job_is_stopped_with_its_host(
        self, rogue_host: EngineHost, rogue: Sketch, listener: Any, done: Do, engine: str
    ) -> None:
        done(rogue_host, Request("warm", engine))
        pid = rogue_host.pid
        handle = rogue_host.submit(Request("render", engine, sketch=rogue), listener)
        assert isinstance(listener.next(), Progress)
        handle.cancel()
        assert listener.end() == Stopped()
        assert done(rogue_host, Request("render", "chatters", sketch=rogue)).n_samples == 16000
        assert rogue_host.pid != pid and not rogue_host.troubles

    def test_a_waiting_job_stops_without_beginning(
        self, rogue_host: EngineHost, rogue: Sketch, listeners: MakeListener
    ) -> None:
        first, second = listeners(), listeners()
        running = rogue_host.submit(Request("render", "slow", sketch=rogue), first)
        waiting = rogue_host.submit(Request("render", "slow", sketch=rogue), second)
        waiting.cancel()
        assert second.end() == Stopped()
        running.cancel()
        assert first.end() == Stopped()

    def test_cancelling_a_job_that_is_done_does_nothing(
        self, rogue_host: EngineHost, rogue: Sketch, listener: Any, done: Do
    ) -> None:
        handle = rogue_host.submit(Request("render", "chatters", sketch=rogue), listener)
        assert isinstance(listener.end(), Done)
        handle.cancel()
        assert done(rogue_host, Request("render", "chatters", sketch=rogue)).n_samples == 16000


class TestFaults:
    @pytest.mark.parametrize(
        ("engine", "words"),
        [
            ("raises_at_import", "Import raiser cannot be loaded"),
            ("raises_at_load", "Load raiser cannot be loaded"),
            ("raises", "Raiser failed while rendering"),
            ("leaves", "Leaver failed while rendering"),
            ("lies", "Liar rendered 7 samples"),
        ],
    )
    def test_an_engine_that_raises_is_named_and_the_host_lives_on(
        self, rogue_host: EngineHost, rogue: Sketch, listener: Any, done: Do, engine: str, words: str
    ) -> None:
        done(rogue_host, Request("render", "chatters", sketch=rogue))
        pid = rogue_host.pid
        rogue_host.submit(Request("render", engine, sketch=rogue), listener)
        event = listener.end()
        assert isinstance(event, Failed) and words in str(event.error)
        assert "Traceback" in event.report and "to standard error" in event.report
        assert words in rogue_host.troubles[f"unruly.{engine}"]
        assert done(rogue_host, Request("render", "chatters", sketch=rogue)).n_samples == 16000
        assert rogue_host.pid == pid

    @pytest.mark.parametrize(
        ("engine", "words"),
        [
            ("exits", "Exiter crashed while rendering (exit code 3)"),
            ("dies", "Dier crashed while rendering (exit code -11)"),
        ],
    )
    def test_an_engine_that_takes_the_host_down_is_named_and_a_new_host_goes_on(
        self, rogue_host: EngineHost, rogue: Sketch, listener: Any, done: Do, engine: str, words: str
    ) -> None:
        rogue_host.submit(Request("render", engine, sketch=rogue), listener)
        event = listener.end()
        assert isinstance(event, Failed) and isinstance(event.error, EngineError)
        assert words in str(event.error)
        assert ("my last words" if engine == "exits" else "Segmentation fault") in event.report
        assert words in rogue_host.troubles[f"unruly.{engine}"]
        assert done(rogue_host, Request("render", "chatters", sketch=rogue)).n_samples == 16000

    def test_an_engine_that_does_it_again_and_again_is_switched_off_until_it_is_forgiven(
        self, unruly: Registry, rogue: Sketch, listeners: MakeListener, done: Do
    ) -> None:
        host = EngineHost(registry=unruly, limits=Limits(crashes=2))

        def fail() -> Failed:
            listener = listeners()
            host.submit(Request("render", "exits", sketch=rogue), listener)
            event = listener.end()
            assert isinstance(event, Failed)
            return event

        try:
            assert "crashed" in str(fail().error)
            assert "crashed" in str(fail().error)
            pid = host.pid
            refused = fail()
            assert isinstance(refused.error, PluginError) and "Exiter is switched off" in str(refused.error)
            assert "Switched off after it took down the engine host 2 times" in host.troubles["unruly.exits"]
            assert done(host, Request("render", "chatters", sketch=rogue)) and pid in (0, host.pid)
            host.forgive("unruly.exits")
            assert not host.troubles
            assert "crashed" in str(fail().error)
        finally:
            host.close()

    @pytest.mark.parametrize(
        ("engine", "words"),
        [
            ("hangs_at_import", "Import hanger gave no sign of life while loading"),
            ("hangs_at_load", "Load hanger gave no sign of life while loading"),
            ("hangs", "Hanger gave no sign of life while rendering"),
        ],
    )
    def test_an_engine_that_hangs_is_stopped_and_named(
        self, unruly: Registry, rogue: Sketch, listener: Any, engine: str, words: str
    ) -> None:
        host = EngineHost(registry=unruly, limits=Limits(working_s=1.0, loading_s=1.0))
        try:
            host.submit(Request("render", engine, sketch=rogue), listener)
            event = listener.end()
            assert isinstance(event, Failed) and words in str(event.error)
            assert words in host.troubles[f"unruly.{engine}"]
        finally:
            host.close()

    @pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="memory is limited on Linux only")
    def test_an_engine_that_eats_memory_is_named_and_the_host_lives_on(
        self, unruly: Registry, rogue: Sketch, listener: Any, done: Do
    ) -> None:
        host = EngineHost(registry=unruly, limits=Limits(memory_mb=600))
        try:
            done(host, Request("render", "chatters", sketch=rogue))
            pid = host.pid
            host.submit(Request("render", "eats", sketch=rogue), listener)
            event = listener.end()
            assert isinstance(event, Failed) and "Eater ran out of memory" in str(event.error)
            assert done(host, Request("render", "chatters", sketch=rogue)) and host.pid == pid
        finally:
            host.close()

    def test_a_host_that_is_killed_from_outside_is_replaced(
        self, rogue_host: EngineHost, rogue: Sketch, listener: Any, done: Do
    ) -> None:
        done(rogue_host, Request("render", "chatters", sketch=rogue))
        os.kill(rogue_host.pid, signal.SIGKILL)
        assert done(rogue_host, Request("render", "chatters", sketch=rogue)).n_samples == 16000
        rogue_host.submit(Request("render", "slow", sketch=rogue), listener)
        assert isinstance(listener.next(), Progress)
        os.kill(rogue_host.pid, signal.SIGKILL)
        event = listener.end()
        assert isinstance(event, Failed) and "Slow was stopped by the system" in str(event.error)
        assert done(rogue_host, Request("render", "chatters", sketch=rogue)).n_samples == 16000

    def test_what_engines_print_does_not_reach_the_terminal(
        self, rogue_host: EngineHost, rogue: Sketch, done: Do, capfd: pytest.CaptureFixture[str]
    ) -> None:
        done(rogue_host, Request("render", "chatters", sketch=rogue))
        assert capfd.readouterr() == ("", "")


class TestFaultsOfOurs:
    def test_parameters_that_cannot_travel_cost_one_job(
        self, rogue_host: EngineHost, rogue: Sketch, listener: Any, done: Do, caplog: pytest.LogCaptureFixture
    ) -> None:
        params: Any = {"level": threading.Lock()}
        rogue_host.submit(Request("render", "chatters", params, sketch=rogue), listener)
        event = listener.end()
        assert isinstance(event, Failed) and "a fault of its own" in str(event.error) and "pickle" in event.report
        assert done(rogue_host, Request("render", "chatters", sketch=rogue)).n_samples == 16000

    def test_a_host_that_cannot_start_fails_what_waits_and_tries_again_for_the_next(
        self, registry: Registry, listeners: MakeListener, monkeypatch: pytest.MonkeyPatch, done: Do
    ) -> None:
        def fail(*arguments: object, **named: object) -> None:
            raise OSError("no more processes")

        host = EngineHost(registry=registry)
        try:
            with monkeypatch.context() as patch:
                patch.setattr("intermezzo.jobs.client.HostProcess", fail)
                for _ in range(2):
                    listener = listeners()
                    host.submit(Request("warm", "mock"), listener)
                    event = listener.end()
                    assert isinstance(event, Failed)
                    assert "does not start: no more processes" in str(event.error)
            assert done(host, Request("warm", "mock")) is None
        finally:
            host.close()


class TestClose:
    def test_close_stops_everything_and_leaves_nothing(
        self, unruly: Registry, rogue: Sketch, listeners: MakeListener
    ) -> None:
        before = segments()
        host = EngineHost(registry=unruly)
        heard = [listeners() for _ in range(3)]
        for listener in heard:
            host.submit(Request("render", "slow", sketch=rogue), listener)
        assert isinstance(heard[0].next(), Progress)
        pid = host.pid
        host.close()
        host.close()
        assert [listener.end() for listener in heard] == [Stopped()] * 3
        assert not Path(f"/proc/{pid}").exists()
        assert segments() == before
        with pytest.raises(EngineError, match="closed"):
            host.submit(Request("warm", "slow"), heard[0])

    def test_a_host_that_was_never_started_closes(self, registry: Registry) -> None:
        EngineHost(registry=registry).close()

    def test_a_host_closes_while_it_starts(self, registry: Registry) -> None:
        host = EngineHost(registry=registry)
        host.start()
        host.close()

    def test_what_is_too_large_for_the_arena_leaves_no_shared_memory(
        self, registry: Registry, done: Do, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transfer, "_ARENA_BYTES", 4096)
        before = segments()
        host = EngineHost(registry=registry)
        try:
            sketch = done(host, Request("convert", "mock", source=Text("Lulla lullaby. " * 25)))
            sound = done(host, Request("render", "mock", sketch=sketch))
            assert isinstance(sound, Audio) and sound.samples.nbytes > 2**20
            done(host, Request("analyse", "mock", source=sound))
            assert {name.rpartition(".")[2] for name in segments() - before} == {"to", "from"}
        finally:
            host.close()
        assert segments() == before
