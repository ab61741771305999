"""What the sticker engine promises beyond every engine: see the modules of each group."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from intermezzo.core.errors import SourceError
from intermezzo.core.measure import Context, Figure, in_groups
from intermezzo.core.media import Video
from intermezzo.core.sketch import Sketch
from intermezzo_engines.image.pictures import emoji, is_held_out
from intermezzo_engines.sticker import frames_check, motions_check
from intermezzo_engines.sticker.judge import load_judge

__all__ = ["GROUPS", "check"]

GROUPS: Final = ("motions", "frames")


def check(context: Context) -> list[Figure]:
    """Measure motions and frames of stickers of held-out names; both need the shared pictures.

    Raises:
        SourceError: if ``--data`` does not point at them.
    """
    if context.data_dir is None:
        raise SourceError("The pictures to measure on are missing: point --data at the folder that holds images/.")
    held_out = [p for p in emoji(context.data_dir) if "en" in p.words and is_held_out(p.glyph) and p.plain]

    @lru_cache(maxsize=1)
    def stickers() -> list[tuple[str, Sketch, Video]]:
        return motions_check.made(context, held_out)

    return in_groups(
        context,
        {
            "motions": lambda: motions_check.figures(context, load_judge(), held_out, stickers()),
            "frames": lambda: frames_check.figures(context, stickers()),
        },
    )
