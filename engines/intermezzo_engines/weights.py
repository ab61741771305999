"""The weights that ship: where they lie, and one clear line where they are missing, damaged or another network's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from safetensors import SafetensorError, safe_open

from intermezzo.core.errors import PluginError

if TYPE_CHECKING:
    from torch import nn

__all__ = ["read_shipped", "read_weights", "refused", "shipped"]

Net = TypeVar("Net", bound="nn.Module")


@contextmanager
def shipped(name: str) -> Iterator[Path]:
    """Lend the file of some weights, which need not lie there."""
    with as_file(files("intermezzo_assets").joinpath("weights", f"{name}.safetensors")) as path:
        yield path


@contextmanager
def refused(what: str) -> Iterator[None]:
    """Say of a file that cannot be read inside that it is missing or damaged.

    Args:
        what: what the file holds, in the plural and without an article.

    Raises:
        PluginError: if reading fails, or what is read has not the form that is asked of it.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise PluginError(f"The {what} are missing or damaged. Install Intermezzo again.") from error


def read_weights(net: nn.Module, path: Path, what: str, beside: tuple[str, ...] = ()) -> None:
    """Put the tensors of a file into a network, halves as float32.

    Args:
        net: takes them all.
        path: of a safetensors file.
        what: see `refused`.
        beside: how the names of tensors begin that the file has for others.

    Raises:
        PluginError: if the file is missing, damaged or another network's.
    """
    with refused(what), safe_open(path, "pt") as file:
        own = [name for name in file.keys() if not name.startswith(beside)]  # noqa: SIM118
        stored = {name: file.get_tensor(name) for name in own}
        net.load_state_dict({name: part.float() if part.is_floating_point() else part for name, part in stored.items()})


def read_shipped(net: Net, name: str, what: str) -> Net:
    """Put weights that ship into a network and return it; raises PluginError as `read_weights` does."""
    with shipped(name) as path:
        read_weights(net, path, what)
    return net
