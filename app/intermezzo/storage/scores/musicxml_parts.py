"""The parts of a MusicXML score, which of them sings, and where its measures lie in time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from xml.etree.ElementTree import Element

from intermezzo.core.errors import SketchError
from intermezzo.core.music.metre import FRAMES_PER_QUARTER, metre_of
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.reading import within_length

__all__ = ["Layout", "Part", "Timed", "chosen_part", "frames_of", "layout_of", "number_of", "parts_of"]

_NUMBER = re.compile(r"\s*([-+]?\d{1,9}(?:\.\d{0,9})?)\s*")
_SINGS = re.compile(
    r"voice|vocal|voc\b|sing|stimme|gesang|chant|voix|canto|sopran|mezzo|alto?\b|tenor|bariton|melod|lead",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Timed:
    """An element of measure ``measure`` at ``at`` quarters from its beginning, ``long`` quarters long."""

    measure: int
    at: Fraction
    long: Fraction
    divisions: Fraction
    element: Element


@dataclass(frozen=True, eq=False)
class Part:
    """``measures`` are the elements of that name, in order."""

    name: str
    measures: tuple[Element, ...]

    @cached_property
    def texted(self) -> int:
        """How many of its notes have lyrics."""
        return sum(note.find("lyric") is not None for measure in self.measures for note in measure.findall("note"))

    @cached_property
    def timed(self) -> tuple[Timed, ...]:
        """All elements with their places in time."""
        return tuple(_timed(self.measures))

    @cached_property
    def lengths(self) -> tuple[Fraction, ...]:
        """How long each measure is by its content, in quarters."""
        found = [Fraction(0)] * len(self.measures)
        for item in self.timed:
            found[item.measure] = max(found[item.measure], item.at + item.long)
        return tuple(found)


def number_of(text: str | None, what: str) -> Fraction:
    """Return the number that a text says; raises Unsound, naming ``what``, if it says none."""
    found = _NUMBER.fullmatch(text or "")
    if found is None:
        raise Unsound(f"{what} is {(text or '').strip()[:20]!r}, which is no number. Export it again from its program.")
    return Fraction(found[1])


def frames_of(quarters: Fraction) -> int:
    """Return quarters in frames, rounded to the nearer one."""
    return (2 * quarters.numerator * FRAMES_PER_QUARTER + quarters.denominator) // (2 * quarters.denominator)


def parts_of(root: Element) -> list[Part]:
    """Return the parts of a score, those written measure by measure (timewise) turned around.

    Raises:
        Unsound: if the document is no score.
    """
    if root.tag not in ("score-partwise", "score-timewise"):
        raise Unsound(f"it is XML of another kind ({root.tag[:40]}). Export the score as MusicXML.")
    names = {
        part.get("id", ""): " ".join((part.findtext("part-name") or "").split()) for part in root.iter("score-part")
    }
    measures: dict[str, list[Element]] = {}
    if root.tag == "score-partwise":
        for part in root.findall("part"):
            measures.setdefault(part.get("id", ""), []).extend(part.findall("measure"))
    else:
        for k, measure in enumerate(root.findall("measure")):
            for part in measure.findall("part"):
                own = Element("measure", measure.attrib)
                own.extend(part)
                row = measures.setdefault(part.get("id", ""), [])
                row += [Element("measure", measure.attrib) for _ in range(k - len(row))] + [own]
    if not any(measures.values()):
        raise Unsound("there is no music in it. Export it again from its program.")
    return [Part(names.get(key, key), tuple(rows)) for key, rows in measures.items()]


def chosen_part(parts: Sequence[Part], wanted: str) -> Part:
    """Return the part that is asked for, or else the one that sings.

    That is the first with about as many lyrics as any has (a refrain of another voice may stand above the song), or the
    first that is named as a voice, or the first.

    Raises:
        Unsound: if the part that is asked for is not there.
    """
    if wanted:
        if wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(parts):
            return parts[int(wanted[:9]) - 1]
        named = next((part for part in parts if wanted.lower() in part.name.lower()), None)
        if named is None:
            names = ", ".join(f"{k} {part.name}" for k, part in enumerate(parts[:40], 1))
            raise Unsound(f"it has no part {wanted!r}. It has {names}.")
        return named
    voices = (part for part in parts if _SINGS.search(part.name))
    most = max(part.texted for part in parts)
    if most:
        return next(part for part in parts if part.texted >= 0.75 * most)
    return next(voices, parts[0])


def _timed(measures: Sequence[Element]) -> Iterator[Timed]:
    divisions = Fraction(1)
    for k, measure in enumerate(measures):
        at = before = Fraction(0)
        where = f"measure {measure.get('number', k + 1)}: a duration"
        for element in measure:
            tag = element.tag
            long = Fraction(0)
            if tag == "attributes" and element.find("divisions") is not None:
                divisions = number_of(element.findtext("divisions"), f"{where} unit")
                if divisions <= 0:
                    raise Unsound(f"{where} unit is zero. Export it again from its program.")
            elif tag in ("note", "backup", "forward") and element.find("grace") is None:
                long = number_of(element.findtext("duration", "0"), where) / divisions
                if long < 0:
                    raise Unsound(f"{where} is below zero. Export it again from its program.")
            if tag == "backup":
                at = max(at - long, Fraction(0))
            elif tag == "forward":
                at += long
                yield Timed(k, at, Fraction(0), divisions, element)
            elif tag == "note":
                at = before if element.find("chord") is not None else at
                yield Timed(k, at, long, divisions, element)
                before, at = at, at + long
            else:
                yield Timed(k, at, long, divisions, element)


@dataclass(frozen=True)
class Layout:
    """Where the measures of a part lie, in frames, and the metres that follow from it."""

    starts: tuple[int, ...]
    n_frames: int
    metres: tuple[tuple[int, str], ...]
    pickup: int

    def frame(self, item: Timed, offset: Fraction = Fraction(0)) -> int:
        """Return the frame of a timed element, shifted by quarters."""
        return max(self.starts[item.measure] + frames_of(item.at + offset), 0)


def layout_of(part: Part, others: Sequence[Part]) -> Layout:
    """Lay out the measures of a part; its own content says how long each is.

    A first measure shorter than its metre is a pick-up. A later one that is short without saying that this is meant
    (``implicit``) is filled up, from ``others`` where they say more. After an irregular measure the metre begins anew.
    """
    times: dict[int, str | None] = {}
    for item in part.timed:
        if item.element.tag == "attributes" and (time := item.element.find("time")) is not None:
            times[item.measure] = _metre(time)
    starts, metres, at, pickup = [], [(0, "4/4")], 0, 0
    longest = [Fraction(0)] * len(part.measures)
    for other in others:
        for k, length in enumerate(other.lengths[: len(longest)]):
            longest[k] = max(longest[k], length)
    free, is_anew, last = False, False, len(part.measures) - 1
    for k, measure in enumerate(part.measures):
        if k in times:
            said = times[k]
            free = said is None
            if said is not None and (said != metres[-1][1] or is_anew):
                if at == metres[-1][0]:
                    metres.pop()
                metres.append((at, said))
                is_anew = False
        if is_anew and at > metres[-1][0]:
            metres.append((at, metres[-1][1]))
        is_anew = False
        full = metre_of(metres[-1][1]).bar_frames
        long = frames_of(part.lengths[k])
        if long == 0 or (long < full and 0 < k < last and measure.get("implicit") != "yes" and not free):
            long = max(long, frames_of(longest[k])) or (0 if free else full)
            long = full if long < full and measure.get("implicit") != "yes" and not free else long
        starts.append(at)
        if at == 0 and long < full and k < last:
            pickup = long
        elif long != full:
            is_anew = True
        at = within_length(at + long)
    return Layout(tuple(starts), at, tuple(metres), pickup)


def _metre(time: Element) -> str | None:
    """Return the metre of a `time` element, sums added up; None for free time and for metres that we have not."""
    beats, units = time.findall("beats"), time.findall("beat-type")
    if time.find("senza-misura") is not None or not beats or len(beats) != len(units):
        return None
    total, finest = Fraction(0), 1
    for beat, unit in zip(beats, units, strict=True):
        counts = re.findall(r"\d{1,3}", beat.text or "")
        below = re.fullmatch(r"\s*(\d{1,3})\s*", unit.text or "")
        if not counts or below is None or int(below[1]) == 0:
            return None
        total += Fraction(sum(map(int, counts)), int(below[1]))
        finest = max(finest, int(below[1]))
    try:
        return metre_of(f"{total * finest}/{finest}").name
    except SketchError:
        return None
