"""The welcome page: examples, recent work, what was recovered after a crash, and a place to drop files."""

from intermezzo.ui.welcome.content import Recent, Recovered
from intermezzo.ui.welcome.page import WelcomePage

__all__ = ["Recent", "Recovered", "WelcomePage"]
