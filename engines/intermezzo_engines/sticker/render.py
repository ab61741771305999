"""Renderer of stickers: each frame drawn from its tokens alone, 128 x 128 pixels, and its opacity laid on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Job
from intermezzo.core.media import Video
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.image.render import ImageRenderer, drawn
from intermezzo_engines.image.weights import load_tokeniser
from intermezzo_engines.sticker.sketches import HOP_S

__all__ = ["StickerRenderer"]

_REMEMBERED: Final = 192  # drawn frames, 64 kB each


class StickerRenderer(ImageRenderer):
    """Frames -> film; shows the codes as the image engine does, whose they are."""

    def load(self, device: str) -> None:
        """Read the tokeniser."""
        self._device = device
        self._net = load_tokeniser(device)
        self._seen: OrderedDict[bytes, NDArray[np.uint8]] = OrderedDict()

    def render(  # type: ignore[override]  # a film where that one gives a picture
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Video:  # fmt: skip
        """Return frames ``window`` or all; a frame reaches no other, equal tokens at equal opacity give equal pixels.

        Frames that were drawn lately are not drawn again, so a stroke costs the frames that it touches.
        """
        start, stop = window or (0, sketch.n_frames)
        frames = []
        for k, codes in enumerate(sketch.frames.codes[start:stop]):
            job.progress(k / (stop - start), "drawing")
            frames.append(self._drawn(codes))
        film = np.stack(frames)
        share = np.clip(sketch.fade.values[start:stop], 0, 100)[:, None, None] / np.float32(100)
        film[..., 3] = np.round(film[..., 3] * share).astype(np.uint8)
        return Video(film, 1 / HOP_S)

    def _drawn(self, codes: NDArray[np.uint16]) -> NDArray[np.uint8]:
        key = codes.tobytes()
        if key not in self._seen:
            self._seen[key] = drawn(self._net, codes.astype(np.int64), self._device)
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        self._seen.move_to_end(key)
        return self._seen[key]
