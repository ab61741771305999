"""Marks are heard: emphasis, pauses, rate and written phones change the predicted sketch where they stand."""

import numpy as np
import pytest

from intermezzo.core.errors import SourceError
from intermezzo.core.marks import read_marks
from intermezzo_engines.speech.manner import Say, as_spelt, say_of
from intermezzo_engines.speech.predict import Frames
from intermezzo_engines.speech.spelling import read_ipa
from intermezzo_engines.speech.text import phrases

DURATIONS = np.array([8, 10, 10, 20, 12, 30])
TOKENS = [(1, 3), (3, 4), (4, 5)]


def frames() -> Frames:
    n = int(DURATIONS.sum())
    return Frames(np.full(n, 200, np.float32), np.ones(n, np.float32), np.full(n, -20, np.float32),
                  np.ones(n, np.float32))  # fmt: skip


def say(text: str) -> Say:
    marked = read_marks(text)
    (phrase,) = phrases(marked.plain)
    return say_of(marked, phrase.tokens, len(text), first=True)


def test_emphasis_makes_a_word_longer_higher_and_louder_and_leaves_the_others() -> None:
    strong = say("She **really** knows")
    lengths = strong.lengths(DURATIONS, TOKENS, ())
    assert lengths.tolist() == [8, 10, 10, 25, 12, 30]
    shaped = strong.shaped(frames(), DURATIONS, TOKENS)
    middle = slice(28 + 3, 48 - 3)
    assert np.allclose(12 * np.log2(shaped.pitch_hz[middle] / 200), 3.0, atol=1e-3)
    assert np.allclose(shaped.energy_db[middle], -16.0)
    assert (shaped.pitch_hz[:25] == 200).all() and (shaped.energy_db[51:] == -20).all()


def test_no_mark_changes_nothing() -> None:
    plain = say("She really knows")
    assert plain == Say()
    before = frames()
    assert plain.shaped(before, DURATIONS, TOKENS) is before
    assert (plain.lengths(DURATIONS, TOKENS, ()) == DURATIONS).all()


def test_pauses_know_the_word_that_they_follow() -> None:
    assert say("[pause 1]She <break time='500ms'/> really knows [pause 0.25].").rests == ((-1, 94), (0, 47), (2, 23))


def test_rate_pitch_and_loudness_of_a_stretch() -> None:
    slow = say('She <prosody rate="50%" pitch="-2st" volume="+3dB">really knows</prosody>')
    assert slow.lengths(DURATIONS, TOKENS, ()).tolist() == [8, 10, 10, 40, 24, 30]
    shaped = slow.shaped(frames(), DURATIONS, TOKENS)
    assert 12 * np.log2(shaped.pitch_hz[50] / 200) == pytest.approx(-2, abs=1e-3)
    assert shaped.energy_db[50] == -17


def test_written_phones_replace_those_of_the_word_or_of_all_words_of_a_stretch() -> None:
    text = 'Go to <phoneme ph="nuˈjɔɹk">New York</phoneme>, gif{dʒɪf}'
    marked = read_marks(text)
    (phrase,) = phrases(marked.plain)
    said = as_spelt([("X",)] * len(phrase.words), phrase.tokens, marked, text)
    assert said == (("X",), ("X",), ("N", "UW0", "Y", "AO1", "R", "K"), (), ("JH", "IH1", "F"))


def test_a_sound_that_is_none_is_refused_with_its_place() -> None:
    marked = read_marks("one\nclick{kǃ}")
    (phrase,) = phrases(marked.plain)
    with pytest.raises(SourceError, match=r"Line 2, character 7.*no sound of this voice"):
        as_spelt([("X",)] * 2, phrase.tokens, marked, "one\nclick{kǃ}")


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("həˈloʊ", "HH AH0 L OW1"), ("/ɡɹeɪt/", "G R EY1 T"), ("ˈnɜːs", "N ER1 S"), ("təˈmɑː.təʊ", "T AH0 M AA1 T OW0"),
        ("ˌsaɪˈkɑlədʒi", "S AY2 K AA1 L AH0 JH IY0"), ("t͡ʃɪp", "CH IH1 P"), ("ʃ", "SH"),
    ],
)  # fmt: skip
def test_ipa_is_read_in_the_ways_that_people_write_it(ipa: str, phones: str) -> None:
    assert read_ipa(ipa) == tuple(phones.split())
