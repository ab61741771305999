"""Renderer: a fastspeech2/1 sketch to sound, through the HiFi-GAN that came with the checkpoint or that is named."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from intermezzo.core.engine import Job
from intermezzo.core.errors import ParamError
from intermezzo.core.media import Audio, Media
from intermezzo.core.models import model_folder
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.pretrained.acoustic import Acoustic
from intermezzo_engines.pretrained.checkpoints import Folder, contract_of_acoustic, contract_of_vocoder, has_own_vocoder
from intermezzo_engines.pretrained.fastspeech2 import DB_PER_UNIT, ENGINE, FASTSPEECH2, drawn_mel
from intermezzo_engines.pretrained.fastspeech2_convert import acoustic_of
from intermezzo_engines.pretrained.loading import stamp_of
from intermezzo_engines.pretrained.sketch_types import param_of
from intermezzo_engines.pretrained.vocoder import Vocoder

__all__ = ["FastSpeech2Renderer"]

_VOCODER = param_of(ENGINE, "vocoder")


class FastSpeech2Renderer:
    """The renderer of the FastSpeech 2 engine."""

    def __init__(self) -> None:
        self._device = "cpu"
        self._acoustic: Acoustic | None = None
        self._vocoder: Vocoder | None = None

    def load(self, device: str) -> None:
        """Remember the device; checkpoints are loaded when a sketch names them."""
        self._device = device

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Media:  # fmt: skip
        """Render frames ``window``, or all; there is no chance in it, so ``seed`` changes nothing.

        Raises:
            ParamError: if checkpoint or vocoder is gone, or they do not mean the same mel.
            SketchError: if a phone was given a label that the checkpoint does not know.
        """
        window = window or (0, sketch.n_frames)
        made = sketch.made.params
        acoustic = self._acoustic = acoustic_of(
            {"checkpoint": made.get("checkpoint", "")}, self._acoustic, self._device
        )
        vocoder = self._vocoder = self._vocoder_for(acoustic, str(params["vocoder"]))
        start, stop = vocoder.needed(window, sketch.n_frames)
        speaker, language = int(made.get("speaker", 0)), int(made.get("language", 0))
        mel = drawn_mel(acoustic, sketch, start, stop, speaker, language, job)
        mel = ((mel + sketch.mel.paint.window(start, stop)) / DB_PER_UNIT).astype(np.float32)
        sound = vocoder.sound(mel, start, sketch.n_frames, window, job)
        return Audio(np.clip(sound, -1, 1)[None].astype(np.float32), FASTSPEECH2.sample_rate)

    def _vocoder_for(self, acoustic: Acoustic, named: str) -> Vocoder:
        folder = Folder.read(acoustic.path)
        if named or not has_own_vocoder(folder):
            path = model_folder(_VOCODER, named)
            trouble = contract_of_vocoder(Folder.read(path)).against(contract_of_acoustic(folder))
            if trouble:
                raise ParamError(f"The vocoder {path.name} does not fit the voice {acoustic.path.name}: {trouble}.")
        else:
            path = acoustic.path
        if self._vocoder is not None and self._vocoder.stamp == stamp_of(path):
            return self._vocoder
        return Vocoder(path, self._device)
