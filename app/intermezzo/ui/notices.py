"""Cards in place: what went wrong, what is still true, and what may help; never a dialog."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from intermezzo.ui.look import Look
from intermezzo.ui.widgets.messages import TroubleCard
from intermezzo.ui.work import Trouble

__all__ = ["Notices"]

_WIDTH, _MARGIN, _MAX_CARDS = 380, 12, 3


class Notices(QObject):
    """Stacks cards at the lower right corner of a widget, the newest one at the bottom."""

    def __init__(self, look: Look, host: QWidget) -> None:
        super().__init__(host)
        self._look, self._host = look, host
        self._cards: list[TroubleCard] = []
        host.installEventFilter(self)

    @property
    def cards(self) -> tuple[TroubleCard, ...]:
        """The cards that are shown, the oldest first."""
        return tuple(self._cards)

    def show_trouble(self, trouble: Trouble, *, serious: bool = True) -> TroubleCard:
        """Show a card; one with the same title takes its place."""
        for card in [c for c in self._cards if c.objectName() == trouble.title]:
            self.dismiss(card)
        remedy = trouble.remedy[0] if trouble.remedy else ""
        card = TroubleCard(
            self._look, trouble.title, trouble.detail, remedy, report=bool(trouble.report),
            second=trouble.other[0] if trouble.other else self.tr("Close"), serious=serious, parent=self._host,
        )  # fmt: skip
        card.setObjectName(trouble.title)
        if card.second is not None:
            card.second.clicked.connect(lambda: self.dismiss(card))
            if trouble.other is not None:
                card.second.clicked.connect(trouble.other[1])
        card.report_wanted.connect(lambda: QGuiApplication.clipboard().setText(trouble.report))
        if trouble.remedy is not None:
            act = trouble.remedy[1]
            card.remedied.connect(lambda: self.dismiss(card))
            card.remedied.connect(act)
        self._cards.append(card)
        for old in self._cards[:-_MAX_CARDS]:
            self.dismiss(old)
        card.show()
        self._place()
        return card

    def dismiss(self, card: TroubleCard) -> None:
        """Take a card away."""
        if card in self._cards:
            self._cards.remove(card)
            card.hide()
            card.deleteLater()
            self._place()

    def dismiss_newest(self) -> bool:
        """Take the newest card away (Esc); False where there is none."""
        if not self._cards:
            return False
        self.dismiss(self._cards[-1])
        return True

    def _place(self) -> None:
        width = min(_WIDTH, self._host.width() - 2 * _MARGIN)
        bottom = self._host.height() - _MARGIN
        for card in reversed(self._cards):
            height = card.heightForWidth(width) if card.hasHeightForWidth() else card.sizeHint().height()
            card.setGeometry(self._host.width() - width - _MARGIN, bottom - height, width, height)
            card.raise_()
            bottom -= height + 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._cards:
            self._place()
        return False
