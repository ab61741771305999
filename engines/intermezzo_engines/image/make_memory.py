"""Make the memory that ships from the works that the prior learns from: plain emoji, one tint of each icon, tiles."""

from __future__ import annotations

from pathlib import Path

from intermezzo_engines.image.memory import write_memory
from intermezzo_engines.image.weights import STYLES
from intermezzo_engines.image.works import Works

__all__ = ["make_memory"]


def make_memory(works: Works, path: Path) -> int:
    """Write the memory; returns how many works it holds. What is put together is made when it is asked for."""
    kept: list[int] = []
    icons: set[str] = set()
    for work, (names, style, weight) in enumerate(zip(works.names, works.style, works.weight, strict=True)):
        title = next(iter(names.values()))[0]
        if STYLES[int(style)] == "icon":
            bare = title.split(" ", 1)[1]  # the first word is its colour
            if bare in icons:
                continue
            icons.add(bare)
        elif STYLES[int(style)] == "emoji" and weight < 1.0:
            continue  # with a skin tone, or composed
        kept.append(work)
    said = [{language: list(texts) for language, texts in works.names[k].items()} for k in kept]
    write_memory(path, works.codes[kept], works.style[kept], said)
    return len(kept)
