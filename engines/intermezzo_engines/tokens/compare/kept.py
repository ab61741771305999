"""Learned representations on disk: weights of one kind and its head in safetensors, and beside them a card in JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from intermezzo.core.errors import FileError
from intermezzo_engines.tokens.compare.bottlenecks import Representation
from intermezzo_engines.tokens.compare.head import Head
from intermezzo_engines.tokens.training import write_weights

__all__ = ["Card", "keep", "load"]

_FORM: Final = "intermezzo-comparison/1"


@dataclass(frozen=True)
class Card:
    """How something was learned: steps and pictures seen of representation and head, seconds, parameters."""

    steps: int
    head_steps: int
    pictures_seen: int
    seconds: float
    parameters: int
    head_parameters: int


def keep(folder: Path, net: Representation, head: Head, card: Card) -> None:
    """Write ``NAME.safetensors`` and then ``NAME.json``; raises FileError if that fails."""
    parts = {f"net.{k}": v.detach().cpu().contiguous() for k, v in net.state_dict().items()}
    parts |= {f"head.{k}": v.detach().cpu().contiguous() for k, v in head.state_dict().items()}
    try:
        write_weights(parts, folder / f"{net.name}.safetensors")
        (folder / f"{net.name}.json").write_text(
            json.dumps({"form": _FORM, "name": net.name, **asdict(card)}, indent=2) + "\n", encoding="utf-8"
        )
    except (OSError, SafetensorError) as problem:
        raise FileError(f"{net.title} cannot be kept in {folder}: {problem}.") from None


def load(folder: Path, net: Representation, head: Head) -> Card | None:
    """Fill both networks from a folder; returns how they were learned, None where the folder lacks them.

    Raises:
        FileError: if the files are damaged or of another form.
    """
    weights, card = folder / f"{net.name}.safetensors", folder / f"{net.name}.json"
    if not weights.is_file() or not card.is_file():
        return None
    try:
        document = json.loads(card.read_text(encoding="utf-8"))
        if document.pop("form") != _FORM or document.pop("name") != net.name:
            raise ValueError("another form")
        found = Card(**document)
        if not all(isinstance(value, (int, float)) for value in document.values()):
            raise ValueError("a figure is no number")
        parts = load_file(weights)
        net.load_state_dict({k.removeprefix("net."): v for k, v in parts.items() if k.startswith("net.")})
        head.load_state_dict({k.removeprefix("head."): v for k, v in parts.items() if k.startswith("head.")})
        if not all(bool(torch.isfinite(v).all()) for v in parts.values()):
            raise ValueError("no numbers")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError):
        raise FileError(
            f"What {folder} keeps of {net.title} is damaged or of another version. "
            f"Take {weights.name} and {card.name} away, and it is trained again."
        ) from None
    net.eval(), head.eval()
    return found
