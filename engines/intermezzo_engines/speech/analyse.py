"""The speech analyser: any recording becomes pitch, energy, breath and a harmonic-free envelope, ready to edit and to
render.

With the text of a recording, words and phones are found in it (see `aligned`). Without, pauses and sounds are found by
level and voicing, so that it can be stretched by pieces; the sounds are labelled as unknown. Recordings are mixed to
one channel and brought to 24 kHz first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from intermezzo.core.engine import Job
from intermezzo.core.errors import SketchError, SourceError
from intermezzo.core.layers import Curve, CurveSpec, Layer, LayerSpec, Mark, Matrix, MatrixSpec, Spans, SpansSpec
from intermezzo.core.media import Audio, Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches.speech import PAUSE, SPEECH, UNKNOWN
from intermezzo_engines.speech.envelope import aperiodicity, envelope_of, power, refine, smooth_power
from intermezzo_engines.speech.features import HOP, HOP_S, SAMPLE_RATE, Floats, energy_db, frame_count, ln_to_db
from intermezzo_engines.speech.pitch import estimate_f0

if TYPE_CHECKING:
    from intermezzo_engines.speech.aligner import Aligner
    from intermezzo_engines.speech.pronounce import Pronounces

ENGINE: Final = "builtin.speech"
VERSION: Final = "1.1"
_LONGEST_S: Final = 3600.0
_BLOCK_FRAMES: Final = 4096
_BLOCK_MARGIN: Final = 64
_SHORTEST_PAUSE: Final = 8  # frames; shorter silences are the closures of stops and belong to their sounds
_SHORTEST_SOUND: Final = 4
_SHORTEST_SYLLABLE: Final = 8
_PAUSE_BELOW_DB: Final = 32.0
_QUIET_DB: Final = -60.0
_SILENT, _NOISY, _VOICED = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the engine knows of a recording, in its own units.

    Attributes:
        f0_hz: ``(T,)`` float32, 0 unvoiced.
        env_ln: ``(T, N_BANDS)`` float32, natural log.
        ap_ln: ``(T, N_AP)`` float32, natural log, at most 0.
    """

    f0_hz: Floats
    env_ln: Floats
    ap_ln: Floats


def analyse_samples(samples: Floats, progress: Callable[[float], None] | None = None) -> Analysis:
    """Return the analysis of 24 kHz mono samples: ``n // HOP + 1`` frames.

    Long recordings are worked through in blocks of 44 s with enough context that the seams do not show.

    Args:
        samples: float32, any length, also none.
        progress: called with a share of the work done, 0 to 1.
    """
    n_frames = frame_count(len(samples))
    tell = progress or (lambda share: None)
    tell(0.0)
    f0_hz = estimate_f0(samples)
    tell(0.4)
    env_parts, ap_parts = [], []
    for first in range(0, n_frames, _BLOCK_FRAMES):
        tell(0.4 + 0.6 * first / n_frames)
        last = min(first + _BLOCK_FRAMES, n_frames)
        low, high = max(first - _BLOCK_MARGIN, 0), min(last + _BLOCK_MARGIN, n_frames)
        # From the start of a voiced run on, where the pulses of the draft have the phase that they have in the whole.
        silent = np.flatnonzero(f0_hz[: low + 1] <= 0)
        low = min(low, int(silent[-1]) + 1 if len(silent) else 0)
        env_ln, ap_ln = _spectral(_piece(samples, low, high), f0_hz[low:high])
        env_parts.append(env_ln[first - low : last - low])
        ap_parts.append(ap_ln[first - low : last - low])
    return Analysis(f0_hz, np.concatenate(env_parts), np.concatenate(ap_parts))


