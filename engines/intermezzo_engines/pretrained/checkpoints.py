"""Checkpoint folders as they lie on disk, read without torch: architecture, files, vocabulary, and who can use them.

Only config.json, vocab.json and a few other small JSON files are read here, and of weights no more than that they are
there. The judges at the end are what the manifest names: each returns why a folder does not fit, or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from intermezzo.core.errors import SourceError
from intermezzo_engines.pretrained.contract import MelContract, contract_of
from intermezzo_engines.pretrained.vocabulary import Vocabulary

__all__ = [
    "FASTSPEECH2_MEL", "HOP", "Folder", "a", "acoustic_config", "acoustic_judge", "contract_of_acoustic",
    "contract_of_vocoder", "has_own_vocoder", "hifigan_reach_frames", "vits_judge_16k", "vits_judge_22k",
    "vits_reach_frames", "vocoder_config", "vocoder_judge",
]  # fmt: skip

HOP = 256
BANDS = 80
FASTSPEECH2_MEL = MelContract(sample_rate_hz=22_050, hop_samples=HOP, bands=BANDS, log_base=10.0)
"""What the sketch type fastspeech2/1 is made for: the recipe of ESPnet's LJSpeech checkpoints."""
VOCODER_REACH, VITS_REACH = 14, 46  # frames; engines.toml promises them

_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
_WITH_VOCODER = "FastSpeech2ConformerWithHifiGan"
_ACOUSTIC = ("FastSpeech2ConformerModel", _WITH_VOCODER)
_VOCODERS = ("FastSpeech2ConformerHifiGan", "SpeechT5HifiGan")
_LARGEST_JSON = 32 * 2**20
_FEWEST_SOUNDS = 30  # of the 39 that English has


@dataclass(frozen=True)
class Folder:
    """A checkpoint folder: its ``config`` and ``architecture`` (a transformers class name)."""

    path: Path
    config: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Folder:
        """Read the configuration, of a pipeline its index; raises SourceError if there is none."""
        is_pipeline = not (path / "config.json").is_file() and (path / "model_index.json").is_file()
        return cls(path, read_json(path / ("model_index.json" if is_pipeline else "config.json")))

    @property
    def architecture(self) -> str:
        """The class that was saved, as the configuration says."""
        named = self.config.get("architectures")
        if isinstance(named, list) and named:
            return str(named[0])
        return str(self.config.get("_class_name") or self.config.get("model_type", "unknown"))

    def json(self, name: str) -> Mapping[str, Any]:
        """Return another JSON table of the folder; empty where the file is missing."""
        return read_json(self.path / name) if (self.path / name).is_file() else {}


def a(kind: str) -> str:
    """Return the name of a class with its article."""
    return f"{'an' if kind[:1] in 'AEIOU' else 'a'} {kind}"


def read_json(path: Path) -> Mapping[str, Any]:
    """Read a JSON table; raises SourceError if it is missing, too large or no table."""
    try:
        if path.stat().st_size > _LARGEST_JSON:
            raise SourceError(f"{path.name} is far too large")
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise SourceError(f"{path.name} is missing or cannot be read") from None
    if not isinstance(table, dict):
        raise SourceError(f"{path.name} is no table")
    return table


def acoustic_config(folder: Folder) -> Mapping[str, Any]:
    """Return the configuration of the acoustic model, also where a vocoder was saved with it."""
    return _part(folder, "model_config") if has_own_vocoder(folder) else folder.config


def vocoder_config(folder: Folder) -> Mapping[str, Any]:
    """Return the configuration of the vocoder, also where it was saved with an acoustic model."""
    return _part(folder, "vocoder_config") if has_own_vocoder(folder) else folder.config


def has_own_vocoder(folder: Folder) -> bool:
    """Tell whether acoustic model and vocoder were saved together."""
    return folder.architecture == _WITH_VOCODER


def _part(folder: Folder, name: str) -> Mapping[str, Any]:
    part = folder.config.get(name)
    if not isinstance(part, dict):
        raise SourceError(f"config.json lacks {name}")
    return part


def contract_of_acoustic(folder: Folder) -> MelContract:
    """Return what is known of the mel that an acoustic model predicts."""
    bands = int(acoustic_config(folder).get("num_mel_bins", BANDS))
    return contract_of(folder, MelContract(bands=bands))


def contract_of_vocoder(folder: Folder) -> MelContract:
    """Return what is known of the mel that a vocoder was trained on."""
    config = vocoder_config(folder)
    rate = config.get("sampling_rate", 16_000 if folder.architecture == "SpeechT5HifiGan" else None)
    rates = config.get("upsample_rates", (4, 4, 4, 4) if folder.architecture == "SpeechT5HifiGan" else (8, 8, 2, 2))
    own = MelContract(sample_rate_hz=rate, hop_samples=prod(rates), bands=int(config.get("model_in_dim", BANDS)))
    return contract_of(folder, own)


