"""Pronunciation dictionaries: lines of text and back, which entry wins, and which words a text may hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import ParamError
from intermezzo.core.params import Param
from intermezzo.core.pronunciations import (
    Entry,
    concerning,
    key_of,
    merged,
    read_dictionary,
    with_entry,
    without_entry,
    write_dictionary,
)

WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12).filter(lambda w: w == w.strip())
SOUNDS = st.text(st.sampled_from("abcˈəʊ- /"), min_size=1, max_size=12).filter(lambda s: bool(s.strip("/ ")))
ENTRIES = st.builds(Entry, WORDS, st.sampled_from(("en", "de")), SOUNDS)


@given(st.lists(ENTRIES, max_size=8))
def test_entries_come_back_from_their_lines(entries: list[Entry]) -> None:
    own = merged(entries)
    assert set(read_dictionary(write_dictionary(own))) == set(own)


def test_notes_blank_lines_and_windows_line_ends_are_passed_over_and_the_later_line_counts() -> None:
    text = "# mine\r\n\r\nNguyen\ten\twin\r\nnguyen\tEN\t/wɪn/\r\n"
    assert read_dictionary(text) == (Entry("nguyen", "en", "/wɪn/"),)


def test_case_counts_only_for_words_in_capitals() -> None:
    assert key_of("Nguyen") == key_of("NGUYEN".lower()) == "nguyen"
    assert key_of("US") != key_of("us")
    both = merged([Entry("US", "en", "you-ESS")], [Entry("us", "en", "uss")])
    assert len(both) == 2


def test_the_project_wins_over_the_person_and_languages_are_apart() -> None:
    person = (Entry("Gift", "en", "gift"), Entry("Gift", "de", "giftt"))
    found = merged(person, (Entry("gift", "en", "jift"),))
    assert {(e.language, e.sounds) for e in found} == {("en", "jift"), ("de", "giftt")}


def test_an_entry_takes_the_place_of_the_one_for_its_word() -> None:
    entries = with_entry((Entry("gif", "en", "giff"),), Entry("GIF".lower(), "en", "jif"))
    assert [e.sounds for e in entries] == ["jif"]
    assert without_entry(entries, Entry("gif", "en", "x")) == ()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Nguyen en win", "line 2: a line takes three things"),
        ("New York\ten\tx", "line 2: “New York” is not one word"),
        ("word\tenglish\tx", "“english” is no language"),
        ("word\ten\t//", "“word” has no sounds"),
        ("+\ten\tplus", "“\\+” is not one word"),
        ("a" * 61 + "\ten\tx", "is not one word"),
    ],
)
def test_a_wrong_line_is_told_with_its_number(line: str, why: str) -> None:
    with pytest.raises(ParamError, match=why):
        read_dictionary(f"# mine\n{line}\n")


def test_only_what_a_text_may_hold_goes_to_the_engine() -> None:
    entries = (Entry("Nguyen", "en", "win"), Entry("B2B", "en", "bee"), Entry("Straße", "de", "strasse"))
    assert concerning(entries, "The nguyen's STRASSE") == (entries[0], entries[2])
    assert concerning(entries, "a b2b deal") == (entries[1],)


def test_a_parameter_of_this_kind_refuses_what_is_no_dictionary() -> None:
    param = Param("dictionary", "Pronunciations", "dictionary", "", choices=("en",))
    assert param.checked("Nguyen\ten\twin\n") == "Nguyen\ten\twin\n"
    with pytest.raises(ParamError, match="Pronunciations, line 1"):
        param.checked("Nguyen")
