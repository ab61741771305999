"""The dictionary is complete, quick to load and quick to search."""

import gzip
import time
from pathlib import Path

import pytest

from intermezzo_engines.speech import lexicon
from intermezzo_engines.speech.lexicon import Lexicon, load_lexicon


def test_the_shipped_dictionary_knows_common_words_and_their_variants() -> None:
    words = load_lexicon()
    assert words.lookup("fox") == (("F", "AA1", "K", "S"),)
    assert len(words.lookup("live")) == 2
    assert "zzzzxq" not in words


def test_first_and_last_word_are_found() -> None:
    entries = list(load_lexicon().items())
    assert len(entries) > 120_000
    assert load_lexicon().lookup(entries[0][0]) == entries[0][1]
    assert load_lexicon().lookup(entries[-1][0]) == entries[-1][1]


def test_loading_takes_under_150_ms_of_cpu() -> None:
    load_lexicon.cache_clear()
    started = time.process_time()
    load_lexicon()
    assert time.process_time() - started < 0.15


def test_building_and_reading_give_every_entry_back(tmp_path: Path) -> None:
    source, target = tmp_path / "dict.gz", tmp_path / "out.gz"
    source.write_bytes(gzip.compress("b B IY1\na AH0 # article\na(2) EY1\naé AH0 EY1\n".encode()))
    assert lexicon.build(source, target) == 3
    words = Lexicon(gzip.decompress(target.read_bytes()))
    assert words.lookup("a") == (("AH0",), ("EY1",))
    assert words.lookup("aé") == (("AH0", "EY1"),)
    assert words.lookup("b") == (("B", "IY1"),)


@pytest.mark.parametrize("word", ["", "\n", "a\tb", "!!!!", "\x00"])
def test_odd_words_are_simply_unknown(word: str) -> None:
    assert load_lexicon().lookup(word) == ()
