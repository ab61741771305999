"""A HiFi-GAN of transformers as a renderer of drawn mels: in chunks, with exactly the context that it can see.

Before the first and after the last frame the mel goes on as it begins and ends, instead of the zeros that the network
pads its inner layers with: so every chunk is computed alike, and an edit far away changes no sample. Only the sound
within the reach of both ends (`hifigan_reach_frames`) differs from the model's own.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.fingerprint import of_array, of_value
from intermezzo_engines.pretrained.checkpoints import HOP, VOCODER_REACH
from intermezzo_engines.pretrained.chunks import CHUNK_FRAMES, rendered
from intermezzo_engines.pretrained.loading import Loaded, load_vocoder, one_thread, stamp_of

__all__ = ["Vocoder"]

Floats = NDArray[np.float32]


class Vocoder:
    """A vocoder, loaded."""

    def __init__(self, path: Path, device: str) -> None:
        """Load a folder; raises PluginError if it cannot be."""
        self._device, self.stamp = device, stamp_of(path)
        self._key = of_value([str(part) for part in self.stamp])
        self._model: Loaded = load_vocoder(path, device)

    def sound(self, mel: Floats, first: int, n_frames: int, window: tuple[int, int], job: Job) -> Floats:
        """Return the samples of frames ``window``, (frames * 256,), of a sketch of ``n_frames``.

        ``mel`` (frames, bands), in the checkpoint's own unit, begins at frame ``first`` of the sketch and holds at
        least what `needed` names.
        """

        def sound_of(start: int, stop: int) -> Floats:
            at = np.clip(np.arange(start - VOCODER_REACH, stop + VOCODER_REACH), 0, n_frames - 1) - first
            rows = np.ascontiguousarray(mel[at])
            key = f"hifigan {self._key} {of_array(rows)}"
            known = job.cache.get(key)
            if known is None:
                with one_thread():
                    wave = self._model(torch.from_numpy(rows).to(self._device)).float().cpu().numpy()
                known = np.ascontiguousarray(wave[VOCODER_REACH * HOP : (VOCODER_REACH + CHUNK_FRAMES) * HOP])
                job.cache.put(key, known)
            return known

        return rendered(n_frames, window, HOP, job, sound_of)

    @staticmethod
    def needed(window: tuple[int, int], n_frames: int) -> tuple[int, int]:
        """Return the frames of mel that the sound of a window needs."""
        start = window[0] // CHUNK_FRAMES * CHUNK_FRAMES - VOCODER_REACH
        stop = -(-window[1] // CHUNK_FRAMES) * CHUNK_FRAMES + VOCODER_REACH
        return max(start, 0), min(stop, n_frames)
