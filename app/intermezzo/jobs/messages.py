"""The messages between client and host: plain dataclasses that cross the pipe pickled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from intermezzo.core import errors
from intermezzo.core.errors import EngineError, IntermezzoError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.params import Value
from intermezzo.core.sketch import SketchType
from intermezzo.jobs.protocol import Kind
from intermezzo.jobs.transfer import Parcel

__all__ = ["Answer", "Phase", "Piece", "Ready", "Run", "Setup", "Told", "Took", "error_of", "named"]


@dataclass(frozen=True)
class Setup:
    """How a host is to be: everything it needs to know before the first run.

    ``segments`` begins the names of the shared memory that it makes, ``arena_in`` and ``arena_out`` are open to both.
    """

    engines: dict[str, EngineManifest]
    sketch_types: dict[str, SketchType]
    broken: dict[str, str]
    device: str
    threads: int
    cache_folder: str
    log_path: str
    segments: str
    arena_in: str
    arena_out: str
    memory_limit_mb: int
    cache_mb: int


@dataclass(frozen=True)
class Run:
    """Client to host: do this. Layers and sources are named by number; ``blobs`` and ``parcel`` bring the new ones.
    ``before`` and ``before_made`` are the layers and the maker of a second sketch of the same type.

    ``adopted`` gives numbers to the layers of the last result, which the host still has; ``forget_*`` is done first.
    """

    number: int
    kind: Kind
    engine: str
    params: dict[str, Value]
    seed: int
    window: tuple[int, int] | None
    sketch_type: bytes = b""
    made: bytes = b""
    layers: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)
    before_made: bytes = b""
    source: int | None = None
    blobs: Mapping[int, bytes] = field(default_factory=dict)
    parcel: Parcel = field(default_factory=lambda: Parcel(()))
    adopted: Mapping[str, int] = field(default_factory=dict)
    forget_items: tuple[int, ...] = ()
    forget_arrays: tuple[str, ...] = ()
    streams: bool = False


@dataclass(frozen=True)
class Ready:
    """Host to client: up and waiting."""


@dataclass(frozen=True)
class Took:
    """Host to client: the parcel is unpacked, its segment may go."""

    number: int


@dataclass(frozen=True)
class Phase:
    """Host to client: what begins now ('loading', 'rendering')."""

    number: int
    doing: str


@dataclass(frozen=True)
class Told:
    """Host to client: progress of a run, and a sign of life."""

    number: int
    fraction: float
    what: str


@dataclass(frozen=True)
class Piece:
    """Host to client: what a conversion has handed over, each layer pickled; the host keeps the arrays.

    ``parcel`` holds the arrays that no earlier piece of the run has brought, ``sketch_type`` is pickled where the type
    of the engine leaves something open.
    """

    number: int
    made: bytes
    layers: Mapping[str, bytes]
    parcel: Parcel
    sketch_type: bytes = b""


@dataclass(frozen=True)
class Answer:
    """Host to client: the end of a run.

    ``error`` is ('', '') or the name of an error class and its message. ``layers`` names what a sketch is made of:
    the number of a layer that came with the run and is unchanged, or the pickle of a new one. ``medium`` is the pickle
    of any other result. ``is_joined``: the sketch is the pieces of the run, joined. ``is_own_fault`` when the host
    itself, not the engine, stumbled. ``sketch_type`` is that of a new sketch, pickled, where the type of the engine
    leaves something open.
    """

    number: int
    seconds: float
    error: tuple[str, str] = ("", "")
    is_own_fault: bool = False
    report: str = ""
    made: bytes = b""
    layers: Mapping[str, int | bytes] = field(default_factory=dict)
    medium: bytes = b""
    is_joined: bool = False
    sketch_type: bytes = b""
    parcel: Parcel = field(default_factory=lambda: Parcel(()))


def named(error: IntermezzoError) -> tuple[str, str]:
    """Return the name of the nearest error class of the core, and the message."""
    known = (cls.__name__ for cls in type(error).__mro__ if cls.__module__ == errors.__name__)
    return next(known, "EngineError"), str(error)


def error_of(name: str, message: str) -> IntermezzoError:
    """Rebuild an error from `named`."""
    cls = getattr(errors, name, EngineError)
    return cls(message) if isinstance(cls, type) and issubclass(cls, IntermezzoError) else EngineError(message)
