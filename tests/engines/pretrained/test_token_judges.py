"""Which folder fits which engine over tokens, and why not: told before any weight is read, in one line."""

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from intermezzo import Studio
from intermezzo.core.errors import IntermezzoError, ParamError, PluginError
from intermezzo.core.media import Audio, Image
from intermezzo.core.models import judged, local_models
from intermezzo.core.params import Param
from intermezzo_engines.pretrained.token_judges import dac_judge, encodec_judge, kl_judge, vq_judge
from intermezzo_engines.pretrained.weights_file import digest

VQ = {"_class_name": "VQModel", "num_vq_embeddings": 64}
KL = {"_class_name": "AutoencoderKL"}
ENCODEC = {"architectures": ["EncodecModel"]}
DAC = {"architectures": ["DacModel"], "upsampling_ratios": [8, 8, 4, 2], "downsampling_ratios": [2, 4, 8, 8]}
WEIGHTS = "diffusion_pytorch_model.safetensors"


def tensors(n_bytes: int = 8, cut: int = 0) -> bytes:
    """Return a safetensors file with one tensor, of which some bytes are cut off."""
    table = json.dumps({"a": {"dtype": "U8", "shape": [n_bytes], "data_offsets": [0, n_bytes]}}).encode()
    whole = len(table).to_bytes(8, "little") + table + bytes(n_bytes)
    return whole[: len(whole) - cut]


