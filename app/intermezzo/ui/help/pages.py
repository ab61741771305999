"""The help pages: their order, titles and text; and which page belongs to a widget."""

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject

__all__ = ["PAGES", "HelpPage", "page_for_sketch", "page_named", "page_of", "search", "slug", "text_of"]


@dataclass(frozen=True)
class HelpPage:
    """One page: ``id`` is its file without ``.md``."""

    id: str
    title: str
    icon: str


PAGES: Final = (
    HelpPage("tour", str(QT_TRANSLATE_NOOP("Help", "Five-minute tour")), "graduation-cap"),
    HelpPage("promises", str(QT_TRANSLATE_NOOP("Help", "The five promises")), "target"),
    HelpPage("tools", str(QT_TRANSLATE_NOOP("Help", "Tools and keys")), "keyboard"),
    HelpPage("speech", str(QT_TRANSLATE_NOOP("Help", "The speech sketch")), "microphone"),
    HelpPage("pages", str(QT_TRANSLATE_NOOP("Help", "Pages")), "file-text"),
    HelpPage("pronunciations", str(QT_TRANSLATE_NOOP("Help", "Pronunciations")), "book-open"),
    HelpPage("takes", str(QT_TRANSLATE_NOOP("Help", "Takes")), "stack-simple"),
    HelpPage("voices", str(QT_TRANSLATE_NOOP("Help", "Voices")), "user"),
    HelpPage("exchange", str(QT_TRANSLATE_NOOP("Help", "Files of other programs")), "export"),
    HelpPage("queue", str(QT_TRANSLATE_NOOP("Help", "The render queue")), "stack-simple"),
    HelpPage("scores", str(QT_TRANSLATE_NOOP("Help", "Tunes and scores")), "music-notes"),
    HelpPage("tokens", str(QT_TRANSLATE_NOOP("Help", "Pictures of tokens")), "image"),
    HelpPage("sounds", str(QT_TRANSLATE_NOOP("Help", "Sounds of tokens")), "waves"),
    HelpPage("stickers", str(QT_TRANSLATE_NOOP("Help", "Stickers that move")), "film-strip"),
    HelpPage("checkpoints", str(QT_TRANSLATE_NOOP("Help", "Checkpoints of your own")), "folder-open"),
    HelpPage("file-format", str(QT_TRANSLATE_NOOP("Help", "The file format")), "file"),
    HelpPage("sketch-json", str(QT_TRANSLATE_NOOP("Help", "Sketch as JSON")), "file-text"),
    HelpPage("plugin", str(QT_TRANSLATE_NOOP("Help", "Writing a plugin")), "puzzle-piece"),
    HelpPage("troubleshooting", str(QT_TRANSLATE_NOOP("Help", "Troubleshooting")), "lifebuoy"),
)


def page_named(page_id: str) -> HelpPage:
    """Return a page by its id; the first one where there is none of that name."""
    return next((page for page in PAGES if page.id == page_id), PAGES[0])


def text_of(page_id: str) -> str:
    """Return the Markdown of a page."""
    return files("intermezzo_assets").joinpath("help", f"{page_id}.md").read_text(encoding="utf-8")


def available() -> tuple[HelpPage, ...]:
    """Return the pages whose text is installed."""
    folder = files("intermezzo_assets").joinpath("help")
    return tuple(page for page in PAGES if folder.joinpath(f"{page.id}.md").is_file())


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it: small letters, words joined by hyphens."""
    return re.sub(r"[^\w-]", "", heading.strip().lower().replace(" ", "-"))


def page_of(widget: QObject | None) -> str:
    """Return the help page of a widget: its property ``help``, or that of the nearest one around it; 'tour' if none.

    The property holds a page id, with ``#heading`` where it means a part of the page.
    """
    at = widget
    while at is not None:
        named = at.property("help")
        if isinstance(named, str) and named:
            return named
        at = at.parent()
    return "tour"


def page_for_sketch(type_id: str) -> str:
    """Return the page on a sketch type ("speech/1" has 'speech', "sound/1" 'sounds'); without one that on the tools."""
    name = type_id.partition("/")[0]
    return next((page.id for page in PAGES if name and page.id in (name, f"{name}s")), "tools")


def search(words: str) -> list[HelpPage]:
    """Return the pages in which all words occur, those with a word in their title first."""
    wanted = words.casefold().split()
    found = [page for page in available() if all(w in text_of(page.id).casefold() for w in wanted)]
    return sorted(found, key=lambda page: not any(w in page.title.casefold() for w in wanted))
