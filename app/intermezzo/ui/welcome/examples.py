"""The examples in a grid of as many columns as fit, with arrows from card to card and a choice of engine."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from intermezzo.core.manifest import EngineManifest, Example
from intermezzo.core.registry import Registry
from intermezzo.ui.look import Look
from intermezzo.ui.welcome.content import examples_of
from intermezzo.ui.welcome.example_card import HEIGHT, ExampleCard
from intermezzo.ui.welcome.pictures import Kept, example_key

GAP: Final = 16
_LEAST_WIDTH: Final = 220
_MOST_COLUMNS: Final = 4


class ExampleGrid(QWidget):
    """All examples of the engines that are shown.

    Attributes:
        chosen: engine id and `Example`.
    """

    chosen = Signal(str, object)

    def __init__(
        self, look: Look, registry: Registry, picture: Callable[[str], Kept | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.cards = [self._card(registry, manifest, ex, picture) for manifest, ex in examples_of(registry)]
        self._shown = list(self.cards)
        self._n_columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._arrange(_MOST_COLUMNS)

    def _card(
        self, registry: Registry, manifest: EngineManifest, example: Example, picture: Callable[[str], Kept | None]
    ) -> ExampleCard:
        kept = picture(example_key(manifest, example))
        card = ExampleCard(self.look, manifest, registry.sketch_type(manifest), example, kept, self)
        card.picked.connect(lambda: self.chosen.emit(manifest.id, example))
        card.stepped.connect(lambda dx, dy: self._step(card, dx, dy))
        return card

    def show_engine(self, engine_id: str) -> None:
        """Show the examples of one engine, or all for an empty id."""
        self._shown = [card for card in self.cards if engine_id in ("", card.manifest.id)]
        self._n_columns = 0
        self._arrange(self._columns())

    def shown(self) -> list[ExampleCard]:
        """Return the cards in their order."""
        return list(self._shown)

    def sizeHint(self) -> QSize:
        columns = max(self._n_columns, 1)
        n_rows = max(-(-len(self._shown) // columns), 0)
        return QSize(columns * 250 + (columns - 1) * GAP, n_rows * (HEIGHT + GAP) - GAP if n_rows else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange(self._columns())

    def _columns(self) -> int:
        return max(1, min(_MOST_COLUMNS, (self.width() + GAP) // (_LEAST_WIDTH + GAP)))

    def _arrange(self, n_columns: int) -> None:
        if n_columns == self._n_columns:
            return
        self._n_columns = n_columns
        for card in self.cards:
            self._grid.removeWidget(card)
            card.setVisible(card in self._shown)
        for column in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < n_columns else 0)
        for index, card in enumerate(self._shown):
            self._grid.addWidget(card, index // n_columns, index % n_columns)
        for before, after in zip(self._shown, self._shown[1:], strict=False):
            QWidget.setTabOrder(before, after)
        self.updateGeometry()

    def _step(self, card: ExampleCard, columns: int, rows: int) -> None:
        index = self._shown.index(card) + columns + rows * self._n_columns
        if 0 <= index < len(self._shown):
            self._shown[index].setFocus(Qt.FocusReason.TabFocusReason)
