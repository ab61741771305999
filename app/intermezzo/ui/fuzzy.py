"""Fuzzy search: letters in their order, the more of them at the beginnings of words and side by side the better."""

from __future__ import annotations

__all__ = ["match"]


def match(query: str, title: str) -> tuple[float, tuple[tuple[int, int], ...]] | None:
    """Return (score, matched ranges) of a query in a title, or None; higher is better, ranges are (start, length)."""
    wanted = query.casefold().strip()
    text = title.casefold()
    if len(text) != len(title):
        text = title.lower() if len(title.lower()) == len(title) else title
    if not wanted:
        return 0.0, ()
    at = text.find(wanted)
    if at >= 0:
        begins = at == 0 or not text[at - 1].isalnum()
        return 100.0 + 40.0 * begins + 20.0 * (at == 0) - 0.2 * len(text), ((at, len(wanted)),)
    places = _by_words(wanted, text) or _in_order(wanted, text)
    if places is None:
        return None
    ranges = _ranges(places)
    starts = sum(1 for p in places if p == 0 or not text[p - 1].isalnum())
    score = 10.0 * starts / len(places) - 4.0 * (len(ranges) - 1) - 0.1 * len(text)
    return (score, ranges) if len(ranges) <= max(len(wanted) // 2 + 1, 2) or starts >= len(ranges) else None


def _by_words(wanted: str, text: str) -> list[int] | None:
    """Find each word of the query at the beginning of some word of the text, in any order."""
    places: list[int] = []
    for word in wanted.split():
        found = next(
            (k for k in range(len(text)) if text.startswith(word, k) and (k == 0 or not text[k - 1].isalnum())
             and k not in places), None,
        )  # fmt: skip
        if found is None:
            return None
        places += range(found, found + len(word))
    return sorted(set(places))


def _in_order(wanted: str, text: str) -> list[int] | None:
    places, at = [], 0
    for letter in wanted.replace(" ", ""):
        start = next(
            (k for k in range(at, len(text)) if text[k] == letter and (k == 0 or not text[k - 1].isalnum())), -1
        )
        plain = text.find(letter, at)
        found = plain if plain == at or start < 0 else start
        if found < 0:
            return None
        places.append(found)
        at = found + 1
    return places


def _ranges(places: list[int]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for place in places:
        if ranges and ranges[-1][0] + ranges[-1][1] == place:
            ranges[-1] = (ranges[-1][0], ranges[-1][1] + 1)
        else:
            ranges.append((place, 1))
    return tuple(ranges)
