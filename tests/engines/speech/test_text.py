"""The text front end says what is written, keeps every word's place, and never hangs."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech.text import MAX_WORDS, phrases, transcript


def said(text: str) -> str:
    return " ".join(transcript(text))


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("On Jan. 5, 2024 at 3:30 pm", "on january fifth twenty twenty four at three thirty p. m."),
        ("the 21st of May", "the twenty first of may"),
        ("5 January 1999", "the fifth of january nineteen ninety nine"),
        ("2024-12-25", "december twenty fifth twenty twenty four"),
        ("12/25/2024", "december twenty fifth twenty twenty four"),
        ("Dr. Smith paid $3.50", "doctor smith paid three dollars fifty cents"),
        ("£2 million, 20%", "two million pounds twenty percent"),
        ("5 km at 60 mph", "five kilometers at sixty miles per hour"),
        ("72°F and -5 °C", "seventy two degrees fahrenheit and minus five degrees celsius"),
        ("the 1990s and '80s", "the nineteen nineties and eighties"),
        ("1984–1990, 10-20", "nineteen eighty four to nineteen ninety ten to twenty"),
        ("3/4 or 1 1/2 or ½", "three quarters or one and one half or one half"),
        ("call 555-1234", "call five five five one two three four"),
        ("Louis XVI, World War II, Chapter IV", "louis the sixteenth world war two chapter four"),
        ("NASA and the BBC", "nasa and the b. b. c."),
        ("e.g. the U.S. etc.", "for example the u. s. et cetera"),
        ("No. 5, no. No", "number five no no"),
        ("me@x.org & www.example.com/a", "m. e. at x. dot org and w. w. w. dot example dot com slash a."),
        ("naïve café Ångström", "naive cafe angstrom"),
        ("It’s π", "it's pi"),
        ("rock ’n’ roll 😀!", "rock n roll"),
    ],
)
def test_written_forms_are_spoken_as_a_reader_would(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_tokens_keep_their_place_in_the_source() -> None:
    text = "Well, $5 isn't “much”, is it?"
    tokens = [token for phrase in phrases(text) for token in phrase.tokens]
    assert [token.text for token in tokens] == ["Well", "$5", "isn't", "much", "is", "it"]
    assert all(text[token.start : token.end] == token.text for token in tokens)


def test_punctuation_becomes_pause_marks_and_ends_phrases() -> None:
    found = list(phrases("One, two; three. Four?\n\nFive - six"))
    assert [[t.mark for t in p.tokens] for p in found] == [[",", ";", "."], ["?"], [";", ""]]


def test_an_abbreviation_in_mid_sentence_does_not_end_it() -> None:
    assert len(list(phrases("Mr. Brown, Jr. of the U.S. forces met Dr. Lee."))) == 1


def test_a_sentence_without_punctuation_is_cut() -> None:
    found = list(phrases("word " * 100))
    assert [len(p.words) for p in found] == [MAX_WORDS, MAX_WORDS, 20]


@pytest.mark.parametrize("text", ["", "  \n\t", "😀 🎉", "...!?", "—"])
def test_nothing_to_say_is_one_clear_error(text: str) -> None:
    with pytest.raises(SourceError, match="nothing to say"):
        list(phrases(text))


@pytest.mark.parametrize(("text", "script"), [("Привет мир", "Cyrillic"), ("say 你好", "Chinese"), ("שלום", "Hebrew")])
def test_letters_of_another_script_are_refused_by_name(text: str, script: str) -> None:
    with pytest.raises(SourceError, match=script):
        list(phrases(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("½²", "one half two"), ("x² and y³", "x two and y three"), ("⅔ of ①②", "two thirds of one two"),
        ("Ⅷ", "eight"), ("a²b", "a two b"), ("∑∫√ is maths", "is maths"),
    ],
)  # fmt: skip
def test_numerals_in_one_character_are_said_wherever_they_stand(text: str, said: str) -> None:
    assert " ".join(transcript(text)) == said


@pytest.mark.parametrize(
    "piece", ["a", "hello world ", "1", "$", "Jan ", "a'", "(212) ", "www.", "1,", "x_", "\n", "a.b"]
)
def test_time_grows_with_length_and_not_faster(piece: str) -> None:
    def seconds(n_characters: int) -> float:
        text = "so " + piece * (n_characters // len(piece))
        started = time.process_time()
        for _ in itertools.islice(phrases(text), 10**9):
            pass
        return time.process_time() - started

    assert seconds(40_000) < 2.0  # 1 MB takes at most 9 s on the reference machine: a quarter of a second here


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="ascii"), max_size=200))
def test_any_ascii_text_is_phrases_or_one_error(text: str) -> None:
    try:
        for phrase in phrases(text):
            assert phrase.words
            assert len(phrase.words) <= 2 * MAX_WORDS
            assert all(w and (w.replace("'", "").replace(".", "").isalpha()) for w in phrase.words)
    except SourceError as error:
        assert "nothing to say" in str(error)
