"""Notes under a chord that was changed sing its root; the other manners are ways to do that wrong."""

import time
from dataclasses import replace

import numpy as np

from intermezzo.core.layers import Mark, Notes, Spans
from intermezzo.core.music.harmony import chord_at
from intermezzo.core.music.keys import letter_pitch_class
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches.melody import MELODY


class Converter:
    """Half a minute of one note a bar over C."""

    def load(self, device):
        pass

    def convert(self, source, params, *, seed, job):
        n = 8 * 1920
        layers = {spec.name: Spans.machine(spec, MELODY.hop_s, n, [0], [n], (label,)) for spec, label in zip(
            MELODY.layers[:-1], ("120", "4/4", "C major", "A", "C", "la", "weak"), strict=True
        )}  # fmt: skip
        values = [(k * 1920, (k + 1) * 1920, 60 + seed % 5, 80) for k in range(8)]
        notes = Notes.machine(MELODY.layers[-1], MELODY.hop_s, n, values, ["la"] * 8)
        return Sketch(MELODY, {**layers, "notes": notes}, Made("tests.follower", "1", seed, dict(params)))

    def follow(self, before, after, params, *, seed, job):
        manner = params["manner"]
        if manner == "failing":
            raise ValueError("no idea")
        if manner == "slow":
            for k in range(400):
                job.progress(k / 400, "Following")
                time.sleep(0.01)
        notes = after.notes
        values, base = notes.values.copy(), notes.base.copy()
        for k in range(notes.count):
            at = int(notes.starts[k])
            chord = chord_at(after, at)
            free = manner == "greedy" or not notes.origin[k] & (Mark.EDITED | Mark.LOCKED)
            if chord is not None and chord != chord_at(before, at) and free:
                values[k, 2] = base[k, 2] = 60 + letter_pitch_class(chord.root)
        if np.array_equal(values, notes.values):
            return after
        made = replace(notes, values=values, base=base)
        return after.joined(after) if manner == "longer" else after.with_layer(made)
