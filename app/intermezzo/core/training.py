"""Training by a person: what an engine's ``train`` function is called with, and what it says of a folder of data.

``train(data: Path, out: Path, device: str, progress, *, params)`` gets the parameters of the stage 'train' where the
manifest declares any, calls ``progress(fraction, what)`` often, which may raise to stop it, and returns its figures.
It writes into ``out`` only when it is done, whatever a person needs last, so that nothing is ever half-written.
``material(data: Path) -> Material`` answers within seconds, without reading the data whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Material"]


@dataclass(frozen=True)
class Material:
    """What a folder holds: ``line`` says it to a person, ``advice`` what would be better or is missing ('' = nothing).

    ``enough`` tells whether training can begin; ``figures`` are numbers with their units in their names.
    """

    line: str
    advice: str = ""
    enough: bool = True
    figures: Mapping[str, float] = field(default_factory=dict)