def folder(path: Path, config: object, weights: bytes | None = None, name: str = WEIGHTS) -> Path:
    """Write a folder with a configuration and weights that nobody loads."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    (path / name).write_bytes(tensors() if weights is None else weights)
    return path


def test_what_fits_is_taken(tmp_path: Path) -> None:
    assert vq_judge(folder(tmp_path / "vq", VQ)) == ""
    assert kl_judge(folder(tmp_path / "kl", KL)) == ""
    assert encodec_judge(folder(tmp_path / "encodec", ENCODEC, name="model.safetensors")) == ""
    assert dac_judge(folder(tmp_path / "dac", DAC, name="model.fp16.safetensors")) == ""


def pipeline(path: Path, **parts: tuple[str, dict[str, Any]]) -> Path:
    """Write a pipeline of diffusers of parts by their place."""
    for place, (kind, config) in parts.items():
        folder(path / place, {"_class_name": kind, "architectures": [kind], **config})
    index = {"_class_name": "SomePipeline", **{place: ["diffusers", kind] for place, (kind, _) in parts.items()}}
    (path / "model_index.json").write_text(json.dumps(index))
    return path


def test_parts_of_pipelines_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    amused = pipeline(
        tmp_path / "amused", vqvae=("VQModel", VQ), transformer=("UVit2DModel", {"codebook_size": 64}),
        text_encoder=("CLIPTextModelWithProjection", {}),
    )  # fmt: skip
    assert vq_judge(amused) == ""
    assert kl_judge(amused) == "it is a SomePipeline with nothing as its vae, not an AutoencoderKL"
    assert kl_judge(pipeline(tmp_path / "sd", vae=("AutoencoderKL", {}))) == ""
    monkeypatch.setenv("INTERMEZZO_MODELS", str(tmp_path))
    assert [path.name for path in local_models()] == ["amused", "sd"]
    (amused / "transformer" / "config.json").write_text('{"_class_name": "UVit2DModel", "codebook_size": 32}')
    assert vq_judge(amused) == "its transformer knows 32 codes, its VQModel 64"
    (amused / "text_encoder" / WEIGHTS).write_bytes(tensors(cut=1))
    assert vq_judge(amused).startswith("in text_encoder: ")


@pytest.mark.parametrize(
    ("judge", "config", "said"),
    [
        (vq_judge, KL, "it is an AutoencoderKL, not a VQModel"), (vq_judge, [], "config.json is no table"),
        (kl_judge, {"architectures": ["BertModel"]}, "it is a BertModel, not an AutoencoderKL"),
        (vq_judge, {**VQ, "num_vq_embeddings": 70_000}, "its codebook has 70,000 codes"),
        (vq_judge, {**VQ, "num_vq_embeddings": "many"}, "its configuration makes no sense"),
        (vq_judge, {**VQ, "in_channels": 1}, "it has 1 channels of colour, this engine takes 3"),
        (kl_judge, {**KL, "latents_mean": [0.0]}, "its latents have a mean for each channel"),
        (kl_judge, {**KL, "latent_channels": 0}, "no sensible number of latent channels"),
        (encodec_judge, DAC, "it is a DacModel, not an EncodecModel"),
        (encodec_judge, {**ENCODEC, "normalize": True}, "chunks of equal loudness"),
        (encodec_judge, {**ENCODEC, "audio_channels": 2}, "it has 2 channels of sound"),
        (encodec_judge, {**ENCODEC, "use_causal_conv": False, "upsampling_ratios": [2, 2]}, "promises 4"),
        (encodec_judge, {**ENCODEC, "upsampling_ratios": [0]}, "makes no sense"),
        (dac_judge, {**DAC, "upsampling_ratios": [2, 2], "downsampling_ratios": [2, 2]}, "this engine promises 10"),
        (dac_judge, {**DAC, "downsampling_ratios": [2, 2]}, "it makes 512 samples of what were 4"),
        (dac_judge, {**DAC, "sampling_rate": 3}, "which is no sound"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_line(tmp_path: Path, judge, config, said: str) -> None:
    reason = judge(folder(tmp_path / "model", config))
    assert said in reason and "\n" not in reason and not reason.endswith(".")


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (tensors(64, cut=1), "bytes where 1"), (tensors()[:5], "no safetensors file"), (b"", "no safetensors file"),
        (b"\xff" * 64, "no safetensors file"), ((2).to_bytes(8, "little") + b"[]", "no safetensors file"),
        ((2).to_bytes(8, "little") + b"{}", "has 10 bytes where"), (tensors() + b"more", "bytes where"),
    ],
)  # fmt: skip
def test_weights_that_were_cut_off_are_told_from_their_head(tmp_path: Path, weights: bytes, said: str) -> None:
    reason = vq_judge(folder(tmp_path / "model", VQ, weights))
    assert (said in reason or "cut off" in reason) and reason.endswith("again")


def test_missing_pickled_and_split_weights_are_named(tmp_path: Path) -> None:
    path = folder(tmp_path / "model", VQ)
    (path / WEIGHTS).rename(path / "diffusion_pytorch_model.bin")
    assert vq_judge(path).startswith("its weights are pickled (diffusion_pytorch_model.bin)")
    (path / "diffusion_pytorch_model.bin").rename(path / "model.safetensors.index.json")
    assert "several files" in vq_judge(path)
    (path / "model.safetensors.index.json").unlink()
    assert vq_judge(path).startswith("model has no weights")


def test_the_digest_is_that_of_the_weights(tmp_path: Path) -> None:
    one, same, other = (folder(tmp_path / name, VQ) for name in "abc")
    (other / WEIGHTS).write_bytes(tensors(16))
    assert digest(one) == digest(same) != digest(other)
    (one / WEIGHTS).write_bytes(tensors(16))
    assert digest(one) == digest(other)


def test_judging_needs_neither_torch_nor_transformers_nor_diffusers(tmp_path: Path) -> None:
    path = str(folder(tmp_path / "model", VQ))
    line = (
        "import sys; from pathlib import Path; from intermezzo_engines.pretrained.token_judges import vq_judge; "
        f"print(vq_judge(Path({path!r})), *(m in sys.modules for m in ('torch', 'transformers', 'diffusers')))"
    )
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"] * 3


def _damaged(path: Path) -> dict[str, bytes]:
    """Return the safetensors file of a checkpoint with one tensor less, and with one of another shape."""
    from safetensors.torch import load_file, save

    there = load_file(next(path.glob("*.safetensors")))
    first = sorted(there)[0]
    return {
        "lacks": save({name: value for name, value in there.items() if name != first}, {"format": "pt"}),
        "reshaped": save({**there, first: there[first].new_zeros(7)}, {"format": "pt"}),
    }


@pytest.mark.parametrize("engine", ["vq", "kl", "encodec", "dac"])
def test_weights_that_are_not_whole_are_refused_by_the_engine(
    token_studio: Studio, token_models: Path, tmp_path: Path, engine: str, sound: Audio, picture: Image
) -> None:
    import shutil

    path = tmp_path / "model"
    shutil.copytree(token_models / f"tiny-{engine}", path)
    file = next(path.glob("*.safetensors"))
    medium: Audio | Image = sound if engine in ("encodec", "dac") else picture
    for weights in _damaged(path).values():
        file.write_bytes(weights)
        with pytest.raises(PluginError, match=r"model (lacks 1 weights|cannot be loaded)") as refusal:
            token_studio.analyse(engine, medium, params={"checkpoint": str(path)})
        assert "\n" not in str(refusal.value)


def test_pickled_code_is_never_run(token_studio: Studio, token_models: Path, tmp_path: Path, picture: Image) -> None:
    ran = tmp_path / "ran"

    class Trap:
        def __reduce__(self):
            return (Path.touch, (ran,))

    path = folder(tmp_path / "model", VQ)
    (path / WEIGHTS).unlink()
    (path / "diffusion_pytorch_model.bin").write_bytes(pickle.dumps({"weight": Trap()}))
    with pytest.raises(ParamError, match="its weights are pickled"):
        token_studio.analyse("vq", picture, params={"checkpoint": str(path)})
    # Not even where it hides behind the name of what is safe.
    (path / "diffusion_pytorch_model.bin").rename(path / WEIGHTS)
    with pytest.raises(IntermezzoError, match="no safetensors file"):
        token_studio.analyse("vq", picture, params={"checkpoint": str(path)})
    assert not ran.exists()


def test_every_judge_is_found_by_its_name_in_the_manifest(token_models: Path, token_studio: Studio) -> None:
    takers = {
        engine: next(p for p in token_studio.registry.find(engine).params if p.kind == "folder")
        for engine in ("vq", "kl", "encodec", "dac")
    }

    def fits(param: Param) -> list[str]:
        return [path.name for path in sorted(token_models.iterdir()) if not judged(param, path)]

    assert {engine: fits(param) for engine, param in takers.items()} == {
        "vq": ["tiny-amused", "tiny-amused-mute", "tiny-vq"], "kl": ["tiny-kl"], "encodec": ["tiny-encodec"],
        "dac": ["tiny-dac"],
    }  # fmt: skip