def hifigan_reach_frames(config: Mapping[str, Any], hop: int = HOP) -> int:
    """Return how many frames before and after it a frame changes the sound of a HiFi-GAN generator.

    Half kernels in units of their own layer's step: 7-tap ends, transposed convolutions, and in each residual block
    a dilated and a plain convolution per dilation; the widest block of each level counts.
    """
    rates = [int(r) for r in config.get("upsample_rates", (8, 8, 2, 2))]
    kernels = [int(k) for k in config.get("upsample_kernel_sizes", (16, 16, 4, 4))]
    blocks = config.get("resblock_kernel_sizes", (3, 7, 11))
    dilations = config.get("resblock_dilation_sizes") or ((1, 3, 5),) * len(blocks)
    widest = max(
        sum((int(k) - 1) // 2 * (int(d) + 1) for d in own) for k, own in zip(blocks, dilations, strict=True)
    )  # fmt: skip
    reach, step = 3.0, float(hop)
    for rate, kernel in zip(rates, kernels, strict=True):
        reach += (kernel / rate) / 2 * step / hop
        step /= rate
        reach += widest * step / hop
    return int(reach + 3 * step / hop) + 1


def vits_reach_frames(config: Mapping[str, Any]) -> tuple[int, int]:
    """Return how far a frame of the prior reaches through the flow, and a latent frame through the decoder."""
    kernel, rate = int(config.get("wavenet_kernel_size", 5)), int(config.get("wavenet_dilation_rate", 1))
    layers = range(int(config.get("prior_encoder_num_wavenet_layers", 4)))
    flow = int(config.get("prior_encoder_num_flows", 4)) * sum((kernel - 1) * rate**i // 2 for i in layers)
    return flow, hifigan_reach_frames(config)


def acoustic_judge(path: Path) -> str:
    """Say why a folder cannot be the voice of the FastSpeech 2 engine; empty where it can."""
    try:
        folder = Folder.read(path)
        if folder.architecture not in _ACOUSTIC:
            return f"it is {a(folder.architecture)}, not a {' or '.join(_ACOUSTIC)}"
        config = acoustic_config(folder)
        if int(config.get("reduction_factor", 1)) != 1:
            return "its reduction_factor is not 1"
        trouble = _no_weights(folder) or contract_of_acoustic(folder).against(FASTSPEECH2_MEL)
        trouble = trouble or (_vocoder_trouble(folder) if has_own_vocoder(folder) else "")
        known = len(Vocabulary.of(folder.json("vocab.json")).english)
        if not trouble and known < _FEWEST_SOUNDS:
            return f"its vocab.json has {known} of the 39 sounds of English, in ARPAbet or IPA"
        return trouble
    except (SourceError, TypeError, ValueError) as problem:
        return str(problem).rstrip(".")


def vocoder_judge(path: Path) -> str:
    """Say why a folder cannot be the vocoder of the FastSpeech 2 engine; empty where it can."""
    try:
        folder = Folder.read(path)
        if folder.architecture not in (*_VOCODERS, _WITH_VOCODER):
            return f"it is {a(folder.architecture)}, not a {' or '.join(_VOCODERS)}"
        return _no_weights(folder) or _vocoder_trouble(folder)
    except (SourceError, TypeError, ValueError) as problem:
        return str(problem).rstrip(".")


def _vocoder_trouble(folder: Folder) -> str:
    trouble = contract_of_vocoder(folder).against(FASTSPEECH2_MEL)
    reach = hifigan_reach_frames(vocoder_config(folder))
    if not trouble and reach > VOCODER_REACH:
        return f"a frame reaches {reach} frames far in it, this engine promises {VOCODER_REACH}"
    return trouble


def vits_judge_16k(path: Path) -> str:
    """Say why a folder cannot be the voice of the VITS engine for 16 kHz; empty where it can."""
    return _vits_trouble(path, 16_000)


def vits_judge_22k(path: Path) -> str:
    """Say why a folder cannot be the voice of the VITS engine for 22.05 kHz; empty where it can."""
    return _vits_trouble(path, 22_050)


def _vits_trouble(path: Path, rate_hz: int) -> str:
    try:
        folder = Folder.read(path)
        if folder.architecture != "VitsModel":
            return f"it is {a(folder.architecture)}, not a VitsModel"
        rate, hop = int(folder.config.get("sampling_rate", 16_000)), prod(folder.config.get("upsample_rates", (HOP,)))
        if rate != rate_hz or hop != HOP:
            return f"it makes {hop} samples a frame at {rate} Hz, this engine takes {HOP} at {rate_hz}"
        reach = sum(vits_reach_frames(folder.config))
        if reach > VITS_REACH:
            return f"a frame reaches {reach} frames far in it, this engine promises {VITS_REACH}"
        if folder.json("tokenizer_config.json").get("is_uroman"):
            return "its letters come from uroman, which Intermezzo does not have"
        return _no_weights(folder) or ("" if folder.json("vocab.json") else "vocab.json is missing or cannot be read")
    except (SourceError, TypeError, ValueError) as problem:
        return str(problem).rstrip(".")


def _no_weights(folder: Folder) -> str:
    if any((folder.path / name).is_file() for name in _WEIGHTS):
        return ""
    return "it has no weights (model.safetensors or pytorch_model.bin)"
