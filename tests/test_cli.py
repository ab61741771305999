"""The command line: exit statuses, one clear line, whole files or none, and JSON for scripts."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from intermezzo import Studio, cli, train_command
from intermezzo.core import codec
from intermezzo.core.errors import EngineError, FileError
from intermezzo.core.media import Audio
from intermezzo.core.registry import discover
from intermezzo.storage.audio_files import AudioEncoding, encode_audio, read_audio
from intermezzo.storage.project_file import load_project


class Ran(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = cli.run(arguments)
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def sketch_file(run: Run) -> str:
    """A sketch in the current folder."""
    assert run("convert", "mock", "Oh, are you in Iowa?", "-o", "a.sketch").status == 0
    return "a.sketch"


class TestCommands:
    def test_convert_render_analyse_and_show(self, run: Run, sketch_file: str) -> None:
        assert run("render", sketch_file, "-o", "a.wav").status == 0
        sound = read_audio(Path("a.wav"))
        assert sound.sample_rate == 16_000 and 0.05 < np.abs(sound.samples).max() < 1
        assert run("analyse", "mock", "a.wav", "-o", "b.sketch").status == 0
        shown = json.loads(run("show", "b.sketch", "--json").out)
        assert shown["sketch"] == "mock/1" and shown["layers"]["pitch"]["marks_percent"] == {"analysed": 100.0}
        told = run("show", sketch_file)
        assert told.status == 0 and "Oh are you in Iowa" in told.out and "o x · a x e" in told.out and told.err == ""

    def test_json_is_one_object_with_units_in_its_names(self, run: Run, sketch_file: str) -> None:
        for arguments in (
            ("convert", "mock", "la", "-o", "b.sketch"), ("convert", "mock", "la", "-o", "c.sketch", "--takes", "2"),
            ("render", sketch_file, "-o", "a.flac"), ("run", "mock", "la", "-o", "b.ogg"), ("show", sketch_file),
            ("engines",),
        ):  # fmt: skip
            done = run(*arguments, "--json")
            assert done.status == 0 and isinstance(json.loads(done.out), dict) and done.err == ""
        made = json.loads(run("run", "mock", "la", "-o", "b.wav", "--json").out)
        assert {"duration_s", "sample_rate_hz", "peak_dbfs", "seconds"} <= set(made)

    def test_takes_count_their_seeds_up(self, run: Run) -> None:
        assert run("convert", "mock", "la la", "-o", "x.sketch", "--seed", "5", "--takes", "3").status == 0
        with Studio() as studio:
            takes = [studio.load(f"x-{k}.sketch") for k in (1, 2, 3)]
            assert [t.made.seed for t in takes] == [5, 6, 7]
            assert codec.fingerprint(takes[2]) == codec.fingerprint(studio.convert("mock", "la la", seed=7))
        assert not Path("x.sketch").exists()

    def test_a_project_holds_all_takes(self, run: Run) -> None:
        told = run("convert", "mock", "la la", "-o", "x.intermezzo", "--seed", "5", "--takes", "3", "--json")
        assert told.status == 0 and [t["seed"] for t in json.loads(told.out)["takes"]] == [5, 6, 7]
        stage = load_project(Path("x.intermezzo")).stages[0]
        assert [(t.number, t.seed) for t in stage.takes] == [(1, 5), (2, 6), (3, 7)]
        assert [(p.start, p.take) for p in stage.comp] == [(0, 1)] and stage.seed == 5
        assert not stage.is_stale(discover().engines["builtin.mock"])
        with Studio() as studio:
            wanted = studio.convert("mock", "la la", seed=7)
        assert codec.fingerprint(stage.takes[2].sketch) == codec.fingerprint(wanted)

    def test_set_reaches_the_engine(self, run: Run) -> None:
        run("run", "mock", "a a", "-o", "a.wav", "--set", "letter_s=0.5", "--set", "gain_db=-12", "--bits", "32")
        with Studio() as studio:
            wanted = studio.run("mock", "a a", params={"letter_s": 0.5, "gain_db": -12.0})
        assert isinstance(wanted, Audio) and np.array_equal(read_audio(Path("a.wav")).samples, wanted.samples)

    def test_the_same_command_writes_the_same_bytes(self, run: Run) -> None:
        files = []
        for name in ("a", "b"):
            run("convert", "mock", "la la", "-o", f"{name}.sketch", "--seed", "3")
            run("render", f"{name}.sketch", "-o", f"{name}.wav")
            files.append((Path(f"{name}.sketch").read_bytes(), Path(f"{name}.wav").read_bytes()))
        assert files[0] == files[1]

    def test_sources_come_from_files_and_standard_input(self, run: Run) -> None:
        Path("song.txt").write_text("la la")
        run("convert", "mock", "song.txt", "-o", "a.sketch")
        run("convert", "mock", "-", "-o", "b.sketch", stdin=b"la la")
        run("convert", "mock", "la la", "-o", "c.sketch")
        assert Path("a.sketch").read_bytes() == Path("b.sketch").read_bytes() == Path("c.sketch").read_bytes()
        run("run", "mock", "la la", "-o", "a.wav")
        assert run("analyse", "mock", "-", "-o", "d.sketch", stdin=Path("a.wav").read_bytes()).status == 0

    def test_a_word_that_is_the_name_of_a_folder_is_a_word(self, run: Run) -> None:
        Path("lullaby").mkdir()
        assert run("convert", "mock", "lullaby", "-o", "a.sketch").status == 0

    def test_a_picture_shows_the_hand_in_amber(self, run: Run, sketch_file: str) -> None:
        from intermezzo import edits
        from intermezzo.storage.picture import draw_sketch

        assert run("show", sketch_file, "--picture", "a.png").status == 0
        content = Path("a.png").read_bytes()
        assert content.startswith(b"\x89PNG\r\n\x1a\n") and int.from_bytes(content[16:20], "big") == 1440
        with Studio() as studio:
            sketch = studio.load(sketch_file)
        amber = np.array((0xFF, 0xB4, 0x54))

        def n_amber(picture: np.ndarray) -> int:
            return int((np.abs(picture.astype(int) - amber).max(axis=2) < 12).sum())

        assert n_amber(draw_sketch(sketch)) == 0
        assert n_amber(draw_sketch(edits.curves.shift(sketch, "loudness", 10, 60, -5.0))) > 100

    def test_engines_says_what_is_ready(self, run: Run) -> None:
        assert "builtin.mock" in run("engines", "--all").out
        assert "builtin.mock" not in run("engines").out
        listed = {e["id"]: e for e in json.loads(run("engines", "--json").out)["engines"]}
        assert listed["builtin.mock"]["state"] == "ready" and listed["builtin.mock"]["hidden"]

    def test_check_prints_the_promises(self, run: Run) -> None:
        done = run("check", "mock", "--quick")
        assert done.status == 0, done
        for promise in ("obedience", "locality", "permanence", "repeatability", "plurality"):
            assert f"{promise} kept" in done.out

    def test_check_measures_only_the_groups_that_are_named(self, run: Run) -> None:
        figures = json.loads(run("check", "mock", "--quick", "--only", "promises", "--json").out)["builtin.mock"][
            "figures"
        ]
        assert "same_seed_same_sketch" in figures


BAD = [
    ((), "convert mock hi", "-o"),
    ((), "convert mock", "SOURCE"),
    ((), "frobnicate", "no file and no command 'frobnicate'"),
    ((), "engines --foo", "--foo"),
    ((), "convert whistle hi -o a.sketch", "no engine 'whistle'"),
    ((), "convert mock ?! -o a.sketch", "no letter"),
    ((), "convert mock song.txt -o a.sketch", "song.txt"),
    ((), "convert mock ./ -o a.sketch", "is a folder"),
    ((), "convert mock hi -o a.png", "should end in .sketch"),
    ((), "convert mock hi -o nowhere/a.sketch", "no folder nowhere"),
    ((), f"convert mock hi -o {'a' * 300}.sketch", "Choose another, shorter one"),
    ((), "convert mock hi -o a\0.sketch", "Choose another, shorter one"),
    ((), "convert mock hi -o a.sketch --threads -5", "threads are a whole number"),
    ((), "convert mock hi -o a.sketch --threads 100000", "threads are a whole number"),
    ((), "convert mock hi -o a.sketch --set pitch=1", "names here are letter_s"),
    ((), "convert mock hi -o a.sketch --set letter_s=99", "0.04 to 1 s"),
    ((), "convert mock hi -o a.sketch --set letter_s", "name=value"),
    ((), "convert mock hi -o a.sketch --seed -1", "a seed is a whole number"),
    ((), "convert mock hi -o a.sketch --takes 0", "1 to 100 takes"),
    ((), "convert mock hi -o a.sketch --device cuda", "cuda"),
    ((), "convert mock hi -o a.sketch --device abacus", "abacus"),
    ((), "analyse mock nothing.wav -o a.sketch", "nothing.wav"),
    (("junk",), "analyse mock junk -o a.sketch", "junk"),
    ((), "render nothing.sketch -o a.wav", "nothing.sketch"),
    (("junk",), "render junk -o a.wav", "junk"),
    (("junk",), "show junk", "junk"),
    ((), "train mock --data nowhere", "no folder nowhere"),
    ((), "train mock --data . --out made", "holds no recordings"),
    ((), "train mock --data . --out made --set rounds=0", "1 to 1e+06"),
    ((), "train mock --data . --out made --set octave=1", "names here are name, rounds"),
    ((), "train mock --data . --out made --look", "holds no recordings"),
    (("junk.wav",), "train mock --data . --out made", "Nothing is hummed"),
    (("junk",), "train mock --data . --out junk/made", "cannot be made"),
    ((), "convert mock hi -o a.sketch --set rounds=2", "names here are letter_s"),
    ((), "check mock --data nowhere", "no folder nowhere"),
    ((), "check mock --only songs", "Choose from promises"),
    ((), "check whistle", "no engine 'whistle'"),
    ((), "bench whistle", "no engine 'whistle'"),
]


class TestBadInput:
    @pytest.mark.parametrize(("files", "line", "words"), BAD, ids=[line for _, line, _ in BAD])
    def test_one_line_says_what_and_how_to_mend_it(
        self, run: Run, tmp_path: Path, files: tuple[str, ...], line: str, words: str
    ) -> None:
        for name in files:
            Path(name).write_bytes(os.urandom(500))
        done = run(*line.split())
        assert done.status == 2 and done.out == ""
        assert done.err.startswith("intermezzo: ") and done.err.count("\n") == 1 and words in done.err
        assert {p.name for p in tmp_path.iterdir()} == set(files)

    @pytest.mark.parametrize("source", ["", " ", "🎵", "\0", "x" * 5000 + " ?", "/", "-o"])
    def test_odd_sources_never_end_in_a_traceback(self, run: Run, source: str) -> None:
        done = run("convert", "mock", "-o", "a.sketch", "--", source)
        assert done.status in (0, 2) and done.err.count("\n") <= 1 and "Traceback" not in done.err

    def test_bytes_that_are_no_text_are_refused(self, run: Run) -> None:
        assert "no text in UTF-8" in run("convert", "mock", "h\udcffi", "-o", "a.sketch").err
        assert "no text in UTF-8" in run("convert", "mock", "-", "-o", "a.sketch", stdin=b"h\xffi").err

    def test_an_unreadable_target_leaves_the_old_file(
        self, run: Run, sketch_file: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = Path(sketch_file).read_bytes()

        def full(*arguments: object) -> None:
            raise FileError("a.sketch was not written: the disk is full.")

        monkeypatch.setattr("intermezzo.storage.sketch_file.write_container", full)
        assert run("convert", "mock", "la", "-o", sketch_file) == (
            2, "", "intermezzo: a.sketch was not written: the disk is full.\n",
        )  # fmt: skip
        assert Path(sketch_file).read_bytes() == before


class TestFaults:
    def failing(self, monkeypatch: pytest.MonkeyPatch, problem: BaseException) -> None:
        def fail(*arguments: object) -> None:
            raise problem

        monkeypatch.setitem(cli.COMMANDS, "engines", (fail, *cli.COMMANDS["engines"][1:]))

    def test_a_fault_of_ours_is_one_line_and_a_report(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        self.failing(monkeypatch, ZeroDivisionError("division by\nzero"))
        done = run("engines")
        assert done.status == 1 and done.err.count("\n") == 1 and "a fault of ours" in done.err
        log = Path(done.err.rsplit(" is in ", 1)[1].strip())
        assert "ZeroDivisionError" in log.read_text() and "Traceback" in log.read_text()

    def test_a_fault_of_an_engine_is_one_line_and_a_report(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        problem = EngineError("Speech failed while rendering (RuntimeError: shape).")
        problem.__cause__ = RuntimeError("shape of weights")
        self.failing(monkeypatch, problem)
        done = run("engines")
        assert done.status == 1 and "Speech failed" in done.err
        assert "shape of weights" in Path(done.err.rsplit(" is in ", 1)[1].strip()).read_text()

    @pytest.mark.parametrize(
        ("problem", "words"), [(KeyboardInterrupt(), "Stopped"), (MemoryError(), "not enough memory")]
    )
    def test_stopping_and_lack_of_memory_are_told(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, problem: BaseException, words: str
    ) -> None:
        self.failing(monkeypatch, problem)
        done = run("engines")
        assert done.status == 1 and words in done.err and done.err.count("\n") == 1

    def test_a_broken_promise_is_exit_status_1(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        from intermezzo import check

        figures = {"samples": {"value": 3.0, "at_most": 0.0, "met": False, "note": "9 edits"}, "other": {"value": None}}
        promises = {"locality": False, "plurality": None}
        report = {"x": {"version": "1", "device": "cpu", "seconds": 2.0, "promises": promises, "figures": figures}}
        monkeypatch.setattr(check, "check_engines", lambda *a, **k: report)
        done = run("check")
        assert done.status == 1 and "locality BROKEN" in done.out and "not measured" in done.out


class TestTraining:
    def test_it_calls_what_the_manifest_names(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        from dataclasses import replace

        from intermezzo.core.registry import discover

        real = discover()
        trained = replace(real.engines["builtin.mock"], train="trainer:train", makes=None, params=())
        fake = replace(real, engines={**real.engines, "builtin.mock": trained})
        monkeypatch.setattr(train_command, "discover", lambda: fake)
        monkeypatch.syspath_prepend(Path.cwd())
        Path("trainer.py").write_text(
            "def train(data, out, device, progress):\n"
            "    progress(0.5, 'half')\n"
            "    (out / 'weights').write_text(f'{data} {device}')\n"
            "    return {'loss': 0.1}\n"
        )
        Path("data").mkdir()
        done = run("train", "mock", "--data", "data", "--json")
        assert done.status == 0 and json.loads(done.out)["figures"] == {"loss": 0.1}
        assert Path("mock-weights/weights").read_text() == "data cpu"


class TestProcess:
    def test_a_broken_package_is_listed_and_the_rest_works(self, tmp_path: Path) -> None:
        information = tmp_path / "ruined-1.dist-info"
        information.mkdir()
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: ruined\nVersion: 1\n")
        (information / "entry_points.txt").write_text("[intermezzo.engines]\nruined = ruined:engines.toml\n")
        (tmp_path / "ruined").mkdir()
        (tmp_path / "ruined" / "__init__.py").write_text("1 / 0")
        (tmp_path / "ruined" / "engines.toml").write_text("api = 99")
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "intermezzo", "engines", "--all"], capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(tmp_path)}, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0 and done.stderr == ""
        assert "builtin.mock           ready" in done.stdout
        assert "ruined                 broken  The manifest speaks engine API 99" in done.stdout

    def test_whoever_stops_reading_hears_no_complaint(self, sketch_file: str, tmp_path: Path) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, "-m", "intermezzo", "show", sketch_file, "--json"], stdout=writer, stderr=subprocess.PIPE,
            cwd=tmp_path, timeout=60, check=False,
        )  # fmt: skip
        os.close(writer)
        assert done.stderr == b"" and done.returncode == 1

    @pytest.mark.parametrize("arguments", [(), ("--json",)], ids=["text", "json"])
    def test_a_terminal_without_ipa_and_a_name_that_is_no_text_are_no_faults(
        self, run: Run, tmp_path: Path, arguments: tuple[str, ...]
    ) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "intermezzo", "convert", "mock", "la", "-o", b"h\xffi.sketch", *arguments],
            capture_output=True, cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "ascii"}, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0 and done.stderr == b"" and (tmp_path / os.fsdecode(b"h\xffi.sketch")).exists()
        assert rb"h\udcffi.sketch" in done.stdout and (not arguments or json.loads(done.stdout)["seed"] == 1)

    def test_a_damaged_recording_is_one_line_at_most(self, tmp_path: Path) -> None:
        time_s = np.arange(48_000) / 24_000
        tone = Audio(0.5 * np.sign(np.sin(2 * np.pi * 150 * time_s))[None].astype(np.float32), 24_000)
        content = bytearray(encode_audio(tone, AudioEncoding.MP3))
        content[200::97] = bytes(len(content[200::97]))
        (tmp_path / "a.mp3").write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-m", "intermezzo", "analyse", "mock", "a.mp3", "-o", "a.sketch"],
            capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 2) and done.stderr.count("\n") == (done.returncode == 2), done.stderr

    def test_ctrl_c_is_one_line_and_leaves_no_file(self, tmp_path: Path) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "intermezzo", "run", "mock", "-", "-o", "a.wav"], cwd=tmp_path,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(b"la " * 100_000)  # more than a pipe holds: when this is done, it is being read
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1 and err == b"intermezzo: Stopped.\n"
        assert not list(tmp_path.iterdir())


def test_a_hummed_tune_is_analysed_shown_and_played(run: Run) -> None:
    t = np.arange(11_025) / 22_050
    tones = [0.3 * np.hanning(len(t)) ** 0.2 * np.sin(2 * np.pi * hz * t) for hz in (220.0, 246.94, 277.18, 220.0)]
    hum = Audio(np.concatenate(tones)[None].astype(np.float32), 22_050)
    Path("hum.wav").write_bytes(encode_audio(hum, AudioEncoding.WAV_16))
    assert run("analyse", "melody", "hum.wav", "-o", "hum.sketch").status == 0
    assert "57 to 61 MIDI pitch" in run("show", "hum.sketch").out
    assert run("render", "hum.sketch", "-o", "tune.flac").status == 0
    assert read_audio(Path("tune.flac")).samples.shape[0] == 2
