"""Renderer: a VITS sketch to sound; the lengths are those that are drawn, to the frame."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.media import Audio, Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch, SketchType
from intermezzo_engines.pretrained.checkpoints import HOP
from intermezzo_engines.pretrained.chunks import rendered
from intermezzo_engines.pretrained.sketch_types import sketch_type
from intermezzo_engines.pretrained.vits import Vits
from intermezzo_engines.pretrained.vits_convert import ids_of, vits_of
from intermezzo_engines.pretrained.vits_text import BLANK

__all__ = ["VitsRenderer", "VitsRenderer22K"]

Floats = NDArray[np.float32]
_BLANK_FROM = 0.5


class VitsRenderer:
    """The renderer of the VITS engine for 16 kHz."""

    engine: ClassVar[str] = "builtin.pretrained.vits"
    kind: ClassVar[SketchType] = sketch_type("vits/1")

    def __init__(self) -> None:
        self._device = "cpu"
        self._vits: Vits | None = None

    def load(self, device: str) -> None:
        """Remember the device; checkpoints are loaded when a sketch names them."""
        self._device = device

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Media:  # fmt: skip
        """Render frames ``window``, or all. All chance is in the sketch already, so ``seed`` changes nothing.

        Raises:
            ParamError: if the checkpoint is gone.
        """
        made = sketch.made.params
        vits = self._vits = vits_of(
            self.engine, {"checkpoint": made.get("checkpoint", "")}, self._vits, self._device
        )  # fmt: skip
        speaker, scale = int(made.get("speaker", 0)), vits.noise_scale * float(params["variety"])
        window = window or (0, sketch.n_frames)
        latents = _Latents(vits, sketch, scale)

        def sound_of(start: int, stop: int) -> Floats:
            low, high = start - vits.context, stop + vits.context
            prior, inside = latents.between(low, high)
            return vits.sound(prior, inside, speaker)

        sound = rendered(sketch.n_frames, window, HOP, job, sound_of)
        return Audio(np.clip(sound, -1, 1)[None].astype(np.float32), self.kind.sample_rate)


class VitsRenderer22K(VitsRenderer):
    """The renderer of the VITS engine for 22.05 kHz."""

    engine = "builtin.pretrained.vits_22k"
    kind = sketch_type("vits-22k/1")


class _Latents:
    """The latent frames of a sketch before the flow, made span by span as they are needed."""

    def __init__(self, vits: Vits, sketch: Sketch, scale: float) -> None:
        self._vits, self._scale = vits, np.float32(scale)
        self._spans, self._draw, self._blank = sketch.letters, sketch.draw.values, sketch.blank.values
        spans = self._spans
        middles = (spans.starts + spans.stops) // 2
        self._draws = np.rint(self._draw[middles]).astype(np.int64)
        parts = np.rint(sketch.part.values[middles]).astype(np.int64)
        self._sentences = [
            [k for k, _ in group] for _, group in groupby(enumerate(parts.tolist()), key=lambda pair: pair[1])
        ]  # fmt: skip
        self._place = {k: (n, j) for n, members in enumerate(self._sentences) for j, k in enumerate(members)}
        self._made: dict[int, Floats] = {}

    def between(self, start: int, stop: int) -> tuple[Floats, NDArray[np.bool_]]:
        """Return latent frames ``start:stop``, (frames, channels), zero outside the sketch, and which lie inside."""
        at = np.arange(start, stop)
        inside = (at >= 0) & (at < len(self._draw))
        chosen = self._spans.inside(max(start, 0), min(stop, len(self._draw)))
        result: Floats | None = None
        for k in range(chosen.start, chosen.stop):
            rows, first = self._of_span(k), int(self._spans.starts[k])
            if result is None:
                result = np.zeros((stop - start, rows.shape[1]), np.float32)
            a, b = max(first, start), min(first + len(rows), stop)
            result[a - start : b - start] = rows[a - first : b - first]
        if result is None:
            rows = self._of_span(0)
            result = np.zeros((stop - start, rows.shape[1]), np.float32)
        return result, inside

    def _of_span(self, k: int) -> Floats:
        if k not in self._made:
            start, stop = int(self._spans.starts[k]), int(self._spans.stops[k])
            sentence, place = self._place[k]
            members = self._sentences[sentence]
            labels = [self._spans.labels[j] for j in members]
            priors = self._vits.priors(ids_of(self._vits, labels))
            token = sum(self._tokens(label) for label in labels[:place])
            n, blanks = stop - start, 0
            if self._tokens(labels[place]) == 2:
                # A letter and the blank after it both sound, however short they are.
                blanks = int(np.clip((self._blank[start:stop] > _BLANK_FROM).sum(), 1, n - 1)) if n > 1 else 0
            which = np.array([token] * (n - blanks) + [token + 1] * blanks)
            chance = np.random.Generator(np.random.Philox(key=[int(self._draws[k]), int(self._spans.ids[k])]))
            noise = chance.standard_normal((n, priors.mean.shape[1]), np.float32)
            self._made[k] = priors.mean[which] + noise * np.exp(priors.log_deviation[which]) * self._scale
        return self._made[k]

    def _tokens(self, label: str) -> int:
        return 2 if self._vits.has_blanks and label != BLANK else 1
