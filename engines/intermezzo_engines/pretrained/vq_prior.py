"""The transformer of an aMUSEd checkpoint as a guesser for our own sampling loop, and a text as it wants it.

The pipeline of diffusers counts its schedule over the whole grid also where few cells are masked, and then chooses all
but a few of them in its last step; `tokens.sampling` counts the cells that were masked at the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from intermezzo.core.errors import PluginError
from intermezzo_engines.pretrained.checkpoints import read_json
from intermezzo_engines.pretrained.loading import Loaded, library, load_part
from intermezzo_engines.pretrained.token_judges import part_of

__all__ = ["Prompt", "VqPrior", "has_prior"]

_SCORE: Final = 6.0  # what aMUSEd calls a picture of good looks


def has_prior(path: Path) -> bool:
    """Tell whether a checkpoint has a transformer beside its VQModel."""
    return (path / "transformer" / "config.json").is_file()


@dataclass(frozen=True)
class _Size:
    codes: int


@dataclass(frozen=True)
class Prompt:
    """A text as vectors: ``pooled`` (1, n), ``words`` (1, words, n), and the same of an empty text."""

    pooled: Tensor
    words: Tensor
    free_pooled: Tensor
    free_words: Tensor
    says: bool
    beside: Tensor | None = None

    def repeated(self, count: int, *, said: bool = True) -> tuple[Tensor, ...]:
        """Return it for a batch; ``said`` False is the empty text."""
        pooled, words = (self.pooled, self.words) if said else (self.free_pooled, self.free_words)
        return pooled.expand(count, -1), words.expand(count, -1, -1)

    def leaning(self, count: int, only: Tensor) -> Tensor | None:
        """Return nothing: only the transformer speaks for codes."""
        return None


class VqPrior:
    """A loaded UVit2DModel, with its text encoder where the checkpoint has one."""

    def __init__(self, path: Path, device: str, cell_px: int) -> None:
        self._net: Loaded = load_part(part_of(path, "transformer", "UVit2DModel"), device)
        config = self._net.config
        self._device, self._cell_px, self._path = device, cell_px, path
        self.shape = _Size(int(config.codebook_size))
        self.side_cells = int(config.sample_size)
        told = path / "scheduler" / "scheduler_config.json"
        mask = read_json(told).get("mask_token_id") if told.is_file() else None
        self._mask = int(config.vocab_size) - 1 if mask is None else int(mask)
        self._texts: dict[str, tuple[Tensor, Tensor]] = {}
        self.reads = (path / "text_encoder" / "config.json").is_file() and (path / "tokenizer").is_dir()
        if self.reads:
            self._encoder: Loaded = load_part(part_of(path, "text_encoder", "CLIPTextModelWithProjection"), device)
            self._tokenizer = self._load_tokenizer()

    def _load_tokenizer(self) -> Any:  # Any: a tokenizer of transformers
        try:
            return library("transformers").CLIPTokenizer.from_pretrained(
                str(self._path / "tokenizer"), local_files_only=True
            )  # fmt: skip
        except PluginError:
            raise
        except Exception as problem:  # any of dozens, by file and by version
            what = f"{type(problem).__name__}: {problem}".splitlines()[0][:200]
            raise PluginError(f"The tokenizer of {self._path.name} cannot be loaded ({what}).") from problem

    def prompt(self, text: str) -> Prompt:
        """Return a text as the transformer wants it; without a text encoder it says nothing."""
        said, free = self._vectors(text), self._vectors("")
        return Prompt(*said, *free, says=self.reads and bool(text.strip()))

    def _vectors(self, text: str) -> tuple[Tensor, Tensor]:
        if not self.reads:
            config = self._net.config
            pooled = torch.zeros(1, int(config.cond_embed_dim), device=self._device)
            return pooled, torch.zeros(1, 1, int(config.encoder_hidden_size), device=self._device)
        if text not in self._texts:
            if len(self._texts) > 32:
                self._texts.clear()
            ids = self._tokenizer(
                [text], return_tensors="pt", padding="max_length", truncation=True,
                max_length=min(self._tokenizer.model_max_length, self._encoder.config.max_position_embeddings),
            ).input_ids  # fmt: skip
            with torch.inference_mode():
                told = self._encoder(ids.to(self._device), return_dict=True, output_hidden_states=True)
            self._texts[text] = told.text_embeds, told.hidden_states[-2]
        return self._texts[text]

    def __call__(self, shown: Tensor, pooled: Tensor, words: Tensor, only: Tensor, beside: Tensor | None) -> Tensor:
        """Return logits for the cells of ``only``, (cells, codes); the number after the last code is an open cell."""
        n, rows, columns = shown.shape
        ids = torch.where(shown >= self.shape.codes, torch.full_like(shown, self._mask), shown)
        sizes = [columns * self._cell_px, rows * self._cell_px, 0.0, 0.0, _SCORE]
        told = torch.tensor([sizes], dtype=words.dtype, device=words.device).expand(n, -1)
        logits: Tensor = self._net(
            ids, micro_conds=told, pooled_text_emb=pooled, encoder_hidden_states=words
        )  # (n, codes, rows, columns)
        return logits.flatten(2).transpose(1, 2)[only]
