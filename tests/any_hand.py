"""A hand that does anything at all in the real window: finds crashes, tracebacks and complaints of Qt.

``python tests/any_hand.py builtin.image --seed 1 --seconds 120`` works with the engines that ship, in a home of its
own that is thrown away. Each fault is printed with what the hand did before it, and the exit status is 1 if there was
one; a crash shows where. It is no test of the suite, for what it meets depends on how fast the machine is.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import random
import shutil
import sys
import tempfile
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, sleep

HOME = Path(os.environ.get("ANY_HAND_HOME") or tempfile.mkdtemp(prefix="any-hand-"))
os.environ["ANY_HAND_HOME"] = str(HOME)  # the engine host imports this module again
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ |= {f"XDG_{kind}_HOME": str(HOME) for kind in ("STATE", "CONFIG", "CACHE", "DATA")}

import shiboken6  # noqa: E402
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, qInstallMessageHandler  # noqa: E402
from PySide6.QtGui import QAction  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QWidget  # noqa: E402

from intermezzo.storage.settings import Preferences  # noqa: E402
from intermezzo.ui.app import assemble  # noqa: E402
from intermezzo.ui.questions import FilmFile, Questions  # noqa: E402

TEXTS = {
    "builtin.image": "angry cat with sunglasses", "builtin.sticker": "dog bouncing", "builtin.sound": "rain",
    "builtin.speech": "Oh, are you in Iowa?", "builtin.melody": "Row, row, row your boat\ngently down the stream",
}  # fmt: skip
# These lead out of the editor, to the machine, or to where one would stay for ever.
LEFT_ALONE = (
    "quit", "close", "open", "new", "import", "install", "log", "folder", "train", "full screen", "from my recordings",
    "preferences", "tour", "about", "engines and", "keyboard", "welcome", "bench", "help", "models", "queue", "report",
)  # fmt: skip
WORKPLACES = ("Lane", "Surface", "Strip", "Palette", "Sheet", "Navigator", "Ruler", "Take", "Slider", "Row")
KEYS = [getattr(Qt.Key, f"Key_{name}") for name in (
    "Tab", "Up", "Down", "Left", "Right", "Return", "Escape", "Delete", "Space", "Home", "End", "F2", *"ABCDLMVXYZ12",
)]  # fmt: skip
NONE, SHIFT, CTRL, ALT = (
    getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("No", "Shift", "Control", "Alt")
)  # fmt: skip
BUTTONS = [Qt.MouseButton.LeftButton] * 6 + [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton]


class Answers(Questions):
    """Saves into the home that is thrown away, opens nothing."""

    def file_to_open(self, title: str, patterns: str, folder: Path | None) -> Path | None:
        return None

    def file_to_save(self, title: str, patterns: str, suggestion: Path) -> tuple[Path, str] | None:
        return HOME / suggestion.name, patterns.split(";;")[0]

    def film_to_save(self, proposal: FilmFile) -> FilmFile | None:
        return FilmFile(HOME / "film.gif")


class Hand:
    """Chooses with one random generator, and remembers the last things it did."""

    def __init__(self, app: QApplication, engine: str, seed: int) -> None:
        self.random, self.did, self.faults = random.Random(seed), deque[str](maxlen=12), 0
        self.app, self.studio = app, assemble(app, preferences=Preferences(reduce_motion=True), questions=Answers())
        self.window, self.workspace = self.studio.window, self.studio.workspace
        self.studio.document.new()
        self.window.resize(1440, 900)
        self.window.show()
        self.window.activateWindow()
        self.window.document.start_with(engine, TEXTS[engine], "Any", {})

    def fault(self, what: str) -> None:
        self.faults += 1
        print(f"FAULT {what}\n  after " + "\n        ".join(self.did), flush=True)

    def rest(self, seconds: float) -> None:
        stop_s = perf_counter() + seconds
        while perf_counter() < stop_s:
            self.app.processEvents()
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # only a running loop does this itself
            sleep(0.002)

    def close_what_waits(self) -> None:
        waiting = self.app.activeModalWidget() or self.app.activePopupWidget()
        if isinstance(waiting, QDialog):
            waiting.reject()
        elif waiting is not None:
            waiting.close()

    def step(self) -> None:
        acts: list[tuple[int, Callable[[], None]]] = [
            (30, self.press_action), (45, self.touch), (18, self.type_key), (4, self.change_stage), (3, self.send_on),
        ]  # fmt: skip
        act = self.random.choices([act for _, act in acts], [weight for weight, _ in acts])[0]
        try:
            act()
        except Exception:
            self.fault(traceback.format_exc())
        self.rest(self.random.choice((0.0, 0.01, 0.05, 0.3)))

    def press_action(self) -> None:
        actions = [a for a in self.window.findChildren(QAction) if a.isEnabled() and a.text() and a.menu() is None]
        action = self.random.choice(actions)
        if not any(word in action.text().lower() for word in LEFT_ALONE):
            self.did.append(f"action {action.text()}")
            action.trigger()

    def touch(self) -> None:
        shown = [w for w in self.window.findChildren(QWidget) if w.isVisible() and not w.visibleRegion().isEmpty()]
        places = [w for w in shown if any(word in type(w).__name__ for word in WORKPLACES)]
        widget = self.random.choice(places if places and self.random.random() < 0.65 else shown)
        a, b = (QPoint(self.random.randrange(widget.width()), self.random.randrange(widget.height())) for _ in "ab")
        button, keys = self.random.choice(BUTTONS), self.random.choice((NONE, NONE, NONE, NONE, SHIFT, CTRL, ALT))
        way = self.random.choices(("click", "drag", "double click"), (5, 4, 1))[0]
        self.did.append(f"{way} {type(widget).__name__} {widget.objectName()} {a.toTuple()} {button.name} {keys.name}")
        if way == "click":
            QTest.mouseClick(widget, button, keys, a)
        elif way == "double click":
            QTest.mouseDClick(widget, button, keys, a)
        else:
            QTest.mousePress(widget, button, keys, a)
            for k in range(1, 6):
                if not shiboken6.isValid(widget):  # what it was of went away under the hand
                    return
                QTest.mouseMove(widget, a + (b - a) * k / 5)
                self.rest(0.01)
            if not shiboken6.isValid(widget):
                return
            if self.random.random() < 0.15:
                QTest.keyClick(self.app.focusWidget() or self.window, Qt.Key.Key_Escape)
            QTest.mouseRelease(widget, button, keys, b)

    def type_key(self) -> None:
        at, key = self.app.focusWidget() or self.window, self.random.choice(KEYS)
        keys = self.random.choice((NONE, NONE, NONE, SHIFT, CTRL, CTRL | SHIFT))
        self.did.append(f"key {key.name} {keys.name} on {type(at).__name__}")
        QTest.keyClick(at, key, keys)

    def change_stage(self) -> None:
        stage = self.random.choice(self.workspace.project.stages)
        self.did.append(f"stage {stage.engine}")
        self.workspace.choose_stage(stage.id)

    def send_on(self) -> None:
        menu = self.window.send_menu
        self.window.send_to.fill(menu, self.window.look)
        targets = [action for action in menu.actions() if action.isEnabled() and action.text()]
        if targets and len(self.workspace.project.stages) < 12:
            chosen = self.random.choice(targets)
            self.did.append(f"send to {chosen.text()}")
            chosen.trigger()


def main(arguments: list[str]) -> int:
    """Let the hand work; returns 1 if it met a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=sorted(TEXTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    chosen = parser.parse_args(arguments)
    faulthandler.enable()
    app = QApplication(["intermezzo"])
    hand = Hand(app, chosen.engine, chosen.seed)
    sys.excepthook = lambda kind, error, trace: hand.fault("".join(traceback.format_exception(kind, error, trace)))
    qInstallMessageHandler(lambda kind, _, text: None if "does not support" in text else hand.fault(f"Qt: {text}"))
    watch = QTimer(timeout=hand.close_what_waits)
    watch.start(400)
    hand.rest(3)
    stop_s, n_steps = perf_counter() + chosen.seconds, 0
    while perf_counter() < stop_s:
        hand.step()
        n_steps += 1
        if n_steps % 25 == 0:
            hand.window.show_work_page()
    hand.rest(2)
    print(f"seed {chosen.seed}: {n_steps} steps, {len(hand.workspace.project.stages)} stages, {hand.faults} faults")
    hand.window.close_now()
    hand.studio.close()
    shutil.rmtree(HOME, ignore_errors=True)
    return int(hand.faults > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
