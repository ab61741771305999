import json
import lzma
from pathlib import Path

import numpy as np

from intermezzo_engines.melody.corpus import FILES, melody_of, tunes


def song(notes: list[list[int]], **more: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "title": "A", "key": [1, ""], "ts": [[0.0, 3, 4]], "bars": [0, 12, 48, 84], "notes": notes, "lyrics": [],
        "chords": [], "id": "x/A", "lang": "??",
    }  # fmt: skip
    return plain | more


def test_notes_that_overlap_follow_each_other_and_the_highest_stays() -> None:
    melody = melody_of(song([[0, 24, 60], [12, 12, 64], [12, 24, 67], [36, 12, 60]]))
    assert melody is not None
    assert melody.notes[:, :3].tolist() == [[0, 480, 60], [480, 1440, 67], [1440, 1920, 60]]


def test_verse_numbers_go_and_held_syllables_are_marked() -> None:
    rows = [[0, 12, 60], [12, 12, 62], [24, 12, 64], [48, 12, 64]]
    melody = melody_of(song(rows, lyrics=[["1. A-", "", "men  so", ""]]))
    assert melody is not None
    assert melody.lyrics == ("A-", "_", "men so", "")


def test_a_short_first_bar_is_a_pickup_and_short_bars_later_keep_their_lines() -> None:
    melody = melody_of(song([[0, 12, 60], [12, 36, 62]], bars=[0, 12, 48, 60, 96, 132]))
    assert melody is not None
    assert melody.pickup == 480
    assert melody.metres == ((0, "3/4"), (2400, "3/4"))


def test_other_metres_are_left_out_and_chords_have_our_names() -> None:
    assert melody_of(song([[0, 12, 60]], ts=[[0.0, 5, 4]])) is None
    melody = melody_of(song([[0, 84, 60]], chords=[[0, "Bbb:m7"], [36, "C:"], [48, "C:"]]))
    assert melody is not None
    assert [label for *_, label in melody.chords] == ["Am7", "C"]


def test_all_copies_of_a_tune_are_on_the_same_side(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    bodies = [(60 + np.cumsum(rng.integers(-4, 5, 40)) % 24).tolist() for _ in range(120)]
    (tmp_path / "music").mkdir()
    for number, file in enumerate(FILES):
        songs = [
            song(
                [[12 * k, 12, int(p) + number] for k, p in enumerate(body[number:])],
                id=f"{file}/{i}",
                title=f"{file}{i}",
            )
            for i, body in enumerate(bodies)
        ]
        with lzma.open(tmp_path / "music" / f"{file}.jsonl.xz", "wt") as lines:
            lines.write("\n".join(json.dumps(row) for row in songs))
    found = tunes(tmp_path)
    sides = np.array([t.held_out for t in found]).reshape(len(FILES), -1)
    assert len(found) == 360 and 0 < sides[0].sum() < 20
    assert np.all(sides == sides[0])
