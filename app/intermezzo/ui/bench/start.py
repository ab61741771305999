"""Measure the start: the real studio, from the birth of the process to the first paint of its window.

The caller puts the wall clock at the start of the process into INTERMEZZO_STARTED_S; one JSON object is printed.
"""

import json
import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from intermezzo.ui.app import assemble


class _FirstPaint(QObject):
    """Prints how long it took as soon as the window has painted, and ends the program."""

    def __init__(self, started_s: float, parent: QObject) -> None:
        super().__init__(parent)
        self._started_s = started_s
        self._seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See paint events go by; a window that its children cover gets none itself, so all widgets are watched."""
        if event.type() == QEvent.Type.Paint and not self._seen:
            self._seen = True
            QTimer.singleShot(0, self._print)
        return False

    def _print(self) -> None:
        shown_s = time.time() - self._started_s
        print(json.dumps({"window_shown_s": shown_s, "torch_loaded": "torch" in sys.modules}), flush=True)
        QApplication.exit(0)


def main() -> None:
    """Start, wait for the first paint, end."""
    app = QApplication(sys.argv[:1])
    studio = assemble(app)
    watch = _FirstPaint(float(os.environ["INTERMEZZO_STARTED_S"]), app)
    app.installEventFilter(watch)
    studio.window.resize(1440, 900)
    studio.window.show()
    app.exec()
    studio.close()


if __name__ == "__main__":
    main()
