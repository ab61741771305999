"""melody/1: a tune and the template it follows (sections, chords, rhythm, cadences), in ticks of 1/480 of a quarter."""

from typing import TypeGuard

from intermezzo.core.layers import NotesSpec, SpansSpec
from intermezzo.core.music.metre import FRAMES_PER_QUARTER
from intermezzo.core.sketch import Beats, Sketch, SketchType

__all__ = ["AUTHENTIC", "CADENCES", "HALF", "MELODY", "SAMPLE_RATE", "WEAK", "is_tune"]

SAMPLE_RATE = 44_100

AUTHENTIC, HALF, WEAK = "authentic", "half", "weak"
CADENCES = (AUTHENTIC, HALF, WEAK)
_SECTION = 24


def _lane(name: str, title: str, help_: str, height: int = _SECTION, symbols: tuple[str, ...] = ()) -> SpansSpec:
    palette = ((title, symbols),) if symbols else ()
    return SpansSpec(name, title, help_, height, free=True, symbols=palette)


MELODY = SketchType(
    id="melody/1",
    title="Melody",
    hop_s=0.5 / FRAMES_PER_QUARTER,  # at 120 quarters a minute; the tempo lane says what it really is
    sample_rate=SAMPLE_RATE,  # and no hop_samples: how many samples a frame makes is the clock's affair
    beats=Beats(FRAMES_PER_QUARTER, tempo="tempo", metre="metre", key="key", chords="chords"),
    layers=(
        _lane("tempo", "Tempo", "Quarter notes a minute; a new span is a new tempo."),
        _lane("metre", "Metre", "The time signature."),
        _lane("key", "Key", "Tonic and mode; the notes of its scale are plain in the roll."),
        _lane("sections", "Sections", "Which parts repeat: the same letter, a prime varies."),
        _lane("chords", "Chords", "What the tune is heard against; the notes under a chord follow it.", 44),
        _lane("rhythm", "Rhythm", "Where each syllable is sung, and how long; gaps are rests.", 36),
        _lane("cadence", "Cadence", "How each phrase ends: at rest, open, or going on.", symbols=CADENCES),
        NotesSpec("notes", "Notes", "The tune, a syllable on each note.", height=320, low=21, high=108, min_frames=15),
    ),
)  # fmt: skip


def is_tune(sketch: Sketch | None) -> TypeGuard[Sketch]:
    """Tell whether there is a sketch, and it is a melody/1: notes with the template that they follow."""
    return sketch is not None and sketch.type.id == MELODY.id
