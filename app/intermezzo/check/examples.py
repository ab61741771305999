"""Media made by rule, to measure engines on that start from no text: a sound with all kinds of parts, a picture."""

import numpy as np

from intermezzo.core.media import Audio, Image, Media

__all__ = ["example_of"]

_RATE_HZ, _SECONDS = 24_000, 2.0
_SIDE_PX = 96


def example_of(media: str) -> Media | None:
    """Return an example of 'audio' or 'image', the same each time; None of any other."""
    if media == "audio":
        return _sound()
    return _picture() if media == "image" else None


def _sound() -> Audio:
    """Return a glide with overtones, a silence, and a burst of noise that dies away."""
    at_s = np.arange(round(_RATE_HZ * _SECONDS)) / _RATE_HZ
    phase = 2 * np.pi * (180 * at_s + 90 * at_s**2)
    tone = sum(np.sin(k * phase) / k for k in range(1, 6))
    noise = np.random.default_rng(5).normal(0, 1, len(at_s)) * np.exp(-6 * np.clip(at_s - 1.3, 0, None))
    sound = np.where(at_s < 1.0, 0.2 * tone, np.where(at_s < 1.3, 0.0, 0.2 * noise))
    return Audio(sound[None].astype(np.float32), _RATE_HZ)


def _picture() -> Image:
    """Return a slope of colour with a disc and a checked square on it."""
    rows, columns = np.mgrid[:_SIDE_PX, :_SIDE_PX]
    pixels = np.full((_SIDE_PX, _SIDE_PX, 4), 255, np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = rows * 2, columns * 2, 160
    pixels[(rows - 34) ** 2 + (columns - 34) ** 2 < 20**2] = (230, 60, 40, 255)
    pixels[56:84, 56:84, :3] = 255 * ((rows // 4 + columns // 4) % 2)[56:84, 56:84, None]
    return Image(pixels)
