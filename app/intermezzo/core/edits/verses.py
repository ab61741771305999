"""Further verses of a tune, laid under its notes as they are now: sketches hold the first one alone."""

from __future__ import annotations

from dataclasses import replace

from intermezzo.core.media import Melody
from intermezzo.core.music.syllables import HOLD, is_sung

__all__ = ["with_verses"]


def with_verses(tune: Melody, source: Melody) -> Melody:
    """Return a tune with the further verses of the one that it came from.

    Where as many syllables are sung as there, the k-th of each verse stays with the k-th; else a syllable stays with
    the note that begins where its own did, and one whose note is gone falls away.
    """
    if not source.verses or tune.verses:
        return tune
    mine = [k for k, text in enumerate(tune.lyrics) if is_sung(text)]
    theirs = [k for k, text in enumerate(source.lyrics) if is_sung(text)]
    if tune.notes[:, 0].tolist() == source.notes[:, 0].tolist():
        places = {k: k for k in range(tune.count)}
    elif len(mine) == len(theirs):
        places = dict(zip(theirs, mine, strict=True))
    else:
        at = {start: k for k, start in enumerate(tune.notes[:, 0].tolist())}
        places = {k: at[start] for k, start in enumerate(source.notes[:, 0].tolist()) if start in at}
    return replace(tune, verses=tuple(_laid(verse, places, tune) for verse in source.verses))


def _laid(verse: tuple[str, ...], places: dict[int, int], tune: Melody) -> tuple[str, ...]:
    found = [""] * tune.count
    for k, text in enumerate(verse):
        if k in places and text:
            found[places[k]] = text
    sounds = False
    for k, text in enumerate(found):
        sounds = bool(text) or (sounds and tune.lyrics[k] == HOLD)
        if not text and sounds:
            found[k] = HOLD
    return tuple(found)
