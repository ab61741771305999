"""What the instruments sound like, measured in the sound: onsets, tuning, folded lines, clicks, loudness, speed.

Nothing here asks the synthesis what it did: onsets are where the sound rises, pitch is how the phase of the fundamental
drifts, loudness is BS.1770 on the samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter, process_time
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter, resample_poly

from intermezzo.core.edits.tune import to_sketch
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Melody
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.melody.sound.instruments import INSTRUMENTS, Instrument
from intermezzo_engines.melody.sound.loudness import MOMENT_S, k_filters
from intermezzo_engines.melody.sound.mix import Played, Shelf, add_up
from intermezzo_engines.melody.sound.rate import PAGE, RATE, hz_of

__all__ = ["cents_off", "loudness_lu", "note", "onset_ms", "song", "sound_figures"]

_PITCHES: Final = (36, 48, 60, 67, 72, 79, 84, 96)
_HIGHEST: Final = 108
_BLACKMAN_BINS: Final = 1.73
_TUNE: Final = (67, 69, 71, 72, 74, 72, 71, 67, 64, 67, 69, 71, 67, 66, 64, 62)
_CHORDS: Final = ("G", "Em", "C", "D7", "G/B", "Am7", "D7", "G")


def note(instrument: Instrument, pitch: int, velocity: int = 96, held_s: float = 1.2) -> NDArray[np.float64]:
    """Return the dry sound of one note and 0.6 s after its end, float64 (n,); it begins at sample 0."""
    n = round(held_s * RATE)
    played = [Played(0, n, pitch, velocity, instrument, 1.0)]
    middle, _ = add_up(played, 0, n + round(0.6 * RATE), Shelf(_nothing, _forget), lambda _: None)
    return middle.astype(np.float64)


def onset_ms(sound: NDArray[np.float64]) -> float:
    """Return when a sound first reaches a tenth of the peak of its first 150 ms."""
    size = np.abs(sound[: round(0.15 * RATE)])
    return float(np.argmax(size > 0.1 * size.max())) * 1000 / RATE


def cents_off(sound: NDArray[np.float64], hz: float) -> float:
    """Return how far the fundamental is from ``hz``, in cents: the drift of its phase against a sine of that pitch."""
    at_s = np.arange(len(sound)) / RATE
    window = np.hanning(round(4 * RATE / hz))
    turned = np.convolve(sound * np.exp(-2j * np.pi * hz * at_s), window / window.sum(), "valid")
    drift_hz = np.polyfit(at_s[: len(turned)], np.unwrap(np.angle(turned)), 1)[0] / (2 * np.pi)
    return float(1200 * np.log2(1 + drift_hz / hz))


def loudness_lu(sound: NDArray[np.float64]) -> float:
    """Return the greatest momentary loudness (BS.1770, 400 ms) of one channel, in LU full scale."""
    heard = resample_poly(sound, 160, 147)
    for b, a in k_filters():
        heard = lfilter(b, a, heard)
    width = round(MOMENT_S * 48_000)
    power = np.cumsum(np.append(0.0, heard**2))
    return float(-0.691 + 10 * np.log10((power[width:] - power[:-width]).max() / width + 1e-20))


def song(bars: int = 32) -> Sketch:
    """Return a song of plain bars in 4/4 at 100 quarters a minute with a tune of quarters and a chord in each bar."""
    rows = [(480 * k, 480 * (k + 1), _TUNE[k % len(_TUNE)], 76 + 6 * (k % 4 == 0)) for k in range(4 * bars)]
    chords = tuple((1920 * k, 1920 * (k + 1), _CHORDS[k % len(_CHORDS)]) for k in range(bars))
    tune = Melody(np.array(rows, np.int32), ("la",) * len(rows), 1920 * bars, ((0, 100.0),), chords=chords)
    return to_sketch(tune, Made("builtin.melody", "1"))


def sound_figures(context: Context) -> list[Figure]:
    """Return figures of the instruments, each over all of them and eight pitches from C2 to C7, and of the speed."""
    chosen = tuple(INSTRUMENTS.values())
    sounds = {(i.name, p): note(i, p) for i in chosen for p in (_PITCHES[::2] if context.quick else _PITCHES)}
    late = {key: onset_ms(sound) for key, sound in sounds.items()}
    holds = {i.name for i in chosen if i.holds}
    steady = slice(round(0.25 * RATE), round(1.15 * RATE))
    off = {key: abs(cents_off(sound[steady], hz_of(key[1]))) for key, sound in sounds.items() if not _gone(sound)}
    loud = [loudness_lu(sound) for sound in sounds.values()]
    return [
        _worst("onset_late_ms_struck_max", {k: v for k, v in late.items() if k[0] not in holds}, 5.0, "obedience"),
        _worst("onset_late_ms_held_max", {k: v for k, v in late.items() if k[0] in holds}, 20.0, "obedience"),
        _worst("note_pitch_error_cents_max", off, 1.0, "obedience"),
        _worst("folded_line_db_max", {(i.name, _HIGHEST): _folded_db(i) for i in chosen}, -60.0, "quality"),
        _worst("click_against_inside_max", dict(_clicks(sounds)), 1.0, "quality"),
        Figure("loudness_spread_lu", max(loud) - min(loud), "quality", at_most=1.5, note=f"{len(loud)} notes"),
        *_speed(context),
    ]


def _worst(name: str, values: dict[tuple[str, int], float], at_most: float, promise: str) -> Figure:
    where = max(values, key=lambda key: values[key])
    return Figure(name, values[where], promise, at_most=at_most, note=f"{where[0]}, pitch {where[1]}")


def _folded_db(instrument: Instrument) -> float:
    """Return the strongest line below three quarters of the fundamental of the highest note, after its attack, in dB.

    No partial lies there, and the knock of hammer or finger is over; what folds down from above 22 kHz does.
    """
    sound = note(instrument, _HIGHEST, 120)[round(0.2 * RATE) :][: 2**15]
    power = np.abs(np.fft.rfft(sound * np.blackman(len(sound)))) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / RATE)
    low = power[(hz > 20) & (hz < 0.75 * hz_of(_HIGHEST))].max()
    steady = power.sum() / _BLACKMAN_BINS  # the line that the note would be without vibrato
    return float(10 * np.log10(low / steady + 1e-20))


def _clicks(sounds: dict[tuple[str, int], NDArray[np.float64]]) -> Iterator[tuple[tuple[str, int], float]]:
    """Yield how sharply each sound bends where parts of it join, against its sharpest bend anywhere else.

    Joins are its first sample, the seams of its pages, the beginning of its release and its end.
    """
    for (name, pitch), sound in sounds.items():
        end = round(1.2 * RATE)
        joins = [*range(PAGE, len(sound), PAGE), end, end + len(INSTRUMENTS[name].release), 0]
        bend = np.abs(np.diff(np.concatenate([np.zeros(4), sound]), 2))
        beside = np.zeros(len(bend), bool)
        for join in joins:
            beside[max(join, 0) : join + 6] = True
        yield (name, pitch), float(bend[beside].max() / bend[~beside].max())


def _gone(sound: NDArray[np.float64]) -> bool:
    """Tell whether a sound has died away before its pitch could be measured."""
    return bool(np.abs(sound[RATE // 2 : RATE]).max() < 1e-3 * np.abs(sound).max())


def _speed(context: Context) -> Sequence[Figure]:
    """Time on processors, of all threads together: what one core needs, however busy the machine is."""
    sketch = song()
    whole_s, whole_wall_s = _spent_s(context, sketch, None)
    first_s, first_wall_s = _spent_s(context, sketch, (0, 960))
    length_s = sketch.duration_s
    return [
        Figure("sound_of_32_bars_cpu_s", whole_s, "speed", at_most=1.5,
               note=f"{length_s:.0f} s of music, nothing made before; {whole_wall_s:.2f} s by the clock"),
        Figure("sound_cpu_s_per_s_of_music", whole_s / length_s, "speed"),
        Figure("first_half_bar_cpu_ms", 1000 * first_s, "speed", at_most=80.0,
               note=f"nothing made before; {1000 * first_wall_s:.0f} ms by the clock"),
    ]  # fmt: skip


def _spent_s(context: Context, sketch: Sketch, window: tuple[int, int] | None) -> tuple[float, float]:
    runs = []
    for _ in range(1 if context.quick else 3):
        began = process_time(), perf_counter()
        context.render(sketch, window=window)
        runs.append((process_time() - began[0], perf_counter() - began[1]))
    return min(run[0] for run in runs), min(run[1] for run in runs)


def _nothing(key: str) -> None:
    return None


def _forget(key: str, array: NDArray[np.float32]) -> None:
    return None
