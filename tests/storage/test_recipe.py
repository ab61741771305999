"""A sound carries the sketch that it was rendered from: the samples stay, the project comes back, nothing harms."""

import random
import struct
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from trial import trial_project, trial_sketch

from intermezzo.core import codec
from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.core.layers import Curve, Matrix, Warp
from intermezzo.core.media import Audio, Text
from intermezzo.core.project import Stage
from intermezzo.storage.audio_files import AudioEncoding, encode_audio, read_audio, write_audio
from intermezzo.storage.documents import Unsound
from intermezzo.storage.recipe import CARRIERS, Recipe, load_recipe, recipe_of
from intermezzo.storage.sound_chunks import found_inside, put_inside

SOUND = Audio(np.random.default_rng(3).uniform(-0.5, 0.5, (1, 24_001)).astype(np.float32), 24_000)
FIRST: Stage = trial_project().stages[0]
CARRYING = [e for e in AudioEncoding if e.suffix in CARRIERS]


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return recipe_of(FIRST, None, "Trial work")


@pytest.mark.parametrize("encoding", CARRYING, ids=lambda e: e.name)
def test_the_samples_are_the_same_with_and_without(tmp_path: Path, recipe: Recipe, encoding: AudioEncoding) -> None:
    plain, rich = tmp_path / f"a{encoding.suffix}", tmp_path / f"b{encoding.suffix}"
    write_audio(plain, SOUND, encoding)
    write_audio(rich, SOUND, encoding, recipe)
    a, b = read_audio(plain), read_audio(rich)
    assert np.array_equal(a.samples, b.samples) and a.sample_rate == b.sample_rate
    assert rich.stat().st_size > plain.stat().st_size
    write_audio(tmp_path / "c", SOUND, encoding, recipe)
    assert (tmp_path / "c").read_bytes() == rich.read_bytes()


@pytest.mark.parametrize("encoding", CARRYING, ids=lambda e: e.name)
def test_it_opens_as_its_project_again(tmp_path: Path, recipe: Recipe, encoding: AudioEncoding) -> None:
    path = tmp_path / f"a{encoding.suffix}"
    write_audio(path, SOUND, encoding, recipe)
    project = load_recipe(path)
    assert project is not None and project.title == "Trial work"
    stage = project.stages[0]
    assert stage.sketch is not None and FIRST.sketch is not None
    assert codec.fingerprint(stage.sketch) == codec.fingerprint(FIRST.sketch)
    assert stage.source == FIRST.source == Text("Grüße, 世界 \U0001f3b5")
    assert (stage.engine, stage.seed, dict(stage.params)) == (FIRST.engine, FIRST.seed, dict(FIRST.params))


def test_people_can_read_where_it_came_from(tmp_path: Path, recipe: Recipe) -> None:
    for encoding in (AudioEncoding.WAV_24, AudioEncoding.FLAC, AudioEncoding.OGG):
        path = tmp_path / f"a{encoding.suffix}"
        write_audio(path, SOUND, encoding, recipe)
        with soundfile.SoundFile(path) as file:
            assert file.comment == recipe.comment and "seed 7" in file.comment


def test_a_sound_without_a_recipe_is_a_sound(tmp_path: Path, recipe: Recipe) -> None:
    for encoding in AudioEncoding:
        path = tmp_path / f"a{encoding.suffix}"
        write_audio(path, SOUND, encoding)
        assert load_recipe(path) is None
    write_audio(path.with_suffix(".ogg"), SOUND, AudioEncoding.OGG, recipe)
    assert load_recipe(path.with_suffix(".ogg")) is None and read_audio(path.with_suffix(".ogg")).n_samples
    assert load_recipe(tmp_path / "none.wav") is None


def test_recordings_and_takes_stay_at_home() -> None:
    stage = replace(FIRST, source=SOUND, linked_to="x", dropped=("a",))
    small, large = recipe_of(stage, None, "x").payload, recipe_of(FIRST, None, "x").payload
    assert len(small) < len(large) + 100
    with pytest.raises(FileError, match="no sketch"):
        recipe_of(replace(FIRST, sketch=None), None, "x")


