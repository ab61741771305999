"""Humdrum as spines: what each kern spine and the text spines beside it say, record by record.

Of a spine that splits the first branch goes on as the voice; the others are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.kern_text import kern_text
from intermezzo.storage.scores.reading import MOST_NOTES

__all__ = ["KernPart", "KernSheet", "Record", "sheet_of"]

_TEXTS = ("silbe", "text", "lyrics")
_MOST_SPINES = 512


@dataclass(frozen=True)
class Record:
    """What one line says to a part: its own token, and the tokens of its texts ('' where a spine says nothing)."""

    line: int
    token: str
    texts: tuple[str, ...]


@dataclass
class KernPart:
    """A kern spine: ``records`` in order, ``texts`` how many text spines belong to it, ``name`` what the file says."""

    name: str = ""
    texts: int = 0
    records: list[Record] = field(default_factory=list)
    further: int = 0  # notes in branches that are not followed

    @property
    def sung(self) -> int:
        """How many text tokens there are."""
        return sum(any(text not in ("", ".") for text in r.texts) for r in self.records if r.token[:1] not in "*=!")

    @property
    def count(self) -> int:
        """How many data tokens there are."""
        return sum(record.token[:1] not in ("*", "=", "!", ".", "") for record in self.records)


@dataclass
class KernSheet:
    """A file: its parts from left to right, that is mostly from low to high, and its reference records by key."""

    parts: list[KernPart]
    references: dict[str, str]


@dataclass(frozen=True)
class _Spine:
    kind: str
    part: int = -1
    place: int = 0  # of a text among those of its part
    is_first: bool = True


def sheet_of(content: bytes) -> KernSheet:
    """Read the spines of a Humdrum file.

    Raises:
        Unsound: if it is none, or its spines do not agree with its lines.
    """
    sheet = KernSheet([], {})
    spines: list[_Spine] = []
    begun = False
    for number, line in enumerate(kern_text(content).split("\n"), 1):
        if line.startswith("!!!"):
            key, _, value = line[3:].partition(":")
            sheet.references.setdefault(key.strip(), value.strip())
        if not line or line.startswith("!!"):
            continue
        tokens = [token.strip(" \r") for token in line.split("\t")]
        if not begun:
            if not line.startswith("**"):
                raise Unsound(f"line {number} should name its spines (**kern). Choose a Humdrum file.")
            begun = True
            spines = _begun(sheet, tokens)
            continue
        if not spines:
            break
        spines = _line(sheet, spines, tokens, number)
    if not begun:
        raise Unsound("there are no spines in it. Choose a Humdrum file.")
    if not sheet.parts:
        raise Unsound("it has no **kern spine, so no notes. Choose a file with a score.")
    return sheet


def _begun(sheet: KernSheet, tokens: Sequence[str]) -> list[_Spine]:
    if len(tokens) > _MOST_SPINES:
        raise Unsound(f"it has over {_MOST_SPINES} spines, more than a score has.")
    return [_named(sheet, token) for token in tokens]


def _named(sheet: KernSheet, token: str) -> _Spine:
    kind = token.lstrip("*")
    if kind == "kern":
        sheet.parts.append(KernPart())
        return _Spine("kern", len(sheet.parts) - 1)
    if kind in _TEXTS and sheet.parts:
        sheet.parts[-1].texts += 1
        return _Spine("text", len(sheet.parts) - 1, sheet.parts[-1].texts - 1)
    return _Spine(kind)


def _line(sheet: KernSheet, spines: list[_Spine], tokens: list[str], number: int) -> list[_Spine]:
    while len(tokens) > len(spines) and not tokens[-1]:
        tokens.pop()
    if len(tokens) < len(spines):
        if len(tokens) == 1 and tokens[0][:1] != "*":  # many editors cut null tokens off the end of a line
            tokens += ["."] * (len(spines) - 1)
        else:
            raise Unsound(f"line {number} has {len(tokens)} columns where {len(spines)} belong. Mend it.")
    if len(tokens) > len(spines):
        raise Unsound(f"line {number} has {len(tokens)} columns where {len(spines)} belong. Mend it.")
    own: dict[int, str] = {}
    texts: dict[int, dict[int, str]] = {}
    for spine, token in zip(spines, tokens, strict=True):
        if spine.kind == "kern":
            if spine.is_first:
                own[spine.part] = token
            elif token[:1] not in ("*", "=", "!", ".", "") and "r" not in token:
                sheet.parts[spine.part].further += 1
        elif spine.kind == "text" and spine.is_first:
            texts.setdefault(spine.part, {})[spine.place] = token
    for part, token in own.items():
        if token.startswith('*I"'):
            sheet.parts[part].name = token[3:].strip()
        said = texts.get(part, {})
        columns = tuple(said.get(k, "") for k in range(sheet.parts[part].texts))
        sheet.parts[part].records.append(Record(number, token, columns))
        if len(sheet.parts[part].records) > 4 * MOST_NOTES:
            raise Unsound("it is far longer than a tune can be. Cut it to its music.")
    return _rearranged(sheet, spines, tokens) if any(t in _MANIPULATORS or t[:2] == "**" for t in tokens) else spines


_MANIPULATORS = ("*-", "*^", "*v", "*+", "*x")


def _rearranged(sheet: KernSheet, spines: list[_Spine], tokens: list[str]) -> list[_Spine]:
    """Return the spines of the lines after one that ends, splits, joins, adds or exchanges some."""
    found: list[_Spine] = []
    crossed: int | None = None
    is_joined = False
    for spine, token in zip(spines, tokens, strict=True):
        joins, is_joined = is_joined and token == "*v", token == "*v"
        if token == "*-":
            continue
        if joins and found:
            if spine.is_first and found[-1].part == spine.part:
                found[-1] = spine
            continue
        if token[:2] == "**":
            spine = _named(sheet, token)
        found.append(spine)
        if token == "*^":
            found.append(_Spine(spine.kind, spine.part, spine.place, is_first=False))
        elif token == "*+":
            found.append(_Spine(""))
        elif token == "*x":
            if crossed is None:
                crossed = len(found) - 1
            else:
                found[crossed], found[-1] = found[-1], found[crossed]
                crossed = None
    if len(found) > _MOST_SPINES:
        raise Unsound(f"it has over {_MOST_SPINES} spines, more than a score has.")
    return found
