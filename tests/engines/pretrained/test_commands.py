"""The command line with checkpoints: what lies there, who takes it and why not, what to install, and sound from it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from intermezzo import cli
from intermezzo.core.models import MODELS_VARIABLE
from intermezzo.jobs import requirements
from intermezzo.storage.audio_files import read_audio

Run = Callable[..., tuple[int, str, str]]
FASTSPEECH2 = "builtin.pretrained.fastspeech2"


@pytest.fixture
def run(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder, in this process; returns status, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(MODELS_VARIABLE, str(models))

    def run(*arguments: str) -> tuple[int, str, str]:
        status = cli.run(arguments)
        return (status, *capsys.readouterr())

    return run


def test_engines_lists_checkpoints_with_who_takes_them_and_why_others_do_not(run: Run, models: Path) -> None:
    listed = json.loads(run("engines", "--json")[1])
    states = {engine["id"]: engine for engine in listed["engines"]}
    assert states[FASTSPEECH2]["state"] == states["builtin.pretrained.vits"]["state"] == "ready"
    assert states[FASTSPEECH2]["edits"] == ["phones", "pitch", "energy", "mel"]
    assert states["builtin.pretrained.vits"]["edits"] == ["letters"]
    assert states["builtin.pretrained.vits_22k"]["state"] == "lacks"
    assert "put one into" in states["builtin.pretrained.vits_22k"]["reason"]
    assert listed["models"]["folder"] == str(models)
    voice, vits = listed["models"]["checkpoints"]
    assert (voice["name"], vits["name"]) == ("tiny-fastspeech", "tiny-vits")
    assert voice["engines"][f"{FASTSPEECH2} checkpoint"] == voice["engines"][f"{FASTSPEECH2} vocoder"] == ""
    assert vits["engines"][f"{FASTSPEECH2} checkpoint"].startswith("it is a VitsModel, not a FastSpeech2")
    assert "this engine takes 256 at 22050" in vits["engines"]["builtin.pretrained.vits_22k checkpoint"]


def test_a_checkpoint_that_fits_nowhere_is_listed_with_all_reasons(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path))
    (tmp_path / "bert").mkdir()
    (tmp_path / "bert" / "config.json").write_text('{"architectures": ["BertModel"]}')
    status, out, _ = run("engines")
    assert status == 0
    assert "checkpoint bert: fits no engine" in out
    assert f"  {FASTSPEECH2} checkpoint: it is a BertModel, not a FastSpeech2ConformerModel or" in out
    status, _, said = run("convert", "fastspeech2", "Hello", "-o", "a.sketch", "--set", "checkpoint=bert")
    assert status == 2 and said.count("\n") == 1 and "bert cannot be used: it is a BertModel" in said
    assert not (tmp_path / "a.sketch").exists()


def test_without_transformers_one_line_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    there = requirements.version

    def version(name: str) -> str:
        if name == "transformers":
            raise requirements.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(requirements, "version", version)
    line = next(line for line in run("engines")[1].splitlines() if FASTSPEECH2 in line)
    assert "lacks" in line and "'transformers>=5' is not installed; install it with:" in line
    assert line.endswith('-m pip install "transformers>=5"')
    status, _, said = run("convert", "vits", "Hello", "-o", "a.sketch")
    assert status != 0 and said.count("\n") == 1 and 'pip install "transformers>=5"' in said


def test_sound_comes_out_and_takes_are_other_sounds(run: Run) -> None:
    assert run("run", "vits", "Hello there", "-o", "a.wav", "--takes", "2", "--set", "checkpoint=tiny-vits")[0] == 0
    one, two = (read_audio(Path(f"a-{n}.wav")) for n in (1, 2))
    assert one.sample_rate == 16_000 and one.n_samples != two.n_samples
    assert run("run", "fastspeech2", "Hello there", "-o", "b.wav")[0] == 0
    assert read_audio(Path("b.wav")).sample_rate == 22_050
