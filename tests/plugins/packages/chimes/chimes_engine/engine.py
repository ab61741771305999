"""Strikes a chime for every letter; each frame sounds by itself, so an edit is heard in its frames only."""

from pathlib import Path

import numpy as np

from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Curve, Matrix, Slots, Spans
from intermezzo.core.manifest import read_manifest
from intermezzo.core.measure import Figure
from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Made, Sketch

TYPE = read_manifest(Path(__file__).with_name("chimes.toml").read_text(encoding="utf-8")).sketch_types[0]
HOP, RATE = TYPE.hop_samples, TYPE.sample_rate


class Converter:
    def load(self, device):
        pass

    def convert(self, source, params, *, seed, job):
        letters = [c for c in source.text.lower() if c.isalpha()]
        if not letters:
            raise SourceError("There is nothing to strike.")
        job.progress(0.5, "Striking")
        each = round(params["strike_s"] / TYPE.hop_s)
        n = each * len(letters)
        starts = np.arange(len(letters)) * each
        rng = np.random.default_rng(seed)
        tones = 220 * 2 ** (np.array([ord(c) % 24 for c in letters]) / 12 + rng.choice((0, 1), len(letters)))
        fall = -30 * np.tile(np.arange(each) / each, len(letters))
        layers = {
            "strikes": Spans.machine(TYPE.spec("strikes"), TYPE.hop_s, n, starts, starts + each, tuple(letters)),
            "tone": Curve.machine(TYPE.spec("tone"), TYPE.hop_s, np.repeat(tones, each)),
            "force": Curve.machine(TYPE.spec("force"), TYPE.hop_s, fall),
            "metal": Matrix.machine(TYPE.spec("metal"), TYPE.hop_s, np.tile((0.0, -9.0, -15.0, -21.0), (n, 1))),
            "lines": Slots.machine(TYPE.spec("lines"), tuple(source.text.splitlines())),
        }
        return Sketch(TYPE, layers, Made("elsewhere.chimes", "0.3", seed, dict(params)))


class Renderer:
    def load(self, device):
        pass

    def render(self, sketch, params, *, seed, window, job):
        start, stop = window or (0, sketch.n_frames)
        job.progress(0.0, "Ringing")
        at_s = np.arange(start * HOP, stop * HOP).reshape(-1, HOP) / RATE
        level_db = sketch.force.values[start:stop, None] + sketch.metal.window(start, stop)
        sound = np.zeros_like(at_s)
        for overtone in range(4):
            turns = np.mod(at_s * (overtone + 1) * sketch.tone.values[start:stop, None].astype(np.float64), 1)
            sound += 0.1 * 10 ** (level_db[:, overtone, None] / 20) * np.sin(2 * np.pi * turns)
        return Audio(sound.reshape(1, -1).astype(np.float32), RATE)


def check(context):
    """Tell whether a strike sounds at all."""
    sound = context.render(context.convert(Text("ding")))
    return [Figure("peak_full_scale", float(np.abs(sound.samples).max()), "quality", at_least=0.05)]
