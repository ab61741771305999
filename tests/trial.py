"""A sketch with every layer kind, small enough to compute by head; what the tests of core and storage work on."""

from dataclasses import replace

import numpy as np

from intermezzo.core.dropped import Dropped
from intermezzo.core.layers import (
    Curve,
    CurveSpec,
    Mark,
    Matrix,
    MatrixSpec,
    Slots,
    SlotsSpec,
    Spans,
    SpansSpec,
)  # fmt: skip
from intermezzo.core.media import Audio, Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo.core.sketches import SPEECH

HOP_S = 0.01
N_FRAMES = 300
BOUNDS = (0, 40, 70, 130, 200, 260, 300)
LABELS = ("a", "b", "c", "d", "e", "a")

TRIAL = SketchType(
    id="trial/1",
    title="Trial",
    hop_s=HOP_S,
    hop_samples=240,
    sample_rate=24_000,
    layers=(
        SpansSpec("phrases", "Phrases"),
        SpansSpec(
            "sounds", "Sounds", governs=True, symbols=(("Letters", ("a", "b", "c", "d", "e")),), prefixes=("'",),
            min_frames=2,
        ),
        CurveSpec("melody", "Melody", unit="Hz", low=50, high=1000, scale="log", gaps=True),
        CurveSpec("level", "Level", unit="dB", low=-60, high=0),
        MatrixSpec("colour", "Colour", bands=12, unit="dB", low=-90, high=6, paint_limit=24),
        SlotsSpec("notes", "Notes", max_chars=20),
    ),
)  # fmt: skip


def trial_sketch(seed: int = 1) -> Sketch:
    """Return a predicted sketch of 300 frames; frames 70 to 99 have no melody."""
    rng = np.random.default_rng(seed)
    specs = {spec.name: spec for spec in TRIAL.layers}
    melody = 220 * 2 ** (rng.uniform(-5, 5, N_FRAMES).cumsum() / 200)
    melody[70:100] = 0
    starts, stops = BOUNDS[:-1], BOUNDS[1:]
    return Sketch(
        TRIAL,
        {
            "phrases": Spans.machine(
                specs["phrases"], HOP_S, N_FRAMES, [0, 130], [130, 300], ("one", "two"), source=[[0, 3], [4, 7]]
            ),
            "sounds": Spans.machine(
                specs["sounds"], HOP_S, N_FRAMES, starts, stops, LABELS, score=np.linspace(0, 1, len(LABELS))
            ),
            "melody": Curve.machine(specs["melody"], HOP_S, melody, Mark.ANALYSED),
            "level": Curve.machine(
                specs["level"], HOP_S, rng.uniform(-40, -5, N_FRAMES), doubt=rng.uniform(0, 3, N_FRAMES)
            ),
            "colour": Matrix.machine(specs["colour"], HOP_S, rng.uniform(-60, 0, (N_FRAMES, 12))),
            "notes": Slots.machine(specs["notes"], ("first", "second", "third")),
        },
        Made("trial", "1", seed, {"warmth": 0.5, "voice": "low", "loud": True}),
    )


def speech_sketch(n_frames: int = 120) -> Sketch:
    """Return a predicted speech sketch of four phones and two words."""
    specs = {spec.name: spec for spec in SPEECH.layers}
    hop_s = SPEECH.hop_s
    quarter = n_frames // 4
    bounds = [0, quarter, 2 * quarter, 3 * quarter, n_frames]
    pitch = np.full(n_frames, 200.0)
    pitch[:quarter] = 0
    return Sketch(
        SPEECH,
        {
            "words": Spans.machine(
                specs["words"], hop_s, n_frames, [0, bounds[2]], [bounds[2], n_frames], ("pet", "sɑ")
            ),
            "phones": Spans.machine(specs["phones"], hop_s, n_frames, bounds[:-1], bounds[1:], ("p", "ˈɛ", "s", "ɑ")),
            "pitch": Curve.machine(specs["pitch"], hop_s, pitch),
            "energy": Curve.machine(specs["energy"], hop_s, np.full(n_frames, -20.0)),
            "envelope": Matrix.machine(specs["envelope"], hop_s, np.full((n_frames, 100), -30.0)),
            "breath": Matrix.machine(specs["breath"], hop_s, np.full((n_frames, 5), -20.0)),
        },
        Made("builtin.speech", "1", 1),
    )


def predicted(labels: str, frames: int = 40, level: float = -20.0) -> Sketch:
    """Return a prediction with one span of ``frames`` for each letter and the given level everywhere."""
    n = frames * len(labels)
    specs = {spec.name: spec for spec in TRIAL.layers}
    bounds = np.arange(len(labels) + 1) * frames
    layers = {
        "phrases": Spans.machine(specs["phrases"], HOP_S, n, [0], [n], (labels[:900],)),
        "sounds": Spans.machine(specs["sounds"], HOP_S, n, bounds[:-1], bounds[1:], tuple(labels)),
        "melody": Curve.machine(specs["melody"], HOP_S, np.full(n, 200.0)),
        "level": Curve.machine(specs["level"], HOP_S, np.full(n, level)),
        "colour": Matrix.machine(specs["colour"], HOP_S, np.full((n, 12), level)),
        "notes": Slots.machine(specs["notes"], ("x", "y")),
    }
    return Sketch(TRIAL, layers, trial_sketch().made)


def trial_project() -> Project:
    """Return a project of two linked stages, one from text and one from sound, with edits, locks and lost edits."""
    sketch = trial_sketch()
    edited = sketch.with_layer(sketch.melody.with_values(10, np.linspace(200, 300, 20)))
    rng = np.random.default_rng(5)
    sound = Audio(rng.uniform(-1, 1, (2, 1000)).astype(np.float32), 22_050)
    drop = Dropped("Melody +1.0 st", "one", False, 0.1, 0.2, (0.25, 0.5), {"melody": edited.melody.cut(10, 30)})
    first = Stage(
        "s1", "trial", Text("Grüße, 世界 \U0001f3b5"), {"warmth": 0.25, "voice": "low"}, 7, edited, "abc",
        dropped=(drop,), converted_text="Grüße",
    )  # fmt: skip
    second = Stage("s2", "gone.engine", sound, {}, 1, None, "", source_name="take 1.wav")
    third = replace(second, id="s3", source=None, linked_to="s1", source_name="")
    return Project("Trial work", (first, second, third), {"zoom": 2.5, "open": ["melody", None, True]})
