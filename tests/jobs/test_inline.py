"""Work in this process: parameters, promises of engines, faults of engines, and the events of a job."""

import os
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from intermezzo.core.errors import (
    Cancelled,
    EngineError,
    IntermezzoError,
    ParamError,
    PluginError,
    SketchError,
    SourceError,
)
from intermezzo.core.media import Audio, Text
from intermezzo.core.params import Value
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Done, Event, Failed, Progress, Request, Stopped


@pytest.fixture
def rogue(unruly: Registry) -> Sketch:
    """A sketch that the unruly engines fail on."""
    result = InlineRunner(unruly).run(Request("convert", "slow", source=Text("one two")))
    assert isinstance(result, Sketch)
    return result


def test_text_becomes_a_sketch_and_the_sketch_sound(registry: Registry, hummed: Sketch) -> None:
    sound = InlineRunner(registry).run(Request("render", "mock", sketch=hummed))
    assert isinstance(sound, Audio) and sound.n_samples == hummed.n_frames * 160


def test_parameters_of_other_stages_are_ignored_and_unknown_ones_refused(registry: Registry, hummed: Sketch) -> None:
    runner = InlineRunner(registry)
    soft = runner.run(Request("render", "mock", {"gain_db": -20.0, "letter_s": 0.5}, sketch=hummed))
    loud = runner.run(Request("render", "mock", sketch=hummed))
    assert isinstance(soft, Audio) and isinstance(loud, Audio)
    assert np.allclose(soft.samples, 0.1 * loud.samples, atol=1e-6)
    with pytest.raises(ParamError, match="wobble"):
        runner.run(Request("render", "mock", {"wobble": 1}, sketch=hummed))


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (Request("convert", "mock"), SourceError, "starts from text"),
        (Request("convert", "mock", source=Audio(np.ones((1, 5)), 8000)), SourceError, "starts from text"),
        (Request("analyse", "mock", source=Text("a")), SourceError, "starts from audio"),
        (Request("analyse", "mock", source=Audio(np.ones((1, 0)), 8000)), SourceError, "empty"),
        (Request("render", "mock"), SketchError, "no sketch"),
        (Request("convert", "nobody", source=Text("a")), PluginError, "no engine 'nobody'"),
    ],
)  # fmt: skip
def test_a_request_that_makes_no_sense_is_refused(
    registry: Registry, request_: Request, error: type[IntermezzoError], words: str
) -> None:
    with pytest.raises(error, match=words):
        InlineRunner(registry).run(request_)


@pytest.mark.parametrize("window", [(-1, 5), (5, 5), (0, 10_000_000)])
def test_a_window_outside_the_sketch_is_refused(registry: Registry, hummed: Sketch, window: tuple[int, int]) -> None:
    with pytest.raises(SketchError, match="not inside"):
        InlineRunner(registry).run(Request("render", "mock", sketch=hummed, window=window))


