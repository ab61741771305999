"""Windows equal the whole to the bit, edits stay inside their footprint, and chunks are computed once."""

from pathlib import Path

import numpy as np
import pytest
import torch
from drawn_voice import drawn_voice
from numpy.typing import NDArray
from safetensors.torch import save_file

from intermezzo.core import footprint
from intermezzo.core.edits import curves
from intermezzo.core.errors import Cancelled, EngineError
from intermezzo.core.manifest import Reach
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.speech import render
from intermezzo_engines.speech.analyse import Analysis, analysed_sketch
from intermezzo_engines.speech.features import HOP, Floats, ln_to_db
from intermezzo_engines.speech.render import (
    ShapeNetwork,
    SpeechRenderer,
    default_network,
    needed_frames,
    render_frames,
    soft_limit,
)
from intermezzo_engines.speech.renderer_model import RendererNet

VOICE = drawn_voice(260)


class Drawer:
    """A cache that counts, and a job around it."""

    def __init__(self, stop_after: int = 10**9) -> None:
        self.kept: dict[str, NDArray[np.float32]] = {}
        self.found = 0
        self.cache = self
        self._left = stop_after

    def get(self, key: str) -> NDArray[np.float32] | None:
        self.found += key in self.kept
        return self.kept.get(key)

    def put(self, key: str, array: NDArray[np.float32]) -> None:
        self.kept[key] = array

    def progress(self, fraction: float, what: str = "") -> None:
        self._left -= 1
        if self._left < 0:
            raise Cancelled("stopped")


@pytest.fixture(scope="module", params=["draft", "network"])
def network(request: pytest.FixtureRequest) -> ShapeNetwork | None:
    """No network, or one that shapes strongly."""
    if request.param == "draft":
        return None
    torch.manual_seed(2)
    net = RendererNet()
    with torch.no_grad():
        net.head.weight.mul_(20)
    return ShapeNetwork(net, "cpu", "test")


def sketch() -> Sketch:
    env, breath, f0 = VOICE
    return analysed_sketch(Analysis(f0, env, breath), Made("builtin.speech", "1.0"))


@pytest.mark.parametrize("window", [(0, 1), (10, 60), (63, 65), (100, 228), (250, 260)])
def test_a_window_is_the_whole_to_the_bit(network: ShapeNetwork | None, window: tuple[int, int]) -> None:
    env, breath, f0 = VOICE
    whole = render_frames(env, breath, f0, seed=3, network=network)
    first, last = needed_frames(f0, *window)
    part = render_frames(
        env[first:last], breath[first:last], f0[first:last], seed=3, window=window, offset=first, network=network
    )
    assert np.array_equal(part, whole[window[0] * HOP : window[1] * HOP])


@pytest.mark.parametrize("layer", ["env", "breath"])
@pytest.mark.parametrize("frame", [0, 63, 64, 90, 259])
def test_an_edit_of_a_frame_is_heard_within_its_footprint(network: ShapeNetwork | None, layer: str, frame: int) -> None:
    env, breath, f0 = (x.copy() for x in VOICE)
    before = render_frames(env, breath, f0, seed=3, network=network)
    (env if layer == "env" else breath)[frame] -= 1.0
    after = render_frames(env, breath, f0, seed=3, network=network)
    changed = np.flatnonzero(before != after) // HOP
    if layer == "breath" and f0[frame] == 0 and network is None:
        assert len(changed) == 0 or f0[max(frame - 1, 0) : frame + 2].any()
        return
    assert changed.min() >= frame - render.FOOTPRINT
    assert changed.max() <= frame + render.FOOTPRINT


def test_an_edit_of_pitch_ends_with_its_voiced_run(network: ShapeNetwork | None) -> None:
    env, breath, f0 = (x.copy() for x in VOICE)
    before = render_frames(env, breath, f0, seed=3, network=network)
    f0[60] *= 1.3
    after = render_frames(env, breath, f0, seed=3, network=network)
    changed = np.flatnonzero(before != after) // HOP
    run_end = 60 + int(np.flatnonzero(f0[60:] == 0)[0])
    assert changed.min() >= 60 - render.FOOTPRINT
    assert changed.max() < run_end + render.FOOTPRINT


