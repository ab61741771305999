"""Is what was drawn what is heard: pitch, phone lengths and envelope, measured on the sound.

Pitch is re-estimated by pyworld's Harvest and StoneMask, which this engine uses nowhere. Beside it in the same run: a
bare pulse train (the floor of the estimator) and pyworld's own synthesis of the same sketch.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits import curves, matrices, spans
from intermezzo.core.layers import Curve, Matrix
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.excitation import plan_pulses, pulses
from intermezzo_engines.speech.features import HOP, HOP_S, SAMPLE_RATE, Floats
from intermezzo_engines.speech.heldout import sound_of

__all__ = ["SENTENCES", "obedience_figures", "world_synthesis"]

SENTENCES = (
    "The harbour lights were already burning when we came around the point.",
    "Would you rather walk home slowly, or wait another hour for the train?",
    "She measured nineteen grams of flour and poured the milk over it.",
    "Nobody in the village remembered who had carved the wooden door.",
    "Please leave the blue umbrella beside the kitchen window.",
    "Every morning a young fox crossed the frozen river without a sound.",
)
"""Written for this check; no voice was trained on them."""

PitchEdit = tuple[str, Callable[[Sketch], Sketch]]
_PITCH_EDITS: tuple[PitchEdit, ...] = (
    ("copy", lambda s: s),
    ("up_7_semitones", lambda s: curves.shift(s, "pitch", 0, s.n_frames, 7.0)),
    ("down_7_semitones", lambda s: curves.shift(s, "pitch", 0, s.n_frames, -7.0)),
    ("up_3_semitones", lambda s: curves.shift(s, "pitch", 0, s.n_frames, 3.0)),
    ("vibrato", lambda s: curves.vibrato(s, "pitch", 0, s.n_frames, rate_hz=5.5, depth=0.5)),
    ("glide", lambda s: curves.draw(s, "pitch", ((0, 60.0), (s.n_frames / 2, 53.0), (s.n_frames - 1, 59.0)))),
)


def obedience_figures(context: Context) -> list[Figure]:
    """Return how exactly drawn pitch, lengths and envelope are heard."""
    n = 2 if context.quick else len(SENTENCES)
    sketches = []
    for k, sentence in enumerate(SENTENCES[:n]):
        sketches.append(context.convert(Text(sentence), params={"voice": ("ljs", "cathy")[k % 2]}))
    return [*_pitch(context, sketches), *_durations(context, sketches), *_envelope(context, sketches)]


def _pitch(context: Context, sketches: Sequence[Sketch]) -> list[Figure]:
    context.progress("pitch obedience")
    try:
        import pyworld
    except ImportError:
        return [
            Figure("pitch_error_cents_median", None, "obedience", note="pyworld is not installed (extra 'measure')")
        ]

    def estimate(sound: Floats) -> NDArray[np.float64]:
        x = sound.astype(np.float64)
        f0, times = pyworld.harvest(x, SAMPLE_RATE, f0_floor=50.0, f0_ceil=1000.0, frame_period=1000 * HOP_S)
        return np.asarray(pyworld.stonemask(x, f0, times, SAMPLE_RATE))

    ours: dict[str, list[NDArray[np.float64]]] = {name: [] for name, _ in _PITCH_EDITS}
    floor: list[NDArray[np.float64]] = []
    world: list[NDArray[np.float64]] = []
    for sketch in sketches:
        for name, edit in _PITCH_EDITS:
            edited = edit(sketch)
            drawn = edited.pitch.values
            ours[name].append(_cents(drawn, estimate(sound_of(context, edited))))
            floor.append(_cents(drawn, estimate(0.1 * pulses(plan_pulses(drawn), 0, len(drawn)))))
            world.append(_cents(drawn, estimate(world_synthesis(edited))))
    everything = np.concatenate([error for errors in ours.values() for error in errors])
    figures = [
        Figure("pitch_error_cents_median", float(np.median(everything)), "obedience", at_most=5.0,
               note="drawn against Harvest + StoneMask, voiced frames two or more from an edge"),
        Figure("pitch_within_50_cents_percent", _within(everything), "obedience", at_least=92.0),
    ]  # fmt: skip
    for label, errors in (("floor_pulse_train", floor), ("peer_pyworld", world)):
        joined = np.concatenate(errors)
        figures.append(Figure(f"{label}_pitch_error_cents_median", float(np.median(joined)), "peers"))
        figures.append(Figure(f"{label}_pitch_within_50_cents_percent", _within(joined), "peers"))
    for name, parts in ours.items():
        figures.append(Figure(f"pitch_error_cents_median_{name}", float(np.median(np.concatenate(parts))), "detail"))
    return figures


def _cents(drawn: Floats, found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return |error| in cents of voiced frames whose neighbours two frames away are voiced; not found counts 1200."""
    n = min(len(drawn), len(found))
    f, g = drawn[:n].astype(np.float64), found[:n]
    inner = np.convolve(f > 0, np.ones(5), "same") == 5
    error = np.full(n, 1200.0)
    both = inner & (g > 0)
    error[both] = np.abs(1200 * np.log2(g[both] / f[both]))
    inner_error: NDArray[np.float64] = error[inner]
    return inner_error


