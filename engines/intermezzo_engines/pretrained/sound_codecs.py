"""EnCodec and DAC of transformers: sound to codes and back, in chunks that begin and end where the whole does.

A chunk is computed with as much around it as its network can see, and stands at a fixed place, so a window of a sound
is the whole of it, bit for bit, and an edit changes nothing beyond its footprint (`stretch.heard`). At both ends the
network pads as it does with the whole sound. Only the LSTM of EnCodec runs from the beginning on, over all frames: a
frame is heard from its place (a few frames earlier where the convolutions look ahead) to the end.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from intermezzo_engines.pretrained.loading import Loaded, load_part, one_thread, stamp_of
from intermezzo_engines.pretrained.stretch import dac_layers, encodec_layers, heard
from intermezzo_engines.pretrained.token_judges import part_of
from intermezzo_engines.pretrained.weights_file import digest

__all__ = ["Dac", "Encodec", "SoundCodec"]

CHUNK_FRAMES: Final = 64
Codes = NDArray[np.int64]
Floats = NDArray[np.float32]


class SoundCodec:
    """A loaded codec: ``levels`` codes of ``codes`` each, a frame of ``hop`` samples at ``rate_hz``."""

    def __init__(self, path: Path, device: str, kind: str) -> None:
        part = part_of(path, "audio_encoder", kind)
        self.path, self.stamp, self.device = path, stamp_of(path), device
        self.codebook = f"{kind.removesuffix('Model').lower()}-{digest(part.path)}"
        self.model: Loaded = load_part(part, device)
        config = part.config
        layers = dac_layers(config) if kind == "DacModel" else encodec_layers(config)
        self._later, self._earlier = heard(layers)  # how much after and before it a frame of sound sees
        self.hop = prod(self.model.config.upsampling_ratios)
        self.rate_hz, self.codes = int(self.model.config.sampling_rate), int(self.model.config.codebook_size)
        self.levels = self._levels()
        self._hidden: tuple[bytes, Tensor] | None = None

    def _levels(self) -> int:
        raise NotImplementedError

    def _codes_of(self, sound: Tensor) -> Tensor:
        """Return codes (levels, frames) of samples (1, 1, n)."""
        raise NotImplementedError

    def _begun(self, codes: Tensor) -> Tensor:
        """Return what goes into the chunks, (1, channels, frames), from codes (levels, frames)."""
        raise NotImplementedError

    def _finished(self, hidden: Tensor) -> Tensor:
        """Return samples (n,) of a stretch of `_begun`."""
        raise NotImplementedError

    def encode(self, sound: Floats) -> Codes:
        """Return the codes of samples (n,) at its rate: (frames, levels), the last frame filled up with silence."""
        frames = -(-len(sound) // self.hop)
        whole = np.zeros(frames * self.hop, np.float32)
        whole[: len(sound)] = sound
        with one_thread():
            found = self._codes_of(torch.from_numpy(whole)[None, None].to(self.device))
        codes: Codes = found.T.cpu().numpy().astype(np.int64)
        if len(codes) < frames:  # odd ratios lose a few samples at the end
            codes = np.concatenate([codes, np.repeat(codes[-1:], frames - len(codes), axis=0)])
        return codes[:frames]

    def sound(
        self, codes: Codes, window: tuple[int, int], tell: Callable[[float], None] = lambda share: None
    ) -> Floats:  # fmt: skip
        """Return the samples of frames ``window`` of codes (frames, levels): (frames * hop,)."""
        start, stop = window
        if stop <= start:
            return np.zeros(0, np.float32)
        first, last = start // CHUNK_FRAMES, -(-stop // CHUNK_FRAMES)
        parts = []
        with one_thread():
            hidden = self._hidden_of(codes)
            for chunk in range(first, last):
                tell((chunk - first) / (last - first))
                parts.append(self._chunk(hidden, chunk * CHUNK_FRAMES, min((chunk + 1) * CHUNK_FRAMES, len(codes))))
        offset = first * CHUNK_FRAMES
        return np.concatenate(parts)[(start - offset) * self.hop : (stop - offset) * self.hop]

    def _chunk(self, hidden: Tensor, start: int, stop: int) -> Floats:
        low, high = max(start - self._earlier, 0), min(stop + self._later, hidden.shape[-1])
        found: Floats = self._finished(hidden[..., low:high].contiguous()).cpu().numpy()
        whole = np.zeros((high - low) * self.hop, np.float32)
        whole[: len(found)] = found[: len(whole)]
        return np.clip(whole[(start - low) * self.hop : (stop - low) * self.hop], -1, 1)

    def _hidden_of(self, codes: Codes) -> Tensor:
        key = codes.tobytes()
        if self._hidden is None or self._hidden[0] != key:
            self._hidden = key, self._begun(torch.from_numpy(codes.T.copy()).to(self.device))
        return self._hidden[1]


class Encodec(SoundCodec):
    """An EncodecModel."""

    def __init__(self, path: Path, device: str) -> None:
        super().__init__(path, device, "EncodecModel")

    def _levels(self) -> int:
        return len(self.model.quantizer.layers)

    def _codes_of(self, sound: Tensor) -> Tensor:
        found: Tensor = self.model.quantizer.encode(self.model.encoder(sound), None)[:, 0]
        return found

    def _begun(self, codes: Tensor) -> Tensor:
        first, memory = self.model.decoder.layers[:2]
        found: Tensor = memory(first(self.model.quantizer.decode(codes[:, None])))
        return found

    def _finished(self, hidden: Tensor) -> Tensor:
        for layer in self.model.decoder.layers[2:]:
            hidden = layer(hidden)
        return hidden[0, 0]


class Dac(SoundCodec):
    """A DacModel."""

    def __init__(self, path: Path, device: str) -> None:
        super().__init__(path, device, "DacModel")

    def _levels(self) -> int:
        return int(self.model.config.n_codebooks)

    def _codes_of(self, sound: Tensor) -> Tensor:
        found: Tensor = self.model.encode(sound).audio_codes[0]
        return found

    def _begun(self, codes: Tensor) -> Tensor:
        found: Tensor = self.model.quantizer.from_codes(codes[None])[0]
        return found

    def _finished(self, hidden: Tensor) -> Tensor:
        found: Tensor = self.model.decoder(hidden)[0, 0]
        return found