def test_the_promised_reach_covers_what_changes_in_the_sketch() -> None:
    renderer = SpeechRenderer()
    renderer.load("cpu")
    old = sketch()
    new = curves.shift(old, "pitch", 40, 55, 4.0)
    sounds = [renderer.render(s, {}, seed=1, window=None, job=Drawer()).samples[0] for s in (old, new)]
    changed = np.flatnonzero(sounds[0] != sounds[1]) // HOP
    reach = {name: Reach(render.FOOTPRINT, render.FOOTPRINT, name == "pitch") for name in old.layers}
    ranges = footprint.of_edit(old, new, reach)
    assert len(changed) > 0
    assert all(any(start <= frame < stop for start, stop in ranges) for frame in np.unique(changed))


def test_chunks_are_found_again_and_only_edited_ones_are_new(network: ShapeNetwork | None) -> None:
    env, breath, f0 = (x.copy() for x in VOICE)
    cache = Drawer()
    first = render_frames(env, breath, f0, seed=3, network=network, cache=cache)
    count = len(cache.kept)
    assert np.array_equal(render_frames(env, breath, f0, seed=3, network=network, cache=cache), first)
    assert (len(cache.kept), cache.found) == (count, count)
    env[30] += 0.5
    edited = render_frames(env, breath, f0, seed=3, network=network, cache=cache)
    assert len(cache.kept) <= count + 2
    assert np.array_equal(edited, render_frames(env, breath, f0, seed=3, network=network))


def test_seed_and_network_make_other_chunks(network: ShapeNetwork | None) -> None:
    cache = Drawer()
    render_frames(*VOICE, seed=3, network=network, cache=cache)
    count = len(cache.kept)
    other = render_frames(*VOICE, seed=4, network=network, cache=cache)
    assert len(cache.kept) == 2 * count
    assert not np.array_equal(other, render_frames(*VOICE, seed=3, network=network))


def test_energy_edits_are_a_gain() -> None:
    renderer = SpeechRenderer()
    old = sketch()
    new = old.with_layer(old.energy.with_values(30, old.energy.values[30:90] - 12.0))
    quiet, loud = (renderer.render(s, {}, seed=1, window=(40, 80), job=Drawer()).samples[0] for s in (new, old))
    assert quiet == pytest.approx(loud * 10 ** (-12 / 20), abs=1e-4)


def test_painted_decibels_are_heard_in_their_bands_only() -> None:
    env, breath, f0 = VOICE
    painted = env.copy()
    painted[40:70, 60:75] += np.float32(12.0 / 8.685889638)
    before, after = (render_frames(x, breath, f0, seed=1)[44 * HOP : 66 * HOP] for x in (env, painted))
    from intermezzo_engines.speech.envelope import envelope_of, power

    gain_db = ln_to_db(envelope_of(power(after, 22)) - envelope_of(power(before, 22)))[3:-3]
    assert gain_db[:, 63:72].mean() == pytest.approx(12.0, abs=1.0)
    assert np.abs(gain_db[:, 5:50]).max() < 0.5


@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_the_number_of_threads_changes_no_bit(n_threads: int) -> None:
    network = default_network()
    former = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        alone = render_frames(*VOICE, seed=3, network=network)
        torch.set_num_threads(n_threads)
        np.testing.assert_array_equal(render_frames(*VOICE, seed=3, network=network), alone)
        assert torch.get_num_threads() == n_threads
    finally:
        torch.set_num_threads(former)


def test_an_empty_window_is_an_empty_sound() -> None:
    sound = SpeechRenderer().render(sketch(), {}, seed=1, window=(40, 40), job=Drawer())
    assert sound.samples.shape == (1, 0)


def test_rendering_can_be_stopped_between_chunks() -> None:
    with pytest.raises(Cancelled):
        SpeechRenderer().render(sketch(), {}, seed=1, window=None, job=Drawer(stop_after=1))


def test_loud_sketches_stay_within_full_scale() -> None:
    loud = np.linspace(-30, 30, 1001, dtype=np.float32)
    limited = soft_limit(loud)
    assert np.abs(limited).max() <= 1.0
    assert (np.diff(limited) >= 0).all()
    quiet: Floats = loud[np.abs(loud) <= 0.9]
    assert np.array_equal(soft_limit(quiet), quiet)


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.safetensors"
    save_file({"embed.weight": torch.zeros(3)}, path)
    with pytest.raises(EngineError, match="weights"):
        ShapeNetwork.load(path)


def test_the_shipped_network_is_there_and_loads() -> None:
    assert render.default_network() is not None
