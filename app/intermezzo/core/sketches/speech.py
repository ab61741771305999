"""speech/1: words and phones, pitch, energy, breath and a harmonic-free envelope, on frames of 256 samples at 24 kHz.

The envelope holds no harmonics, so a drawn pitch never fights with old ones (shared/reference/speech.md, 'Spike').
"""

from intermezzo.core.layers import CurveSpec, MatrixSpec, SpansSpec
from intermezzo.core.sketch import SketchType

__all__ = ["HOP_SAMPLES", "PAUSE", "PHONES", "SAMPLE_RATE", "SPEECH", "STRESS", "UNKNOWN"]

SAMPLE_RATE = 24_000
HOP_SAMPLES = 256
PAUSE = "·"
UNKNOWN = "?"  # some sound of a recording that came without text
STRESS = ("ˈ", "ˌ")  # IPA primary and secondary stress
PHONES = (
    ("Vowels", ("ɑ", "æ", "ʌ", "ə", "ɔ", "ɛ", "ɝ", "ɚ", "ɪ", "i", "ʊ", "u")),
    ("Diphthongs", ("aʊ", "aɪ", "eɪ", "oʊ", "ɔɪ")),
    ("Stops", ("p", "b", "t", "d", "k", "ɡ", "tʃ", "dʒ")),
    ("Fricatives", ("f", "v", "θ", "ð", "s", "z", "ʃ", "ʒ", "h")),
    ("Sonorants", ("m", "n", "ŋ", "l", "ɹ", "w", "j")),
    ("German", ("a", "aː", "eː", "ɛː", "oː", "y", "ʏ", "ø", "œ", "ɐ", "pf", "ts", "ç", "x", "ʁ")),
    ("Other", (PAUSE, UNKNOWN)),
)

SPEECH = SketchType(
    id="speech/1",
    title="Speech",
    hop_s=HOP_SAMPLES / SAMPLE_RATE,
    hop_samples=HOP_SAMPLES,
    sample_rate=SAMPLE_RATE,
    layers=(
        SpansSpec("words", "Words", "Where each word of the source is spoken.", height=26, editable=False),
        SpansSpec(
            "phones", "Phones", "The sounds in their order; drag a boundary to change a length.", height=32,
            governs=True, symbols=PHONES, prefixes=STRESS,
        ),
        CurveSpec(
            "pitch", "Pitch", "The melody of the voice; no line where it is unvoiced.", height=240,
            unit="Hz", low=50.0, high=1000.0, scale="log", gaps=True, step=1.0,
        ),
        CurveSpec(
            "energy", "Energy", "How loud each moment is.", height=62, unit="dB", low=-100.0, high=6.0, step=1.0
        ),
        MatrixSpec(
            "envelope", "Envelope", "The colour of the voice: how strong each frequency is, without the pitch.",
            height=188, bands=100, unit="dB", low=-120.0, high=12.0, paint_limit=36.0, edges=(0.0, 12_000.0),
            edge_unit="Hz", edge_scale="mel",
        ),
        MatrixSpec(
            "breath", "Breath", "How much of the voice is breath, in five bands; 0 dB is a whisper.", height=62,
            bands=5, unit="dB", low=-60.0, high=0.0, paint_limit=60.0,
            edges=(0.0, 1_000.0, 2_000.0, 4_000.0, 7_000.0, 12_000.0), edge_unit="Hz",
        ),
    ),
)  # fmt: skip
