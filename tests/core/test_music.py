"""Keys, chords, metres, syllables and clocks say what musicians would."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core import clock
from intermezzo.core.errors import SketchError
from intermezzo.core.music.chords import KINDS, Chord, chord_of, named_in, roman
from intermezzo.core.music.keys import MODES, key_of, spelled
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.music.syllables import joined_words, word_starts


@pytest.mark.parametrize(
    ("text", "name", "fifths"),
    [("G major", "G major", 1), ("e", "E minor", 1), ("Bb", "Bb major", -2), ("F# minor", "F# minor", 3),
     ("D dorian", "D dorian", 0), ("c min", "C minor", -3),
     ("A♭ Dur", "Ab major", -4), ("G mixolydian", "G mixolydian", 0)],
)  # fmt: skip
def test_keys_are_read(text: str, name: str, fifths: int) -> None:
    key = key_of(text)
    assert (key.name, key.fifths) == (name, fifths)


@pytest.mark.parametrize("bad", ["", "H major", "G grumpy", "G# major", "1"])
def test_what_is_no_key_is_refused(bad: str) -> None:
    with pytest.raises(SketchError):
        key_of(bad)


@pytest.mark.parametrize(
    ("pitch", "key", "name"),
    [(61, "A major", "C#4"), (61, "Ab major", "Db4"), (66, "C major", "F#4"), (70, "C major", "Bb4"),
     (68, "A minor", "G#4"), (59, "C major", "B3"), (60, "C# major", "B#3"), (71, "Gb major", "Cb5"),
     (63, "E minor", "D#4")],
)  # fmt: skip
def test_pitches_are_spelled_as_the_key_writes_them(pitch: int, key: str, name: str) -> None:
    letter, sign, octave = spelled(pitch, key_of(key))
    assert letter + ("#" * sign if sign >= 0 else "b" * -sign) + str(octave) == name


@given(
    st.integers(0, 127),
    st.sampled_from(["C", "G", "D", "A", "E", "B", "F", "Bb", "Eb", "Ab", "Db"]),
    st.sampled_from(list(MODES)),
)
def test_every_spelling_sounds_as_its_pitch(pitch: int, tonic: str, mode: str) -> None:
    try:
        key = key_of(f"{tonic} {mode}")
    except SketchError:
        return
    letter, sign, octave = spelled(pitch, key)
    assert {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[letter] + sign + 12 * (octave + 1) == pitch


@pytest.mark.parametrize(
    ("text", "name", "tones"),
    [("Bm", "Bm", {11, 2, 6}), ("F#m7b5", "F#m7b5", {6, 9, 0, 4}), ("C/E", "C/E", {0, 4, 7}),
     ("D7/F♯", "D7/F#", {2, 6, 9, 0}),
     ("Gmin7", "Gm7", {7, 10, 2, 5}), ("A°7", "Adim7", {9, 0, 3, 6}), ("Esus", "Esus4", {4, 9, 11})],
)  # fmt: skip
def test_chords_are_read(text: str, name: str, tones: set[int]) -> None:
    chord = chord_of(text)
    assert chord is not None and chord.name == name and chord.tones == tones


def test_no_chord_is_none_and_nonsense_is_refused() -> None:
    assert chord_of("N.C.") is None
    for bad in ("H", "Cfoo", "G/x", "♯"):
        with pytest.raises(SketchError):
            chord_of(bad)


@pytest.mark.parametrize(
    ("text", "key", "numeral"),
    [("G", "G major", "I"), ("Em", "G major", "vi"), ("D7", "G major", "V⁷"), ("Bm", "G major", "iii"),
     ("F", "G major", "♭VII"),
     ("F#dim", "G major", "vii°"), ("G/B", "G major", "I⁶"), ("E7", "A minor", "V⁷"), ("G", "A minor", "VII"),
     ("Caug", "C major", "I+")],
)  # fmt: skip
def test_roman_numerals(text: str, key: str, numeral: str) -> None:
    assert roman(chord_of(text), key_of(key)) == numeral


def test_a_chord_is_spelled_as_its_key_writes_it() -> None:
    assert named_in(Chord("A#", "m"), key_of("F major")).name == "Bbm"


def test_every_kind_reads_back() -> None:
    for kind in KINDS:
        assert chord_of(Chord("Eb", kind).name) == Chord("Eb", kind)


def test_bars_follow_metres_and_a_pickup() -> None:
    bars = Bars.of([(0, metre_of("3/4")), (480 + 3 * 1440, metre_of("4/4"))], 480 + 3 * 1440 + 1920, pickup=480)
    assert bars.starts.tolist() == [0, 480, 1920, 3360, 4800]
    assert (bars.place(0).bar, bars.place(0).beat) == (0, 3)
    assert (bars.place(480).bar, bars.place(480).beat) == (1, 1)
    assert bars.place(4800 + 960 + 7) == type(bars.place(0))(4, 3, 7)
    assert bars.beats(0, 2000).tolist() == [0, 480, 960, 1440, 1920]


def test_compound_metres_are_felt_in_threes() -> None:
    metre = metre_of("6/8")
    assert (metre.bar_frames, metre.beat_frames, metre.weights) == (1440, 720, (3, 2))
    assert metre_of("3/8").beat_frames == 240


@pytest.mark.parametrize("bad", ["", "4", "4/3", "0/4", "99/4", "x/4"])
def test_what_is_no_metre_is_refused(bad: str) -> None:
    with pytest.raises(SketchError):
        metre_of(bad)


def test_words_are_seen_through_syllables() -> None:
    sung = ("riv-", "er", "_", "runs", "")
    assert joined_words(sung) == "river runs" and word_starts(sung) == [True, False, False, True, False]


@given(st.lists(st.tuples(st.integers(1, 5000), st.floats(20, 300)), min_size=1, max_size=6), st.floats(0, 30_000))
def test_a_clock_of_tempi_goes_both_ways(tempi: list[tuple[int, float]], frame: float) -> None:
    starts = np.cumsum([0, *(n for n, _ in tempi[1:])])
    found = clock.of_tempi(
        [(int(a), bpm) for a, (_, bpm) in zip(starts, tempi, strict=True)], 480, int(starts[-1]) + 100
    )
    assert np.all(np.diff(found.seconds) > 0)
    assert float(found.frames_at(found.seconds_at(frame))) == pytest.approx(frame, abs=1e-6)
    assert float(found.seconds_at(480 * 0.5)) <= 60 / min(bpm for _, bpm in tempi)


def test_tempi_are_read() -> None:
    assert [clock.tempo_of(t) for t in ("92", "92,5 bpm", "fast", "0", "nan")] == [92.0, 92.5, None, None, None]
