"""Texts of MIDI files: in which encoding they are, and how lyric events and karaoke texts become syllables.

RP-017 ends each word with a space, lines with CR and paragraphs with LF; RP-026 adds ``{@JP}`` and ``{#Title=...}``.
Karaoke files begin lines with ``/`` and paragraphs with ``\\``, and most put the space before a word. Where a file
marks no word at all, each event is a word unless it ends in a hyphen.
"""

import re
from collections.abc import Sequence

from intermezzo.core.music.syllables import HOLD, goes_on, is_sung
from intermezzo.storage.scores.reading import MOST_CHARS

__all__ = ["decoder_for", "lyric_events", "syllables_of"]

_TAG = re.compile(r"\{[@#][^{}]*\}")
_HOLDS = frozenset(("", "_", "-", "~", "+", "+~", "+*"))


def decoder_for(texts: Sequence[bytes]) -> str:
    """Return the encoding of a file's texts: what RP-026 says, UTF-8, Shift-JIS where there is kana, or Western."""
    whole = b"\n".join(texts)
    if b"{@JP" in whole:
        return "cp932"
    if b"{@LATIN" in whole or b"{@ENG" in whole:
        return "cp1252"
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        foreign = [char for char in whole.decode("cp932") if char > "\x7f"]
    except UnicodeDecodeError:
        return "cp1252"
    kana = sum("\u3041" <= char <= "\u30ff" for char in foreign)
    return "cp932" if kana >= 0.3 * len(foreign) else "cp1252"


def syllables_of(raw: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return (tick, syllable) in our convention from (tick, text) events in order; '_' for those that hold."""
    found: list[tuple[int, str]] = []
    ends: list[bool] = []  # whether a word ends after each syllable
    pending = False
    for tick, text in raw:
        plain = _TAG.sub("", text)
        core = plain.strip(" \t\r\n\0\u3000/\\")
        if core in _HOLDS and (core or not plain):
            found.append((tick, HOLD))
            ends.append(False)
            continue
        begins_word = pending or plain[:1] in (" ", "\r", "\n", "\u3000", "/", "\\")
        if begins_word:
            _end_word(found, ends)
        if not core:
            pending = True
            continue
        pending = plain[-1:] in (" ", "\r", "\n", "\u3000", "/", "\\")
        found.append((tick, core[:MOST_CHARS]))
        ends.append(False)
    if pending:
        _end_word(found, ends)
    sung = [k for k, (_, core) in enumerate(found) if core != HOLD]
    marked = any(ends[k] for k in sung)
    for k in sung:
        tick, core = found[k]
        if goes_on(core):
            continue
        if marked and not ends[k] and k != sung[-1]:
            found[k] = (tick, core + "-")
    return found


def _end_word(found: Sequence[tuple[int, str]], ends: list[bool]) -> None:
    k = next((k for k in range(len(found) - 1, -1, -1) if found[k][1] != HOLD), None)
    if k is not None:
        ends[k] = True


def lyric_events(syllables: Sequence[str]) -> list[str | None]:
    """Return the lyric event of each note by RP-017: a space where a word ends, '' where one is held, None for none."""
    events: list[str | None] = []
    last = max((k for k, text in enumerate(syllables) if is_sung(text)), default=-1)
    for k, text in enumerate(syllables):
        if text == HOLD:
            events.append("")
        elif not text:
            events.append(None)
        elif goes_on(text):
            events.append(text if k == last else text[:-1])  # nothing follows that could show it
        else:
            events.append(text + " ")
    return events