def test_a_silent_hour_is_no_bomb(tmp_path: Path) -> None:
    sketch = trial_sketch()
    n = 400_000
    long = sketch.retime(Warp((0, 300), (0, n)))
    flat = Matrix.machine(long.colour.spec, long.colour.hop_s, np.zeros((n, 12)))
    level = Curve.machine(long.level.spec, long.level.hop_s, np.full(n, -20.0))
    path = tmp_path / "a.wav"
    write_audio(path, SOUND, None, recipe_of(replace(FIRST, sketch=long.with_layer(flat).with_layer(level)), None, "x"))
    assert load_recipe(path) is not None


@given(st.binary(max_size=300), st.sampled_from(CARRYING))
def test_any_payload_comes_back(tmp_path: Path, payload: bytes, encoding: AudioEncoding) -> None:
    content = put_inside(encode_audio(SOUND, encoding), payload + b"x", "said")
    path = tmp_path / "a"
    path.write_bytes(content)
    assert found_inside(path) == payload + b"x"


def test_a_large_payload_fills_several_flac_blocks(tmp_path: Path) -> None:
    payload = random.Random(1).randbytes(100) * 400_000
    path = tmp_path / "a.flac"
    path.write_bytes(put_inside(encode_audio(SOUND, AudioEncoding.FLAC), payload, ""))
    assert found_inside(path) == payload and read_audio(path).n_samples == SOUND.n_samples


def test_chunks_that_lie_are_refused(tmp_path: Path, recipe: Recipe) -> None:
    path = tmp_path / "a.wav"
    write_audio(path, SOUND, None, recipe)
    content = bytearray(path.read_bytes())
    at = content.index(b"imzo")
    struct.pack_into("<I", content, at + 4, 2**31 + 5)
    path.write_bytes(content)
    with pytest.raises(Unsound, match="cut off"):
        found_inside(path)
    with pytest.raises(FileError, match=r"a\.wav: the sketch in it is cut off"):
        load_recipe(path)
    assert read_audio(path).n_samples == SOUND.n_samples


@pytest.mark.parametrize("payload", [b"x", b"PK\x03\x04", b"\0" * 5000, bytes(range(256)) * 20])
def test_foreign_payloads_are_refused_in_one_line(tmp_path: Path, payload: bytes) -> None:
    for encoding in CARRYING:
        path = tmp_path / f"a{encoding.suffix}"
        path.write_bytes(put_inside(encode_audio(SOUND, encoding), payload, ""))
        with pytest.raises(FileError) as refusal:
            load_recipe(path)
        assert "\n" not in str(refusal.value) and path.name in str(refusal.value)
        assert read_audio(path).n_samples > 20_000


def test_a_bomb_and_a_newer_sketch_are_refused(tmp_path: Path, recipe: Recipe) -> None:
    with zipfile.ZipFile(BytesIO(recipe.payload)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def refused(changed: dict[str, bytes]) -> str:
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in changed.items():
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        path = tmp_path / "a.wav"
        path.write_bytes(put_inside(encode_audio(SOUND, AudioEncoding.WAV_16), stream.getvalue(), ""))
        with pytest.raises(FileError) as refusal:
            load_recipe(path)
        return str(refusal.value)

    assert "far more" in refused({**parts, "data/" + "0" * 32 + ".npy": bytes(30_000_000)})
    newer = parts["project.json"].replace(b'"format": 1', b'"format": 9')
    assert "newer Intermezzo" in refused({**parts, "project.json": newer})
    assert "write outside" in refused({**parts, "../x": b""})


@pytest.mark.parametrize("encoding", CARRYING, ids=lambda e: e.name)
def test_flipped_bytes_and_cut_files_never_crash(tmp_path: Path, recipe: Recipe, encoding: AudioEncoding) -> None:
    short = Audio(SOUND.samples[:, :600], 24_000)
    whole = put_inside(encode_audio(short, encoding), recipe.payload, recipe.comment)
    chance = random.Random(encoding.name)
    path = tmp_path / f"a{encoding.suffix}"
    n_refused = 0
    for k in range(80):
        content = bytearray(whole)
        if k % 4 == 0:
            content = content[: chance.randrange(len(content))]
        for _ in range(chance.choice((1, 5, 40))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        try:
            load_recipe(path)
        except IntermezzoError as refusal:
            n_refused += 1
            assert "\n" not in str(refusal)
    assert n_refused > 10
