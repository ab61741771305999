"""What the image engine promises beyond every engine: see the modules of each group, and README.md for the figures."""

from __future__ import annotations

from typing import Final

from intermezzo.core.errors import SourceError
from intermezzo.core.measure import Context, Figure, in_groups
from intermezzo_engines.image import prompts_check, tokeniser_check
from intermezzo_engines.image.pictures import emoji, is_held_out
from intermezzo_engines.image.weights import load_judge, load_tokeniser

__all__ = ["GROUPS", "check"]

GROUPS: Final = ("tokeniser", "prompts")


def check(context: Context) -> list[Figure]:
    """Measure the tokeniser on held-out emoji and the prior on held-out prompts; both need the shared pictures.

    Raises:
        SourceError: if ``--data`` does not point at them.
    """
    if context.data_dir is None:
        raise SourceError("The pictures to measure on are missing: point --data at the folder that holds images/.")
    found = [p for p in emoji(context.data_dir) if "en" in p.words]
    held_out = [p for p in found if is_held_out(p.glyph) and p.plain]
    if context.quick:
        held_out = held_out[:24]
    return in_groups(
        context,
        {
            "tokeniser": lambda: tokeniser_check.figures(context, load_tokeniser(context.device), held_out),
            "prompts": lambda: prompts_check.figures(context, load_judge(), found),
        },
    )
