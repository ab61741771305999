"""UST and USTX: singing programs get words, slurs, rests, tempi and metres as OpenUtau writes them."""

import numpy as np
import pytest
import yaml
from drawn_melody import melodies
from hypothesis import given

from intermezzo.core.media import Melody
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.ust_write import written_ust
from intermezzo.storage.scores.ustx_write import written_ustx

NOTES = np.array(
    [[240, 480, 60, 80], [480, 720, 62, 80], [720, 960, 64, 80], [1440, 1920, 65, 80], [1920, 2400, 67, 80]], np.int32
)
TUNE = Melody(NOTES, ("“riv-", "_", "er,”", "", "Öl"), 4800, ((0, 90.0), (1920, 72.5)), ((0, "4/4"),), pickup=960)


def entries(content: bytes) -> list[dict[str, str]]:
    """The numbered entries of a UST."""
    blocks = content.decode().split("[#")
    return [dict(line.split("=", 1) for line in b.split("\r\n")[1:] if "=" in line) for b in blocks if b[:4].isdigit()]


def test_ust_has_rests_words_slurs_and_tempi() -> None:
    content = written_ust(TUNE)
    assert "Charset=UTF-8" in content.decode() and "Tempo=90.00" in content.decode()
    found = entries(content)
    assert [(int(e["Length"]), e["Lyric"]) for e in found] == [
        (1200, "R"), (240, "river"), (240, "+~"), (240, "+"), (480, "R"), (480, "la"), (480, "Öl"),
    ]  # fmt: skip
    assert [e.get("Tempo") for e in found] == [None] * 6 + ["72.50"]
    assert content.decode().rstrip().endswith("[#TRACKEND]")


def test_ustx_is_yaml_with_the_same_notes() -> None:
    project = yaml.safe_load(written_ustx(TUNE))
    notes = project["voice_parts"][0]["notes"]
    assert [(n["position"], n["duration"], n["tone"], n["lyric"]) for n in notes] == [
        (1200, 240, 60, "river"), (1440, 240, 62, "+~"), (1680, 240, 64, "+"), (2400, 480, 65, "la"),
        (2880, 480, 67, "Öl"),
    ]  # fmt: skip
    assert project["tempos"] == [{"position": 0, "bpm": 90}, {"position": 2880, "bpm": 72.5}]
    assert project["time_signatures"] == [{"bar_position": 0, "beat_per_bar": 4, "beat_unit": 4}]


@given(melodies())
def test_any_tune_gives_notes_that_do_not_overlap_and_bars_that_fit(melody: Melody) -> None:
    project = yaml.safe_load(written_ustx(melody))
    notes = project["voice_parts"][0]["notes"]
    assert len(notes) == len(set(melody.notes[:, 0].tolist()))
    at = 0
    for note in notes:
        assert note["position"] >= at and note["duration"] > 0 and note["lyric"]
        at = note["position"] + note["duration"]
    assert at <= project["voice_parts"][0]["duration"]
    total = sum(int(entry["Length"]) for entry in entries(written_ust(melody)))
    assert total == at


def test_a_tune_without_notes_is_refused() -> None:
    with pytest.raises(Unsound, match="no notes"):
        written_ust(Melody(np.zeros((0, 4), np.int32), (), 1920))
