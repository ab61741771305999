"""Which folder fits which engine over tokens, and why not: told from small files and the head of the weights.

A folder may hold one model (config.json), or be a whole pipeline of diffusers (model_index.json) of which an engine
takes parts. Nothing here needs torch. Each judge returns why a folder does not fit, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final

from intermezzo.core.errors import SourceError
from intermezzo_engines.pretrained.checkpoints import Folder, a, read_json
from intermezzo_engines.pretrained.stretch import dac_layers, encodec_layers, heard
from intermezzo_engines.pretrained.weights_file import weights_trouble

__all__ = ["DAC_REACH", "ENCODEC_BEFORE", "Part", "dac_judge", "encodec_judge", "kl_judge", "part_of", "vq_judge"]

DAC_REACH: Final = 10  # frames before and after; engines.toml promises it
ENCODEC_BEFORE: Final = 4  # frames; after it a frame is heard to the end
_MOST_CODES: Final = 65_536
_INDEX: Final = "model_index.json"


@dataclass(frozen=True)
class Part:
    """One model of a checkpoint: the folder in which it lies, the class that was saved, and its configuration."""

    path: Path
    kind: str
    config: Mapping[str, Any]


def part_of(folder: Path, place: str, *kinds: str) -> Part:
    """Return the model of one of some classes in a folder: the folder itself, or the part of a pipeline at a place.

    Raises:
        SourceError: if there is none, with the reason as half a sentence.
    """
    if (folder / _INDEX).is_file():
        named = read_json(folder / _INDEX).get(place)
        kind = str(named[1]) if isinstance(named, list) and len(named) == 2 else "nothing"
        if kind not in kinds:
            pipeline = read_json(folder / _INDEX).get("_class_name", "pipeline")
            raise SourceError(f"it is {a(pipeline)} with {kind} as its {place}, not {a(' or '.join(kinds))}")
        return Part(folder / place, kind, read_json(folder / place / "config.json"))
    found = Folder.read(folder)
    kind = found.architecture
    if kind not in kinds:
        raise SourceError(f"it is {a(kind)}, not {a(' or '.join(kinds))}")
    return Part(folder, kind, found.config)


def vq_judge(path: Path) -> str:
    """Say why a folder cannot be the checkpoint of the engine over VQModels; empty where it can."""
    return _judged(path, _vq)


def kl_judge(path: Path) -> str:
    """Say why a folder cannot be the checkpoint of the engine over AutoencoderKLs; empty where it can."""
    return _judged(path, _kl)


def encodec_judge(path: Path) -> str:
    """Say why a folder cannot be the checkpoint of the engine over EnCodec; empty where it can."""
    return _judged(path, _encodec)


def dac_judge(path: Path) -> str:
    """Say why a folder cannot be the checkpoint of the engine over DAC; empty where it can."""
    return _judged(path, _dac)


def _judged(path: Path, judge: Callable[[Path], str]) -> str:
    try:
        return judge(path)
    except SourceError as problem:
        return str(problem).rstrip(".")
    except (TypeError, ValueError, IndexError, KeyError, ZeroDivisionError, AttributeError, OverflowError) as problem:
        return f"its configuration makes no sense ({problem})"


def _vq(path: Path) -> str:
    part = part_of(path, "vqvae", "VQModel")
    trouble = _channels(part, 3) or _codes(int(part.config.get("num_vq_embeddings", 256))) or weights_trouble(part.path)
    if trouble or not (path / _INDEX).is_file():
        return trouble
    index = read_json(path / _INDEX)
    for place, kinds in (("transformer", ("UVit2DModel",)), ("text_encoder", ("CLIPTextModelWithProjection",))):
        if place in index and (path / place).is_dir():
            other = part_of(path, place, *kinds)
            trouble = weights_trouble(other.path)
            if trouble:
                return f"in {place}: {trouble}"
    transformer = path / "transformer" / "config.json"
    codes, mine = part.config.get("num_vq_embeddings", 256), None
    if transformer.is_file():
        mine = read_json(transformer).get("codebook_size", 8192)
    if mine is not None and mine != codes:
        return f"its transformer knows {mine} codes, its VQModel {codes}"
    return ""


def _kl(path: Path) -> str:
    part = part_of(path, "vae", "AutoencoderKL")
    if part.config.get("latents_mean") is not None:
        return "its latents have a mean for each channel, which this engine does not read"
    if not 1 <= int(part.config.get("latent_channels", 4)) <= 64:
        return "it has no sensible number of latent channels"
    return _channels(part, 3) or weights_trouble(part.path)


def _encodec(path: Path) -> str:
    part = part_of(path, "audio_encoder", "EncodecModel")
    config = part.config
    if config.get("normalize") or config.get("chunk_length_s") or config.get("norm_type") == "time_group_norm":
        return "it makes sound in chunks of equal loudness (as the one for 48 kHz), which codes alone do not tell"
    if int(config.get("audio_channels", 1)) != 1:
        return f"it has {config['audio_channels']} channels of sound, this engine takes one"
    before, _ = heard(encodec_layers(config))
    if before > ENCODEC_BEFORE:
        return f"a frame is heard {before} frames before its place in it, this engine promises {ENCODEC_BEFORE}"
    return _codes(int(config.get("codebook_size", 1024))) or _hop(config, "sampling_rate", 24_000) or weights_trouble(
        part.path
    )  # fmt: skip


def _dac(path: Path) -> str:
    part = part_of(path, "audio_encoder", "DacModel")
    config = part.config
    down, up = config.get("downsampling_ratios", (2, 4, 8, 8)), config.get("upsampling_ratios", (8, 8, 4, 2))
    if prod(down) != prod(up):
        return f"it makes {prod(up)} samples of what were {prod(down)}"
    reach = max(heard(dac_layers(config)))
    if reach > DAC_REACH:
        return f"a frame is heard {reach} frames far in it, this engine promises {DAC_REACH}"
    return _codes(int(config.get("codebook_size", 1024))) or _hop(config, "sampling_rate", 16_000) or weights_trouble(
        part.path
    )  # fmt: skip


def _hop(config: Mapping[str, Any], name: str, usual: int) -> str:
    rate, hop = int(config.get(name, usual)), prod(map(int, config.get("upsampling_ratios", (8, 5, 4, 2))))
    if not 1_000 <= rate <= 200_000 or not 1 <= hop <= rate:
        return f"it makes {hop} samples a frame at {rate} Hz, which is no sound"
    return ""


def _channels(part: Part, wanted: int) -> str:
    given = {int(part.config.get(name, wanted)) for name in ("in_channels", "out_channels")}
    return "" if given == {wanted} else f"it has {max(given - {wanted})} channels of colour, this engine takes {wanted}"


def _codes(n: int) -> str:
    return "" if 2 <= n <= _MOST_CODES else f"its codebook has {n:,} codes, a grid takes 2 to {_MOST_CODES:,}"
