"""The window as a person meets it: typing, converting, keys, focus, panels; driven by real events."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from intermezzo.core.media import Text
from intermezzo.ui.actions import ACTIONS
from intermezzo.ui.selection import Selection
from intermezzo.ui.widgets.rows import ComboRow


def test_typing_a_sentence_and_ctrl_enter_makes_a_sketch_that_sounds(rig) -> None:
    window, workspace = rig.studio.window, rig.studio.workspace
    assert window.centre.stage_area.currentWidget() is window.centre.empty
    assert window.source.text.hasFocus()
    QTest.keyClicks(window.source.text, "Oh, are you in Iowa?")
    assert workspace.stage.source == Text("Oh, are you in Iowa?")
    assert window.source.convert.isVisible()
    rig.settle()
    QTest.keyClick(window.source.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rig.until(lambda: not workspace.conversions.is_running and not workspace.output.stale.any())
    window.refresh()
    assert window.centre.stage_area.currentWidget() is window.timeline
    assert not window.source.convert.isVisible()
    assert [s.label for s in workspace.history.steps] == ["New", "Change source", "Convert, seed 1"]
    assert abs(workspace.output.samples).max() > 0.05
    assert not window.source.text.hasFocus()  # so that Space plays


def test_while_the_first_sketch_is_made_the_centre_says_so(rig) -> None:
    window, workspace = rig.studio.window, rig.studio.workspace
    assert window.centre.empty.card.isVisible() and not window.centre.empty.making.isVisible()
    workspace.set_source(Text("Oh, are you in Iowa?"))
    workspace.conversions.convert()
    window.refresh()
    assert window.centre.empty.making.isVisible() and not window.centre.empty.card.isVisible()
    workspace.conversions.stop()
    assert window.centre.empty.card.isVisible() and not window.centre.empty.making.isVisible()


def test_changing_the_text_afterwards_offers_to_convert_again_and_undo_takes_it_back(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    window.source.text.setFocus()
    QTest.keyClick(window.source.text, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window.source.text, " Ai")
    assert window.source.convert.isVisible()
    QTest.keyClick(window.source.text, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.source.text.toPlainText() == "Oh, are you in Iowa?"
    assert not window.source.convert.isVisible()
    assert workspace.history.redo_label == "Change source"


@pytest.mark.parametrize("key,tool", [("d", "draw"), ("b", "paint"), ("v", "select"), ("t", "stretch")])
def test_letters_take_tools_in_the_timeline_and_write_in_the_text(rig, key: str, tool: str) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    workspace.set_tool("line")
    window.source.text.setFocus()
    QTest.keyClicks(window.source.text, key)
    assert workspace.tool == "line"
    assert window.source.text.toPlainText().count(key) > 0
    window.timeline.setFocus()
    QTest.keyClicks(window.timeline, key)
    assert workspace.tool == tool
    assert window.book[f"tool_{tool}"].isChecked()


def test_space_presses_the_button_that_has_the_focus_and_plays_everywhere_else(rig) -> None:
    window = rig.converted().studio.window
    window.parameters.header.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(window.parameters.header, Qt.Key.Key_Space)
    assert window.parameters.is_folded()
    assert not rig.player.playing
    window.timeline.setFocus()
    QTest.keyClick(window.timeline, Qt.Key.Key_Space)
    assert rig.player.playing


def test_every_widget_that_takes_the_focus_has_a_name(rig) -> None:
    window = rig.converted().studio.window
    rig.studio.workspace.select(Selection(None, 0, 60))
    nameless = [
        f"{type(w).__name__} {w.objectName()} in {type(w.parentWidget()).__name__}"
        for w in window.findChildren(QWidget)
        if w.isVisible() and w.focusPolicy() != Qt.FocusPolicy.NoFocus and not w.accessibleName()
    ]
    assert nameless == []


def test_tab_goes_through_every_panel_and_comes_back(rig) -> None:
    window = rig.converted().studio.window
    rig.studio.workspace.select(Selection(None, 0, 60))
    window.order_focus()
    window.source.import_.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    for _ in range(400):  # inside a lane Tab goes from element to element before it leaves
        focus = QApplication.focusWidget()
        if seen and focus is seen[0] and len(seen) > 1:
            break
        seen += [] if focus in seen else [focus]
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    panels = (window.source, window.chain, window.history, window.timeline, window.transport, window.top_bar,
              window.selection_panel, window.parameters, window.promises, window.strip)  # fmt: skip
    missed = [type(p).__name__ for p in panels if not any(p.isAncestorOf(w) or p is w for w in seen)]
    assert missed == []


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen says so of every popup
def test_an_open_list_has_no_part_in_the_order(rig) -> None:
    window = rig.converted().studio.window
    combo = next(row for row in window.parameters.findChildren(ComboRow)).combo
    combo.showPopup()
    rig.settle()
    row = window.order_focus()  # Qt warns of widgets in two windows
    assert combo in row and combo.view() not in row
    combo.hidePopup()


def test_every_action_is_in_a_menu_or_the_palette_and_has_keys_of_its_own(rig) -> None:
    window = rig.studio.window
    in_menus = {a.objectName() for menu in window.top_bar.menus.values() for a in menu.actions()}
    listed = {spec.id for spec in ACTIONS if spec.menu}
    assert listed <= in_menus
    keys = [key for spec in ACTIONS for key in spec.keys]
    assert len(keys) == len(set(keys))
    assert len(ACTIONS) >= 60


def test_a_spring_tool_goes_back_when_its_key_was_held(rig, monkeypatch) -> None:
    import intermezzo.ui.shortcuts as shortcuts

    window, workspace = rig.converted().studio.window, rig.studio.workspace
    now = [0.0]
    monkeypatch.setattr(shortcuts, "perf_counter", lambda: now[0])
    window.history.list.setFocus()
    QTest.keyPress(window.history.list, Qt.Key.Key_D)
    assert workspace.tool == "draw"
    now[0] = 0.1
    QTest.keyRelease(window.history.list, Qt.Key.Key_D)
    assert workspace.tool == "draw"
    QTest.keyPress(window.history.list, Qt.Key.Key_E)
    now[0] = 1.0
    QTest.keyRelease(window.history.list, Qt.Key.Key_E)
    assert workspace.tool == "draw"


def test_the_panels_hide_and_a_narrow_window_keeps_the_inspector_in_a_drawer(rig) -> None:
    window = rig.converted().studio.window
    QTest.keyClick(window, Qt.Key.Key_Backslash, Qt.KeyboardModifier.ControlModifier)
    assert not window.rail.isVisible() and not window.inspector.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Backslash, Qt.KeyboardModifier.ControlModifier)
    assert window.rail.isVisible() and window.inspector.isVisible()
    window.resize(1000, 640)
    rig.until(lambda: not window.inspector.isVisible())
    assert window.strip.drawer.isVisible()
    QTest.mouseClick(window.strip.drawer, Qt.MouseButton.LeftButton)
    assert window.inspector.isVisible()
    assert window.side.geometry().right() == window.body.rect().right()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.inspector.isVisible()
    window.resize(1440, 900)
    rig.until(lambda: window.inspector.isVisible())
    assert window.side.parentWidget() is window.splitter


def test_escape_selects_nothing_when_there_is_nothing_else_to_cancel(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    workspace.select(Selection(None, 0, 20))
    window.history.list.setFocus()
    QTest.keyClick(window.history.list, Qt.Key.Key_Escape)
    assert not workspace.selection


def test_the_title_is_edited_in_place_and_is_a_step_of_the_history(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    window.book["rename"].trigger()
    assert window.top_bar.title.edit.hasFocus()
    QTest.keyClicks(window.top_bar.title.edit, "Chapter 1")
    QTest.keyClick(window.top_bar.title.edit, Qt.Key.Key_Return)
    assert workspace.project.title == "Chapter 1"
    assert workspace.history.undo_label == "Rename to Chapter 1"
    window.refresh()
    assert window.windowTitle().startswith("Chapter 1")


def test_the_history_goes_where_one_clicks(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    workspace.select(Selection(None, 0, 60))
    window.commands.move(1)
    window.commands.toggle_lock()
    list_ = window.history.list
    assert window.history.model.rowCount() == len(workspace.history.steps) == 4
    at = list_.visualRect(window.history.model.index(2, 0)).center()
    QTest.mouseClick(list_.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert workspace.history.position == 1
    assert workspace.history.redo_label is not None


def test_hovering_and_clicking_a_tool_takes_it(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    button: QAbstractButton = window.strip.tools["tool_paint"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(14, 14))
    assert workspace.tool == "paint"
    assert button.isChecked() and not window.strip.tools["tool_select"].isChecked()
    window.strip.amount.enter("12")
    assert workspace.brush.amount == 12.0
    assert "+12" in window.status.hint.text()


def test_keys_that_x11_gives_to_lines_of_text_are_ours(rig) -> None:
    window = rig.converted().studio.window
    for widget in (window.source.text, window.top_bar.field.edit):
        for key in (Qt.Key.Key_E, Qt.Key.Key_K):
            event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.ControlModifier)
            QApplication.sendEvent(widget, event)
            assert not event.isAccepted(), (widget, key)


def test_undoing_the_first_sketch_leaves_the_focus_where_one_types(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    window.timeline.setFocus(Qt.FocusReason.OtherFocusReason)
    workspace.undo()
    window.refresh()
    assert window.source.text.hasFocus()
