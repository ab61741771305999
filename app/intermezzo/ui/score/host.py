"""The child process that engraves: Verovio is C++, and a fault in it must cost a picture, never the studio.

Long scores are made into PDF here too: painting them on a thread of the studio would hold its window up.
"""

import os
import signal
from contextlib import suppress
from typing import Any

from intermezzo.core.errors import IntermezzoError
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores import engraving
from intermezzo.storage.scores.sheet import sheet_of

__all__ = ["answer_to", "serve"]

_NICENESS = 5


def serve(pipe: Any) -> None:  # Any: a Connection, spawned
    """Answer requests, see `answer_to`, with (True, result) or (False, sentence) until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    with suppress(EOFError, OSError):
        while (request := pipe.recv()) is not None:
            answer: tuple[bool, object]
            try:
                answer = True, answer_to(*request)
            except (Unsound, IntermezzoError) as problem:
                answer = False, str(problem)
            except Exception as problem:
                answer = False, f"the engraver failed: {problem!r}."
            pipe.send(answer)


def answer_to(what: str, arguments: tuple[Any, ...]) -> object:
    """Engrave what is asked for.

    "line" takes a melody, a width and whether the piece ends (`engraving.engraved_line`) and gives a `Sheet`; "svg"
    and "pdf" take a melody and a paper and give the content of a file.

    Raises:
        Unsound: if it cannot be written as notation.
        FileError: if Qt cannot make a PDF.
    """
    if what == "line":
        melody, width, is_end = arguments
        return sheet_of(engraving.engraved_line(melody, width, is_end=is_end))
    if what == "pdf":
        from intermezzo.ui.score.pdf import written_pdf  # Qt: only once it is asked for

        return written_pdf(*arguments)
    return engraving.written_svg(*arguments)
