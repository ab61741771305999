"""Grids in time from end to end without a window: takes of other lengths, windows, masks and files, on the mock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.__main__ import main
from intermezzo.core import takes
from intermezzo.core.errors import EditError, SourceError
from intermezzo.core.media import Audio
from intermezzo.core.project import Stage
from intermezzo.core.sketch import Sketch
from intermezzo.core.take import Part

MOCK = "builtin.mock_tones"


def test_what_is_drawn_is_heard_in_its_cells_and_comes_back(studio: Studio) -> None:
    sketch = studio.convert(MOCK, "a bell")
    mask = np.zeros(sketch.tokens.shape, bool)
    mask[20:23, 1] = True
    edited = sketch.with_layer(sketch.tokens.with_codes(mask, (sketch.tokens.codes + 1) % 16))
    before, after = studio.render(sketch), studio.render(edited)
    assert isinstance(before, Audio) and isinstance(after, Audio)
    changed = np.flatnonzero((before.samples != after.samples)[0])
    assert changed[0] >= 20 * 240 and changed[-1] < 23 * 240
    assert np.array_equal(studio.analyse(MOCK, after).tokens.codes, edited.tokens.codes)
    part = studio.render(edited, window=(10, 30))
    assert isinstance(part, Audio)
    assert np.array_equal(part.samples, after.samples[:, 2400:7200])


def test_a_stretch_or_a_mask_is_made_anew_and_hands_stay_in_a_stretch(studio: Studio) -> None:
    sketch = studio.convert(MOCK, "a bell")
    mask = np.zeros(sketch.tokens.shape, bool)
    mask[5:40, 2] = True
    edited = sketch.with_layer(sketch.tokens.with_codes(mask, 3))
    again = studio.resample(edited, 0, 30, seed=9)
    assert (again.tokens.codes[5:40, 2] == 3).all()
    assert np.array_equal(again.tokens.codes[30:], edited.tokens.codes[30:])
    filled = studio.infill(edited, {"tokens": mask}, seed=9)
    assert not filled.tokens.edited.any()
    assert np.array_equal(filled.tokens.codes[~mask], edited.tokens.codes[~mask])
    assert len(studio.alternatives(sketch, "tokens", (7, 2)).codes) == 16


def said(seed: int) -> Sketch:
    with Studio() as studio:
        return studio.convert(MOCK, "a bell", seed=seed)


def test_a_take_of_another_length_is_used_as_a_whole_or_as_far_as_it_goes() -> None:
    one, two = said(1), said(2)
    assert two.n_frames < one.n_frames
    stage = replace(Stage("s", MOCK, converted_from="k"), sketch=one)
    stage = takes.sampled(takes.with_takes_begun(stage), two, 2)
    whole = takes.use(stage, 2, 0, one.n_frames)
    assert whole.sketch is not None
    assert np.array_equal(whole.sketch.tokens.codes, two.tokens.codes)
    assert whole.comp == (Part(0, two.n_frames, 2),)
    part = takes.use(stage, 2, 10, 20)
    assert part.sketch is not None
    assert np.array_equal(part.sketch.tokens.codes[10:20], two.tokens.codes[10:20])
    assert np.array_equal(part.sketch.tokens.codes[20:], one.tokens.codes[20:])
    assert part.comp == (Part(0, 10, 1), Part(10, 20, 2), Part(20, one.n_frames, 1))
    with pytest.raises(EditError, match="shorter"):
        takes.use(stage, 2, 50, one.n_frames)


def test_too_long_a_text_and_another_sound_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Studio() as studio:
        for text in ("", "a" * 10_000):
            with pytest.raises(SourceError):
                studio.convert(MOCK, text)
    path = tmp_path / "a.wav"
    assert main(["run", MOCK, "a bell", "-o", str(path)]) == 0
    capsys.readouterr()
    assert main(["show", str(path)]) == 0
    assert "60 x 3 cells" in capsys.readouterr().out
