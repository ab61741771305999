"""What the status bar and the trouble cards show of work that runs or failed."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Trouble", "Work"]


@dataclass(frozen=True)
class Work:
    """A running job: what it does, how far it is (0 to 1), and how to stop it."""

    what: str
    fraction: float = 0.0
    seconds_left: float | None = None
    cancel: Callable[[], None] | None = None


@dataclass(frozen=True)
class Trouble:
    """What happened, what is still true, the report to copy, and what may help (label, action).

    ``other`` is a second way, in the place of the button that only closes.
    """

    title: str
    detail: str
    report: str = ""
    remedy: tuple[str, Callable[[], None]] | None = None
    other: tuple[str, Callable[[], None]] | None = None
