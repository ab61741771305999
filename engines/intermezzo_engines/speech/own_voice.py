"""A voice made from somebody's recordings: a folder with what is known of the speaker and the networks fitted to it.

`voice.json` names the voice, its language and its figures; `voice.safetensors` holds the statistics of the recordings
and, where they came with text, a converter fitted to them; `renderer.safetensors` a renderer fitted to their sound.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech.voice_stats import Stats

__all__ = ["DOCUMENT", "OwnVoice", "load_own_voice", "save_own_voice"]

DOCUMENT, _TENSORS, _RENDERER = "voice.json", "voice.safetensors", "renderer.safetensors"
_FORMAT = 1


@dataclass(frozen=True)
class OwnVoice:
    """What is known of a speaker; ``converter`` is empty where the recordings had no text."""

    name: str
    language: str
    stats: Stats
    converter: dict[str, Tensor]
    renderer: Path


def save_own_voice(
    folder: Path, name: str, language: str, stats: Stats, converter: dict[str, Tensor], renderer: dict[str, Tensor],
    figures: dict[str, float],
) -> None:  # fmt: skip
    """Write a voice; the document comes last, so that a folder with one is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"stats.{f.name}": torch.from_numpy(getattr(stats, f.name)) for f in fields(Stats)}
    tensors |= {
        f"converter.{key}": value.half() if value.is_floating_point() else value for key, value in converter.items()
    }
    document = {"format": _FORMAT, "name": name, "language": language, "figures": figures}
    with TemporaryDirectory(dir=folder, prefix=".voice-") as drafts:
        draft = Path(drafts)
        save_file({key: value.contiguous() for key, value in tensors.items()}, draft / _TENSORS)
        save_file({key: value.half().contiguous() for key, value in renderer.items()}, draft / _RENDERER)
        (draft / DOCUMENT).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for part in (_TENSORS, _RENDERER, DOCUMENT):
            (draft / part).replace(folder / part)


def load_own_voice(folder: Path) -> OwnVoice:
    """Read a voice.

    Raises:
        SourceError: if the folder holds none, or a newer or damaged one.
    """
    if not (folder / DOCUMENT).is_file():
        raise SourceError(f"{folder} holds no voice. Choose a folder that “Make a voice” wrote.")
    try:
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
        if document["format"] > _FORMAT:
            raise SourceError(f"The voice in {folder} was made by a newer Intermezzo. Update, or make it again.")
        tensors = load_file(folder / _TENSORS)
        stats = Stats(*(tensors[f"stats.{f.name}"].numpy().astype(np.float32) for f in fields(Stats)))
        converter = {
            key.partition(".")[2]: value.float() for key, value in tensors.items() if key.startswith("converter.")
        }
        if not (folder / _RENDERER).is_file():
            raise FileNotFoundError(_RENDERER)
        return OwnVoice(str(document["name"]), str(document["language"]), stats, converter, folder / _RENDERER)
    except SourceError:
        raise
    except Exception as problem:  # json and safetensors raise their own types
        raise SourceError(f"The voice in {folder} is damaged. Make it again from its recordings.") from problem
