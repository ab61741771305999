"""UST out, in UTF-8: notes and rests one after the other, for OpenUtau and what else reads UTAU's files."""

from collections import deque

from intermezzo.core.media import Melody
from intermezzo.storage.scores.sung_notes import sung_tune

__all__ = ["written_ust"]

_REST = ("R", 60)


def written_ust(melody: Melody) -> bytes:
    """Return a tune as a UST file; a tempo that changes inside a note holds from the next one on.

    Raises:
        Unsound: if there is no note.
    """
    tune = sung_tune(melody)
    rows: list[tuple[int, int, str, int]] = []
    at = 0
    for note in tune.notes:
        if note.start > at:
            rows.append((at, note.start, *_REST))
        rows.append((note.start, note.stop, note.lyric, note.pitch))
        at = note.stop
    tempi = deque(tune.tempi)
    title = " ".join(melody.title.split())
    lines = ["[#VERSION]", "UST Version1.2", "Charset=UTF-8", "[#SETTING]", f"Tempo={tempi[0][1]:.2f}", "Tracks=1",
             f"ProjectName={title}", "VoiceDir=", "OutFile=", "CacheDir=", "Mode2=True"]  # fmt: skip
    tempi.popleft()
    for number, (start, stop, lyric, pitch) in enumerate(rows):
        lines += [f"[#{number:04d}]", f"Length={stop - start}", f"Lyric={lyric}", f"NoteNum={pitch}"]
        bpm = 0.0
        while tempi and tempi[0][0] <= start:
            bpm = tempi.popleft()[1]
        if bpm:
            lines.append(f"Tempo={bpm:.2f}")
    return "\r\n".join([*lines, "[#TRACKEND]", ""]).encode("utf-8", "replace")
