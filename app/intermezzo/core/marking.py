"""Putting marks into a source text as a hand would: a pause, emphasis, the sounds of a word.

Each function takes a text and the characters that are selected, and returns the new text with those that are selected
then, so that one can go on from there.
"""

import re

__all__ = ["emphasised", "with_pause", "with_sounds"]

Marked = tuple[str, int, int]
_LONGEST_STARRED = 400
_BEHIND = re.compile(r"{[^{}\n]*}")
_CLOSING = re.compile(r"\*{1,2}(?!\w)|{[^{}\n]*}|</\w+>")
_TAGGED = re.compile(r'<emphasis(?: level="\w+")?>')


def with_pause(text: str, start: int, end: int, seconds: float = 0.5) -> Marked:
    """Put a pause behind what is selected; its length is selected then, to be typed over."""
    del start
    if end and not text[end - 1].isspace():
        closing = _CLOSING.match(text, end)
        end = closing.end() if closing else end  # behind the mark of the word, not into it
    before = "" if end == 0 or text[end - 1].isspace() else " "
    after = "" if end < len(text) and (text[end].isspace() or text[end] in ".,;:!?…") else " "
    head = f"{text[:end]}{before}[pause "
    length = f"{seconds:g}"
    return f"{head}{length}]{after}{text[end:]}", len(head), len(head) + len(length)


def emphasised(text: str, start: int, end: int) -> Marked:
    """Emphasise what is selected, then strongly, then not at all; what cannot stand between stars gets a tag."""
    start, end = _trimmed(text, start, end)
    if start == end:
        return text, start, end
    said = text[start:end]
    for stars, instead in (("**", ""), ("*", "**")):
        if text[:start].endswith(stars) and text[end:].startswith(stars):
            first = start - len(stars)
            new = f"{text[:first]}{instead}{said}{instead}{text[end + len(stars) :]}"
            return new, first + len(instead), first + len(instead) + len(said)
    tag = next((m for m in _TAGGED.finditer(text[max(start - 40, 0) : start]) if m.end() == min(start, 40)), None)
    if tag is not None and text[end:].startswith("</emphasis>"):
        first = start - len(tag.group())
        return f"{text[:first]}{said}{text[end + len('</emphasis>') :]}", first, first + len(said)
    beside = (text[start - 1 : start], text[end : end + 1])
    is_starred = (
        "*" not in said and "\n" not in said and len(said) <= _LONGEST_STARRED
        and not any(c.isalnum() or c in "_*\\" for c in beside)
    )  # fmt: skip
    left, right = ("*", "*") if is_starred else ("<emphasis>", "</emphasis>")
    return f"{text[:start]}{left}{said}{right}{text[end:]}", start + len(left), end + len(left)


def with_sounds(text: str, start: int, end: int, ipa: str) -> Marked:
    """Say what is selected with these sounds; a word that has a mark already gets another one."""
    start, end = _trimmed(text, start, end)
    if start == end:
        return text, start, end
    said = text[start:end]
    if any(c.isspace() or c in "{}<>*" for c in said) or not said[-1].isalpha() or not _is_alone(text, start):
        tagged = f'<phoneme ph="{ipa}">{said}</phoneme>'
        return f"{text[:start]}{tagged}{text[end:]}", start, start + len(tagged)
    old = _BEHIND.match(text, end)
    rest = text[old.end() if old else end :]
    return f"{text[:end]}{{{ipa}}}{rest}", start, end


def _is_alone(text: str, start: int) -> bool:
    """Tell whether a word begins here: a mark behind it would else be for what stands before, too."""
    return start == 0 or text[start - 1].isspace() or text[start - 1] in "{}<>*"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a selection without blanks at its ends; a caret becomes the word that it stands in."""
    if start == end:
        while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "'’"):
            start -= 1
        while end < len(text) and (text[end].isalnum() or text[end] in "'’"):
            end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
