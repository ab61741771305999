"""The training loop learns, stops, and goes on where it stopped."""

from pathlib import Path

import numpy as np
import pytest
import torch
from drawn_voice import drawn_voice

from intermezzo_engines.speech import train_renderer
from intermezzo_engines.speech.draft import N_FFT, render_whole
from intermezzo_engines.speech.features import HOP
from intermezzo_engines.speech.loudness import band_power
from intermezzo_engines.speech.render import ShapeNetwork
from intermezzo_engines.speech.renderer_model import RendererNet
from intermezzo_engines.speech.train_renderer import CROP, EDGE, Batch, Example


def example(seed: int = 1) -> Example:
    env, breath, f0 = drawn_voice(120)
    sound = render_whole(env, breath, f0, seed=seed)
    return Example(sound, f0, env, breath, float(band_power(torch.from_numpy(sound))))


def test_a_crop_of_the_draft_sounds_like_the_draft() -> None:
    torch.manual_seed(0)
    net = RendererNet()
    torch.nn.init.zeros_(net.head.weight)
    batch = train_renderer.make_batch([example()], np.random.default_rng(1), "cpu")
    with torch.no_grad():
        sound, _ = train_renderer.render_crop(net, batch)
    inside = slice(N_FFT // 2 + EDGE * HOP, N_FFT // 2 + (CROP - EDGE) * HOP)
    levels = [10 * torch.log10(x[:, inside].square().mean(1) + 1e-9) for x in (sound, batch.samples)]
    plain = batch.shift == 0
    assert (levels[0] - levels[1])[plain].abs().max() < 1.5


def test_identical_sounds_have_no_loss_and_the_level_loss_ignores_pitch() -> None:
    x = torch.from_numpy(example().samples[4000:20_000])[None]
    assert float(train_renderer.spectral_loss(x, x)) == pytest.approx(0.0, abs=1e-6)
    env, breath, f0 = drawn_voice(120)
    higher = torch.from_numpy(render_whole(env, breath, f0 * np.float32(1.26), seed=1)[4000:20_000])[None]
    assert float(train_renderer.level_loss(higher, x)) < 0.3 * float(train_renderer.level_loss(0.2 * x, x))


def test_moving_phase_has_a_price_and_standing_phase_none() -> None:
    f0 = torch.full((1, 9), 150.0)
    theta = torch.rand(1, 16, 257)
    assert float(train_renderer.theta_motion(theta, f0)) > 0
    assert float(train_renderer.theta_motion(theta[:, :1].expand(1, 16, 257), f0)) == 0
    assert float(train_renderer.theta_motion(theta, 0 * f0)) == 0


def test_training_lowers_the_loss() -> None:
    torch.manual_seed(0)
    batch: Batch = train_renderer.make_batch([example()], np.random.default_rng(1), "cpu")
    net = RendererNet()
    optimiser = torch.optim.AdamW(net.parameters(), 1e-3)
    losses = []
    for _ in range(6):
        torch.manual_seed(5)
        loss = train_renderer.step_loss(net, batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] - 0.01


def test_training_goes_on_from_its_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_renderer, "load_examples", lambda data, features, report: [example()])
    said: list[str] = []
    train_renderer.train(tmp_path, tmp_path, minutes=0.001, report=said.append)
    weights = train_renderer.train(tmp_path, tmp_path, minutes=0.02, report=said.append)
    steps = [line.rsplit(" ", 1)[1] for line in said if "from step" in line]
    assert steps[0] == "0"
    assert int(steps[1]) >= 1
    assert ShapeNetwork.load(weights).key
