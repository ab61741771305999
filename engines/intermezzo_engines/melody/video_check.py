"""Figures: whether cuts of films are found and sections begin on them, on films drawn here: a ball before plain scenes.

Scenes last 1.5 to 9 seconds in colours that return, some noise lies on every picture, and the ball moves at another
speed in each scene, so that most change from picture to picture is no cut.
"""

from __future__ import annotations

import numpy as np

from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Video
from intermezzo_engines.melody.film import watched

__all__ = ["drawn_film", "video_figures"]

_RATE, _HEIGHT, _WIDTH = 25.0, 36, 64
_COLOURS = ((40, 60, 200), (200, 180, 40), (30, 160, 60), (180, 180, 190), (120, 30, 110))
_WITHIN_S = 0.05


def video_figures(context: Context) -> list[Figure]:
    """Return the figures."""
    found = true = hits = 0
    apart: list[float] = []
    for seed in range(4 if context.quick else 12):
        rng = np.random.default_rng(seed)
        colours = rng.integers(len(_COLOURS), size=6)
        colours[1:][colours[1:] == colours[:-1]] += 1
        scenes = [(float(rng.uniform(1.5, 9)), int(colour) % len(_COLOURS)) for colour in colours]
        cuts = _merged(scenes)
        video = drawn_film(scenes, rng)
        begun = [scene.start_s for scene in watched(video).scenes[1:]]
        found, true = found + len(begun), true + len(cuts)
        hits += sum(any(abs(at - cut) <= _WITHIN_S for at in begun) for cut in cuts)
        sketch = context.analyse(video)
        starts = sketch.clock.seconds_at(sketch.sections.starts)
        apart += [float(np.abs(starts - cut).min()) for cut in cuts]
        apart.append(abs(sketch.duration_s - video.duration_s))
    note = f"{true} cuts in drawn films, within 50 ms"
    return [
        Figure("cuts_found_percent", 100 * hits / max(true, 1), "quality", at_least=95.0, note=note),
        Figure("cuts_found_that_are_cuts_percent", 100 * hits / max(found, 1), "quality", at_least=95.0),
        Figure(
            "section_start_from_cut_ms_max", 1000 * max(apart), "quality", at_most=50.0,
            note="by the tempo of the sketch; the end of the film counts as one",
        ),
    ]  # fmt: skip


def drawn_film(scenes: list[tuple[float, int]], rng: np.random.Generator) -> Video:
    """Return a film of scenes, each (seconds, number of its colour)."""
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH]
    pictures = []
    for length_s, colour in scenes:
        speed, phase = rng.uniform(0.0, 1.2), rng.uniform(0, 6)
        for k in range(round(length_s * _RATE)):
            picture = np.full((_HEIGHT, _WIDTH, 3), _COLOURS[colour], np.float64)
            x = _WIDTH / 2 + 22 * np.sin(2 * np.pi * speed * k / _RATE + phase)
            picture[(rows - 18) ** 2 + (columns - x) ** 2 < 36] = (250, 240, 30)
            pictures.append(picture + rng.normal(0, 3, picture.shape))
    return Video(np.clip(np.array(pictures), 0, 255).astype(np.uint8), _RATE)


def _merged(scenes: list[tuple[float, int]]) -> list[float]:
    """Return when the colour changes, in seconds."""
    frames = np.cumsum([round(length_s * _RATE) for length_s, _ in scenes])
    pairs = zip(frames.tolist(), scenes, scenes[1:], strict=False)
    return [at / _RATE for at, before, after in pairs if before[1] != after[1]]
