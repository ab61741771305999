"""Notes beside other layers: what is by hand, what is lost, how they are told, drawn and written."""

import json

import numpy as np
from drawn_tune import tune_sketch

from intermezzo.core.codec import fingerprint
from intermezzo.core.edits import notes
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.edits.matching import hands
from intermezzo.core.layers import Mark
from intermezzo.core.singability.mending import allow
from intermezzo.core.take import Take
from intermezzo.storage.exchange.sketch_json import read_sketch_json, written_sketch_json
from intermezzo.storage.picture import draw_sketch
from intermezzo.storage.recent import glimpse_of
from intermezzo.ui.panels.edited_words import EditedFrames
from intermezzo.ui.panels.promises import edit_count
from intermezzo.ui.panels.takes import curve_of_take
from intermezzo.ui.welcome.pictures import picture_of as example_picture

TUNE = tune_sketch()
EDITED = notes.move(notes.lock(TUNE, [12]), [3], 0, 2)


def test_frames_of_edited_and_locked_notes_are_by_hand() -> None:
    held = hands(EDITED)
    assert len(held) == TUNE.n_frames
    assert sorted({int(k) for k in np.flatnonzero(np.diff(held.astype(int)))}) == [959, 1439, 5759, 6239]
    edited = EditedFrames().of(EDITED)
    assert edited[960:1440].all() and edited.sum() == 480
    assert edit_count(EDITED) == 1


def test_another_prediction_keeps_notes_by_hand() -> None:
    fresh = notes.move(TUNE, [3, 12, 13], 0, -1)
    fresh = fresh.with_layer(
        type(fresh.notes).machine(
            fresh.notes.spec, fresh.notes.hop_s, len(fresh.notes), fresh.notes.values, fresh.notes.lyrics
        )
    )
    new, dropped = carry_over(EDITED, fresh)
    assert not dropped
    assert [int(new.notes.pitches[k]) for k in (3, 12, 13)] == [69, 66, 68]


def test_a_tune_has_a_line_and_pictures() -> None:
    line = curve_of_take(Take(1, 1, TUNE))
    assert line[0] == 71 and np.isnan(line).any()
    kept = example_picture(EDITED)
    assert kept.picture.curve is not None and kept.picture.edited is not None and kept.picture.edited.any()
    assert any(x is not None for x in glimpse_of(TUNE).curve)
    assert draw_sketch(EDITED).any()


def test_notes_come_back_from_json() -> None:
    drawn = notes.draw(EDITED, 3360, 3600, 74)
    written = written_sketch_json(drawn)
    found = json.loads(written)["layers"]["notes"]["notes"]
    assert found[3]["pitch"] == 69 and found[3]["mark"] == "edited" and found[7]["base"][3] == 0
    assert fingerprint(read_sketch_json(written)) == fingerprint(drawn)
    allowed = allow(drawn, [3, 5], int(Mark.PITCH_ALLOWED))
    again = read_sketch_json(written_sketch_json(allowed))
    assert again.notes.origin.tolist() == allowed.notes.origin.tolist() != drawn.notes.origin.tolist()
