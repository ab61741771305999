"""Edits of the syllables of notes: one, a whole verse over many, and melisma."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from intermezzo.core.edits.notes import indices_of, notes_of
from intermezzo.core.layers import Notes, Spans
from intermezzo.core.music.syllables import HOLD, goes_on, is_sung, joined_words
from intermezzo.core.music.verse import divided, verse_syllables
from intermezzo.core.sketch import Sketch

__all__ = ["held_after", "hold", "next_part", "set_syllable", "stretch", "write_verse"]


def set_syllable(sketch: Sketch, note: int, text: str, *, layer: str | None = None) -> Sketch:
    """Give a note, by its id, a syllable: "riv-" goes on in its word, "_", "-" or "+" alone holds the one before."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, [note])
    typed = text.strip()
    return _said(sketch, notes, at, [HOLD if typed in ("-", "+") else typed][: len(at)])


def write_verse(
    sketch: Sketch, ids: Iterable[int], text: str, *, layer: str | None = None
) -> tuple[Sketch, list[str]]:  # fmt: skip
    """Write a verse over notes, in their order, a syllable on each.

    Returns:
        The sketch, and the syllables for which there was no note; notes beyond the verse keep what they say.
    """
    notes = notes_of(sketch, layer)
    at, syllables = indices_of(notes, ids), verse_syllables(text)
    n = min(len(at), len(syllables))
    return _said(sketch, notes, at[:n], syllables[:n]), syllables[n:]


def hold(sketch: Sketch, ids: Iterable[int], *, layer: str | None = None) -> Sketch:
    """Let the first of some notes be held over all the others (melisma)."""
    notes = notes_of(sketch, layer)
    at = indices_of(notes, ids)[1:]
    return _said(sketch, notes, at, [HOLD] * len(at))


def next_part(sketch: Sketch, note: int, *, layer: str | None = None) -> Sketch:
    """Let a note sing the next syllable of the word before it: that word is divided anew, by its spelling.

    Where it has no more syllables the note holds the last one; before the first word nothing changes.
    """
    notes = notes_of(sketch, layer)
    (k,) = indices_of(notes, [note]) or (-1,)
    sung = [j for j in range(k) if notes.lyrics[j] != HOLD]
    first = len(sung) - 1
    while first > 0 and goes_on(notes.lyrics[sung[first - 1]]):
        first -= 1
    if first < 0 or not is_sung(notes.lyrics[sung[first]]):
        return sketch
    at = [*sung[first:], k]
    parts = divided(joined_words([notes.lyrics[j] for j in at[:-1]]), len(at))
    if goes_on(notes.lyrics[at[-2]]):  # the word goes on behind the note
        last = max(j for j, part in enumerate(parts) if part != HOLD)
        parts[last] = parts[last].removesuffix("-") + "-"
    return _said(sketch, notes, at, parts)


def held_after(sketch: Sketch, note: int, *, layer: str | None = None) -> int:
    """Return over how many further notes the syllable of a note is held."""
    notes = notes_of(sketch, layer)
    (k,) = indices_of(notes, [note]) or (notes.count,)
    n = 0
    while k + n + 1 < notes.count and notes.lyrics[k + n + 1] == HOLD:
        n += 1
    return n


def stretch(sketch: Sketch, note: int, held: int, *, layer: str | None = None) -> tuple[Sketch, list[str]]:
    """Hold the syllable of a note over ``held`` further notes (melisma); later syllables of its phrase move with it.

    What the phrase has too few of is held, too; a phrase is a span of the cadence lane, without one the whole tune.

    Returns:
        The sketch, and the syllables for which the phrase has no note any more.
    """
    notes = notes_of(sketch, layer)
    (k,) = indices_of(notes, [note]) or (-1,)
    if k < 0:
        return sketch, []
    stop = _phrase_stop(sketch, notes, k)
    old = list(notes.lyrics[k + 1 : stop])
    rest = old[held_after(sketch, note, layer=layer) :]
    room = len(old)
    held = min(max(held, 0), room)
    # Notes that only held at the end of the phrase have nothing to lose.
    while rest and len(rest) + held > room and rest[-1] in (HOLD, ""):
        rest.pop()
    texts = [HOLD] * held + rest
    texts += [HOLD] * (room - len(texts))
    left = [text for text in texts[room:] if is_sung(text)]
    return _said(sketch, notes, list(range(k + 1, stop)), texts[:room]), left


def _phrase_stop(sketch: Sketch, notes: Notes, k: int) -> int:
    """Return the note after the last of the phrase in which a note begins."""
    spans = sketch.layers.get("cadence")
    at = spans.index_at(int(notes.starts[k])) if isinstance(spans, Spans) else None
    if not isinstance(spans, Spans) or at is None:
        return notes.count
    return int(notes.begun(0, int(spans.stops[at])).stop)


def _said(sketch: Sketch, notes: Notes, at: Sequence[int], texts: Sequence[str]) -> Sketch:
    changed = [(k, text) for k, text in zip(at, texts, strict=True) if notes.lyrics[k] != text]
    if not changed:
        return sketch
    at = [k for k, _ in changed]
    return sketch.with_layer(notes.with_notes(at, notes.values[at], [text for _, text in changed]))
