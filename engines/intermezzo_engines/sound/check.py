"""What the sound engine promises beyond every engine: see the modules of each group, and README.md for the figures."""

from __future__ import annotations

from typing import Final

from intermezzo.core.errors import SourceError
from intermezzo.core.measure import Context, Figure, in_groups
from intermezzo_engines.sound import classes_check, codec_check
from intermezzo_engines.sound.recordings import recordings
from intermezzo_engines.sound.weights import load_codec, load_judge

__all__ = ["GROUPS", "check"]

GROUPS: Final = ("codec", "classes")


def check(context: Context) -> list[Figure]:
    """Measure the codec on held-out recordings and the prior on all classes; both need the shared sounds.

    Raises:
        SourceError: if ``--data`` does not point at them.
    """
    if context.data_dir is None:
        raise SourceError("The sounds to measure on are missing: point --data at the folder that holds sounds/.")
    found = recordings(context.data_dir)
    held_out = [r for r in found if r.held_out][:: 4 if context.quick else 1]
    learned = [r for r in found if not r.held_out]
    return in_groups(
        context,
        {
            "codec": lambda: codec_check.figures(context, load_codec(), load_judge(), held_out),
            "classes": lambda: classes_check.figures(context, load_codec(), load_judge(), learned, held_out),
        },
    )