@pytest.mark.parametrize(
    ("engine", "error", "words"),
    [
        ("raises_at_import", PluginError, "Import raiser cannot be loaded .*division by zero"),
        ("raises_at_load", PluginError, "Load raiser cannot be loaded .*weights"),
        ("missing", PluginError, "Missing cannot be loaded .*NotThere"),
        ("incomplete", PluginError, "Incomplete cannot be loaded .*render"),
        ("needy", PluginError, "Needy cannot run here: .*a-package-that-nobody-wrote"),
        ("raises", EngineError, "Raiser failed while rendering .*a tensor of.*Your sketch is untouched"),
        ("leaves", EngineError, "Leaver failed while rendering"),
        ("lies", EngineError, "Liar rendered 7 samples at 8000 Hz where 16000 at 8000 Hz belong"),
        ("nothing", EngineError, "Nothing returned no audio"),
        ("nan", EngineError, "Not a number rendered something that is no sound"),
    ],
)
def test_a_fault_of_an_engine_is_told_in_one_line_with_its_name(
    unruly: Registry, rogue: Sketch, engine: str, error: type[IntermezzoError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        InlineRunner(unruly).run(Request("render", engine, sketch=rogue))
    assert "\n" not in str(caught.value)


def test_an_engine_without_analyser_says_so(unruly: Registry) -> None:
    with pytest.raises(PluginError, match="Slow cannot analyse recordings"):
        InlineRunner(unruly).run(Request("analyse", "slow", source=Audio(np.ones((1, 800)), 8000)))


def test_an_engine_that_cannot_predict_again_says_so(unruly: Registry, rogue: Sketch) -> None:
    with pytest.raises(PluginError, match="cannot predict a part again"):
        InlineRunner(unruly).run(Request("resample", "slow", sketch=rogue, window=(0, 10)))


def test_progress_can_stop_the_work(unruly: Registry, rogue: Sketch) -> None:
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        InlineRunner(unruly).run(Request("render", "slow", sketch=rogue), stop)
    assert [p.fraction for p in seen] == sorted(p.fraction for p in seen)


def test_submit_tells_what_run_returns(unruly: Registry, rogue: Sketch) -> None:
    runner = InlineRunner(unruly)
    events: list[Event] = []
    runner.submit(Request("render", "chatters", sketch=rogue), events.append)
    assert isinstance(events[-1], Done) and isinstance(events[-1].result, Audio)
    runner.submit(Request("render", "raises", sketch=rogue), events.append)
    assert isinstance(events[-1], Failed)
    assert "RuntimeError" in events[-1].report and "engines.py" in events[-1].report

    def listen(event: Event) -> None:
        events.append(event)
        if isinstance(event, Progress):
            raise Cancelled("enough")

    runner.submit(Request("render", "slow", sketch=rogue), listen)
    assert events[-1] == Stopped()


def test_the_report_holds_no_text_of_the_person(unruly: Registry) -> None:
    events: list[Event] = []
    secret = "a very private sentence"
    params: dict[str, Value] = {"letter_s": 99.0, "ending": secret, "voice": "reedy"}
    InlineRunner(unruly).submit(Request("convert", "mock", params, source=Text(secret)), events.append)
    assert isinstance(events[-1], Failed) and secret not in events[-1].report
    assert "<23 characters>" in events[-1].report and "reedy" in events[-1].report


def test_the_cache_belongs_to_the_engine_and_outlives_the_runner(unruly: Registry, rogue: Sketch, tmp_path) -> None:
    request = Request("render", "remembers", sketch=rogue)
    levels = []
    for folder in (tmp_path, tmp_path, None):
        sound = InlineRunner(unruly, cache_dir=folder).run(request)
        assert isinstance(sound, Audio)
        levels.append(float(sound.samples[0, 0]))
    assert levels == [0.0, 0.25, 0.0]


def test_engines_are_unloaded_when_memory_is_short(unruly: Registry, rogue: Sketch) -> None:
    from intermezzo.jobs.workshop import Workshop

    shop = Workshop(unruly, memory_mb=250)
    for engine in ("chatters", "remembers", "nothing"):
        shop.run(Request("warm", engine), lambda fraction, what: None)
    assert list(shop._loaded) == ["unruly.remembers", "unruly.nothing"]


def test_a_sketch_of_another_type_is_refused(unruly: Registry, hummed: Sketch) -> None:
    with pytest.raises(SketchError, match="Slow works on unruly/1 sketches"):
        InlineRunner(unruly).run(Request("render", "slow", sketch=hummed))


def test_an_engine_must_return_its_own_sketch_type(unruly: Registry) -> None:
    swapped = {**unruly.engines, "unruly.slow": replace(unruly.engines["unruly.slow"], sketch="mock/1")}
    with pytest.raises(EngineError, match="returned no mock/1 sketch"):
        InlineRunner(replace(unruly, engines=swapped)).run(Request("convert", "slow", source=Text("one")))


@pytest.mark.parametrize(("device", "name"), [("cuda", "NVIDIA"), ("mps", "Apple")])
def test_a_device_that_is_not_there_is_told_and_nobody_blamed(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, device: str, name: str
) -> None:
    absent = SimpleNamespace(is_available=lambda: False)
    fake = SimpleNamespace(cuda=absent, backends=SimpleNamespace(mps=absent), set_num_threads=lambda n: None)
    monkeypatch.setitem(sys.modules, "torch", fake)
    anywhere = replace(registry.engines["builtin.mock"], devices=("cpu", "cuda", "mps"))
    runner = InlineRunner(replace(registry, engines={**registry.engines, "builtin.mock": anywhere}), device=device)
    with pytest.raises(PluginError, match=f"finds no {name} GPU .* device 'cpu'") as caught:
        runner.run(Request("warm", "builtin.mock"))
    assert "author" not in str(caught.value) and caught.value.exit_status == 2


def test_more_threads_than_cores_are_never_asked_for(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(set_num_threads=asked.append))
    InlineRunner(registry, threads=100_000).run(Request("warm", "builtin.mock"))
    assert asked and max(asked) <= (os.cpu_count() or 1)


def test_threads_that_wait_sleep_unless_a_person_wants_it_otherwise(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    monkeypatch.setenv("KMP_BLOCKTIME", "200")
    InlineRunner(registry)
    assert (os.environ["OMP_WAIT_POLICY"], os.environ["KMP_BLOCKTIME"]) == ("PASSIVE", "200")
