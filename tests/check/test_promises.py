"""The promises are measured on the mock engine, and a broken promise is seen."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from intermezzo.check import check_engines, promises
from intermezzo.check.context import RunnerContext
from intermezzo.check.locality import locality
from intermezzo.core.errors import PluginError, SourceError
from intermezzo.core.manifest import Reach
from intermezzo.core.measure import Figure, in_groups
from intermezzo.core.media import Audio, Media, Text
from intermezzo.core.params import Value
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch

SOURCE = Text("Oh, are you in Iowa?")


def test_the_mock_engine_keeps_all_promises(registry: Registry) -> None:
    report = check_engines(registry, ["mock"], quick=True)["builtin.mock"]
    assert report["promises"] == dict.fromkeys(report["promises"], True)
    assert report["figures"]["samples_changed_in_new_process"]["value"] == 0


def test_an_unknown_engine_is_refused(registry: Registry) -> None:
    with pytest.raises(PluginError):
        check_engines(registry, ["no such engine"])


def test_too_short_a_footprint_is_caught(context: RunnerContext, registry: Registry) -> None:
    manifest = registry.find("mock")
    boastful = replace(manifest, reach={name: Reach() for name in manifest.reach})
    figures = locality(context, boastful, context.convert(SOURCE), 2)
    assert figures[0].met is False


class _Forgetful:
    """A context whose renderer adds noise that no seed fixes and shifts every window by one sample."""

    device, data_dir, quick = "cpu", None, True

    def __init__(self, inner: RunnerContext) -> None:
        self._inner, self._rng = inner, np.random.default_rng()
        self.groups, self.reach, self.draws = inner.groups, inner.reach, inner.draws
        self.convert, self.analyse, self.resample = inner.convert, inner.analyse, inner.resample
        self.progress, self.picture = inner.progress, inner.picture

    def render(
        self, sketch: Sketch, *, seed: int = 1, params: Mapping[str, Value] | None = None,
        window: tuple[int, int] | None = None, cached: bool = False,
    ) -> Media:  # fmt: skip
        sound = self._inner.render(sketch, seed=seed, window=window)
        assert isinstance(sound, Audio)
        noise = 1e-3 * self._rng.standard_normal(sound.samples.shape).astype(np.float32)
        return Audio(np.roll(sound.samples, 1 if window else 0, axis=1) + noise, sound.sample_rate)


def test_windows_that_differ_from_the_whole_are_caught(context: RunnerContext, registry: Registry) -> None:
    figures = promises.windows(_Forgetful(context), registry.find("mock"), context.convert(SOURCE))
    assert figures[0].met is False


def test_a_figure_without_a_value_is_neither_met_nor_missed() -> None:
    assert Figure("x_db", None, "obedience", at_most=1.0).met is None
    assert Figure("x_db", float("nan"), "obedience", at_most=1.0).document()["value"] is None
    assert Figure("x_db", 2.0, "obedience", at_most=1.0).met is False
    assert Figure("x_db", 2.0, "obedience", at_least=1.0).met is True


def test_groups_that_nobody_wants_are_not_measured(registry: Registry, tmp_path: Path) -> None:
    context = RunnerContext(
        registry, registry.find("mock"), device="cpu", data_dir=None, quick=True, tell=lambda line: None,
        groups=frozenset(("b",)), pictures=tmp_path,
    )  # fmt: skip
    asked = []

    def measure(name: str) -> list[Figure]:
        asked.append(name)
        return [Figure(name, 1.0, "quality")]

    found = in_groups(context, {"a": lambda: measure("a"), "b": lambda: measure("b")})
    assert asked == ["b"] and [f.name for f in found] == ["b", "time_of_b_s"]

    def fail() -> list[Figure]:
        raise SourceError("no sound")

    troubled = in_groups(context, {"b": fail})
    assert troubled[0].name == "trouble_in_b" and troubled[0].value is None and troubled[0].note == "no sound"
    context.picture("grey", np.zeros((2, 3, 3), np.uint8))
    assert (tmp_path / "grey.png").read_bytes().startswith(b"\x89PNG")


def test_a_stretch_is_predicted_again_by_the_engine_that_is_measured(context: RunnerContext) -> None:
    sketch = context.convert(SOURCE)
    again = context.resample(sketch, 20, 40, seed=9)
    assert again.n_frames == sketch.n_frames and np.array_equal(again.pitch.values[40:], sketch.pitch.values[40:])


def test_reports_hold_only_what_json_knows(tmp_path: Path) -> None:
    import json

    document = {"a": Figure("a_ms", 1.5, "speed", at_most=2.0).document()}
    assert json.loads(json.dumps(document))["a"]["met"] is True
