"""The start in a process of its own: what is imported, how long it takes, and that nothing is left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json, sys, threading, time
began = time.process_time()
def main():
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from intermezzo.ui import app as studio_app
    found = {}
    def shown():
        window = QApplication.activeWindow() or QApplication.topLevelWidgets()[0]
        found["shown_s"] = time.process_time() - began
        found["modules"] = sorted({m.split(".")[0] for m in sys.modules})
        QTimer.singleShot(300, quit_)
    def quit_():
        for widget in QApplication.topLevelWidgets():
            if hasattr(widget, "close_now"):
                widget.close_now()
    show = studio_app.Studio.show
    def and_then(self):
        show(self)
        QTimer.singleShot(0, shown)
    studio_app.Studio.show = and_then
    found["status"] = studio_app.main(sys.argv[1:])
    ours = (threading.main_thread().name, "ask PortAudio")
    found["threads"] = [t.name for t in threading.enumerate() if t.name not in ours]
    found["turn_s"] = sys.getswitchinterval()
    found["at_end"] = sorted({m.split(".")[0] for m in sys.modules})
    print(json.dumps(found))
if __name__ == "__main__":
    main()
"""


def started(tmp_path: Path, *argv: str) -> dict:
    script = tmp_path / "start.py"
    script.write_text(PROGRAM, encoding="utf-8")
    home = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    done = subprocess.run(
        [sys.executable, str(script), *argv], capture_output=True, text=True, timeout=110, check=False,
        env={**os.environ, **home, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_the_window_is_up_without_torch_scipy_or_a_sound_library(tmp_path: Path) -> None:
    found = started(tmp_path)
    heavy = {"torch", "scipy", "soundfile", "sounddevice", "intermezzo_engines", "pyworld"}
    assert heavy & set(found["modules"]) == set()
    assert {"torch", "scipy", "intermezzo_engines"} & set(found["at_end"]) == set()
    assert found["status"] == 0
    assert found["threads"] == []
    assert found["turn_s"] < 0.001  # what runs beside the window hands over soon
    # Processor time, which other work on the machine does not stretch; the budget is 1.0 s on an idle one.
    assert found["shown_s"] < 1.5
    assert not list((tmp_path / "STATE" / "intermezzo" / "recovery").iterdir())


def test_a_file_that_is_named_is_opened_in_place_of_the_welcome_page(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Hello.", encoding="utf-8")
    found = started(tmp_path, str(tmp_path / "note.txt"))
    assert found["status"] == 0
