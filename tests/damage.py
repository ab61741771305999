"""Damaged files for property tests: bytes that are wrong, and an end that is missing."""

from hypothesis import strategies as st

__all__ = ["damaged"]


def damaged(data: st.DataObject, whole: bytes) -> bytes:
    """Return a file's content with up to six wrong bytes, cut off somewhere."""
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    return bytes(content[: data.draw(st.integers(0, len(content)))])
