"""Manifests and the registry: what a package says is read without its code, and what is wrong is named."""

from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from intermezzo.core.errors import PluginError
from intermezzo.core.manifest import read_manifest
from intermezzo.core.registry import GROUP, discover

GOOD = """
api = 1
[[sketch]]
id = "tune/1"
title = "Tune"
hop_s = 0.01
[[sketch.layers]]
kind = "curve"
name = "melody"
title = "Melody"
high = 2
[[engine]]
id = "acme.tune"
version = "2"
title = "Tune"
task = "tune"
sketch = "tune/1"
renderer = "acme.render:Renderer"
requires = ["numpy"]
params = [
    {name = "warmth", title = "Warmth", kind = "float", default = 1, low = 0, high = 2},
    {name = "gain", title = "Gain", kind = "float", default = 0.0, stage = "render"},
]
reach = {melody = {before = 2, after = 3, run = true}}
tolerance = {melody = 0.5}
examples = [{title = "Hello", source = "la la", params = {warmth = 2.0}}]
"""


def engine(**fields: str) -> str:
    table = {"id": '"x"', "version": '"1"', "title": '"X"', "task": '"x"', "sketch": '"speech/1"', **fields}
    return "api = 1\n[[engine]]\n" + "\n".join(f"{k} = {v}" for k, v in table.items() if v)


MAKES = (
    "{title = 'Make a voice', one = 'voice', many = 'voices', data = 'recordings', param = 'own', document = 'v.json'}"
)


def test_what_training_makes_is_named() -> None:
    own = "{name='own', title='Own', kind='text', default=''}"
    own = f"[{own}, {{name='n', title='N', kind='int', default=1, stage='train'}}]"
    manifest = read_manifest(engine(makes=MAKES, train="'a:b'", params=own)).engines[0]
    assert manifest.makes is not None and manifest.makes.param == "own" and manifest.makes.material == ""
    assert [p.name for p in manifest.params_of("train")] == ["n"]
    assert [p.name for p in manifest.params_of("convert", "analyse", "render")] == ["own"]


