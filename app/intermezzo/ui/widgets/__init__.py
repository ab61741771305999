"""The small painted widgets that all panels share; each takes the `Look` first and repaints when the theme changes."""

from intermezzo.ui.widgets.buttons import Button, LinkButton, ToolButton
from intermezzo.ui.widgets.cards import Card, DropZone, PickCard
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.floating import Floating, PaletteList, PaletteRow
from intermezzo.ui.widgets.keychip import KeyChip
from intermezzo.ui.widgets.labels import Divider, Label, Pill, StatusDot
from intermezzo.ui.widgets.messages import Banner, EmptyPanel, Toast, TroubleCard, WrappedText
from intermezzo.ui.widgets.meters import LevelMeter, ProgressBar, ShareBar, SurenessBar
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.painted import Painted, PaintedButton
from intermezzo.ui.widgets.rows import ComboRow, FieldRow, FormRow, SliderRow, SwitchRow
from intermezzo.ui.widgets.sections import Section, SectionHeader
from intermezzo.ui.widgets.slider import Slider
from intermezzo.ui.widgets.switches import Segments, Switch, TwoWaySwitch
from intermezzo.ui.widgets.take_picture import TakePicture
from intermezzo.ui.widgets.text_field import SearchField, TextField
from intermezzo.ui.widgets.thumbnails import SketchPicture, Thumbnail
from intermezzo.ui.widgets.tips import Tip, TipCard, Tips
from intermezzo.ui.widgets.value_field import ValueField

__all__ = [
    "Banner", "Button", "Card", "Combo", "ComboRow", "Divider", "DropZone", "EmptyPanel", "FieldRow", "Floating",
    "FormRow", "KeyChip", "Label", "LevelMeter", "LinkButton", "NumberSpec", "Painted", "PaintedButton", "PaletteList",
    "PaletteRow", "PickCard", "Pill", "ProgressBar", "SearchField", "Section", "SectionHeader", "Segments", "ShareBar",
    "SketchPicture", "Slider", "SliderRow", "StatusDot", "SurenessBar", "Switch", "SwitchRow", "TakePicture",
    "TextField", "Thumbnail", "Tip", "TipCard", "Tips", "Toast", "ToolButton", "TroubleCard", "TwoWaySwitch",
    "ValueField", "WrappedText",
]  # fmt: skip
