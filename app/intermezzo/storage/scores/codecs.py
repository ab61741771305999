"""Readers and writers of scores by name, each imported when it is first called: the window starts with their table."""

from intermezzo.core.media import Melody
from intermezzo.storage.scores.reading import Reading

__all__ = [
    "read_abc", "read_chart", "read_kern", "read_midi", "read_musicxml", "written_abc", "written_chart",
    "written_midi", "written_musicxml", "written_mxl", "written_svg", "written_ust", "written_ustx",
]  # fmt: skip


def read_abc(content: bytes, part: str = "") -> Reading:
    """See `abc_read`."""
    from intermezzo.storage.scores.abc_read import read_abc as read

    return read(content, part)


def read_chart(content: bytes, part: str = "") -> Reading:
    """See `chart_read`."""
    from intermezzo.storage.scores.chart_read import read_chart as read

    return read(content, part)


def read_kern(content: bytes, part: str = "") -> Reading:
    """See `kern_read`."""
    from intermezzo.storage.scores.kern_read import read_kern as read

    return read(content, part)


def read_midi(content: bytes, part: str = "") -> Reading:
    """See `midi_read`."""
    from intermezzo.storage.scores.midi_read import read_midi as read

    return read(content, part)


def read_musicxml(content: bytes, part: str = "") -> Reading:
    """See `musicxml_read`."""
    from intermezzo.storage.scores.musicxml_read import read_musicxml as read

    return read(content, part)


def written_abc(melody: Melody) -> bytes:
    """See `abc_write`."""
    from intermezzo.storage.scores.abc_write import written_abc as written

    return written(melody)


def written_chart(melody: Melody) -> bytes:
    """See `chart_write`."""
    from intermezzo.storage.scores.chart_write import written_chart as written

    return written(melody)


def written_midi(melody: Melody) -> bytes:
    """See `midi_write`."""
    from intermezzo.storage.scores.midi_write import written_midi as written

    return written(melody)


def written_musicxml(melody: Melody) -> bytes:
    """See `musicxml_write`."""
    from intermezzo.storage.scores.musicxml_write import written_musicxml as written

    return written(melody)


def written_mxl(melody: Melody) -> bytes:
    """See `musicxml_write`."""
    from intermezzo.storage.scores.musicxml_write import written_mxl as written

    return written(melody)


def written_svg(melody: Melody) -> bytes:
    """See `engraving`."""
    from intermezzo.storage.scores.engraving import written_svg as written

    return written(melody)


def written_ust(melody: Melody) -> bytes:
    """See `ust_write`."""
    from intermezzo.storage.scores.ust_write import written_ust as written

    return written(melody)


def written_ustx(melody: Melody) -> bytes:
    """See `ustx_write`."""
    from intermezzo.storage.scores.ustx_write import written_ustx as written

    return written(melody)
