"""EnCodec and DAC of one's own: sound to codes and back, obeyed, local as promised, the whole and its windows alike."""

import os
from pathlib import Path

import numpy as np
import pytest
from pretrained_checkpoints import save_dac, save_encodec

from intermezzo import Studio
from intermezzo.core.errors import ParamError, SourceError
from intermezzo.core.footprint import of_edit
from intermezzo.core.layers import Grid
from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Sketch
from intermezzo.storage.sketch_file import load_sketch
from intermezzo_engines.pretrained.stretch import dac_layers, encodec_layers, heard
from intermezzo_engines.pretrained.token_judges import DAC_REACH, ENCODEC_BEFORE

ENGINES = ("encodec", "dac")
N = 200  # frames, several chunks


def painted(studio: Studio, engine: str, sound: Audio, seed: int = 1) -> Sketch:
    """Return a sketch with codes of all kinds, for those of an untrained encoder are all alike."""
    sketch = studio.analyse(engine, sound, params={"levels": 0, "length_s": 120.0})
    tokens: Grid = sketch.tokens.cut(0, N)
    codes = np.random.default_rng(seed).integers(0, tokens.spec.codes, tokens.shape)
    return sketch.with_layer(tokens.with_codes(np.ones(tokens.shape, bool), codes))


@pytest.fixture(scope="module")
def long_sound() -> Audio:
    return Audio(np.random.default_rng(4).normal(0, 0.1, (1, 16_000 * 2)).astype(np.float32), 16_000)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_sketch_has_the_levels_the_hop_and_the_rate_of_its_checkpoint(
    token_studio: Studio, engine: str, sound: Audio, tmp_path: Path
) -> None:
    sketch = token_studio.analyse(engine, sound, params={"levels": 2, "start_s": 0.5, "length_s": 0.5})
    kind, tokens = sketch.type, sketch.tokens
    assert (kind.sample_rate, kind.hop_samples) == {"encodec": (8_000, 8), "dac": (16_000, 64)}[engine]
    assert tokens.shape == (-(-kind.sample_rate // 2 // kind.hop_samples), 2) and tokens.spec.codes == 16
    assert tokens.spec.codebook.startswith(f"{engine}-") and sketch.made.params["checkpoint"] == f"tiny-{engine}"
    rendered = token_studio.render(sketch)
    assert isinstance(rendered, Audio) and rendered.sample_rate == kind.sample_rate
    assert rendered.n_samples == len(tokens) * kind.hop_samples
    token_studio.save(sketch, tmp_path / "a.sketch")
    again = load_sketch(tmp_path / "a.sketch", token_studio.registry)
    assert again.type == kind and np.array_equal(token_studio.render(again).samples, rendered.samples)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_sound_is_that_of_transformers(
    token_studio: Studio, token_models: Path, engine: str, long_sound: Audio
) -> None:
    import torch
    import transformers

    sketch = painted(token_studio, engine, long_sound)
    codes = torch.from_numpy(sketch.tokens.codes.astype(np.int64).T[None])
    name = {"encodec": "EncodecModel", "dac": "DacModel"}[engine]
    model = getattr(transformers, name).from_pretrained(token_models / f"tiny-{engine}").eval()
    with torch.no_grad():
        told = model.decode(codes[None], [None]) if engine == "encodec" else model.decode(audio_codes=codes)
    whole = token_studio.render(sketch).samples[0]
    assert whole.std() > 1e-4 and np.allclose(told.audio_values.reshape(-1).numpy(), whole, atol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_codes_are_those_of_transformers(
    token_studio: Studio, token_models: Path, engine: str, long_sound: Audio
) -> None:
    import torch
    import transformers

    part = Audio(long_sound.samples[:, :8_000], {"encodec": 8_000, "dac": 16_000}[engine])
    sketch = token_studio.analyse(engine, part, params={"levels": 0})
    name = {"encodec": "EncodecModel", "dac": "DacModel"}[engine]
    model = getattr(transformers, name).from_pretrained(token_models / f"tiny-{engine}").eval()
    with torch.no_grad():
        codes = model.encode(torch.from_numpy(np.array(part.samples))[None]).audio_codes.reshape(-1, len(sketch.tokens))
    assert np.array_equal(sketch.tokens.codes[:, : len(codes)], codes.numpy().T[:, : sketch.tokens.shape[1]])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_window_is_the_whole_bit_for_bit(token_studio: Studio, engine: str, long_sound: Audio) -> None:
    sketch = painted(token_studio, engine, long_sound)
    whole, hop = token_studio.render(sketch).samples, sketch.type.hop_samples
    for start, stop in ((0, 1), (0, 64), (63, 65), (100, 130), (190, N), (N - 1, N)):
        part = token_studio.render(sketch, window=(start, stop)).samples
        assert np.array_equal(part, whole[:, start * hop : stop * hop])


@pytest.mark.parametrize("engine", ENGINES)
def test_an_edit_changes_nothing_outside_the_promised_footprint(
    token_studio: Studio, engine: str, long_sound: Audio
) -> None:
    sketch = painted(token_studio, engine, long_sound)
    reach = token_studio.registry.find(engine).reach
    whole, hop = token_studio.render(sketch).samples[0], sketch.type.hop_samples
    for start, stop in ((0, 2), (61, 66), (120, 123), (N - 1, N)):
        mask = np.zeros(sketch.tokens.shape, bool)
        mask[start:stop, -1] = True
        codes = (sketch.tokens.codes + 1) % sketch.tokens.spec.codes
        edited = sketch.with_layer(sketch.tokens.with_codes(mask, codes))
        changed = np.flatnonzero(token_studio.render(edited).samples[0] != whole)
        ((first, last),) = of_edit(sketch, edited, reach)
        assert first * hop <= changed[0] and changed[-1] < last * hop
        assert last == (N if engine == "encodec" else min(stop + DAC_REACH, N))


def test_encodec_is_heard_to_the_end_and_dac_is_not(token_studio: Studio) -> None:
    """The manifest must not promise what the LSTM of EnCodec breaks."""
    reach = {engine: token_studio.registry.find(engine).reach["tokens"] for engine in ENGINES}
    assert reach["encodec"].onward and reach["encodec"].before == ENCODEC_BEFORE
    assert (reach["dac"].before, reach["dac"].after, reach["dac"].onward) == (DAC_REACH, DAC_REACH, False)


@pytest.mark.parametrize(
    ("save", "config"),
    [
        (save_dac, {"upsampling_ratios": [8, 5, 4, 2], "downsampling_ratios": [2, 4, 5, 8]}), (save_dac, {}),
        (save_encodec, {"use_causal_conv": False, "upsampling_ratios": [5, 4, 2]}), (save_encodec, {}),
        (save_encodec, {"dilation_growth_rate": 3, "num_residual_layers": 2}),
    ],
)  # fmt: skip
def test_the_footprint_is_what_an_impulse_reaches(save, config: dict[str, object], tmp_path: Path) -> None:
    """Computed from the configuration, and as wide as what networks of positive weights show."""
    import torch
    from transformers import DacModel, EncodecModel

    path = save(tmp_path / "model", **config)
    model = (DacModel if save is save_dac else EncodecModel).from_pretrained(path).eval()
    told = model.config.to_dict()
    before, after = heard(dac_layers(told) if save is save_dac else encodec_layers(told))
    hop = int(np.prod(told["upsampling_ratios"]))
    with torch.no_grad():
        for name, weight in model.decoder.named_parameters():
            # No zeros and no signs that would hide a way through, and nothing so large that it is rounded away.
            weight.fill_(0.1 if "bias" in name or "original1" in name or weight.ndim == 3 else 0.5)
        layers = model.decoder.layers if save is save_encodec else None
        quiet = torch.zeros(1, int(told["hidden_size"]), 81, dtype=torch.float64)
        loud = quiet.clone()
        loud[..., 40] = 1.0
        model = model.double()

        def out(z: torch.Tensor) -> torch.Tensor:
            if layers is None:
                model.decoder.tanh = torch.nn.Identity()  # it would round far echoes away
                return model.decoder(z)[0, 0]
            for k, layer in enumerate(layers):
                z = layer(z) if k != 1 else z
            return z[0, 0]

        a, b = out(quiet), out(loud)
        at = torch.nonzero(a != b)[:, 0]
    first, last = 40 - int(at.min()) // hop, int(at.max()) // hop - 40
    assert (before, after) == (first, last)


def test_sounds_that_cannot_be_read_are_refused_in_one_line(token_studio: Studio, sound: Audio) -> None:
    with pytest.raises(SourceError, match="nothing from 3 s on"):
        token_studio.analyse("dac", sound, params={"start_s": 3.0})
    with pytest.raises(SourceError, match="starts from audio"):
        token_studio.analyse("dac", Text("a"))
    with pytest.raises(SourceError, match="empty"):
        token_studio.analyse("encodec", Audio(np.zeros((1, 0)), 8_000))


def test_a_checkpoint_that_was_exchanged_is_noticed(
    token_studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sound: Audio
) -> None:
    path = save_dac(tmp_path / "mine")
    sketch = token_studio.analyse("dac", sound, params={"checkpoint": str(path), "length_s": 0.2})
    monkeypatch.setattr("torch.manual_seed", lambda seed: None)  # other weights of the same shape
    save_dac(path)
    told = (path / "model.safetensors").stat()
    os.utime(path / "model.safetensors", ns=(told.st_atime_ns, told.st_mtime_ns + 10**9))
    with pytest.raises(ParamError, match="made with another checkpoint than the mine that is there"):
        token_studio.render(sketch)


def test_run_reads_a_sound_and_renders_it(token_studio: Studio, sound: Audio) -> None:
    sketch = token_studio.convert("dac", sound, params={"length_s": 0.5})
    assert sketch.type.id == "dac/1" and sketch.tokens.origin.all()


def test_the_engine_host_hands_over_what_a_checkpoint_decides(
    token_models: Path, monkeypatch: pytest.MonkeyPatch, sound: Audio
) -> None:
    """The sketch comes from another process, with the levels, hop and codebook that only that process knows."""
    monkeypatch.setenv("INTERMEZZO_MODELS", str(token_models))
    with Studio(in_process=False) as studio:
        sketch = studio.analyse("dac", sound, params={"length_s": 0.5})
        assert sketch.tokens.shape == (125, 2) and sketch.type.hop_samples == 64
        edited = sketch.with_layer(sketch.tokens.with_codes(np.ones(sketch.tokens.shape, bool), 3))
        assert studio.render(edited).n_samples == 8_000
