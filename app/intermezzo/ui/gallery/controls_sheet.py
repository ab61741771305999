"""The lower half of the gallery: controls, progress and trouble, menus and palette, empty places."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.ui.focus_ring import FocusMark
from intermezzo.ui.look import Look
from intermezzo.ui.shadows import SHADOW_MARGINS
from intermezzo.ui.widgets import (
    Button,
    Card,
    ComboRow,
    EmptyPanel,
    FieldRow,
    Floating,
    Label,
    NumberSpec,
    PaletteList,
    PaletteRow,
    ProgressBar,
    SearchField,
    SectionHeader,
    SliderRow,
    Tip,
    TipCard,
    ToolButton,
    TroubleCard,
)

_TOOLS = (
    ("cursor", "Select"), ("pencil-simple", "Draw"), ("paint-brush", "Paint"), ("eraser", "Erase"),
    ("waves", "Smooth"), ("lock", "Lock"), ("arrows-clockwise", "Re-sample"),
)  # fmt: skip


def card(look: Look, parent: QWidget, title: str, left: int, width: int) -> Card:
    """Return one of the four cards with its head."""
    result = Card(look, parent, radius=8, padding=0, spacing=0)
    result.setGeometry(left, 528, width, 340)
    result.content.setContentsMargins(17, 8, 17, 16)
    result.content.addWidget(SectionHeader(look, title, folds=False))
    result.content.addSpacing(5)
    return result


def controls(look: Look, parent: QWidget) -> Card:
    """Return the card of buttons, tools, sliders and fields."""
    result = card(look, parent, "Controls", 32, 328)
    first = _row(8)
    focused = Button(look, "Focus")
    hover = Button(look, "Hover")
    hover.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    for button in (Button(look, "Export", icon="export", kind="primary"), Button(look, "Sample"), hover, focused):
        first.addWidget(button)
    first.addStretch(1)
    result.content.addLayout(first)
    result.content.addSpacing(12)
    second = _row(8)
    disabled = Button(look, "Disabled")
    disabled.setEnabled(False)
    for button in (disabled, Button(look, "Quiet", kind="quiet"), Button(look, "Delete", kind="danger")):
        second.addWidget(button)
    second.addStretch(1)
    result.content.addLayout(second)
    result.content.addSpacing(12)
    third = _row(4)
    tools = [ToolButton(look, icon, name, checkable=True) for icon, name in _TOOLS]
    tools[2].setChecked(True)
    tools[1].setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    for tool in tools:
        third.addWidget(tool)
    third.addStretch(1)
    result.content.addLayout(third)
    result.content.addSpacing(12)
    speed = SliderRow(look, "Speed", NumberSpec(0.5, 1.5, 0.05, 2, "×", 1.0))
    expression = SliderRow(look, "Expression", NumberSpec(0.0, 1.0, 0.01, 2, "", 0.5))
    expression.set_number(0.62)
    third_row = SliderRow(look, "Focused", NumberSpec(0.0, 1.0, 0.01, 2, "", 0.3))
    outside = FieldRow(look, "Out of range", NumberSpec(25, 400, 1, 0, "ms", 100))
    outside.field.enter("900")
    for row in (speed, expression, third_row, outside, ComboRow(look, "Voice", ("ljs", "cathy"))):
        result.content.addWidget(row)
    result.content.addStretch(1)
    FocusMark(focused, lambda: look.theme)
    FocusMark(tools[3], lambda: look.theme)
    FocusMark(third_row.field, lambda: look.theme)
    return result


def trouble(look: Look, parent: QWidget) -> Card:
    """Return the card of progress and trouble."""
    result = card(look, parent, "Progress and trouble", 376, 336)
    head = _row(0)
    head.addWidget(
        Label(look, "Rendering phrase 2 of 14", "body", "t1", icon="spinner", icon_ink="hand", icon_px=14), 1
    )
    head.addWidget(Label(look, "3.1 s left", "value", "t3"))
    bar = ProgressBar(look, "Rendering")
    bar.set_fraction(0.38)
    foot = _row(0)
    foot.addWidget(Label(look, "what you look at comes first", "value", "t3"), 1)
    foot.addWidget(Button(look, "Cancel", key="Esc"))
    result.content.addLayout(head)
    result.content.addSpacing(6)
    result.content.addWidget(bar)
    result.content.addSpacing(4)
    result.content.addLayout(foot)
    result.content.addSpacing(12)
    text = "It was started again. Your sketch is untouched."
    result.content.addWidget(TroubleCard(look, "The image engine ran out of memory", text, "Retry on CPU"))
    result.content.addSpacing(10)
    lost = TroubleCard(
        look,
        "2 edits could not be kept",
        "The word “all” is gone from the text.",
        "Show",
        second="Bring back",
        report=False,
        serious=False,
    )
    result.content.addWidget(lost)
    result.content.addStretch(1)
    return result


def menus(look: Look, parent: QWidget) -> Card:
    """Return the card of the command palette and a tooltip."""
    result = card(look, parent, "Menus and palette", 728, 328)
    result.content.addStretch(1)
    palette = Floating(look, result)
    margins = SHADOW_MARGINS.toMargins()
    palette.setGeometry(17 - margins.left(), 37 - margins.top(), 294 + margins.left() + margins.right(), 188 + 36)
    search = SearchField(look, "Search actions", framed=False)
    search.setFixedHeight(35)
    search.edit.setText("shift")
    search.edit.setObjectName("gallerySearch")
    palette.content.addWidget(search)
    found = PaletteList(look, "Results")
    keys = (("pitch up one semitone", "Up"), ("pitch down one semitone", "Down"), ("formants", ""))
    more = (("selection by one hop", "Alt+Right"), ("grid left", "Ctrl+Left"))
    found.show_rows(tuple(PaletteRow(f"Shift {text}", ((0, 5),), key) for text, key in keys + more))
    palette.content.addWidget(found)
    tip = TipCard(look, Tip("Paint", "B", "Adds decibels under the brush"), result, floating=False)
    tip.move(QPoint(17 - margins.left(), 241 - margins.top()))
    return result


def empties(look: Look, parent: QWidget) -> Card:
    """Return the card of empty places."""
    result = card(look, parent, "Empty and first use", 1072, 336)
    takes = EmptyPanel(
        look, "stack-simple", "No takes yet", "A take is one more way the engine would say it.", "Sample 5", "sparkle"
    )
    takes.setFixedHeight(140)
    sound = EmptyPanel(look, "speaker-slash", "No sound device", "Everything else works. Exports are not affected.")
    sound.setFixedHeight(104)
    result.content.addWidget(takes)
    result.content.addSpacing(12)
    result.content.addWidget(sound)
    result.content.addStretch(1)
    return result


class ControlsSheet(QWidget):
    """The four cards at their places."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for build in (controls, trouble, menus, empties):
            build(look, self)


def _row(spacing: int) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    row.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return row
