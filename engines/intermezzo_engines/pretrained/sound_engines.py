"""The engines over EnCodec and DAC: any sound to codes in time x levels, and codes to sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, Mark
from intermezzo.core.media import Audio, Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.pretrained.loading import stamp_of
from intermezzo_engines.pretrained.open_types import CHECKPOINT, folder_of, made_with, settled, spec_in, the_same
from intermezzo_engines.pretrained.sound_codecs import Dac, Encodec, SoundCodec
from intermezzo_engines.sound.analyse import mono_at

__all__ = ["DacEngine", "EncodecEngine"]


class EncodecEngine:
    """Analyser and renderer over an EncodecModel."""

    engine: ClassVar[str] = "builtin.pretrained.encodec"
    kind: ClassVar[str] = "encodec/1"
    codec: ClassVar[type[Encodec] | type[Dac]] = Encodec

    def __init__(self) -> None:
        self._device = "cpu"
        self._codec: SoundCodec | None = None

    def load(self, device: str) -> None:
        """Remember the device; checkpoints are loaded when they are named."""
        self._device = device

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the codes of a sound, from second ``start_s`` on, at most ``length_s`` of it.

        Raises:
            SourceError: if it is no sound, or there is nothing at this place of it.
            ParamError: if the checkpoint does not fit.
        """
        if not isinstance(medium, Audio):
            raise SourceError("This engine reads sounds only.")
        start_s, length_s = float(params["start_s"]), float(params["length_s"])
        left_s = medium.duration_s - start_s
        if left_s <= 0 or medium.n_samples == 0:
            raise SourceError(f"This sound has {medium.duration_s:.2f} s; there is nothing from {start_s:g} s on.")
        codec = self._of(params[CHECKPOINT])
        what = f"taking {length_s:g} s of {medium.duration_s:.1f} s" if left_s > length_s else "reading codes"
        job.progress(0.1, what)
        levels = min(int(params["levels"]) or codec.levels, codec.levels)
        codes = codec.encode(mono_at(medium, start_s, length_s, codec.rate_hz))[:, :levels]
        kind = settled(self.kind, (0, levels), codec.codes, codec.codebook, codec.hop, codec.rate_hz)
        layer = Grid.machine(spec_in(kind), kind.hop_s, codes, mark=Mark.ANALYSED)
        return Sketch(kind, {"tokens": layer}, made_with(self.engine, codec.path, 0, dict(params)))

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Audio:
        """Render frames ``window``, or all; there is no chance in it.

        Raises:
            ParamError: if the checkpoint is gone or is another one now.
        """
        codec = self._of(sketch.made.params.get(CHECKPOINT, ""))
        the_same(sketch, codec.codebook, codec.path)
        codes = sketch.tokens.codes.astype(np.int64)
        sound = codec.sound(codes, window or (0, len(codes)), lambda share: job.progress(share, "Rendering"))
        return Audio(sound[None], codec.rate_hz)

    def _of(self, value: Value) -> SoundCodec:
        path = folder_of(self.engine, value)
        if self._codec is None or self._codec.stamp != stamp_of(path):
            self._codec = self.codec(path, self._device)
        return self._codec


class DacEngine(EncodecEngine):
    """Analyser and renderer over a DacModel."""

    engine = "builtin.pretrained.dac"
    kind = "dac/1"
    codec = Dac
