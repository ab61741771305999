"""The shared widgets: what a hand and a keyboard do to them, and that none is nameless."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from intermezzo.ui.gallery.__main__ import page
from intermezzo.ui.look import Look
from intermezzo.ui.widgets import (
    Button,
    LevelMeter,
    NumberSpec,
    PaletteList,
    PaletteRow,
    PickCard,
    SearchField,
    Section,
    Segments,
    SketchPicture,
    Slider,
    SliderRow,
    Thumbnail,
    Tips,
    ToolButton,
    ValueField,
)
from intermezzo.ui.widgets.export_foot import ExportFoot
from intermezzo.ui.widgets.floating import marked_pieces
from intermezzo.ui.widgets.keychip import key_text

SPEC = NumberSpec(0.0, 1.0, 0.01, 2, "", 0.5)
MS = NumberSpec(25, 400, 1, 0, "ms", 100)


Show = Callable[[QWidget], QWidget]


@pytest.fixture
def shown(qtbot: QtBot) -> Show:
    """Return a function that shows a widget in a window of its own, with the focus, for as long as the test runs."""
    windows: list[QWidget] = []

    def show(widget: QWidget) -> QWidget:
        window = QWidget()
        windows.append(window)
        QVBoxLayout(window).addWidget(widget)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return show


def wheel(widget: QWidget, turns: int) -> None:
    """Turn the wheel over a widget."""
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre, QPointF(widget.mapToGlobal(centre.toPoint())), QPoint(), QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_number_spec_writes_and_reads_what_it_writes() -> None:
    db = NumberSpec(-60, 12, 0.1, 1, "dB", signed=True)
    assert db.format(-21.4) == "\u221221.4\u2009dB"
    assert db.format(9) == "+9.0\u2009dB"
    assert db.format(-0.01) == "0.0\u2009dB"
    assert db.parse(db.format(-21.4)) == -21.4
    assert MS.range_text() == "25 to 400"
    assert SPEC.range_text() == "0 to 1"


@pytest.mark.parametrize(("text", "value"), [("0,5", 0.5), (".5", 0.5), ("12 ms", 12.0), ("−3", -3.0), ("1e3", 1000.0)])
def test_numbers_are_read_as_people_type_them(text: str, value: float) -> None:
    assert MS.parse(text) == value


@pytest.mark.parametrize("text", ["", "ms", "--3", "nan", "inf", "1e999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert MS.parse(text) is None


def test_a_range_without_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="minimum < maximum"):
        NumberSpec(1, 1)


def test_field_takes_typed_numbers_and_turns_amber(look: Look, qtbot: QtBot, shown: Show) -> None:
    field = ValueField(look, MS, "Duration")
    shown(field)
    field.setFocus()
    assert not field.is_edited()
    with qtbot.waitSignals([field.changed_to, field.committed]):
        QTest.keyClicks(field, "1")
        editor = QApplication.focusWidget()
        assert editor is not None
        QTest.keyClicks(editor, "90")
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert field.number() == 190 and field.is_edited() and not field.is_typing()


def test_field_keeps_a_number_out_of_range_in_view_without_applying_it(look: Look, qtbot: QtBot, shown: Show) -> None:
    field = ValueField(look, MS, "Duration")
    shown(field)
    with qtbot.waitSignal(field.trouble) as told, qtbot.assertNotEmitted(field.changed_to):
        assert not field.enter("900")
    assert told.args == ["25 to 400"]
    assert field.is_out_of_range() and field.text() == "900\u2009ms" and field.number() == 100
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.is_out_of_range() and field.text() == "100\u2009ms"


def test_escape_while_typing_changes_nothing(look: Look, qtbot: QtBot, shown: Show) -> None:
    field = ValueField(look, MS, "Duration")
    shown(field)
    QTest.mouseDClick(field, Qt.MouseButton.LeftButton)
    editor = QApplication.focusWidget()
    assert editor is not None and field.is_typing()
    QTest.keyClicks(editor, "333")
    with qtbot.assertNotEmitted(field.changed_to):
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert field.number() == 100 and not field.is_typing()


def test_dragging_a_field_sideways_scrubs_and_commits_once(look: Look, qtbot: QtBot, shown: Show) -> None:
    field = ValueField(look, MS, "Duration")
    shown(field)
    committed: list[float] = []
    field.committed.connect(committed.append)
    QTest.mousePress(field, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    for x in (16, 25, 40):
        QTest.mouseMove(field, QPoint(x, 10))
    QTest.mouseRelease(field, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert committed == [110.0]


@pytest.mark.parametrize(
    ("modifier", "expected"),
    [
        (Qt.KeyboardModifier.NoModifier, 0.51),
        (Qt.KeyboardModifier.ShiftModifier, 0.6),
        (Qt.KeyboardModifier.AltModifier, 0.501),
    ],
)
def test_arrows_step_by_one_ten_and_a_tenth(
    look: Look, qtbot: QtBot, shown: Show, modifier: Qt.KeyboardModifier, expected: float
) -> None:
    for widget in (Slider(look, SPEC, "Expression"), ValueField(look, SPEC, "Expression")):
        shown(widget)
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Up, modifier)
        assert widget.number() == pytest.approx(expected)


def test_slider_goes_to_where_it_is_clicked_and_back_to_its_default(look: Look, qtbot: QtBot, shown: Show) -> None:
    row = SliderRow(look, "Expression", SPEC)
    window = shown(row)
    window.resize(320, 60)
    slider = row.slider
    qtbot.waitUntil(lambda: slider.width() > 100)
    moved: list[float] = []
    row.changed_to.connect(moved.append)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 10, 12))
    assert row.number() == 1.0 and row.field.is_edited() and moved == [1.0]
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 10, 12))
    assert row.number() == 0.5 and not row.field.is_edited()


def test_slider_and_field_of_a_row_agree(look: Look, qtbot: QtBot, shown: Show) -> None:
    row = SliderRow(look, "Expression", SPEC)
    shown(row)
    row.field.enter("0.25")
    assert row.slider.number() == 0.25 == row.number()
    row.field.enter("7")
    assert not row.slider.isVisible() and row.caption.text() == "0 to 1"
    row.field.enter("0.3")
    assert row.slider.isVisible() and not row.caption.isVisible()


def test_wheel_changes_only_what_has_the_focus(look: Look, qtbot: QtBot, shown: Show) -> None:
    slider = Slider(look, SPEC, "Expression")
    shown(slider)
    slider.clearFocus()
    wheel(slider, 1)
    assert slider.number() == 0.5
    slider.setFocus()
    wheel(slider, 1)
    assert slider.number() == pytest.approx(0.51)


def test_a_click_on_a_button_leaves_the_focus_where_it_was(look: Look, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field, button = ValueField(look, SPEC, "Value"), Button(look, "Sample")
    layout = QVBoxLayout(window)
    layout.addWidget(field)
    layout.addWidget(button)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.setFocus()
    with qtbot.waitSignal(button.clicked):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert field.hasFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)


def test_section_folds_and_says_so(look: Look, qtbot: QtBot, shown: Show) -> None:
    section = Section(look, "Takes", "5")
    section.body_layout.addWidget(QLabel("contents"))
    shown(section)
    with qtbot.waitSignal(section.folded) as told:
        QTest.mouseClick(section.header, Qt.MouseButton.LeftButton)
    assert told.args == [True] and not section.body.isVisible()
    section.set_folded(False)
    assert section.body.isVisible() and section.body.maximumHeight() > 10_000


def test_segments_move_by_arrow_and_click(look: Look, qtbot: QtBot, shown: Show) -> None:
    segments = Segments(look, "View", ("False colour", "Decoded", "Sureness"))
    shown(segments)
    segments.setFocus()
    QTest.keyClick(segments, Qt.Key.Key_Right)
    assert segments.index() == 1 and segments.accessibleName() == "View: Decoded"
    with qtbot.waitSignal(segments.chosen) as told:
        QTest.mouseClick(segments, Qt.MouseButton.LeftButton, pos=QPoint(segments.width() - 5, 5))
    assert told.args == [2]


def test_pick_card_is_picked_by_mouse_and_keyboard(look: Look, qtbot: QtBot, shown: Show) -> None:
    card = PickCard(look, "Speech example")
    shown(card)
    with qtbot.waitSignal(card.picked):
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    card.setFocus()
    with qtbot.waitSignal(card.picked):
        QTest.keyClick(card, Qt.Key.Key_Return)


def test_enter_in_a_sheet_is_export_but_not_on_cancel(look: Look, qtbot: QtBot, shown: Show) -> None:
    class Sheet(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            if not foot.takes(event):
                super().keyPressEvent(event)

    sheet = Sheet()
    foot = ExportFoot(look, sheet)
    shown(sheet)
    foot.export.setFocus()
    with qtbot.waitSignal(foot.wanted):
        QTest.keyClick(sheet, Qt.Key.Key_Return)
    foot.wanted.connect(lambda: pytest.fail("exported"))
    foot.export.setEnabled(False)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    foot.export.setEnabled(True)
    foot.cancel.setFocus()
    QTest.keyClick(foot.cancel, Qt.Key.Key_Return)
    with qtbot.waitSignal(foot.cancelled):
        QTest.keyClick(foot.cancel, Qt.Key.Key_Space)


def test_palette_list_wraps_and_picks(look: Look, qtbot: QtBot, shown: Show) -> None:
    found = PaletteList(look, "Results")
    window = shown(found)
    window.resize(300, 200)
    found.show_rows((PaletteRow("Shift pitch", ((0, 5),), "Up"), PaletteRow("Shift formants", ((0, 5),))))
    found.step(-1)
    assert found.currentIndex().row() == 1
    found.step(1)
    assert found.currentIndex().row() == 0
    place = found.visualRect(found.rows.index(1, 0)).center()
    with qtbot.waitSignal(found.picked) as told:
        QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [1]


def test_marked_pieces_put_the_title_together_again() -> None:
    pieces = marked_pieces("Shift pitch up", ((0, 2), (6, 5)))
    assert "".join(text for text, _ in pieces) == "Shift pitch up"
    assert [text for text, marked in pieces if marked] == ["Sh", "pitch"]


@pytest.mark.parametrize(
    ("shortcut", "chip"), [("Ctrl+K", "Ctrl K"), ("Alt+Right", "Alt →"), ("Ctrl++", "Ctrl +"), ("", ""), ("Esc", "Esc")]
)
def test_key_chips_show_shortcuts_as_people_read_them(shortcut: str, chip: str) -> None:
    assert key_text(shortcut) == chip


def test_search_field_hands_its_focus_to_the_line_inside(look: Look, qtbot: QtBot, shown: Show) -> None:
    field = SearchField(look, "Search actions", "Ctrl+K")
    shown(field)
    field.setFocus()
    assert field.edit.hasFocus()
    QTest.keyClicks(field.edit, "shift")
    assert field.edit.text() == "shift"


def test_meter_holds_the_peak_of_each_channel(look: Look, qtbot: QtBot, shown: Show) -> None:
    meter = LevelMeter(look, "Level")
    shown(meter)
    meter.set_levels(-6.0, -12.0)
    meter.set_levels(-30.0, float("-inf"))
    assert meter.peaks_db() == (-6.0, -12.0)


def test_meter_lights_red_only_where_the_sound_clips(look: Look, qtbot: QtBot, shown: Show) -> None:
    meter = LevelMeter(look, "Level")
    shown(meter)

    def red() -> int:
        image = meter.grab().toImage()
        return sum(image.pixelColor(x, 1).name() == look.color("err").name() for x in range(image.width()))

    meter.set_levels(-0.5, -0.5)
    assert red() == 0
    meter.set_levels(1.0, 1.0)
    assert red() > 0


def test_thumbnail_shows_curve_gaps_and_edits(look: Look, qtbot: QtBot, shown: Show) -> None:
    curve = np.full(64, 0.5, dtype=np.float32)
    curve[20:44] = np.nan
    edited = np.zeros(64, dtype=bool)
    edited[44:] = True
    thumbnail = Thumbnail(look, SketchPicture(curve=curve, edited=edited), "Sketch")
    shown(thumbnail)
    image = thumbnail.grab().toImage()
    hand, ground = look.color("hand"), look.color("alt").name()

    def warm(x: int) -> bool:
        return any(
            image.pixelColor(x, y).red() - image.pixelColor(x, y).blue() > (hand.red() - hand.blue()) // 2
            for y in range(2, image.height() - 2)
        )

    assert warm(55) and not warm(8)
    assert all(image.pixelColor(32, y).name() == ground for y in range(2, image.height() - 2))


def test_tips_say_title_key_and_description(look: Look, qtbot: QtBot, shown: Show) -> None:
    tool = ToolButton(look, "paint-brush", "Paint", checkable=True)
    window = shown(tool)
    tips = Tips(look, window)
    tips.set_tip(tool, "Paint", "B", "Adds decibels under the brush")
    tip = tips.tip_of(tool)
    assert tip is not None and (tip.title, tip.key) == ("Paint", "B")
    assert tool.accessibleDescription() == "Adds decibels under the brush"


@pytest.mark.parametrize("name", ["states", "panels"])
def test_no_focusable_widget_of_the_gallery_is_nameless(look: Look, qtbot: QtBot, name: str) -> None:
    sheet = page(look, name)
    qtbot.addWidget(sheet)
    sheet.show()
    focusable = [w for w in sheet.findChildren(QWidget) if w.focusPolicy() != Qt.FocusPolicy.NoFocus and w.isVisible()]
    assert len(focusable) > 20
    nameless = [type(w).__name__ for w in focusable if not w.accessibleName() and "viewport" not in w.objectName()]
    assert nameless == []


def test_gallery_paints_the_same_picture_twice_and_another_one_in_light(look: Look, qtbot: QtBot) -> None:
    sheet = page(look)
    qtbot.addWidget(sheet)
    sheet.show()
    first, second = sheet.grab().toImage(), sheet.grab().toImage()
    assert first == second
    look.choose("light")
    light = sheet.grab().toImage()
    assert light.pixelColor(4, 4) == look.color("canvas") != first.pixelColor(4, 4)


def test_a_zero_that_leaves_it_to_something_else_is_a_word_that_can_be_typed() -> None:
    tempo = NumberSpec(0, 300, 1, 0, "bpm", 0, zero="auto")
    assert tempo.format(0) == "auto" and tempo.format(92) == "92\u2009bpm"
    assert tempo.parse(" Auto") == 0 and tempo.parse("0") == 0 and tempo.parse("no") is None
    assert MS.parse("auto") is None