def mono_24k(audio: Audio) -> Floats:
    """Return a recording as 24 kHz mono float32.

    Raises:
        SourceError: if it is over an hour long or at a rate that no recording has.
    """
    if audio.duration_s > _LONGEST_S:
        raise SourceError("This recording is over an hour long; cut it into shorter pieces first.")
    mono: Floats = np.asarray(audio.samples.mean(0, dtype=np.float32), np.float32)
    if audio.sample_rate == SAMPLE_RATE or len(mono) == 0:
        return mono
    if not 1_000 <= audio.sample_rate <= 1_000_000:
        raise SourceError(f"A sample rate of {audio.sample_rate} Hz cannot be read; export at 24000 or 48000 Hz.")
    shared = gcd(audio.sample_rate, SAMPLE_RATE)
    up, down = SAMPLE_RATE // shared, audio.sample_rate // shared
    if max(up, down) > 2_000:  # an odd rate: the nearest simple ratio is within 0.02 cents
        up, down = _simple_ratio(SAMPLE_RATE / audio.sample_rate)
    return np.asarray(signal.resample_poly(mono, up, down), np.float32)


def segments(energy: Floats, f0_hz: Floats) -> tuple[list[int], list[str]]:
    """Return the boundaries ``[0, ..., T]`` of pauses and sounds and the label of each piece between them.

    A pause is a stretch of at least 85 ms that is 32 dB below the loud parts, or silent; sounds are split where
    voicing changes and where the level dips between two syllables.

    Args:
        energy: ``(T,)`` dB.
        f0_hz: ``(T,)`` Hz, 0 unvoiced.
    """
    loud = max(float(np.quantile(energy, 0.95)) - _PAUSE_BELOW_DB, _QUIET_DB)
    floor = float(np.quantile(energy, 0.03))
    pause = energy < max(loud, min(floor + 6.0, loud + 8.0))
    kinds = np.where(pause, _SILENT, np.where(f0_hz > 0, _VOICED, _NOISY))
    kinds = _without_short(kinds, (_SILENT,), _SHORTEST_PAUSE)
    kinds = _without_short(kinds, (_NOISY, _VOICED), _SHORTEST_SOUND)
    pieces = [part for piece in _pieces(kinds) for part in _syllables(piece, energy)]
    labels = [PAUSE if kind == _SILENT else UNKNOWN for _, _, kind in pieces]
    return [start for start, _, _ in pieces] + [len(energy)], labels


