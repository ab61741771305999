"""Intermezzo: a studio for regeneration learning, where the sketch between source and output is drawn by hand.

The public Python face is `Studio` and `edits`; both are imported on first use so that starting the window stays fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from intermezzo.core import edits as edits
    from intermezzo.studio import Studio as Studio

__all__ = ["Studio", "edits"]
__version__ = "0.1.0"

_HOMES = {"Studio": ("intermezzo.studio", "Studio"), "edits": ("intermezzo.core.edits", None)}


def __getattr__(name: str) -> Any:  # Any: module attributes of two kinds
    if name not in _HOMES:
        raise AttributeError(f"module 'intermezzo' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    loaded = import_module(module)
    return getattr(loaded, attribute) if attribute else loaded
