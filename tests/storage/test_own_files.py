"""Preferences, recent files, the log and its report: tolerant of damage, private, and in their own folders."""

import json
import logging
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trial import speech_sketch, trial_project, trial_sketch

from intermezzo.core.edits import curves
from intermezzo.core.errors import FileError, ParamError
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry
from intermezzo.storage import places
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.log import last_lines, log_path, report, start_log
from intermezzo.storage.recent import MOST_FILES, Glimpse, forget, glimpse_of, recent_files, remember
from intermezzo.storage.settings import Preferences, load_preferences, save_preferences

# Preferences


def test_preferences_come_back(tmp_path: Path) -> None:
    chosen = Preferences(device="cuda", threads=3, theme="light", cache_mb=500, shortcuts={"undo": "F5"}, level_db=-6)
    save_preferences(chosen, tmp_path)
    assert load_preferences(tmp_path) == (chosen, "")
    assert load_preferences(tmp_path / "none") == (Preferences(), "")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"theme": "light"', b"[" * 99999, b" " * 2**21])
def test_damaged_preferences_fall_back_and_say_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "preferences.json").write_bytes(content)
    preferences, notice = load_preferences(tmp_path)
    assert preferences == Preferences()
    assert "defaults are used" in notice
    assert "\n" not in notice


def test_one_wrong_preference_does_not_cost_the_others(tmp_path: Path) -> None:
    document = {"theme": "pink", "threads": 4, "autosave_s": 3600, "shortcuts": {"undo": 5}, "from_the_future": 1}
    (tmp_path / "preferences.json").write_text(json.dumps(document))
    preferences, notice = load_preferences(tmp_path)
    assert preferences == Preferences(threads=4)
    for name in ("theme", "autosave_s", "shortcuts"):
        assert name in notice


@pytest.mark.parametrize(
    "fields",
    [{"device": "tpu"}, {"threads": -1}, {"threads": True}, {"threads": 2.0}, {"cache_mb": 1}, {"reduce_motion": 1},
     {"autosave_s": 60.0}, {"level_db": float("nan")}, {"shortcuts": ["x"]}, {"theme": 5}],
)  # fmt: skip
def test_preferences_that_make_no_sense_are_refused(fields: dict) -> None:
    with pytest.raises(ParamError):
        Preferences(**fields)


def test_preferences_cannot_be_changed_behind_ones_back() -> None:
    preferences = Preferences(shortcuts={"undo": "F5"})
    with pytest.raises(TypeError):
        preferences.shortcuts["undo"] = "F6"  # type: ignore[index]
    assert replace(preferences, ui_scale=2).ui_scale == 2.0


# Recent files


def test_recent_files_are_the_newest_first_and_once_each(tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        remember(tmp_path / name, replace(trial_project(), title=name), tmp_path)
    (tmp_path / "a").touch()
    files = recent_files(tmp_path)
    assert [(f.title, f.exists) for f in files] == [("a", True), ("b", False)]
    assert files[0].engines == ("trial", "gone.engine", "gone.engine")
    assert files[0].duration_s == pytest.approx(3.0)
    assert files[0].at_s >= files[1].at_s
    forget(tmp_path / "a", tmp_path)
    assert [f.title for f in recent_files(tmp_path)] == ["b"]
    forget(folder=tmp_path)
    assert recent_files(tmp_path) == []


def test_the_list_does_not_grow_forever(tmp_path: Path) -> None:
    for k in range(MOST_FILES + 3):
        remember(tmp_path / str(k), Project(str(k)), tmp_path)
    assert len(recent_files(tmp_path)) == MOST_FILES


def test_a_glimpse_shows_the_curve_its_gaps_and_the_hand(tmp_path: Path) -> None:
    sketch = curves.draw(trial_sketch(), "melody", [(200, 80), (250, 80)])
    glimpse = glimpse_of(sketch)
    assert len(glimpse.curve) == len(glimpse.edited) == len(glimpse.matrix) == 96
    at_s = np.linspace(0, 299, 96).round()
    assert [v is None for v in glimpse.curve] == [70 <= f < 100 for f in at_s]
    assert list(glimpse.edited) == [200 <= f <= 250 for f in at_s]
    assert max(v for v in glimpse.curve if v is not None) == 1.0
    assert all(0 <= v <= 1 for column in glimpse.matrix for v in column)
    remember(tmp_path / "a", Project("t", (Stage("s", "e", sketch=sketch),)), tmp_path)
    assert recent_files(tmp_path)[0].glimpse == glimpse
    assert glimpse_of(None) == Glimpse()
    assert len(glimpse_of(speech_sketch(8)).curve) == 8
    flat = glimpse_of(speech_sketch(8)).curve
    assert set(flat) == {None, 0.5}


@pytest.mark.parametrize("content", [b"", b"{", b'{"files": 5}', b" " * 2**22])
def test_a_damaged_list_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "recent.json").write_bytes(content)
    assert recent_files(tmp_path) == []