def _within(cents: NDArray[np.float64]) -> float:
    return float(100 * np.mean(cents <= 50))


def world_synthesis(sketch: Sketch) -> Floats:
    """Synthesise the sketch by pyworld: its F0, and its envelope and aperiodicity spread over WORLD's bins."""
    import pyworld

    from intermezzo_engines.speech.features import ap_to_bins, bands_to_bins, db_to_ln

    env = np.exp(2.0 * (db_to_ln(sketch.envelope.values) @ bands_to_bins(1024)).astype(np.float64))
    aperiodic = np.exp((db_to_ln(sketch.breath.values) @ ap_to_bins(1024)).astype(np.float64))
    f0 = sketch.pitch.values.astype(np.float64)
    aperiodic[f0 == 0] = 1.0
    sound = pyworld.synthesize(f0, np.ascontiguousarray(env), np.clip(aperiodic, 1e-3, 1.0), SAMPLE_RATE, 1000 * HOP_S)
    return np.asarray(sound, np.float32)


def _durations(context: Context, sketches: Sequence[Sketch]) -> list[Figure]:
    """Stretch phones and look for the sound of the next phone: where the spectra around its onset fit best."""
    context.progress("duration obedience")
    rng = np.random.default_rng(5)
    wrong, lags = 0, []
    for sketch in sketches:
        before = _spectra(sound_of(context, sketch))
        phones = sketch.phones
        for index in rng.choice(np.arange(1, phones.count - 2), size=min(6, phones.count - 3), replace=False).tolist():
            old = int(phones.stops[index] - phones.starts[index])
            new = max(round(old * float(rng.choice((0.5, 0.75, 1.5, 2.0)))), 1)
            edited = spans.set_lengths(sketch, {index: new})
            got = edited.phones
            wrong += int(got.stops[index] - got.starts[index] != new)
            wrong += int(edited.n_frames - sketch.n_frames != new - old)
            onset_before, onset_after = int(phones.stops[index]), int(got.stops[index])
            lags.append(_lag(before, onset_before, _spectra(sound_of(context, edited)), onset_after))
    share = float(100 * np.mean(np.abs(lags) <= 1))
    return [
        Figure(
            "durations_wrong_in_sketch", float(wrong), "obedience", at_most=0.0, note=f"{len(lags)} phones, 0.5x to 2x"
        ),
        Figure("onset_lag_hops_median", float(np.median(np.abs(lags))), "obedience", at_most=1.0),
        Figure("onsets_within_one_hop_percent", share, "obedience", at_least=95.0),
    ]


def _spectra(sound: Floats) -> Floats:
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, 256), 512)[::HOP] * np.hanning(512)
    return np.log(np.abs(np.fft.rfft(frames, axis=1)) + 1e-3).astype(np.float32)


def _lag(before: Floats, at: int, after: Floats, to: int, reach: int = 5, width: int = 6) -> int:
    """Return by how many hops the frames from ``at`` on of one sound lie late in another, looked for around ``to``."""
    template = before[at : at + width]
    costs = []
    for lag in range(-reach, reach + 1):
        there = after[max(to + lag, 0) : to + lag + width]
        n = min(len(template), len(there))
        costs.append(float(np.abs(template[:n] - there[:n]).mean()) if n else np.inf)
    return int(np.argmin(costs)) - reach


def _envelope(context: Context, sketches: Sequence[Sketch]) -> list[Figure]:
    """Paint +12 dB on a patch inside a voiced stretch, render, analyse both sounds, and compare the envelopes."""
    context.progress("envelope obedience")
    inside, outside = [], []
    for sketch in sketches:
        start = _voiced_stretch(sketch.pitch, 16)
        if start is None:
            continue
        low, high = 30, 46
        painted = matrices.add(sketch, "envelope", start, low, np.full((16, high - low), 12.0, np.float32))
        plain, loud = (_analysed(context, s) for s in (sketch, painted))
        n = min(len(plain), len(loud))
        change = loud.window(0, n).astype(np.float64) - plain.window(0, n)
        inside.append(np.abs(change[start + 2 : start + 14, low + 2 : high - 2] - 12.0).ravel())
        far = np.ones(change.shape, bool)
        far[max(start - 6, 0) : start + 22, low - 5 : high + 5] = False
        outside.append(np.abs(change[far]))
    if not inside:
        return [Figure("painted_12_db_error_inside_db_mean", None, "obedience", note="no voiced stretch was found")]
    return [
        Figure("painted_12_db_error_inside_db_mean", float(np.concatenate(inside).mean()), "obedience", at_most=2.0,
               note="our analyser, bands 30 to 45, 16 frames, cells two or more from the edge"),
        Figure("painted_12_db_change_outside_db_mean", float(np.concatenate(outside).mean()), "obedience", at_most=0.5),
    ]  # fmt: skip


def _analysed(context: Context, sketch: Sketch) -> Matrix:
    result: Matrix = context.analyse(Audio(sound_of(context, sketch)[None], SAMPLE_RATE)).envelope
    return result


def _voiced_stretch(pitch: Curve, length: int) -> int | None:
    run = np.convolve(pitch.values > 0, np.ones(length + 4), "valid") == length + 4
    found = np.flatnonzero(run)
    return int(found[len(found) // 2]) + 2 if len(found) else None
