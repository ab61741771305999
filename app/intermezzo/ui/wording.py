"""Counted words: "1 step", "3 steps"; Qt's own %n shows "3 step(s)" until somebody translates English into English."""

__all__ = ["counted"]


def counted(n: int, one: str, many: str) -> str:
    """Return ``one`` or ``many``, both already translated, with the number put in for ``{0}``."""
    return (one if n == 1 else many).format(n)
