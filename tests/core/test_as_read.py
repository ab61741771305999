"""Which pronunciations a stage is read with: those of its text and language, and a sketch made without is stale."""

from dataclasses import replace

import numpy as np
import pytest

from intermezzo.core.errors import ParamError
from intermezzo.core.manifest import EngineManifest, Making
from intermezzo.core.media import Audio, Text
from intermezzo.core.params import Param
from intermezzo.core.project import Stage, as_read, pronunciations_for, read_like, source_key
from intermezzo.core.pronunciations import Entry

WORDS = Param("words", "Words", "dictionary", "", choices=("en", "de"))
VOICE = Param("voice", "Voice", "choice", "ann", choices=("ann", "kai"), languages=("en", "de"))
OWN = Param("own", "Own", "text", "")
MAKES = Making("Make", "one", "many", "data", "own", "own.json")
ENGINE = EngineManifest("e", "1", "E", "e", "mock/1", params=(WORDS, VOICE, OWN), makes=MAKES)
ENTRIES = (Entry("read", "en", "/rɛd/"), Entry("read", "de", "/riːt/"), Entry("absent", "en", "/æ/"))
STAGE = Stage("1", "e", Text("I read."))


def test_only_words_of_the_text_in_the_language_of_the_voice_are_told() -> None:
    assert pronunciations_for(STAGE, ENGINE, ENTRIES) == "read\ten\t/rɛd/\n"
    german = replace(STAGE, params={"voice": "kai"})
    assert pronunciations_for(german, ENGINE, ENTRIES) == "read\tde\t/riːt/\n"


def test_where_the_language_is_not_known_all_of_the_engine_are_told() -> None:
    own = replace(STAGE, params={"own": "/some/folder"})
    assert ENGINE.language_of(own.params) == ""
    assert pronunciations_for(own, ENGINE, (*ENTRIES, Entry("read", "fr", "/r/"))).count("\n") == 2


def test_a_recording_and_an_engine_without_a_dictionary_take_none() -> None:
    sound = replace(STAGE, source=Audio(np.zeros((1, 8), np.float32), 8000))
    assert pronunciations_for(sound, ENGINE, ENTRIES) == ""
    plain = replace(ENGINE, params=())
    assert pronunciations_for(STAGE, plain, ENTRIES) == "" and as_read(STAGE, plain, "x") is STAGE


def test_a_stage_is_the_same_object_where_nothing_is_said_otherwise() -> None:
    said = as_read(STAGE, ENGINE, "read\ten\t/rɛd/\n")
    assert as_read(STAGE, ENGINE, "") is STAGE and as_read(said, ENGINE, "read\ten\t/rɛd/\n") is said
    assert source_key(said, ENGINE) != source_key(STAGE, ENGINE)
    # An entry that is gone leaves no trace: the sketch from before there was one is fresh again.
    assert source_key(as_read(said, ENGINE, ""), ENGINE) == source_key(STAGE, ENGINE)
    assert read_like(STAGE, said, ENGINE).params == said.params


def test_languages_belong_to_choices() -> None:
    with pytest.raises(ParamError, match="each of its choices"):
        Param("voice", "Voice", "choice", "a", choices=("a", "b"), languages=("en",))
