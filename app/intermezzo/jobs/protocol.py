"""What the studio asks of a runner and what it hears back; the same for the engine host and in-process work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

from intermezzo.core.cells import CellChoices, Cells
from intermezzo.core.errors import IntermezzoError
from intermezzo.core.media import Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch

__all__ = [
    "Done", "Event", "Failed", "JobHandle", "Kind", "OnEvent", "Partial", "Progress", "Request", "Result", "Runner",
    "Stopped",
]  # fmt: skip

Kind = Literal[
    "convert", "analyse", "resample", "infill", "choose", "swatches", "reword", "follow", "render", "warm", "unload"
]
Result = Sketch | Media | CellChoices | None


@dataclass(frozen=True, eq=False)
class Request:
    """One piece of work for one engine (by id or, where only one has it, by task).

    ``source`` is what 'convert' and 'analyse' start from, and the new text of 'reword'; ``sketch`` is what 'resample',
    'reword', 'follow' and 'render' start from, ``before`` what it was before the edit to 'follow'; ``window`` is the
    (start, stop) in frames to render (None: all), to predict again or to say anew. ``params`` may hold parameters of
    any stage of the engine, those of other stages are ignored. 'warm' loads the engine, 'unload' frees its memory; both
    give None. 'infill' predicts the `Cells` in ``source`` again, 'choose' tells the `CellChoices` of the one cell in
    it, and 'swatches' gives an Image in which the pictures of all codes stand below each other.

    Of waiting requests the highest ``priority`` goes first, then the oldest; a newer request with the same
    ``coalesce`` key takes the place of an older one that still waits. With ``streams`` a conversion tells with Partial
    what its engine hands over while it works; from then on a rendering of higher priority is done in between.
    One that ``yields`` is stopped for any of higher priority, unseen by who listens, and begins again after it.
    """

    kind: Kind
    engine: str
    params: Mapping[str, Value] = field(default_factory=dict)
    seed: int = 1
    source: Media | Cells | None = None
    sketch: Sketch | None = None
    before: Sketch | None = None
    window: tuple[int, int] | None = None
    priority: int = 0
    coalesce: str | None = None
    streams: bool = False
    yields: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))


@dataclass(frozen=True)
class Progress:
    """How far the work is, 0 to 1 and never falling; ``seconds_left`` where it can be told."""

    fraction: float
    what: str = ""
    seconds_left: float | None = None


@dataclass(frozen=True, eq=False)
class Partial:
    """What a conversion has made since the last piece; those so far, joined, are the beginning of its result."""

    piece: Sketch


@dataclass(frozen=True, eq=False)
class Done:
    """The result, and how long the engine worked on it in seconds; ``is_joined``: it is what was told in pieces."""

    result: Result
    seconds: float
    is_joined: bool = False


@dataclass(frozen=True, eq=False)
class Failed:
    """What went wrong in one line, and a longer report to copy (traceback, engine, what it printed last)."""

    error: IntermezzoError
    report: str = ""


@dataclass(frozen=True)
class Stopped:
    """The person, or a newer request, stopped this one."""


Event = Progress | Partial | Done | Failed | Stopped
OnEvent = Callable[[Event], None]


class JobHandle(Protocol):
    """A piece of work that was submitted."""

    @property
    def id(self) -> int:
        """Number of the job, rising in the order of submission."""

    def cancel(self) -> None:
        """Give the job up; it ends with Stopped within half a second, unless it was done already."""


class Runner(Protocol):
    """Whatever does requests: the engine host, or this very process."""

    def submit(self, request: Request, on_event: OnEvent) -> JobHandle:
        """Queue a request; exactly one of Done, Failed and Stopped comes last."""

    def close(self) -> None:
        """Give up all work and free everything."""
