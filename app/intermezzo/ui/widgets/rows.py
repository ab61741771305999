"""Rows of a form, 24 px each: a label, then a slider with its field, a field with a caption, a list or a switch."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from intermezzo.ui.look import Look
from intermezzo.ui.text import RIGHT
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.slider import Slider
from intermezzo.ui.widgets.switches import Switch
from intermezzo.ui.widgets.value_field import ValueField

LABEL_WIDTH: Final = 90
_GUTTER: Final = 10
ROW_HEIGHT: Final = 24


class FormRow(QWidget):
    """A label of fixed width and whatever comes after it.

    Attributes:
        label: the label, t2.
        caption: right-aligned t3 text before the last widget, for example "predicted 172".
    """

    def __init__(self, look: Look, text: str, parent: QWidget | None = None, *, label_width: int = LABEL_WIDTH) -> None:
        super().__init__(parent)
        self.look = look
        self.setMinimumHeight(ROW_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(0)
        self.label = Label(look, text, "body", "t2")
        self.label.setFixedWidth(label_width)
        self.caption = Label(look, "", "value", "t3", align=RIGHT)
        self.caption.hide()
        self.row.addWidget(self.label)

    def set_caption(self, text: str) -> None:
        """Show a caption, or hide it for an empty text."""
        self.caption.set_text(text)
        self.caption.set_ink("t3")
        self.caption.setVisible(bool(text))


class FieldRow(FormRow):
    """Label, caption, number field; no slider."""

    def __init__(self, look: Look, text: str, spec: NumberSpec, parent: QWidget | None = None) -> None:
        super().__init__(look, text, parent)
        self._plain_caption = ""
        self.field = ValueField(look, spec, text)
        self.row.addSpacing(_GUTTER)
        self.row.addWidget(self.caption, 1)
        self.row.addStretch(0)
        self.row.addSpacing(8)
        self.row.addWidget(self.field, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.field.trouble.connect(self._on_trouble)

    def set_caption(self, text: str) -> None:
        """Show a caption before the field."""
        self._plain_caption = text
        super().set_caption(text)

    def _on_trouble(self, allowed: str) -> None:
        super().set_caption(allowed or self._plain_caption)
        self.caption.set_ink("err" if allowed else "t3")


class SliderRow(FormRow):
    """Label, slider with its default tick, number field; both show the same number.

    Attributes:
        changed_to: the value after every change by the user.
        committed: the value when a gesture is over.
    """

    changed_to = Signal(float)
    committed = Signal(float)

    def __init__(self, look: Look, text: str, spec: NumberSpec, parent: QWidget | None = None) -> None:
        super().__init__(look, text, parent)
        self.slider = Slider(look, spec, text)
        self.field = ValueField(look, spec, self.tr("{0}, number").format(text))
        # The slider brings its own gutter of 10 px at both ends.
        self.row.addWidget(self.slider, 1)
        self.row.addWidget(self.caption, 1)
        self.row.addWidget(self.field)
        self.slider.moved.connect(self._on_slider)
        self.slider.committed.connect(self.committed)
        self.field.changed_to.connect(self._on_field)
        self.field.committed.connect(self.committed)
        self.field.trouble.connect(self._on_trouble)

    def number(self) -> float | None:
        """Return the value that is applied."""
        return self.field.number()

    def set_number(self, value: float) -> None:
        """Show a value in both without emitting."""
        self.slider.set_number(value)
        self.field.set_number(value)

    def set_edited(self, edited: bool | None) -> None:
        """Say whether the value came from the hand; None means: it differs from the default."""
        self.field.set_edited(edited)

    def _on_slider(self, value: float) -> None:
        self.field.set_number(value)
        self.changed_to.emit(value)

    def _on_field(self, value: float) -> None:
        self.slider.set_number(value)
        self.changed_to.emit(value)

    def _on_trouble(self, allowed: str) -> None:
        # The range takes the slider's place: the slider could not show such a number anyway.
        self.slider.setVisible(not allowed)
        self.set_caption(allowed)
        self.caption.setContentsMargins(0, 0, 8 if allowed else 0, 0)
        if allowed:
            self.caption.set_ink("err")


class ComboRow(FormRow):
    """Label and a list to choose from.

    Attributes:
        chosen: the text of the option that the user picked.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, text: str, options: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(look, text, parent)
        self.combo = Combo(look, text, options)
        self.row.addSpacing(_GUTTER)
        self.row.addWidget(self.combo, 1)
        self.combo.textActivated.connect(self.chosen)


class SwitchRow(FormRow):
    """Label, caption and a switch at the right edge."""

    def __init__(self, look: Look, text: str, *, on: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(look, text, parent)
        self.switch = Switch(look, text, on=on)
        self.row.addSpacing(_GUTTER)
        self.row.addWidget(self.caption, 1)
        self.row.addStretch(0)
        self.row.addSpacing(8)
        self.row.addWidget(self.switch)
