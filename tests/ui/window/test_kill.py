"""The whole studio, window and engine host, killed while it edits, renders and saves: nothing saved is ever lost."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from intermezzo.core.project import Project
from intermezzo.core.registry import discover
from intermezzo.storage.project_file import load_project
from intermezzo.storage.recovery import orphans

# Edits every 20 ms and, in every fifth, saves and keeps; prints the number of each edit, and of each save that ended.
VICTIM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from intermezzo.core.edits import curves
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.storage.settings import Preferences
from intermezzo.ui.app import assemble

if __name__ == "__main__":
    app = QApplication(["studio"])
    studio = assemble(app, preferences=Preferences(theme="dark", autosave_s=5))
    workspace, document = studio.workspace, studio.document
    workspace.open(Project("0", (Stage("1", "builtin.mock", Text("Oh, are you in Iowa?")),)), saved=True)
    studio.show()
    studio.begin()
    document.path = Path(sys.argv[1])
    document.saved.connect(lambda path: print("saved", workspace._saved.title, flush=True))
    workspace.conversions.convert()
    count = 0

    def edit():
        global count
        if workspace.sketch is None:
            return
        count += 1
        workspace.edit("Draw", lambda s: curves.draw(s, "loudness", [(count % 50, -20), (count % 50 + 5, -9)]))
        document.rename(str(count))
        if count % 5 == 0:
            document.save()
            studio.keep._autosave.keep_now()
            print("kept", count, flush=True)

    timer = QTimer()
    timer.timeout.connect(edit)
    timer.start(20)
    app.exec()
"""


@dataclass(frozen=True)
class Left:
    """What a killed studio left: the last that it said was saved and kept, and what is on the disk."""

    saved: int
    kept: int
    file: Project
    recovered: Project | None


def killed(folder: Path, n_lines: int) -> Left:
    """Start a studio, kill it after so many lines, and look at what is there."""
    file = folder / "tune.intermezzo"
    victim = folder / "victim.py"
    victim.write_text(VICTIM)
    homes = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("STATE", "CACHE", "CONFIG", "DATA")}
    with subprocess.Popen(
        [sys.executable, str(victim), str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(n_lines)]
        process.kill()
        lines += process.stdout.readlines()
    numbers = {kind: [int(line.split()[1]) for line in lines if line.startswith(kind)] for kind in ("saved", "kept")}
    found = orphans(folder / "state" / "intermezzo" / "recovery")
    assert len(found) <= 1
    registry = discover()
    recovered = load_project(found[0].path, registry) if found else None
    return Left(max(numbers["saved"]), max(numbers["kept"]), load_project(file, registry), recovered)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="folders by XDG")
@pytest.mark.parametrize("n_lines", [6, 11, 16])
def test_a_studio_killed_at_any_moment_leaves_its_saved_file_whole_and_its_work_to_recover(
    tmp_path: Path, n_lines: int
) -> None:
    left = killed(tmp_path, n_lines)
    assert int(left.file.title) >= left.saved and left.file.stages[0].sketch is not None
    newest = max(int(left.file.title), int(left.recovered.title) if left.recovered else 0)
    assert newest >= left.kept
