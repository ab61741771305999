"""The look: fonts with the letters that we use, crisp icons, live switching, a start that costs little."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF, QImage, QPainter, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from intermezzo.ui import art, fonts, icons
from intermezzo.ui.look import Look
from intermezzo.ui.stylesheet import stylesheet
from intermezzo.ui.theme import Theme

IPA = "iɪeɛæɑɒɔoʊuʌəɚɝɜɹɾlmnŋpbtdkɡfvθðszʃʒhjwʔɫˈˌː"
SIGNS = "×±−→←↑↓·…“”–—°²\u2009\u202f"


def test_inter_is_there_in_three_weights_with_every_letter_we_show(look: Look) -> None:
    for role in ("body", "body_medium", "title"):
        assert QFontInfo(look.font(role)).family() == fonts.FAMILY
        raw = QRawFont.fromFont(look.font(role))
        assert [c for c in IPA + SIGNS if not raw.supportsCharacter(ord(c))] == []


def test_weights_are_different_faces(look: Look) -> None:
    widths = {role: QFontMetricsF(look.font(role)).horizontalAdvance("Hamburg") for role in ("body", "body_semibold")}
    assert widths["body_semibold"] > widths["body"]


def test_figures_are_tabular(look: Look) -> None:
    metrics = look.metrics("value")
    assert len({round(metrics.horizontalAdvance(digit), 3) for digit in "0123456789"}) == 1


def test_thin_space_is_seen(look: Look) -> None:
    metrics = look.metrics("value")
    gap = metrics.horizontalAdvance("0\u2009m") - metrics.horizontalAdvance("0") - metrics.horizontalAdvance("m")
    assert 2.4 <= gap <= 3.0


def test_every_icon_has_an_outline_inside_its_square(look: Look) -> None:
    for name in icons.ICON_NAMES:
        bounds = icons.icon_path(name).boundingRect()
        assert not bounds.isEmpty(), name
        assert bounds.left() >= -1 and bounds.top() >= -1 and bounds.right() <= 257 and bounds.bottom() <= 257, name


def test_an_unknown_icon_is_an_error(look: Look) -> None:
    with pytest.raises(KeyError):
        icons.icon_path("no-such-icon")


def test_icon_pixmaps_follow_the_device_ratio_and_the_theme(look: Look) -> None:
    for ratio in (1.0, 2.0):
        pixmap = look.pixmap("lock", "hand", 16, ratio)
        assert (pixmap.width(), pixmap.devicePixelRatio()) == (16 * ratio, ratio)
        image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
        opaque = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        ]
        assert opaque, "no pixel of the icon is fully covered: it would look washed out"
        assert all(colour.name() == look.color("hand").name() for colour in opaque)


def test_hatches_are_whole_device_pixels_and_join_seamlessly(look: Look) -> None:
    for ratio in (1.0, 2.0):
        image = QImage(round(40 * ratio), round(40 * ratio), QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(0)
        painter = QPainter(image)
        painter.fillRect(0, 0, 40, 40, art.lock_brush(look.theme, ratio))
        painter.end()
        period, width = round(5 * ratio), round(ratio)
        hatched = {
            (x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha()
        }
        offset = min(x for x, y in hatched if y == 0)
        expected = {
            (x, y) for x in range(image.width()) for y in range(image.height()) if (x + y - offset) % period < width
        }
        assert hatched == expected


def test_switching_the_theme_is_live(look: Look, qtbot: QtBot, qapp: QApplication) -> None:
    with qtbot.waitSignal(look.changed):
        look.choose("light")
    assert look.theme == Theme("light")
    assert qapp.palette().color(QPalette.ColorRole.Window) == look.color("panel")
    with qtbot.assertNotEmitted(look.changed):
        look.choose("light")


def test_an_icon_is_drawn_once_and_again_in_another_theme(look: Look) -> None:
    dark = look.icon("play")
    assert look.icon("play") is dark and look.icon("play", active="hand") is not dark
    look.choose("light")
    assert look.icon("play") is not dark
    seen = [icon.pixmap(16).toImage() for icon in (dark, look.icon("play"))]
    assert seen[0] != seen[1]


def test_system_choice_follows_the_desktop(look: Look, qapp: QApplication) -> None:
    look.choose("system")
    light = qapp.styleHints().colorScheme() == Qt.ColorScheme.Light
    assert look.theme.name == ("light" if light else "dark")


def test_stylesheet_leaves_no_placeholder() -> None:
    for name in ("dark", "light"):
        assert "$" not in stylesheet(Theme(name))


def test_reduced_motion_takes_no_time(look: Look) -> None:
    assert look.duration_ms(120) == 0
    look.reduce_motion = False
    assert look.duration_ms(120) == 120
    look.reduce_motion = True


def test_focus_ring_follows_the_focus_and_survives_deletion(look: Look, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 100)
    panel = QWidget(window)
    panel.setGeometry(0, 0, 200, 100)
    first, second = QWidget(panel), QWidget(window)
    for child, x in ((first, 20), (second, 120)):
        child.setGeometry(x, 20, 60, 24)
        child.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    first.setFocus()
    ring = panel.findChild(QWidget, "focusRing")
    assert ring is not None and ring.geometry() == first.geometry().adjusted(-4, -4, 4, 4)
    first.move(30, 40)
    assert ring.geometry() == first.geometry().adjusted(-4, -4, 4, 4)
    panel.deleteLater()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "focusRing") is None)
    second.setFocus()
    ring = window.findChild(QWidget, "focusRing")
    assert ring is not None and ring.geometry() == second.geometry().adjusted(-4, -4, 4, 4)


def test_focus_ring_never_becomes_a_pane_of_a_splitter(look: Look, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 100)
    splitter = QSplitter(window)
    splitter.setGeometry(0, 0, 200, 100)
    edge = QWidget(splitter)
    edge.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    splitter.addWidget(QWidget())
    other = QWidget(window)
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    inner = QWidget(edge)
    inner.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    inner.setGeometry(edge.width() - 20, 20, 20, 20)  # its ring reaches over the edge of the pane
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for target in (inner, other, inner):
        target.setFocus()
        ring = window.findChild(QWidget, "focusRing")
        assert ring is not None and not isinstance(ring.parentWidget(), QSplitter)
        assert splitter.count() == 2


START = """
import sys, time
from PySide6.QtWidgets import QApplication
import numpy
app = QApplication([])
begin = time.process_time()
from intermezzo.ui.look import Look
Look(app, "dark")
print(1000 * (time.process_time() - begin))
print([name for name in ("torch", "scipy", "pyqtgraph", "PIL", "soundfile") if name in sys.modules])
print([name for name in sys.modules if name.startswith(("intermezzo.core.layers", "intermezzo.storage"))])
"""


def test_dressing_the_application_costs_little_and_imports_nothing_heavy() -> None:
    spent_ms = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True, timeout=60)
        spent, heavy, ours = done.stdout.splitlines()
        spent_ms.append(float(spent))
        assert heavy == "[]"
        assert ours == "[]"
    assert min(spent_ms) < 120.0, f"theme, fonts and icons took {spent_ms} ms of processor time"