class SpeechAnalyser:
    """Turns recordings into speech sketches; the studio's Analyser protocol."""

    def __init__(self) -> None:
        self._aligner: Aligner | None = None
        self._pronouncers: dict[str, Pronounces] = {}

    def load(self, device: str) -> None:
        """Nothing to load yet: the analysis has no weights; aligner and dictionary are read with the first text."""

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the sketch that would render to a recording; with the parameter ``text``, its words and phones too.

        Raises:
            SourceError: if the medium is no sound, cannot be read as speech, or the text is another one.
        """
        if not isinstance(medium, Audio):
            raise SourceError("The speech analyser takes a recording; for text, convert it.")
        samples, text = mono_24k(medium), str(params.get("text", ""))
        whole = 0.7 if text.strip() else 1.0
        found = analyse_samples(samples, lambda share: job.progress(whole * share, "Listening"))
        lanes = None
        if text.strip():

            def tell(share: float) -> None:
                job.progress(whole + (1 - whole) * share, "Finding the words")

            lanes = self._align(samples, found, text, str(params.get("language", "en")), tell)
        return analysed_sketch(found, Made(ENGINE, VERSION, 0, dict(params)), lanes)

    def _align(
        self, samples: Floats, found: Analysis, text: str, language: str, tell: Callable[[float], None]
    ) -> tuple[Spans, Spans]:
        # Imported here: without a text an analysis needs no torch, which takes a second to load.
        from intermezzo_engines.speech.aligned import align_text
        from intermezzo_engines.speech.aligner import load_aligner
        from intermezzo_engines.speech.pronounce import load_pronouncer

        self._aligner = self._aligner or load_aligner()
        if language not in self._pronouncers:
            self._pronouncers[language] = load_pronouncer(language)
        energy = energy_db(found.env_ln)
        return align_text(samples, energy, text, language, self._aligner, self._pronouncers[language], tell)


def analysed_sketch(found: Analysis, made: Made, lanes: tuple[Spans, Spans] | None = None) -> Sketch:
    """Return an analysis as a sketch in the studio's units, every element marked as analysed.

    ``lanes`` are its words and phones; without them, pauses and sounds without a name.
    """
    energy = energy_db(found.env_ln)
    words, phones = lanes or _nameless(energy, found.f0_hz)
    pitch = np.where(found.f0_hz > 0, np.clip(found.f0_hz, 50.0, 1000.0), 0.0).astype(np.float32)
    mark = Mark.ANALYSED
    layers: tuple[Layer, ...] = (
        words,
        phones,
        Curve.machine(_spec("pitch", CurveSpec), HOP_S, pitch, mark),
        Curve.machine(_spec("energy", CurveSpec), HOP_S, energy, mark),
        Matrix.machine(_spec("envelope", MatrixSpec), HOP_S, ln_to_db(found.env_ln), mark),
        Matrix.machine(_spec("breath", MatrixSpec), HOP_S, ln_to_db(found.ap_ln), mark),
    )
    return Sketch(SPEECH, {layer.spec.name: layer for layer in layers}, made)


def _nameless(energy: Floats, f0_hz: Floats) -> tuple[Spans, Spans]:
    bounds, labels = segments(energy, f0_hz)
    n_frames, nothing, mark = len(energy), np.zeros(0, np.int32), Mark.ANALYSED
    starts, stops = np.asarray(bounds[:-1]), np.asarray(bounds[1:])
    return (
        Spans.machine(_spec("words", SpansSpec), HOP_S, n_frames, nothing, nothing, (), mark),
        Spans.machine(_spec("phones", SpansSpec), HOP_S, n_frames, starts, stops, tuple(labels), mark),
    )


def _piece(samples: Floats, low: int, high: int) -> Floats:
    """Samples of frames ``low .. high``; the frame grid starts at the first of them."""
    return samples[low * HOP : (high - 1) * HOP + HOP]


def _simple_ratio(ratio: float) -> tuple[int, int]:
    best = Fraction(ratio).limit_denominator(1_000)
    return best.numerator, best.denominator


Piece = tuple[int, int, int]


def _pieces(kinds: NDArray[np.int64]) -> list[Piece]:
    """Return (start, stop, kind) of each stretch of equal values."""
    starts = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist()]
    return [(a, b, int(kinds[a])) for a, b in zip(starts, [*starts[1:], len(kinds)], strict=True)]


def _syllables(piece: Piece, energy: Floats) -> list[Piece]:
    """Cut a sound at the dips of its level that are at least 4 dB deep and 8 frames apart."""
    start, stop, kind = piece
    if kind == _SILENT or stop - start < 2 * _SHORTEST_SYLLABLE:
        return [piece]
    level = np.convolve(np.pad(energy[start:stop], 2, mode="edge"), np.full(5, 0.2), "valid")
    dips, _ = signal.find_peaks(-level, prominence=4.0, distance=_SHORTEST_SYLLABLE)
    cuts = [start + int(d) for d in dips if _SHORTEST_SOUND <= d <= stop - start - _SHORTEST_SOUND]
    return [(a, b, kind) for a, b in zip([start, *cuts], [*cuts, stop], strict=True)]


def _without_short(kinds: NDArray[np.int64], of: tuple[int, ...], shortest: int) -> NDArray[np.int64]:
    """Give stretches of the kinds ``of`` that are shorter than ``shortest`` frames to the longer neighbour."""
    out = kinds.copy()
    pieces = _pieces(kinds)
    for index, (start, stop, kind) in enumerate(pieces):
        if kind in of and stop - start < shortest and len(pieces) > 1:
            before = pieces[index - 1] if index > 0 else None
            after = pieces[index + 1] if index + 1 < len(pieces) else None
            longer = max((p for p in (before, after) if p is not None), key=lambda p: p[1] - p[0])
            out[start:stop] = longer[2]
    return out


_Spec = TypeVar("_Spec", bound=LayerSpec)


def _spec(name: str, kind: type[_Spec]) -> _Spec:
    spec = SPEECH.spec(name)
    if not isinstance(spec, kind):
        raise SketchError(f"Layer {name!r} of {SPEECH.id} is no {kind.kind}.")
    return spec


def _spectral(samples: Floats, f0_hz: Floats) -> tuple[Floats, Floats]:
    ap_ln = aperiodicity(power(samples, len(f0_hz)), f0_hz)
    env_ln = envelope_of(smooth_power(samples, f0_hz))
    return refine(env_ln, ap_ln, f0_hz, samples), ap_ln
