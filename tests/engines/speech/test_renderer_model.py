"""The network's shape, its starting point and its reach."""

import torch

from intermezzo_engines.speech.draft import N_BINS
from intermezzo_engines.speech.render import REACH
from intermezzo_engines.speech.renderer_model import RendererConfig, RendererNet


def inputs(frames: int = 90) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    env = torch.randn(1, frames, 100, generator=generator) - 4
    f0 = 150 + 20 * torch.randn(1, frames, generator=generator)
    return env, -torch.rand(1, frames, 5, generator=generator), f0


def test_it_has_the_size_of_the_spike() -> None:
    assert 1.6e6 < sum(p.numel() for p in RendererNet().parameters()) < 1.9e6


def test_two_sub_frames_a_frame_come_out() -> None:
    for out in RendererNet()(*inputs(12)):
        assert out.shape == (1, 24, N_BINS)


def test_without_its_last_layer_it_changes_nothing() -> None:
    net = RendererNet()
    torch.nn.init.zeros_(net.head.weight)
    assert all(not out.any() for out in net(*inputs(10)))


def test_reach_is_what_the_renderer_counts_on() -> None:
    assert RendererConfig().reach == REACH
    net = RendererNet().eval()
    with torch.no_grad():
        net.head.weight.mul_(50)
        env, breath, f0 = inputs()
        before = net(env, breath, f0)
        env[0, 45] += 1
        after = net(env, breath, f0)
    for a, b in zip(before, after, strict=True):
        changed = (a != b).any(-1)[0].nonzero()[:, 0] // 2
        assert changed.min() == 45 - REACH
        assert changed.max() == 45 + REACH
