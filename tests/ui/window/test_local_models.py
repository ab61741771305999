"""Checkpoints of one's own in the window: chosen on the page of models, a file dropped, tokens edited and rendered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pretrained_checkpoints import save_amused, save_dac
from tests.ui.window.conftest import Rig
from warm_host import warm_host

from intermezzo.core.media import Audio, Image, Text
from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.client import EngineHost
from intermezzo.storage.audio_files import AudioEncoding, write_audio
from intermezzo.storage.image_files import write_image
from intermezzo.ui.models import ModelsRoom
from intermezzo.ui.window import Window

DAC, VQ, MOCK = "builtin.pretrained.dac", "builtin.pretrained.vq", "builtin.mock"


@pytest.fixture(scope="module")
def registry() -> Registry:
    found = discover()
    return Registry({id_: found.engines[id_] for id_ in (MOCK, DAC, VQ)}, found.sketch_types, found.broken)


@pytest.fixture(scope="module")
def host(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineHost]:
    """The host looks for checkpoints where it was told when it began."""
    models = tmp_path_factory.mktemp("models")
    save_dac(models / "tiny-dac")
    save_amused(models / "tiny-amused")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERMEZZO_MODELS", str(models))
        yield from warm_host(registry, DAC)


def used(rig: Rig, name: str) -> Window:
    """Press Use on the card of a checkpoint, on the page of models."""
    window = rig.studio.window
    window.book["models"].trigger()
    (room,) = window.findChildren(ModelsRoom)
    rig.until(lambda: len(room.cards()) == 2)
    next(card for card in room.cards() if card.model.name == name).uses[0].click()
    room.close()
    return window


def test_a_codec_takes_the_sound_that_is_dropped_on_the_window(rig: Rig, tmp_path: Path) -> None:
    window = used(rig, "tiny-dac")
    workspace = window.workspace
    assert workspace.stage is not None and len(workspace.project.stages) == 1
    assert (workspace.stage.engine, dict(workspace.stage.params)) == (DAC, {"checkpoint": "tiny-dac"})
    tone = 0.3 * np.sin(2 * np.pi * 220 * np.arange(16_000) / 16_000)
    write_audio(tmp_path / "tone.wav", Audio(tone[None].astype(np.float32), 16_000), AudioEncoding.WAV_24)
    window.document.take_files([tmp_path / "tone.wav"])
    rig.until(lambda: workspace.sketch is not None and not workspace.conversions.is_running)
    sketch: Any = workspace.sketch
    assert sketch.type.id == "dac/1" and sketch.tokens.shape == (250, 2) and sketch.type.hop_samples == 64
    rig.until(lambda: not workspace.output.stale.any())
    assert workspace.output.grid.sample_rate == 16_000 and workspace.output.grid.n_samples == 16_000
    mask = np.zeros(sketch.tokens.shape, bool)
    mask[100:110] = True
    edited = sketch.with_layer(sketch.tokens.with_codes(mask, 7))
    workspace.edit("Paint", lambda s: edited)
    assert workspace.output.stale.any() and not workspace.output.stale[:90].any()
    assert not workspace.output.stale[120:].any(), "it promises ten frames"
    rig.until(lambda: not workspace.output.stale.any())
    workspace.undo()
    assert np.array_equal(workspace.sketch.tokens.codes, sketch.tokens.codes)


def test_a_vq_draws_a_text_and_takes_the_picture_that_is_dropped(rig: Rig, tmp_path: Path) -> None:
    window = used(rig, "tiny-amused")
    workspace, pictures = window.workspace, window.centre.grid_editor.pictures
    workspace.set_source(Text("a bad cab"))
    workspace.conversions.convert()
    rig.until(lambda: window.desk.is_on and not pictures.is_stale and pictures.image is not None)
    assert workspace.sketch.tokens.shape == (4, 4) and pictures.image.pixels.shape == (16, 16, 4)
    rig.until(lambda: pictures.swatches is not None)
    assert len(pictures.swatches) == 24
    colours = np.random.default_rng(1).integers(0, 256, (40, 24, 4)).astype(np.uint8)
    write_image(tmp_path / "noise.png", Image(colours))
    window.document.take_files([tmp_path / "noise.png"])
    rig.until(lambda: workspace.sketch.tokens.shape == (10, 6) and not pictures.is_stale)
    assert len(workspace.project.stages) == 1 and pictures.image.pixels.shape == (40, 24, 4)


def test_beside_work_a_model_becomes_a_further_stage(rig: Rig) -> None:
    rig.converted()
    window = used(rig, "tiny-amused")
    assert [stage.engine for stage in window.workspace.project.stages] == [MOCK, VQ]
    assert window.workspace.stage is not None and window.workspace.stage.source == Text("")
    window.workspace.undo()
    assert [stage.engine for stage in window.workspace.project.stages] == [MOCK]


def test_what_the_chosen_engine_cannot_take_brings_its_own(rig: Rig, tmp_path: Path) -> None:
    window = used(rig, "tiny-dac")
    (tmp_path / "song.txt").write_text("Oh, are you in Iowa?")
    window.document.take_files([tmp_path / "song.txt"])
    pictures = window.centre.grid_editor.pictures
    rig.until(lambda: window.desk.is_on and not pictures.is_stale and pictures.swatches is not None)
    assert [stage.engine for stage in window.workspace.project.stages] == [VQ], "the only one here that reads texts"
