"""Recovery: what a program that dies may cost, with real processes that are really killed."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from trial import trial_project

from intermezzo.core import codec
from intermezzo.core.errors import FileError
from intermezzo.core.project import Project
from intermezzo.storage import recovery
from intermezzo.storage.project_file import load_project, save_project
from intermezzo.storage.recovery import Autosave, discard, orphans

INTERVAL_S = 0.2
PERSON = f"""
import sys, time
from dataclasses import replace
from pathlib import Path
from trial import trial_project
from intermezzo.core.edits import curves
from intermezzo.storage.project_file import save_project
from intermezzo.storage.recovery import Autosave

folder, saved = Path(sys.argv[1]), Path(sys.argv[2])
project, k = trial_project(), 0
autosave = Autosave(folder, interval_s={INTERVAL_S})
autosave.start()
while True:
    k += 1
    sketch = curves.shift(project.stages[0].sketch, "level", 0, 300, 0.001)
    project = replace(project.with_sketch("s1", sketch), title=str(k))
    autosave.note(project, saved, k % 40)
    print(k, time.monotonic(), flush=True)
    if k % 40 == 0:
        save_project(project, saved)
        autosave.note_saved(project)
"""


def person(*arguments: str, program: str = PERSON) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_at_any_moment_costs_at_most_an_interval_and_never_a_saved_file(tmp_path: Path, seed: int) -> None:
    folder, saved = tmp_path / "recovery", tmp_path / "work.intermezzo"
    folder.mkdir()
    n_steps = random.Random(seed).randrange(60, 400)
    with person(str(folder), str(saved)) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(n_steps)]
        alive = orphans(folder)
        killed_at = time.monotonic()
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    assert alive == [], "the work of a living program is no orphan"
    steps = [(int(k), float(at)) for k, at in (line.split() for line in lines if line.endswith("\n"))]
    # A step is lost only if it came after the last tick that can have been completed.
    slowest_save_s = 0.5
    due = max((k for k, at in steps if at < killed_at - INTERVAL_S - slowest_save_s), default=0)
    n_saved = int(load_project(saved).title)
    assert n_saved % 40 == 0
    assert n_saved >= (steps[-1][0] - 1) // 40 * 40
    found = orphans(folder)
    n_kept = max([n_saved, *(int(orphan.title) for orphan in found)])
    assert n_kept >= due
    for orphan in found:
        assert orphan.file == saved
        assert orphan.n_edits == int(orphan.title) % 40
        mine = Autosave(folder)
        project = mine.adopt(orphan)
        assert project.title == orphan.title
        assert codec.fingerprint(project.stages[0].sketch)
        mine.close()
    assert orphans(folder) == []
    assert [p for p in folder.iterdir() if not p.name.startswith(".")] == []


def test_two_living_programs_do_not_see_each_others_work(tmp_path: Path) -> None:
    folder = tmp_path / "recovery"
    folder.mkdir()
    with person(str(folder), str(tmp_path / "saved.intermezzo")) as other:
        assert other.stdout is not None
        mine = Autosave(folder)
        mine.note(trial_project(), None, 3)
        mine.keep_now()
        while len(list(folder.glob("*-*.intermezzo"))) < 2:
            assert other.stdout.readline()
        assert orphans(folder) == []
        other.kill()
        other.stdout.read()
    assert mine.path not in [orphan.path for orphan in orphans(folder)]
    mine.close()
    assert mine.path not in folder.iterdir()


@pytest.fixture
def orphan(tmp_path: Path) -> recovery.Orphan:
    """What a program left that is dead now."""
    path = tmp_path / "4242-1.intermezzo"
    save_project(trial_project(), path, notes={"file": "/home/me/song.intermezzo", "n_edits": 7})
    return orphans(tmp_path)[0]


def test_an_orphan_tells_what_it_is(orphan: recovery.Orphan) -> None:
    assert (orphan.title, orphan.n_edits, orphan.file) == ("Trial work", 7, Path("/home/me/song.intermezzo"))
    assert abs(orphan.at_s - time.time()) < 60


def test_opened_work_is_offered_once_and_again_after_another_crash(tmp_path: Path, orphan: recovery.Orphan) -> None:
    mine = Autosave(tmp_path)
    project = mine.adopt(orphan)
    assert codec.fingerprint(project.stages[0].sketch) == codec.fingerprint(trial_project().stages[0].sketch)
    assert orphans(tmp_path) == []
    assert mine.path.exists()
    third = Autosave(tmp_path)
    with pytest.raises(FileError, match="not there"):
        third.adopt(orphan)
    third.close()
    assert mine._lock is not None
    os.close(mine._lock)  # what the system does when the program dies
    again = orphans(tmp_path)
    assert [o.path for o in again] == [mine.path]
    assert (again[0].n_edits, again[0].file) == (7, orphan.file)


def test_discarded_work_is_gone(tmp_path: Path, orphan: recovery.Orphan) -> None:
    discard(orphan)
    assert orphans(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
    discard(orphan)


def test_work_that_another_program_has_just_opened_is_left_alone(tmp_path: Path, orphan: recovery.Orphan) -> None:
    mine = Autosave(tmp_path)
    with recovery._claimed(orphan.path):
        for take in (discard, mine.adopt):
            with pytest.raises(FileError, match="Another running"):
                take(orphan)
    mine.close()
    assert len(orphans(tmp_path)) == 1


def test_damaged_work_is_listed_can_be_discarded_and_stays_until_then(tmp_path: Path) -> None:
    (tmp_path / "1-1.intermezzo").write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "2-2.intermezzo").write_bytes(b"")
    found = orphans(tmp_path)
    assert [o.title for o in found] == ["Damaged work"] * 2
    mine = Autosave(tmp_path)
    with pytest.raises(FileError, match="cannot be opened"):
        mine.adopt(found[0])
    assert found[0].path.exists()
    for damaged in found:
        discard(damaged)
    mine.close()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_after_a_clean_end_or_a_save(tmp_path: Path) -> None:
    mine = Autosave(tmp_path)
    mine.start()
    project = trial_project()
    mine.note(project, None, 1)
    mine.keep_now()
    assert mine.path.exists()
    mine.note_saved(project)
    assert not mine.path.exists()
    mine.keep_now()
    assert not mine.path.exists(), "what is saved needs no keeping"
    mine.note(replace(project, title="newer"), None, 2)
    mine.keep_now()
    mine.note_saved(project)
    assert mine.path.exists(), "newer work than what was saved stays kept"
    mine.close()
    mine.close()
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_ends_while_the_same_work_is_being_kept_waits_for_nothing(tmp_path: Path, monkeypatch) -> None:
    mine, project = Autosave(tmp_path), trial_project()

    def save(project: Project, path: Path, notes: dict) -> None:
        save_project(project, path, notes=notes)
        mine.note_saved(project)  # from the window, which must not wait for this very thread
        assert path.exists()

    monkeypatch.setattr(recovery, "save_project", save)
    mine.note(project, None, 1)
    mine.keep_now()
    assert not mine.path.exists()
    mine.close()


def test_trouble_is_told_once_until_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    results = iter([FileError("the disk is full"), FileError("the disk is full"), ValueError("odd"), None,
                    FileError("again")])  # fmt: skip
    mine = Autosave(tmp_path, interval_s=0.001, on_trouble=told.append)

    def keep_now() -> None:
        result = next(results, None)
        if result is None and len(told) == 2:
            mine._stop.set()
        if result is not None:
            raise result

    monkeypatch.setattr(mine, "keep_now", keep_now)
    mine.start()
    mine._thread.join(20)
    mine.close()
    assert told == ["the disk is full", "again"]


def test_keeping_does_not_touch_what_did_not_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saves = []
    monkeypatch.setattr(recovery, "save_project", lambda project, path, notes: saves.append(project.title))
    mine = Autosave(tmp_path)
    mine.keep_now()
    project = Project("one")
    for _ in range(3):
        mine.note(project, None, 1)
        mine.keep_now()
    mine.note(replace(project, title="two"), None, 2)
    mine.keep_now()
    mine.close()
    assert saves == ["one", "two"]


def test_a_recovery_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="recovery folder"):
        Autosave(tmp_path / "none")
    assert orphans(tmp_path / "none") == []
    assert orphans() == []