def test_a_damaged_entry_is_left_out(tmp_path: Path) -> None:
    remember(tmp_path / "a", trial_project(), tmp_path)
    path = tmp_path / "recent.json"
    document = json.loads(path.read_text())
    sound = document["files"][0]
    for wrong in ({"path": 5}, {"at_s": "x"}, {"at_s": 1e308}, {"glimpse": {"curve": ["x"]}}, {"path": "a\0"},
                  {"glimpse": {"curve": 5}}, {"engines": [1]}):  # fmt: skip
        document["files"].append({**sound, **wrong})
    document["files"].append({**sound, "glimpse": {"curve": [1.0], "edited": []}})
    path.write_text(json.dumps(document))
    files = recent_files(tmp_path)
    assert [f.title for f in files] == ["Trial work"] * len(files)
    assert files[-1].glimpse == Glimpse()
    assert len(files) == 3  # a time far in the future is odd, but a number


# The log


@pytest.fixture
def log(tmp_path: Path):
    """A log in a folder of its own; the hooks for uncaught errors are put back afterwards."""
    hooks = sys.excepthook, threading.excepthook
    sys.excepthook = sys.__excepthook__
    handler = start_log(tmp_path)
    yield logging.getLogger("intermezzo.test")
    logging.getLogger("intermezzo").removeHandler(handler)
    handler.close()
    sys.excepthook, threading.excepthook = hooks


def test_the_last_lines_are_read_across_a_rotation(log: logging.Logger, tmp_path: Path) -> None:
    for k in range(1_150):
        log.info("line %d %s", k, "x" * 1000)
    assert log_path(tmp_path).with_name("intermezzo.log.1").exists()
    lines = last_lines(200, tmp_path)
    assert len(lines) == 200
    assert "line 1149" in lines[-1]
    assert "line 950" in lines[0]
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) < 4_100_000


def test_the_report_says_what_is_needed_and_not_who_it_is(log: logging.Logger, tmp_path: Path) -> None:
    log.warning("cannot read %s", Path.home() / "diary" / "song.wav")
    registry = Registry({}, {}, {"acme": "its manifest is gone"})
    text = report(registry, trouble="The engine stopped.", folder=tmp_path)
    assert text.startswith("The engine stopped.\n")
    for part in ("Intermezzo", "Python", "numpy", "acme: broken: its manifest is gone", "cannot read ~"):
        assert part in text
    assert str(Path.home()) + "/" not in text
    assert "Log:" in report(folder=tmp_path / "none")


def test_errors_that_nobody_caught_are_logged(log: logging.Logger, tmp_path: Path, capsys) -> None:
    try:
        raise ZeroDivisionError("in the window")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=lambda: [][0], name="worker")
    threading.excepthook(threading.ExceptHookArgs((IndexError, IndexError("in a thread"), None, thread)))
    text = "\n".join(last_lines(folder=tmp_path))
    assert "in the window" in text
    assert "in a thread" in text
    assert "ZeroDivisionError" in capsys.readouterr().err


# Folders


def test_folders_are_made_on_first_use_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("STATE", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind))
    folders = [getattr(places, f"{name}_folder")() for name in ("settings", "state", "recovery", "log", "cache")]
    assert all(folder.is_dir() and tmp_path in folder.parents for folder in folders)
    assert places.state_folder().stat().st_mode & 0o077 == 0
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(FileError, match="cannot be made"):
        places.state_folder()
    assert os.environ["XDG_STATE_HOME"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX")
def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    with pytest.raises(FileError, match="a device, not a file"):
        write_atomically(pipe, b"sound")
    assert pipe.is_fifo() and list(tmp_path.iterdir()) == [pipe]
