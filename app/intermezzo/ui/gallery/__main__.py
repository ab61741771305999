"""Show the gallery or save it: python -m intermezzo.ui.gallery [--page panels] [--theme light] [--shot F.png]."""

import argparse
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from intermezzo.ui.gallery.controls_sheet import ControlsSheet
from intermezzo.ui.gallery.panels_sheet import PanelsSheet
from intermezzo.ui.gallery.states_sheet import StatesSheet
from intermezzo.ui.look import Look


def page(look: Look, name: str = "states") -> QWidget:
    """Return a whole page, 1440 x 900: "states" or "panels"."""
    if name == "panels":
        panels = PanelsSheet(look)
        panels.setFixedSize(1440, 900)
        return panels
    sheet = StatesSheet(look)
    sheet.setFixedSize(1440, 900)
    controls = ControlsSheet(look, sheet)
    controls.setGeometry(0, 0, 1440, 900)
    sheet.setWindowTitle("Intermezzo gallery")
    return sheet


def main(arguments: list[str]) -> int:
    """Run the page; with --shot save one picture and leave."""
    parser = argparse.ArgumentParser(prog="python -m intermezzo.ui.gallery")
    parser.add_argument("--page", choices=("states", "panels"), default="states")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--contrast", action="store_true", help="the high-contrast variant")
    parser.add_argument("--shot", metavar="FILE.png", help="save a picture instead of staying open")
    options = parser.parse_args(arguments)
    app = QApplication(sys.argv[:1])
    look = Look(app, options.theme, high_contrast=options.contrast)
    sheet = page(look, options.page)
    sheet.show()
    sheet.activateWindow()
    search = sheet.findChild(QLineEdit, "gallerySearch")
    if search is not None:
        search.setFocus()
    if options.shot:

        def save() -> None:
            sheet.grab().save(options.shot)
            app.quit()

        QTimer.singleShot(0, save)
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
