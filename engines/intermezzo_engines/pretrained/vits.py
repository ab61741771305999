"""VitsModel taken apart: letters to a prior, lengths by chance or by hand, and latents to sound in chunks.

The text encoder does not know the lengths, the flow and the decoder are convolutions: so a drawn length moves the
prior of its letter and nothing else, and is heard as far as these can see. The chance of a letter's sound comes from
(its draw, its id), not from its place in time, so what is stretched or moved keeps its sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.errors import ParamError
from intermezzo_engines.pretrained.checkpoints import HOP, Folder, vits_reach_frames
from intermezzo_engines.pretrained.chunks import CHUNK_FRAMES
from intermezzo_engines.pretrained.loading import Loaded, load_vits, one_thread, stamp_of

__all__ = ["Priors", "Vits"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_KEPT_SENTENCES = 64


@dataclass(frozen=True)
class Priors:
    """Mean and logarithm of the standard deviation of each token's latent frames, both (tokens, channels)."""

    mean: Floats
    log_deviation: Floats


class Vits:
    """A checkpoint with its vocabulary; the ids of a sentence go in with blanks already between them."""

    def __init__(self, path: Path, device: str) -> None:
        """Load a folder; raises PluginError if it cannot be."""
        folder = Folder.read(path)
        self.path, self._device, self.stamp = path, device, stamp_of(path)
        self.vocabulary: dict[str, int] = dict(folder.json("vocab.json"))
        self.tokenizer: dict[str, Any] = dict(folder.json("tokenizer_config.json"))
        self.has_blanks = bool(self.tokenizer.get("add_blank", True))
        self.flow_reach, self.decoder_reach = vits_reach_frames(folder.config)
        self._model: Loaded = load_vits(path, device)
        self._known: dict[tuple[int, ...], Priors] = {}

    def must_know(self, speaker: int) -> None:
        """Refuse a speaker that the checkpoint does not have; raises ParamError."""
        n = max(int(self._model.config.num_speakers), 1)
        if not 0 <= speaker < n:
            raise ParamError(f"This checkpoint has {n} speaker{'s' * (n > 1)}, counted from 0, so {speaker} is none.")

    def _voice(self, speaker: int) -> torch.Tensor | None:
        if self._model.config.num_speakers <= 1:
            return None
        voice: torch.Tensor = self._model.embed_speaker(torch.tensor([speaker], device=self._device)).unsqueeze(-1)
        return voice

    def _encode(self, ids: Ints) -> tuple[torch.Tensor, torch.Tensor, Priors]:
        tokens = torch.from_numpy(ids).to(self._device)[None]
        mask = torch.ones_like(tokens).unsqueeze(-1).to(self._model.text_encoder.embed_tokens.weight.dtype)
        read = self._model.text_encoder(input_ids=tokens, padding_mask=mask, attention_mask=None, return_dict=True)
        priors = Priors(_floats(read.prior_means[0]), _floats(read.prior_log_variances[0]))
        return read.last_hidden_state.transpose(1, 2), mask.transpose(1, 2), priors

    def priors(self, ids: Ints) -> Priors:
        """Return the priors of a sentence's tokens, remembered for the sentences read last."""
        key = tuple(ids.tolist())
        if key not in self._known:
            with one_thread():
                priors = self._encode(ids)[2]
            while len(self._known) >= _KEPT_SENTENCES:
                self._known.pop(next(iter(self._known)))
            self._known[key] = priors
        return self._known[key]

    def lengths(self, ids: Ints, seed: int, speaker: int, speed: float, timing: float) -> Ints:
        """Return the length of each token in frames, drawn with ``seed``; ``timing`` scales the checkpoint's noise."""
        model = self._model
        with one_thread(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            hidden, mask, _ = self._encode(ids)
            if model.config.use_stochastic_duration_prediction:
                noise = float(model.config.noise_scale_duration) * timing
                logs = model.duration_predictor(hidden, mask, self._voice(speaker), reverse=True, noise_scale=noise)
            else:
                logs = model.duration_predictor(hidden, mask, self._voice(speaker))
            # As the model itself rounds, with its own rate.
            frames = torch.ceil(torch.exp(logs) / (float(model.config.speaking_rate) * speed))
            longest = 30.0 * 22_050 / HOP  # no letter lasts half a minute; random weights may think so
            found: Ints = _floats(frames.clamp(1, longest))[0, 0].astype(np.int64)
            return found

    @property
    def noise_scale(self) -> float:
        """How much chance the checkpoint was meant to have in its sound."""
        return float(self._model.config.noise_scale)

    @property
    def context(self) -> int:
        """Frames of prior before and after a chunk that its sound depends on."""
        return self.flow_reach + self.decoder_reach

    def sound(self, prior: Floats, inside: NDArray[np.bool_], speaker: int) -> Floats:
        """Return the samples of one chunk from latent samples (CHUNK_FRAMES + 2 context, channels).

        ``inside`` (frames,) tells which of them lie within the sketch; the others are silence, as at the ends of
        the model's own forward pass.
        """
        with one_thread():
            mask = torch.from_numpy(inside.astype(np.float32)).to(self._device)[None, None]
            latent = torch.from_numpy(np.ascontiguousarray(prior.T)).to(self._device)[None] * mask
            voice = self._voice(speaker)
            flowed = self._model.flow(latent, mask, voice, reverse=True) * mask
            flowed = flowed[..., self.flow_reach : flowed.shape[-1] - self.flow_reach]
            wave = self._model.decoder(flowed, voice)[0, 0]
            first = self.decoder_reach * HOP
            return _floats(wave[first : first + CHUNK_FRAMES * HOP])


def _floats(x: torch.Tensor) -> Floats:
    return np.ascontiguousarray(x.detach().float().cpu().numpy())
