"""The process that engraves: it answers, says what it cannot, and is there again after it has died."""

import os
from collections.abc import Iterator

import numpy as np
import pytest
from drawn_tune import tune_sketch

from intermezzo.core.edits.tune import to_melody
from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.storage.scores.papers import PAPERS
from intermezzo.ui.score.engraver import Engraver


@pytest.fixture
def engraver() -> Iterator[Engraver]:
    engraver = Engraver()
    yield engraver
    engraver.close()


class Fatal:
    """Kills whoever unpacks it, as a fault in a library does."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)


def test_the_process_answers_says_what_it_cannot_and_comes_back_when_it_has_died(engraver: Engraver) -> None:
    melody = to_melody(tune_sketch(), title="River song")
    sheet = engraver.line(melody, 1500, is_end=True)
    assert sum(o.kind == "notehead" for o in sheet.outlines) == melody.count
    assert engraver.svg(melody, PAPERS[0]).startswith(b"<?xml")
    assert engraver.pdf(melody, PAPERS[1]).startswith(b"%PDF-")
    low = Melody(np.array([[0, 480, 3, 80]]), ("deep",), 1920)
    with pytest.raises(FileError, match=r"A note is too low to be written\. Move it up an octave\."):
        engraver.line(low, 1500, is_end=True)
    with pytest.raises(FileError, match="The engraver stopped at this tune"):
        engraver.line(Fatal(), 1500, is_end=True)  # type: ignore[arg-type]
    assert engraver.line(melody, 1500, is_end=True).outlines