def test_a_manifest_is_read_whole() -> None:
    manifest = read_manifest(GOOD)
    tune = manifest.engines[0]
    assert tune.key == "acme.tune@2"
    assert [p.name for p in tune.params_of("convert", "analyse")] == ["warmth"]
    assert tune.reach["melody"].run
    assert tune.examples[0].params == {"warmth": 2.0}
    assert (tune.requires, tune.devices, tune.hidden) == (("numpy",), ("cpu",), False)
    assert manifest.sketch_types[0].spec("melody").title == "Melody"
    assert read_manifest("api = 1").engines == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("api = ", "no valid TOML"), ("", "API None"), ("api = 2", "API 2"), ("api = 1\n[banana]\n", "banana"),
        ("api = 1\n[engine]\nid = 'x'", "two brackets"), ("api = 1\nsketch = 5", "two brackets"),
        ("a = " + "[" * 5000, "nested too deeply|no valid"), (engine(id=""), "'id'"),
        (engine(version="3"), "'version'"),
        (engine(colour='"red"'), "colour"), (engine(source="5"), "'source'"), (engine(hidden='"yes"'), "'hidden'"),
        (engine(edits='"pitch"'), "'edits'"), (engine(samples="1"), "'samples'"),
        (engine(makes="'x'"), "'makes'"), (engine(makes="{title = 'Make'}"), "malformed"),
        (engine(makes=MAKES.replace("'Make a voice'", "5")), "'title' of what it makes"),
        (engine(makes=MAKES, train="'a:b'"), "needs 'train' and a text 'own'"),
        (engine(makes=MAKES, params="[{name='own', title='Own', kind='text', default=''}]"), "needs 'train'"),
        (engine(params="[{name = 'a'}]"), "malformed"), (engine(params="[{}]"), "malformed"),
        (engine(params="[{name='a', title='A', kind='tree', default=1}]"), "tree"),
        (engine(params="[{name='a', title='A', kind='float', default=1, low='x'}]"), "malformed"),
        (engine(reach="{pitch = {sideways = 1}}"), "sideways"), (engine(reach="[1]"), "'reach'"),
        (engine(examples="['x']"), "malformed"), (engine(memory_mb="1.5"), "memory_mb"),
        ("api = 1\n[[sketch]]\nid = 'x'\nlayers = []", "identifiers"),
        ("api = 1\n[[sketch]]\nid = 'x'\nhop_samples = inf\nlayers = []", "malformed"),
        ("api = 1\n[[sketch]]\nid = 'x'\nlayers = [{kind = 'moon'}]", "moon"),
    ],
)  # fmt: skip
def test_a_broken_manifest_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(PluginError, match=said) as refusal:
        read_manifest(text)
    assert "\n" not in str(refusal.value)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that makes an importable package with a manifest and gives its entry point."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str, text: str | bytes, value: str | None = None) -> EntryPoint:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("raise RuntimeError('a manifest is read without importing its package')")
        (folder / "engines.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return EntryPoint(name, value or f"{name}:engines.toml", GROUP)

    return make


def test_engines_are_found_by_id_and_by_task(package) -> None:
    registry = discover([package("acme_tune", GOOD)])
    assert registry.broken == {}
    assert registry.find("acme.tune") is registry.find("tune")
    assert registry.sketch_type(registry.find("tune")).id == "tune/1"
    assert "speech/1" in registry.sketch_types
    with pytest.raises(PluginError, match="there are tune"):
        registry.find("dance")


def test_a_task_that_two_engines_do_must_be_named_by_engine(package) -> None:
    second = GOOD.replace("acme.tune", "other.tune")
    registry = discover([package("acme_a", GOOD), package("acme_b", second)])
    assert set(registry.engines) == {"acme.tune", "other.tune"}
    with pytest.raises(PluginError, match=r"acme\.tune, other\.tune"):
        registry.find("tune")


def test_a_package_may_build_on_the_sketch_type_of_another(package) -> None:
    registry = discover([package("acme_a", engine(sketch='"tune/1"')), package("acme_b", GOOD)])
    assert registry.broken == {}
    assert set(registry.engines) == {"x", "acme.tune"}


def test_what_is_wrong_is_listed_and_the_rest_works(package) -> None:
    points = [
        package("acme_good", GOOD),
        package("acme_twice", engine(id='"acme.tune"', sketch='"tune/1"')),
        package("acme_stray", engine(id='"a"', sketch='"moon/1"')),
        package("acme_moves", engine(id='"d"', moves='{pitch = {film = "frames"}}')),
        package("acme_reach", engine(id='"b"', reach="{moon = {before = 1}}")),
        package("acme_other", GOOD.replace("acme.tune", "c").replace('"Melody"', '"Song"')),
        package("acme_toml", "api = "),
        package("acme_bytes", b"\xff\xfe"),
        package("acme_path", GOOD, "acme_path:../engines.toml"),
        package("acme_colon", GOOD, "acme_colon"),
        EntryPoint("acme_gone", "acme_gone:engines.toml", GROUP),
        EntryPoint("acme_dot", "acme_good.sub:engines.toml", GROUP),
        EntryPoint("acme_file", "acme_good:nothing.toml", GROUP),
    ]
    registry = discover(points)
    assert list(registry.engines) == ["acme.tune"]
    assert set(registry.broken) == {
        "acme_twice: acme.tune", "acme_stray: a", "acme_reach: b", "acme_other", "acme_other: c", "acme_toml",
        "acme_moves: d", "acme_bytes", "acme_path", "acme_colon", "acme_gone", "acme_dot", "acme_file",
    }  # fmt: skip
    assert all(reason and "\n" not in reason for reason in registry.broken.values())
    with pytest.raises(PluginError, match=r"acme_toml.*broken"):
        registry.find("acme_toml")


def test_what_is_installed_here_is_found() -> None:
    registry = discover()
    assert registry.broken == {}
    assert registry.engines


def test_an_engine_says_which_layers_hands_may_change() -> None:
    registry = discover()
    mock = registry.engines["builtin.mock"]
    layers = {spec.name: spec for spec in registry.sketch_type(mock).layers}
    assert mock.may_edit(layers["pitch"]) and mock.may_edit(layers["letters"], "labels")
    assert not mock.may_edit(layers["words"])  # says its sketch type
    narrow = replace(mock, edits=("letters.lengths", "pitch", "words"), hides=("pitch",))
    assert narrow.may_edit(layers["letters"]) and narrow.may_edit(layers["letters"], "lengths")
    assert not narrow.may_edit(layers["letters"], "labels")
    assert not narrow.may_edit(layers["colour"]) and not narrow.may_edit(layers["words"])
    assert not narrow.may_edit(layers["pitch"])  # nobody sees it


@pytest.mark.parametrize(
    ("name", "value"), [("edits", '["phones", "lips"]'), ("hides", '["lips"]'), ("edits", '["phones.colour"]')]
)
def test_a_capability_for_no_layer_is_named(package, name: str, value: str) -> None:
    registry = discover([package("acme_lips", engine(**{name: value}))])
    assert "is no layer of speech/1" in next(iter(registry.broken.values()))
