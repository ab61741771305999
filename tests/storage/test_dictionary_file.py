"""Dictionary files: written and read again, and refused with the line that is wrong."""

from pathlib import Path

import pytest

from intermezzo.core.errors import FileError
from intermezzo.core.pronunciations import Entry
from intermezzo.storage.dictionary_file import dictionary_path, load_dictionary, load_own_dictionary, save_dictionary

ENTRIES = (Entry("Goethe", "de", "/ˈɡøːtə/"), Entry("Siobhan", "en", "shiv-AWN"))


def test_a_dictionary_comes_back_and_says_what_its_columns_are(tmp_path: Path) -> None:
    save_dictionary(ENTRIES, tmp_path / "d.txt")
    assert load_dictionary(tmp_path / "d.txt") == ENTRIES
    assert (tmp_path / "d.txt").read_text(encoding="utf-8").startswith("# Pronunciations")


def test_the_own_dictionary_is_empty_until_there_is_one(tmp_path: Path) -> None:
    assert load_own_dictionary(tmp_path) == ()
    save_dictionary(ENTRIES, dictionary_path(tmp_path))
    assert load_own_dictionary(tmp_path) == ENTRIES


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"a\ten\tb\nNguyen win\n", "d.txt, line 2"), (b"\xff\xfe\x00", "no text in UTF-8")],
)
def test_what_is_no_dictionary_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "d.txt").write_bytes(content)
    with pytest.raises(FileError, match=why):
        load_dictionary(tmp_path / "d.txt")
    with pytest.raises(FileError, match="cannot be read"):
        load_dictionary(tmp_path / "none.txt")
