"""Tunes are analysed through the engine's door: their template is found, their notes stay."""

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from engines.melody.tunes import OLD_TUNE

from intermezzo import Studio
from intermezzo.cli import run
from intermezzo.core.edits.tune import to_melody
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Mark
from intermezzo.core.media import Melody, Text
from intermezzo.storage.scores.chart_read import read_chart
from intermezzo.storage.scores.formats import read_score, write_score
from intermezzo_engines.melody.analyse import one_voice


def test_a_tune_keeps_its_notes_and_gets_the_template_it_follows() -> None:
    with Studio() as studio:
        sketch = studio.analyse("melody", OLD_TUNE)
    found = to_melody(sketch)
    assert np.array_equal(found.notes, OLD_TUNE.notes) and found.lyrics == OLD_TUNE.lyrics
    assert found.keys == ((0, "C major"),) and sketch.sections.labels[0] == sketch.sections.labels[-1] == "A"
    assert sketch.chords.labels[0] == "C" and sketch.cadence.labels[-1] == "authentic"
    assert sketch.made.engine == "builtin.melody"
    assert all((layer.marks() == Mark.ANALYSED).all() for layer in sketch.layers.values())


def test_of_notes_that_sound_together_the_template_follows_the_highest() -> None:
    notes = np.array([[0, 960, 48, 80], [0, 480, 64, 80], [480, 960, 67, 80]], np.int32)
    chordal = Melody(notes, ("", "low", "high"), 1920)
    assert one_voice(chordal).notes.tolist() == [[0, 480, 64, 80], [480, 960, 67, 80]]
    with Studio() as studio:
        sketch = studio.analyse("melody", chordal)
    assert np.array_equal(sketch.notes.values, notes)
    assert sketch.rhythm.labels == ("low", "high")


def test_the_command_line_analyses_a_score_and_says_what_it_cannot_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score, target = tmp_path / "tune.musicxml", tmp_path / "tune.sketch"
    write_score(OLD_TUNE, score)
    assert run(["analyse", "melody", str(score), "-o", str(target)]) == 0
    assert np.array_equal(Studio().load(target).notes.values, OLD_TUNE.notes)
    capsys.readouterr()
    assert run(["analyse", "melody", str(score), "--part", "tuba", "-o", str(target)]) == 2
    assert "tuba" in capsys.readouterr().err
    score.write_bytes(b"")
    assert run(["analyse", "melody", str(score), "-o", str(target)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_media_that_the_manifest_does_not_name_are_refused() -> None:
    with Studio() as studio, pytest.raises(SourceError, match="when analysing, not from text"):
        studio.analyse("melody", Text("la la"))
    with Studio() as studio, pytest.raises(SourceError, match="starts from audio when analysing, not from melody"):
        studio.analyse("mock", OLD_TUNE)


def test_tunes_go_out_as_scores_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score, sketch = tmp_path / "tune.abc", tmp_path / "tune.sketch"
    write_score(OLD_TUNE, score)
    assert run(["analyse", "melody", str(score), "-o", str(sketch)]) == 0
    for name in ("a.mid", "a.mxl", "a.ust", "a.chords"):
        command = ["render", str(sketch), "-o"] if name != "a.mxl" else ["export", str(score), "--title", "Ah", "-o"]
        assert run([*command, str(tmp_path / name)]) == 0
    assert read_score(tmp_path / "a.mxl").title == "Ah"
    assert read_score(tmp_path / "a.mid").notes[:, :3].tolist() == OLD_TUNE.notes[:, :3].tolist()
    assert (tmp_path / "a.chords").read_text().startswith("Key: C major\n")
    capsys.readouterr()
    assert run(["render", str(tmp_path / "none.abc"), "-o", str(tmp_path / "b.mid")]) == 2
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "b.mid").exists()


def test_a_chord_chart_keeps_its_chords_and_gets_a_tune_that_can_be_made_anew() -> None:
    chart = read_chart(
        b"Tempo: 90\nMetre: 3/4\n[Verse]\n| G | Em | C D7 | G |\n[Chorus]\n| C | G/B | Am7 D7 | G |"
    ).melody
    with Studio() as studio:
        sketch = studio.analyse("melody", chart)
        again = studio.resample(sketch, 0, sketch.n_frames, seed=5)
    for made in (sketch, again):
        assert to_melody(made).chords == chart.chords and made.key.labels == ("G major",)
        assert made.sections.labels == ("Verse", "Chorus") and made.tempo.labels == ("90",)
        assert made.notes.count > 8 and made.rhythm.count > 8 and made.cadence.count == 2
    assert (sketch.chords.marks() == Mark.ANALYSED).all() and not (sketch.notes.marks() & Mark.ANALYSED).any()
    assert again.notes.values.tolist() != sketch.notes.values.tolist()


def test_scores_come_by_standard_input_and_charts_as_texts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "tune.sketch"
    for name in ("a.mid", "a.abc", "a.musicxml", "a.mxl"):
        write_score(OLD_TUNE, tmp_path / name)
        content = io.BytesIO((tmp_path / name).read_bytes())
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=content))
        assert run(["analyse", "melody", "-", "-o", str(target)]) == 0
        assert Studio().load(target).notes.values[:, :3].tolist() == OLD_TUNE.notes[:, :3].tolist()
    assert run(["convert", "melody", "| G | Em | C D7 | G |", "-o", str(target)]) == 0
    assert Studio().load(target).chords.labels == ("G", "Em", "C", "D7", "G")
    capsys.readouterr()
    assert run(["convert", "melody", "| G | Em | C Dx | G |", "-o", str(target)]) == 2
    assert "line 1: 'Dx' is no chord" in capsys.readouterr().err
    assert run(["convert", "melody", str(tmp_path / "a.mid"), "-o", str(target)]) == 2
    assert "is a score and no text" in capsys.readouterr().err
