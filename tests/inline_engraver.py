"""An engraver without a process, for tests of what asks it."""

from typing import Any

from intermezzo.core.errors import FileError
from intermezzo.storage.documents import Unsound
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.score.host import answer_to

__all__ = ["InlineEngraver"]


class InlineEngraver(Engraver):
    """Engraves where it is asked; ``asked`` counts the lines."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def _ask(self, what: str, arguments: tuple[object, ...], patience_s: float) -> Any:
        with self._turn:
            self.asked += what == "line"
            try:
                return answer_to(what, arguments)
            except Unsound as problem:
                raise FileError(str(problem)) from None
