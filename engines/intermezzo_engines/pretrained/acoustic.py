"""FastSpeech2ConformerModel taken apart, so that drawn lengths, pitch and energy are used instead of predicted ones.

In evaluation the model ignores the labels that its `forward` takes (shared/reference/speech.md, section 10), so the
forward pass is put together here from its own parts: encoder, speaker and language, predictors, embeddings, length
regulator, decoder, post-net. Frames come from the lengths as they are; the configuration's speaking_speed is left to
the converter.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.errors import ParamError
from intermezzo_engines.pretrained.checkpoints import Folder
from intermezzo_engines.pretrained.loading import Loaded, load_acoustic, one_thread, stamp_of
from intermezzo_engines.pretrained.vocabulary import Vocabulary

__all__ = ["Acoustic"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class Acoustic:
    """A checkpoint's acoustic model and vocabulary; phones go in as ids (L,)."""

    def __init__(self, path: Path, device: str) -> None:
        """Load a folder; raises PluginError if it cannot be."""
        self.path, self._device = path, device
        self.stamp = stamp_of(path)
        self.vocabulary = Vocabulary.of(Folder.read(path).json("vocab.json"))
        self._model: Loaded = load_acoustic(path, device)
        self._speaker_vector = self._read_speaker(path)

    def _read_speaker(self, path: Path) -> torch.Tensor | None:
        """Return the voice of a checkpoint that takes one as a vector: speaker_embedding.npy beside it, if any."""
        size, file = self._model.config.speaker_embed_dim, path / "speaker_embedding.npy"
        if not size or not file.is_file():
            return None
        try:
            vector = np.load(file, allow_pickle=False).astype(np.float32).reshape(1, size)
        except (OSError, ValueError):
            raise ParamError(f"speaker_embedding.npy in {path.name} is no array of {size} numbers.") from None
        return torch.from_numpy(vector).to(self._device)

    def must_know(self, speaker: int, language: int) -> None:
        """Refuse a speaker or language number that the checkpoint does not have; raises ParamError."""
        config = self._model.config
        for what, number, count in (
            ("speaker", speaker, config.num_speakers), ("language", language, config.num_languages),
        ):  # fmt: skip
            n = max(count or 1, 1)
            if not 0 <= number < n:
                raise ParamError(f"This checkpoint has {n} {what}{'s' * (n > 1)}, counted from 0, so {number} is none.")

    def encode(self, ids: Ints, speaker: int, language: int) -> torch.Tensor:
        """Return the hidden states (1, L, H) of phones, with the speaker and the language in them."""
        model = self._model
        with one_thread():
            tokens = torch.from_numpy(ids).to(self._device)[None]
            hidden = model.encoder(tokens, torch.ones_like(tokens).unsqueeze(-2), return_dict=True)[0]
            if model.multispeaker_model:
                hidden = hidden + model.speaker_id_embedding(torch.tensor([speaker], device=self._device))[:, None]
            if model.multilingual_model:
                hidden = hidden + model.language_id_embedding(torch.tensor([language], device=self._device))[:, None]
            if self._speaker_vector is not None:
                voice = torch.nn.functional.normalize(self._speaker_vector)[:, None].expand(-1, hidden.size(1), -1)
                hidden = model.projection(torch.cat((hidden, voice), dim=-1))
            states: torch.Tensor = hidden
            return states

    def predict(self, hidden: torch.Tensor) -> tuple[Ints, Floats, Floats]:
        """Return lengths in frames, pitch and energy in the checkpoint's own normal units, each (L,)."""
        model = self._model
        with one_thread():
            frames = model.duration_predictor(hidden)[0]
            pitch, energy = model.pitch_predictor(hidden)[0, :, 0], model.energy_predictor(hidden)[0, :, 0]
            return frames.cpu().numpy().astype(np.int64), _floats(pitch), _floats(energy)

    def decode(self, hidden: torch.Tensor, frames: Ints, pitch: Floats, energy: Floats) -> Floats:
        """Return the mel (sum of ``frames``, bands) for exactly these lengths, pitch and energy of each phone."""
        model = self._model
        with one_thread():
            drawn = [torch.from_numpy(np.ascontiguousarray(x))[None, :, None].to(self._device) for x in (pitch, energy)]
            states = hidden + model.energy_embed(drawn[1]) + model.pitch_embed(drawn[0])
            long = torch.repeat_interleave(states[0], torch.from_numpy(frames).to(self._device), dim=0)[None]
            decoded = model.decoder(long, None, return_dict=True)[0]
            return _floats(model.speech_decoder_postnet(decoded)[1][0])


def _floats(x: torch.Tensor) -> Floats:
    return np.ascontiguousarray(x.float().cpu().numpy())
