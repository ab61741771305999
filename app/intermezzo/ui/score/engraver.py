"""Engraver: asks the child process that engraves, and starts it when it is first needed or has died."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.jobs.process import start_deaf_to_ctrl_c

if TYPE_CHECKING:
    from intermezzo.storage.scores.papers import Paper
    from intermezzo.storage.scores.sheet import Sheet

__all__ = ["Engraver"]

_LINE_S, _PAGES_S = 15.0, 180.0


class Engraver:
    """Its calls wait for the answer, so that they belong on a thread beside the window; one is served at a time.

    Each raises FileError with one sentence if the tune cannot be engraved, or the process dies of it.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: Any = None  # Any: the contexts' process classes share no public base
        self._pipe: Any = None
        self._is_over = False

    def line(self, melody: Melody, width: int, *, is_end: bool) -> Sheet:
        """Return a few bars as one line, see `engraving.engraved_line`."""
        sheet: Sheet = self._ask("line", (melody, width, is_end), _LINE_S)
        return sheet

    def svg(self, melody: Melody, paper: Paper) -> bytes:
        """Return a whole tune as the content of an SVG, its pages below each other."""
        content: bytes = self._ask("svg", (melody, paper), _PAGES_S)
        return content

    def pdf(self, melody: Melody, paper: Paper) -> bytes:
        """Return a whole tune as the content of a PDF."""
        content: bytes = self._ask("pdf", (melody, paper), _PAGES_S)
        return content

    def close(self) -> None:
        """End the process for good; a call that waits for it fails, and so do all others from now on."""
        self._is_over = True
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join()
            process.close()
            with suppress(OSError):
                self._pipe.close()

    def _ask(self, what: str, arguments: tuple[object, ...], patience_s: float) -> Any:
        with self._turn:
            try:
                pipe = self._ready()
                pipe.send((what, arguments))
                if not pipe.poll(patience_s):
                    raise TimeoutError
                is_made, answer = pipe.recv()
            except (EOFError, OSError, TimeoutError, ValueError):  # ValueError: it was closed in between
                self._end()
                raise FileError(
                    "The engraver stopped at this tune. Export it as MusicXML and open it in a notation program."
                ) from None
        if not is_made:
            raise FileError(f"{answer[:1].upper()}{answer[1:]}")
        return answer

    def _ready(self) -> Any:
        if self._is_over:
            raise EOFError
        if self._process is None or not self._process.is_alive():
            from intermezzo.ui.score.host import serve  # not before it is wanted: the window starts with this module

            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=serve, args=(theirs,), name="intermezzo engraver", daemon=True)
            try:
                start_deaf_to_ctrl_c(self._process)
            finally:
                theirs.close()
        if self._is_over:  # while it was started
            raise EOFError
        return self._pipe
