"""Help: the shipped pages, dressed in the theme, and which page belongs to what has the focus."""

from intermezzo.ui.help.pages import page_of
from intermezzo.ui.help.room import HelpRoom

__all__ = ["HelpRoom", "page_of"]
