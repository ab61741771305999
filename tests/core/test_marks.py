"""Marks in a text: read where they are meant, left alone where they are text, refused with their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import SourceError
from intermezzo.core.marks import EMPHASIS, Rest, mark_ranges, read_marks

PIECES = st.sampled_from([
    "word ", "*now* ", "**so** ", "[pause 0.5]", '<break time="500ms"/>', "hello{həˈloʊ} ", "<emphasis>", "</emphasis>",
    '<prosody rate="slow">', "</prosody>", "\n\n", "a < b ", "5 * 3 ", "<x>", "{", "}", "*", "<", ">", '"', "é世 ",
])  # fmt: skip


def test_every_form_is_read_and_words_keep_their_places() -> None:
    text = 'Now *this* and <emphasis level="strong">that one</emphasis>, [pause 0.5] or <break time="250ms"/> die{daɪ}.'
    marked = read_marks(text)
    assert marked.plain.split() == ["Now", "this", "and", "that", "one", ",", "or", "die", "."]
    for word in ("Now", "this", "that", "one", "die"):
        assert marked.plain.index(word) == text.index(word)
    assert [m.emphasis for m in marked.manners] == [EMPHASIS["moderate"], EMPHASIS["strong"]]
    assert marked.rests == (Rest(text.index("[pause"), 0.5), Rest(text.index("<break"), 0.25))
    (spelling,) = marked.spellings
    assert (text[spelling.start : spelling.end], spelling.ipa) == ("die", "daɪ")


def test_marks_inside_marks_add_up_and_the_inner_emphasis_wins() -> None:
    text = '<prosody rate="80%" pitch="+2st"><emphasis>slow <prosody rate="0.5" volume="-3dB">*er*</prosody></emphasis>'
    manner = read_marks(text + "</prosody>").manner_of(text.index("er*"), text.index("er*") + 2)
    assert (manner.rate, manner.pitch_st, manner.gain_db) == (pytest.approx(0.4), 2.0, -3.0)
    assert manner.emphasis == EMPHASIS["moderate"]
    assert read_marks(text + "</prosody>").manner_of(0, 3).rate == 1.0


@pytest.mark.parametrize(
    "text", ["5 * 3 * 2 = 30", "if a <b and c> d", "see [1] and {2}", "* one\n* two", "3 <4", "f* g*", "x{}", "</", ""]
)
def test_what_only_looks_like_a_mark_stays_text(text: str) -> None:
    assert read_marks(text).plain == text
    assert mark_ranges(text) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Say\nit <loud>now</loud>", "“<loud>” in line 2, character 4, is no mark that is known"),
        ("a <emphasis>b", "has no </emphasis>"),
        ("a</prosody>", "closes nothing"),
        ("<emphasis><prosody rate='slow'>a</emphasis></prosody>", "comes before the </prosody>"),
        ("<break time=500ms/>", 'takes time="..."'),
        ('<break time="soon"/>', "asks for no time"),
        ("[pause 21]", "longer than the 20 seconds"),
        ('<prosody rate="900%">a</prosody>', "from 0.25 to 4"),
        ('<prosody pitch="up">a</prosody>', "says “up”"),
        ("<phoneme>a</phoneme>", "IPA"),
    ],
)
def test_a_wrong_mark_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(SourceError) as refusal:
        read_marks(text)
    assert told in str(refusal.value)


def test_a_sentence_element_ends_a_sentence() -> None:
    assert "\n\n" in read_marks("<speak><s>One</s><s>Two</s></speak>").plain[8:16]


@given(st.lists(PIECES, max_size=14).map("".join))
def test_a_text_keeps_its_length_and_everything_outside_marks(text: str) -> None:
    ranges = mark_ranges(text)
    assert ranges == sorted(ranges) or all(a < b for a, b in ranges)
    try:
        plain = read_marks(text).plain
    except SourceError:
        return
    inside = {k for a, b in ranges for k in range(a, b)}
    assert len(plain) == len(text)
    assert all(plain[k] == text[k] for k in range(len(text)) if k not in inside)
    assert all(plain[k] in " \n" for k in inside)
