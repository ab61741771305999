"""A plugin from a package of its own gets its lanes in the real window, and a hand can draw on them and undo."""

from pathlib import Path

SCRIPT = '''
"""Runs where the plugin is installed: opens the studio, converts, draws with the mouse, undoes."""

import os
import sys
import time

os.environ["QT_QPA_PLATFORM"] = "offscreen"
for kind in ("CACHE", "CONFIG", "STATE", "DATA"):
    os.environ[f"XDG_{kind}_HOME"] = os.path.join(sys.argv[1], kind.lower())

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.ui.app import assemble
from intermezzo.ui.timeline.curve_lane import CurveLane
from intermezzo.ui.timeline.matrix_lane import MatrixLane
from intermezzo.ui.timeline.slots_lane import SlotsLane
from intermezzo.ui.timeline.spans_lane import SpansLane


def wait_for(done):
    end = time.monotonic() + 60
    while not done() and time.monotonic() < end:
        QTest.qWait(10)
    return done()


def main():
    app = QApplication(["intermezzo"])
    studio = assemble(app)
    workspace, window = studio.workspace, studio.window
    window.resize(1440, 900)
    window.show()
    studio.begin()
    workspace.open(Project("Bells", (Stage("1", "elsewhere.chimes", Text("ding dong ding dong")),)), saved=True)
    window.show_work_page()
    workspace.conversions.convert()
    assert wait_for(lambda: workspace.sketch is not None and not workspace.output.stale.any())
    QTest.qWait(200)

    lanes = {lane.name: lane for lane in window.timeline.lanes}
    wanted = {"strikes": SpansLane, "tone": CurveLane, "force": CurveLane, "metal": MatrixLane, "lines": SlotsLane}
    assert {name: type(lanes[name]) for name in wanted} == wanted, lanes

    before, lane = workspace.project, lanes["force"]
    workspace.set_tool("draw")
    QTest.mousePress(lane, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    for x in range(100, 260, 20):
        QTest.mouseMove(lane, QPoint(x, 30))
        QTest.qWait(20)
    QTest.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=QPoint(260, 30))
    assert workspace.project is not before, "the hand was not obeyed"
    changed = np.flatnonzero(workspace.sketch.force.values != before.stages[0].sketch.force.values)
    assert len(changed) > 3
    assert wait_for(lambda: not workspace.output.stale.any())
    workspace.undo()
    assert workspace.project is before
    assert "torch" not in sys.modules
    workspace.mark_saved(workspace.project)
    studio.close()
    print("drawn")


if __name__ == "__main__":
    main()
'''


def test_its_lanes_are_there_and_obey_the_hand(installed_plugin, tmp_path: Path) -> None:
    script = tmp_path / "window.py"
    script.write_text(SCRIPT)
    done = installed_plugin.python(str(script), str(tmp_path))
    assert done.returncode == 0 and done.stdout.endswith("drawn\n"), done.stderr
