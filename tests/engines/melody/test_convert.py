"""Lyrics become templates and tunes: every syllable sung, words together, bars whole, seeds and stretches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo import Studio
from intermezzo.core import codec
from intermezzo.core.edits.notes import move
from intermezzo.core.edits.tune import to_melody
from intermezzo.core.engine import Cache
from intermezzo.core.errors import Cancelled, SourceError
from intermezzo.core.layers import Region, Spans
from intermezzo.core.media import Text
from intermezzo.core.music.keys import key_of
from intermezzo.core.music.metre import metre_of
from intermezzo.core.music.syllables import HOLD, goes_on
from intermezzo.core.singability import VOICES
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.melody import AUTHENTIC
from intermezzo_engines.melody.convert import MelodyConverter
from intermezzo_engines.melody.measures import cadence_right, rhythm_right
from intermezzo_engines.melody.styles import STYLES
from intermezzo_engines.melody.template import template_of
from intermezzo_engines.melody.template_layers import template_in

_TEXT = """The morning comes over the mountain
and the valley is silver with dew.

La lune, in another language,
is a word for the window and you."""


_CONVERTER = MelodyConverter()


class _Patient:
    """A job that is given up after so many reports."""

    cache: Cache

    def __init__(self, patience: int) -> None:
        self.told: list[float] = []
        self.patience = patience

    def progress(self, fraction: float, what: str = "") -> None:
        self.told.append(fraction)
        if len(self.told) > self.patience:
            raise Cancelled

    def partial(self, piece: Sketch) -> None:
        raise AssertionError("a tune is one piece")


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


def _made(studio: Studio, text: str = _TEXT, seed: int = 1, **params: str | float) -> Sketch:
    return studio.convert("melody", text, seed=seed, params=params)


@pytest.mark.parametrize("style", list(STYLES))
@pytest.mark.parametrize("seed", [1, 2])
def test_every_syllable_is_sung_words_hold_together_and_bars_are_whole(studio: Studio, style: str, seed: int) -> None:
    sketch = _made(studio, seed=seed, style=style, voice="easy")
    notes = sketch.notes
    sung = [text for text in notes.lyrics if text != HOLD]
    assert sung == list(sketch.rhythm.labels)
    assert "".join(text.removesuffix("-") for text in sung) == "".join(_TEXT.split())
    assert np.all(notes.starts[1:] >= notes.stops[:-1])
    for k, text in enumerate(sketch.rhythm.labels[:-1]):
        if goes_on(text):
            assert sketch.rhythm.stops[k] == sketch.rhythm.starts[k + 1]
    assert notes.pitches.min() >= 60 and notes.pitches.max() <= 72
    bars = sketch.bars
    assert bars is not None
    assert (sketch.n_frames - bars.pickup) % bars.metres[-1].bar_frames == 0
    assert sketch.chords.starts[0] == 0 and sketch.chords.stops[-1] == sketch.n_frames


@pytest.mark.parametrize("style", list(STYLES))
@pytest.mark.parametrize("text", ["Leise geht der Abend heim\ndurch die stillen Gassen,\nschlafen lassen.", " "])
def test_a_tune_says_the_template_that_it_was_made_from(text: str, style: str) -> None:
    for metre in ("4/4", "3/4", "2/4", "6/8"):
        made = _CONVERTER.convert(Text(text), {"style": style, "metre": metre}, seed=3, job=_Patient(10_000))
        template, again = template_in(made), template_of(to_melody(made))
        assert again.cadence == template.cadence and again.rhythm == template.rhythm
        assert again.chords == template.chords and again.sections == template.sections


_WORDS = (
    "the", "a", "river", "lamp", "beautiful", "yesterday", "golden,", "of", "light.", "and", "forever", "wander?",
    "stone;", "we", "remember",
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    stanzas=st.lists(
        st.lists(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=9), min_size=1, max_size=4),
        min_size=1,
        max_size=3,
    ),
    metre=st.sampled_from(["4/4", "3/4", "2/4", "6/8"]),
    voice=st.sampled_from(list(VOICES)),
    style=st.sampled_from(list(STYLES)),
    seed=st.integers(0, 1000),
)
def test_any_lyrics_are_sung_as_their_template_says(
    stanzas: list[list[list[str]]], metre: str, voice: str, style: str, seed: int
) -> None:
    text = "\n\n".join("\n".join(" ".join(line) for line in stanza) for stanza in stanzas)
    sketch = _CONVERTER.convert(
        Text(text), {"metre": metre, "voice": voice, "style": style, "melisma": "much"}, seed=seed, job=_Patient(10_000)
    )
    notes, template, tune = sketch.notes, template_in(sketch), to_melody(sketch)
    assert [text for text in notes.lyrics if text != HOLD] == list(sketch.rhythm.labels)
    assert np.all(notes.starts[1:] >= notes.stops[:-1]) and np.all(notes.stops > notes.starts)
    assert VOICES[voice][0] <= notes.pitches.min() and notes.pitches.max() <= VOICES[voice][1]
    for k, syllable in enumerate(notes.lyrics[:-1]):
        if (syllable if syllable != HOLD else "").endswith("-") or notes.lyrics[k + 1] == HOLD:
            assert notes.stops[k] == notes.starts[k + 1]
    assert (sketch.n_frames - template.pickup) % metre_of(metre).bar_frames == 0
    assert cadence_right(tune, template).all() and rhythm_right(tune, template).all()
    assert sketch.cadence.count == sum(map(len, stanzas)) and sketch.cadence.labels[-1] == AUTHENTIC


def test_seeds_differ_and_the_same_seed_is_the_same(studio: Studio) -> None:
    one, again, other = _made(studio, seed=4), _made(studio, seed=4), _made(studio, seed=5)
    assert codec.fingerprint(one) == codec.fingerprint(again)
    assert one.rhythm.starts.tolist() != other.rhythm.starts.tolist()
    assert one.notes.pitches.tolist() != other.notes.pitches.tolist()


def test_styles_and_settings_say_what_a_song_is_in(studio: Studio) -> None:
    waltz = _made(studio, style="waltz", key="D minor", tempo=99.0)
    assert (waltz.metre.labels[-1], waltz.key.labels, waltz.tempo.labels) == ("3/4", ("D minor",), ("99",))


def test_a_stretch_made_anew_leaves_all_else_and_what_hands_did(studio: Studio) -> None:
    sketch = _made(studio)
    k = 10
    edited = move(sketch, [int(sketch.notes.ids[k])], semitones=1)
    start, stop = int(edited.notes.starts[8]), int(edited.notes.starts[14])
    locked = int(edited.notes.starts[12])
    edited = edited.with_layer(edited.notes.lock(Region(locked, locked + 1), on=True))
    again = studio.resample(edited, start, stop, seed=99)
    outside = (edited.notes.starts < start) | (edited.notes.starts >= stop)
    kept = (again.notes.starts < start) | (again.notes.starts >= stop)
    assert np.array_equal(edited.notes.values[outside], again.notes.values[kept])
    assert edited.notes.ids[outside].tolist() == again.notes.ids[kept].tolist()
    for held in (k, 12):
        at = again.notes.index_of(int(edited.notes.ids[held]))
        assert at is not None and np.array_equal(again.notes.values[at], edited.notes.values[held])
        assert again.notes.marks()[at] == edited.notes.marks()[held]
    assert again.notes.pitches.tolist() != edited.notes.pitches.tolist()
    assert again.chords is edited.chords


def test_a_section_that_comes_back_has_its_tune_again_under_the_same_chords(studio: Studio) -> None:
    same: list[bool] = []
    for seed in range(4):
        sketch = _made(studio, " ", seed=seed, bars=32, style="hymn")
        found, chords = sketch.sections, sketch.chords
        spans = list(zip(found.starts.tolist(), found.stops.tolist(), found.labels, strict=True))
        first = next(span for span in spans if span[2] == "A")
        later = next(span for span in spans[1:] if span[2] == "A")
        pitch_at = dict(zip(sketch.notes.starts.tolist(), sketch.notes.pitches.tolist(), strict=True))

        def chord_at(frame: int, chords: Spans = chords) -> str:
            index = chords.index_at(frame)
            return "" if index is None else chords.labels[index]

        for at in range(first[0], first[1]):
            there = at - first[0] + later[0]
            if at in pitch_at and there in pitch_at and chord_at(at) == chord_at(there):
                same.append(pitch_at[at] == pitch_at[there])
    assert len(same) > 30 and np.mean(same) > 0.9


def test_songs_end_on_the_tonic(studio: Studio) -> None:
    ends = []
    for seed in range(8):
        sketch = _made(studio, "one day\nwe go away.", seed=seed, style="hymn")
        ends.append((int(sketch.notes.pitches[-1]) - key_of(sketch.key.labels[0]).pitch_class) % 12 == 0)
    assert np.mean(ends) >= 0.75


def test_without_words_a_style_and_a_length_are_enough(studio: Studio) -> None:
    sketch = _made(studio, " ", style="folk", bars=12, metre="4/4")
    assert sketch.bars is not None and sketch.bars.count == 12 and set(sketch.notes.lyrics) <= {"", HOLD}
    assert sketch.sections.labels[:2] == ("A", "A'")


def test_a_conversion_tells_how_far_it_is_and_can_be_given_up() -> None:
    patient, hasty = _Patient(1000), _Patient(12)
    _CONVERTER.convert(Text(_TEXT), {}, seed=1, job=patient)
    assert patient.told == sorted(patient.told) and len(patient.told) > 8 and patient.told[-1] <= 1
    with pytest.raises(Cancelled):
        _CONVERTER.convert(Text("\n\n".join([_TEXT] * 5)), {}, seed=1, job=hasty)


@pytest.mark.parametrize("seed", range(1, 4))
def test_one_octave_is_sung_in_keys_that_lie_well_in_it(studio: Studio, seed: int) -> None:
    key = key_of(_made(studio, "la la la", seed=seed, voice="easy", style="hymn").key.labels[0])
    assert min((key.pitch_class + step) % 12 for step in (0, 7)) <= 2


def test_melisma_is_as_much_as_asked_for(studio: Studio) -> None:
    held = [_made(studio, melisma=much).notes.lyrics.count(HOLD) for much in ("none", "some", "much")]
    assert held[0] == 0 and held[1] < held[2]


@pytest.mark.parametrize("text", ["?!", "Привет, мир", "b" * 2000])
def test_what_cannot_be_sung_is_one_clear_line(studio: Studio, text: str) -> None:
    with pytest.raises(SourceError):
        _made(studio, text)
