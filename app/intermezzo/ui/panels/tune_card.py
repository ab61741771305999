"""The card of a tune that came from a score: its name, what it is in one line, its words, and which part it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from intermezzo.core.media import Melody
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.music.syllables import joined_words
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.cards import Card
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.wording import counted

__all__ = ["TuneCard", "lines_of"]

_LINES_SHOWN: Final = 14
_LINE_END: Final = re.compile(r"(?<=[,.;:!?…])\s+(?=[\"'“„«(]?[^\W\d_a-zà-öø-ÿ])")


def lines_of(melody: Melody) -> list[str]:
    """Return the words of a tune as lines: each ends with a sign of punctuation before a capital letter."""
    text = joined_words(melody.lyrics)
    return [line for line in _LINE_END.split(text) if line]


class _Words(WrappedText):
    """Lines that ask for the height that they need at their width: a column of cards does not ask them."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Be as high as the text is."""
        self.setFixedHeight(max(self.heightForWidth(self.width()), 0))


class TuneCard(Card):
    """What the source panel shows of a tune.

    Attributes:
        part_wanted: number, from 0, of another part of the score that is to be the tune.
    """

    part_wanted = Signal(int)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, surface="raise", spacing=2, padding=9)
        self.setAccessibleName(self.tr("Tune"))
        self.name = Label(look, "", "body_medium", "t1", icon="music-notes", icon_ink="ana")
        self.about = Label(look, "", "value", "t3")
        self.words = _Words(look, "", "body", "t2")
        self.words.setContentsMargins(0, 6, 0, 0)
        self.part = Combo(look, self.tr("Part of the score"))
        self.part.activated.connect(self.part_wanted)
        for widget in (self.name, self.about, self.words):
            self.content.addWidget(widget)
        self.content.addSpacing(6)
        self.content.addWidget(self.part)

    def show_tune(self, melody: Melody, name: str) -> None:
        """Show a tune under the name of its file."""
        self.name.set_text(melody.title or name or self.tr("Tune"))
        self.about.set_text(self._summary(melody))
        lines = lines_of(melody)
        more = [f"+ {len(lines) - _LINES_SHOWN}"] if len(lines) > _LINES_SHOWN else []
        self.words.setText("\n".join([*lines[:_LINES_SHOWN], *more]))
        self.words.setVisible(bool(lines))
        self.words.fit()

    def show_parts(self, names: Sequence[str], chosen: int) -> None:
        """Offer the parts of the score, where it has several."""
        self.part.clear()
        self.part.addItems([f"{k} · {name}" for k, name in enumerate(names, 1)])
        self.part.setCurrentIndex(chosen)
        self.part.setVisible(len(names) > 1)

    def _summary(self, melody: Melody) -> str:
        bars = Bars.of([(at, metre_of(name)) for at, name in melody.metres], melody.n_frames, melody.pickup)
        found = [counted(bars.count, self.tr("1 bar"), self.tr("{0} bars")), melody.metres[0][1]]
        found += [melody.keys[0][1]] if melody.keys else []
        if melody.verses:
            found.append(self.tr("{0} verses").format(len(melody.verses) + 1))
        return " · ".join(found)
