"""Marks that are put into a text are read as what they were meant to be, and can be taken back or changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.marking import emphasised, with_pause, with_sounds
from intermezzo.core.marks import EMPHASIS, MarkError, mark_faults, read_marks

TEXT = "I never said that."


def test_a_pause_stands_behind_the_selection_and_its_length_is_selected() -> None:
    text, first, last = with_pause(TEXT, 2, 7)
    assert text == "I never [pause 0.5] said that." and text[first:last] == "0.5"
    assert with_pause("", 0, 0)[0] == "[pause 0.5] " and with_pause("so. ", 4, 4)[0] == "so. [pause 0.5] "
    assert with_pause("*so* it", 1, 3)[0] == "*so* [pause 0.5] it" and with_pause("a *b*", 2, 2)[0][:4] == "a [p"
    assert with_pause(TEXT, 17, 17)[0] == "I never said that [pause 0.5]."


def test_emphasis_grows_and_goes_and_keeps_its_words_selected() -> None:
    once = emphasised(TEXT, 2, 8)
    assert once[0] == "I *never* said that." and once[0][once[1] : once[2]] == "never"
    twice = emphasised(*once)
    assert twice[0] == "I **never** said that." and emphasised(*twice) == (TEXT, 2, 7)
    assert emphasised(TEXT, 4, 4)[0] == once[0]  # a caret means its word
    assert emphasised("a  b", 2, 2) == ("a  b", 2, 2)


def test_what_cannot_stand_between_stars_gets_a_tag_and_loses_it_again() -> None:
    lines = emphasised("one\ntwo", 0, 7)
    assert lines[0] == "<emphasis>one\ntwo</emphasis>" and emphasised(*lines) == ("one\ntwo", 0, 7)
    assert emphasised("undo", 2, 4)[0] == "un<emphasis>do</emphasis>"


def test_sounds_stand_behind_a_word_or_around_several() -> None:
    text, first, last = with_sounds(TEXT, 2, 8, "nɛvɚ")
    assert text == "I never{nɛvɚ} said that." and text[first:last] == "never"
    assert with_sounds(text, first, last, "næ")[0] == "I never{næ} said that."
    assert with_sounds(TEXT, 2, 12, "nɛ")[0] == 'I <phoneme ph="nɛ">never said</phoneme> that.'
    assert with_sounds("in 1984.", 3, 7, "naɪn")[0] == 'in <phoneme ph="naɪn">1984</phoneme>.'


@given(st.text(st.sampled_from("ab c1.\n*'"), max_size=14), st.data())
def test_every_mark_is_read_as_it_was_meant(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    before = read_marks(text)
    if not (before.manners or before.rests):
        assert len(read_marks(with_pause(text, start, end)[0]).rests) == 1
        new = emphasised(text, start, end)[0]
        if new != text and ("<" in new or "*" not in text):
            assert [m.emphasis for m in read_marks(new).manners] == [EMPHASIS["moderate"]]
        said = with_sounds(text, start, end, "æ")[0]
        if said != text and "*" not in text:
            assert [s.ipa for s in read_marks(said).spellings] == ["æ"]


def test_all_faults_are_found_with_their_places() -> None:
    text = '[pause soon] <emphasis level="wow">a</emphasis> <b/> <prosody rate="slow">end'
    faults = mark_faults(text)
    assert [text[f.start : f.end] for f in faults] == [
        "[pause soon]", '<emphasis level="wow">', "<b/>", '<prosody rate="slow">'
    ]  # fmt: skip
    assert "line" not in faults[0].reason and "asks for no time" in faults[0].reason
    with pytest.raises(MarkError, match="line 1, character 1"):
        read_marks(text)
    assert mark_faults("plain *good* [pause 1]") == ()
