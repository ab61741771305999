"""Limits: how patient the studio is with an engine host, and how much it may take."""

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """How long the host may be deaf or silent before it is replaced, in seconds; memory in MB (None: what there is).

    ``cache_mb`` is what the cache on disk may take in MB.
    ``loading_s`` is long because a first import from a slow disk is; while it works an engine tells its progress.
    """

    cancel_s: float = 0.4
    working_s: float = 60.0
    loading_s: float = 180.0
    starting_s: float = 60.0
    memory_mb: int | None = None
    cache_mb: int = 1024
    crashes: int = 3
