"""What takes were made with: where they differ, which are of the source as it is, and each as a stage of its own."""

from dataclasses import replace

import pytest
from trial import speech_sketch

from intermezzo.core import takes
from intermezzo.core.errors import EditError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Text
from intermezzo.core.params import Param, Value
from intermezzo.core.project import Stage, source_key
from intermezzo.core.registry import discover
from intermezzo.core.sketch import Sketch
from intermezzo.core.take import Part
from intermezzo.core.take_settings import differing, is_of_source, setting_in_words, stage_of_take


@pytest.fixture(scope="module")
def manifest() -> EngineManifest:
    return discover().engines["builtin.mock"]


def said(params: dict[str, Value], seed: int) -> Sketch:
    sketch = speech_sketch()
    return replace(sketch, made=replace(sketch.made, seed=seed, params=params))


def stage(manifest: EngineManifest, *settings: dict[str, Value]) -> Stage:
    """Return a stage with a take of seed 1, 2, 3 ... for each of the settings; the last are those of the stage."""
    made = Stage("s", "builtin.mock", Text("Hail"), settings[-1], 1, said({}, 1))
    for seed, params in enumerate(settings, 1):
        key = source_key(replace(made, seed=seed, params=params), manifest)
        made = takes.with_take(made, said(params, seed), seed, converted_from=key)[0]
    return replace(made, comp=(Part(0, 120, len(settings)),), converted_from="as it was")


def test_a_default_that_is_set_counts_as_not_set(manifest: EngineManifest) -> None:
    plain = Stage("s", "builtin.mock", Text("Hail"))
    assert source_key(plain, manifest) == source_key(replace(plain, params={"octave": 0}), manifest)
    assert source_key(plain, manifest) != source_key(replace(plain, params={"octave": 1}), manifest)


def test_only_settings_in_which_takes_differ_are_told(manifest: EngineManifest) -> None:
    assert differing(stage(manifest, {"octave": 1}, {"octave": 1}), manifest) == ()
    found = differing(stage(manifest, {"octave": 0}, {"octave": 1, "letter_s": 0.2}), manifest)
    assert {p.name for p in found} == {"octave", "letter_s"}


@pytest.mark.parametrize(
    ("param", "value", "words"),
    [
        (Param("voice", "Voice", "choice", "a", choices=("a", "b")), "b", "b"),
        (Param("speed", "Speed", "float", 1.0, unit="×"), 1.2, "Speed 1.2×"),
        (Param("shift", "Shift", "float", 0.0, unit="st"), -2.0, "Shift -2\u2009st"),
        (Param("loud", "Loud", "bool", False), True, "Loud"),
        (Param("own", "Own", "text", ""), "/home/me/voices/Anna", "Anna"),
        (Param("own", "Own", "text", ""), "", ""),
    ],
)
def test_a_setting_is_told_as_one_reads_it_in_a_list(param: Param, value: Value, words: str) -> None:
    assert setting_in_words(param, value) == words


def test_takes_of_other_settings_are_of_the_source_and_those_of_another_text_are_not(manifest: EngineManifest) -> None:
    made = stage(manifest, {"octave": 1}, {"octave": 0})
    assert all(is_of_source(made, take, manifest) for take in made.takes)
    other = replace(made, source=Text("Hero"))
    assert not any(is_of_source(other, take, manifest) for take in other.takes)


def test_the_stage_of_a_take_has_its_settings_and_is_fresh(manifest: EngineManifest) -> None:
    made = stage(manifest, {"octave": 1}, {"octave": 0})
    alone = stage_of_take(made, 1, manifest)
    assert alone.sketch is made.takes[0].sketch and alone.params["octave"] == 1
    assert not alone.is_stale(manifest) and alone.seed == made.seed, "it sounds as it was heard"
    other = stage_of_take(replace(made, source=Text("Hero")), 1, manifest)
    assert other.is_stale(manifest)
    with pytest.raises(EditError, match="no take 7"):
        stage_of_take(made, 7, manifest)


def test_a_take_of_a_stretch_is_heard_in_the_sketch_as_it_stands(manifest: EngineManifest) -> None:
    made = stage(manifest, {}, {})
    made, number = takes.with_take(made, said({}, 9), 9, frames=(30, 60))
    alone = stage_of_take(made, number, manifest)
    assert alone.sketch is not None and alone.sketch is not made.takes[-1].sketch
    assert Part(30, 60, number) in alone.comp
