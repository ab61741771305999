"""Which checkpoint fits which engine, and why not: told from small files, before any weight is read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pretrained_checkpoints import phone_vocabulary, save_acoustic, save_vits

from intermezzo import Studio
from intermezzo.core.errors import ParamError, PluginError
from intermezzo.core.models import local_models, model_folder, name_of
from intermezzo_engines.pretrained.checkpoints import (
    acoustic_judge,
    hifigan_reach_frames,
    vits_judge_16k,
    vits_judge_22k,
    vocoder_judge,
)
from intermezzo_engines.pretrained.contract import MelContract
from intermezzo_engines.pretrained.sketch_types import param_of

VOICE = {"architectures": ["FastSpeech2ConformerModel"], "num_mel_bins": 80}
GAN = {"architectures": ["FastSpeech2ConformerHifiGan"], "model_in_dim": 80, "upsample_rates": [8, 8, 2, 2]}
VITS = {"architectures": ["VitsModel"], "sampling_rate": 16_000, "upsample_rates": [8, 8, 2, 2]}


def folder(path: Path, config: object, **files: object) -> Path:
    """Write a folder with a configuration, weights that nobody reads, and other tables by the name of their file."""
    path.mkdir(exist_ok=True)
    (path / "model.safetensors").write_bytes(b"")
    for name, content in {"config": config, "vocab": phone_vocabulary(), **files}.items():
        (path / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_what_fits_is_taken(tmp_path: Path) -> None:
    assert acoustic_judge(folder(tmp_path / "voice", VOICE)) == ""
    together = {"architectures": ["FastSpeech2ConformerWithHifiGan"], "model_config": {}, "vocoder_config": {}}
    assert acoustic_judge(folder(tmp_path / "both", together)) == ""
    assert vocoder_judge(tmp_path / "both") == vocoder_judge(folder(tmp_path / "gan", GAN)) == ""
    assert vits_judge_16k(folder(tmp_path / "vits", VITS)) == ""
    assert vits_judge_22k(folder(tmp_path / "vits22", {**VITS, "sampling_rate": 22_050})) == ""


@pytest.mark.parametrize(
    ("config", "files", "said"),
    [
        ({"architectures": ["VitsModel"]}, {}, "it is a VitsModel, not a FastSpeech2ConformerModel or"),
        ({"model_type": "bert"}, {}, "it is a bert"), ([], {}, "config.json is no table"),
        ("{", {}, "config.json is missing or cannot be read"),
        ({**VOICE, "num_mel_bins": 100}, {}, "its mel bands is 100 where 80 belongs"),
        ({**VOICE, "num_mel_bins": "many"}, {}, "invalid literal"),
        ({**VOICE, "reduction_factor": 2}, {}, "its reduction_factor is not 1"),
        (VOICE, {"vocab": {"a": 0}}, "its vocab.json has 0 of the 39 sounds of English"),
        (VOICE, {"vocab": {"a": "x"}}, "vocab.json is missing or no table of tokens"),
        (VOICE, {"mel": {"hop_samples": 300}}, "its hop is 300 samples where 256 belongs"),
        (VOICE, {"mel": {"fmax": 8000}}, "mel.json does not know 'fmax'"),
        (VOICE, {"mel": {"log_base": 2.718}}, "its base of the logarithm is 2.718 where 10 belongs"),
        (VOICE, {"preprocessor_config": {"sampling_rate": 16_000, "hop_length": 256}}, "its sample rate is 16000 Hz"),
        (VOICE, {"preprocessor_config": {"sampling_rate": 22_050, "hop_length": 20,
                                         "feature_extractor_type": "SpeechT5FeatureExtractor"}},
         "its hop is 441 samples"),
    ],
)  # fmt: skip
def test_a_voice_that_does_not_fit_is_refused_in_one_line(tmp_path: Path, config, files, said: str) -> None:
    reason = acoustic_judge(folder(tmp_path / "voice", config, **files))
    assert said in reason and "\n" not in reason


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    assert "config.json is missing" in acoustic_judge(tmp_path)
    (folder(tmp_path / "voice", VOICE) / "model.safetensors").unlink()
    assert "it has no weights" in acoustic_judge(tmp_path / "voice")
    (folder(tmp_path / "vits", VITS) / "vocab.json").unlink()
    assert "vocab.json is missing" in vits_judge_16k(tmp_path / "vits")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({**GAN, "upsample_rates": [8, 8, 4, 2]}, "its hop is 512 samples where 256 belongs"),
        ({**GAN, "model_in_dim": 100}, "its mel bands is 100 where 80 belongs"),
        ({**GAN, "sampling_rate": 24_000}, "its sample rate is 24000 Hz where 22050 belongs"),
        ({"architectures": ["SpeechT5HifiGan"]}, "its sample rate is 16000 Hz where 22050 belongs"),
        ({**GAN, "resblock_kernel_sizes": [3, 7, 31]}, "this engine promises 14"),
    ],
)
def test_a_vocoder_that_means_another_mel_is_refused(tmp_path: Path, config, said: str) -> None:
    assert said in vocoder_judge(folder(tmp_path / "gan", config))


def test_a_vits_of_another_rate_or_with_other_letters_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path / "vits", VITS, tokenizer_config={"is_uroman": True})
    assert "uroman" in vits_judge_16k(path)
    assert "256 samples a frame at 16000 Hz, this engine takes 256 at 22050" in vits_judge_22k(path)
    assert "promises 46" in vits_judge_16k(folder(tmp_path / "wide", {**VITS, "wavenet_dilation_rate": 3}))


def test_only_what_is_known_on_both_sides_is_compared() -> None:
    mine = MelContract(sample_rate_hz=22_050, fmax_hz=7600)
    assert mine.against(MelContract(sample_rate_hz=22_050.4)) == mine.against(MelContract()) == ""
    assert mine.against(MelContract(fmax_hz=8000)) == "its highest band edge is 7600 Hz where 8000 belongs"
    assert "lowest band edge" in mine.unknown() and "sample rate" not in mine.unknown()


def test_the_reach_of_a_generator_is_what_its_layers_can_see() -> None:
    """Computed from the configuration, and as wide as what an impulse through the network shows."""
    import torch
    from transformers import FastSpeech2ConformerHifiGan, FastSpeech2ConformerHifiGanConfig

    assert hifigan_reach_frames({}) == 14
    small = {"upsample_rates": [4, 2], "upsample_kernel_sizes": [8, 4], "resblock_kernel_sizes": [3, 5]}
    dilations = [[1, 2], [1, 3]]
    model = FastSpeech2ConformerHifiGan(
        FastSpeech2ConformerHifiGanConfig(
            upsample_initial_channel=8,
            model_in_dim=4,
            resblock_dilation_sizes=dilations,
            normalize_before=False,
            **small,
        )
    ).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.fill_(0.05)  # no zeros that would hide a way through
        quiet, loud = torch.zeros(81, 4), torch.zeros(81, 4)
        loud[40] = 1.0
        at = torch.nonzero(model(quiet) != model(loud))[:, 0] // 8
    reach = hifigan_reach_frames({**small, "resblock_dilation_sizes": dilations}, hop=8)
    assert max(40 - int(at.min()), int(at.max()) - 40) <= reach <= max(40 - int(at.min()), int(at.max()) - 40) + 2


def test_a_name_a_path_or_nothing_find_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERMEZZO_MODELS", str(tmp_path))
    param = param_of("builtin.pretrained.fastspeech2", "checkpoint")
    with pytest.raises(ParamError, match=f"none is chosen. Put one into {tmp_path}"):
        model_folder(param, "")
    gan, voice = folder(tmp_path / "a-gan", GAN), folder(tmp_path / "voice", VOICE)
    assert local_models() == [gan, voice]
    assert model_folder(param, "") == model_folder(param, "voice") == model_folder(param, str(voice)) == voice
    assert name_of(voice) == "voice" and name_of(Path("/elsewhere/voice")) == "/elsewhere/voice"
    with pytest.raises(ParamError, match="there is no folder"):
        model_folder(param, "gone")
    with pytest.raises(ParamError, match="a-gan cannot be used: it is a FastSpeech2ConformerHifiGan"):
        model_folder(param, "a-gan")


def test_weights_that_are_damaged_or_not_whole_are_refused(studio: Studio, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    path = save_acoustic(tmp_path / "voice")
    weights = load_file(path / "model.safetensors")
    weights.pop("model.pitch_embed.conv.weight")
    save_file(weights, path / "model.safetensors", {"format": "pt"})
    with pytest.raises(PluginError, match=r"voice lacks 1 weights, 'model\.pitch_embed\.conv\.weight'"):
        studio.convert("fastspeech2", "Hello", params={"checkpoint": str(path)})
    (path / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(PluginError, match="voice cannot be loaded") as refusal:
        studio.convert("fastspeech2", "Hello", params={"checkpoint": str(path)})
    assert "\n" not in str(refusal.value)


def test_pickled_code_is_never_run(studio: Studio, tmp_path: Path) -> None:
    import pickle

    path = save_vits(tmp_path / "voice")
    (path / "model.safetensors").unlink()
    ran = tmp_path / "ran"

    class Trap:
        def __reduce__(self):
            return (Path.touch, (ran,))

    (path / "pytorch_model.bin").write_bytes(pickle.dumps({"weight": Trap()}))
    with pytest.raises(PluginError, match="voice cannot be loaded"):
        studio.convert("vits", "Hello", params={"checkpoint": str(path)})
    assert not ran.exists()


def test_judging_and_listing_need_neither_torch_nor_transformers(tmp_path: Path) -> None:
    folder(tmp_path / "voice", VOICE)
    path = str(tmp_path / "voice")
    line = (
        "import sys; from pathlib import Path; from intermezzo_engines.pretrained.checkpoints import acoustic_judge; "
        f"print(acoustic_judge(Path({path!r})), *(m in sys.modules for m in ('torch', 'transformers')))"
    )
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
