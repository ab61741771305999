"""ABC 2.1 out: one voice with its verses, that other programs play and print, and that our reading gives back whole.

Notes are cut at bar lines, and where a chord or a tempo begins inside them, and tied. ABC has no loudness of a single
note: dynamics are written only for tunes whose notes all have the loudness of one. Notes that sound on under others are
an overlay (``&``), without words.
"""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import takewhile

from intermezzo.core.media import Melody
from intermezzo.core.music.keys import Key, key_of, spelled
from intermezzo.core.music.metre import Bars, Metre, metre_of
from intermezzo.core.music.syllables import HOLD
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.abc_lyrics import lyric_line
from intermezzo.storage.scores.abc_music import DYNAMICS, USUAL_VELOCITY
from intermezzo.storage.scores.abc_read import OWN_CREATOR
from intermezzo.storage.scores.durations import TYPES, Piece, pieces_of_bar
from intermezzo.storage.scores.voices import Event, voices_of

__all__ = ["written_abc"]

_UNIT = 240
_BARS_A_LINE = 4
_MODES = {"major": "", "minor": "m", "dorian": "dor", "phrygian": "phr", "lydian": "lyd", "mixolydian": "mix",
          "locrian": "loc"}  # fmt: skip
_SIGNS = {2: "^^", 1: "^", 0: "=", -1: "_", -2: "__"}
_NAMES = {velocity: name for name, velocity in DYNAMICS.items()}


def written_abc(melody: Melody) -> bytes:
    """Return a tune as ABC in UTF-8.

    Raises:
        Unsound: if it has no length or too many notes sound at a time.
    """
    if melody.n_frames <= 0:
        raise Unsound("the tune is empty. Put a note into it first.")
    if not melody.count:
        raise Unsound("the tune has no notes. Put one into it first.")
    metre = metre_of(melody.metres[0][1])
    head = ["%abc-2.1", "X:1", f"T:{_line(melody.title)}", f"I:abc-creator {OWN_CREATOR}"]
    if melody.language:
        head.append(f"I:language {_line(melody.language)}")
    head += [f"M:{metre.name}", "L:1/8", f"Q:1/4={_number(melody.tempi[0][1])}"]
    first = melody.keys[0] if melody.keys and melody.keys[0][0] == 0 else None
    head.append(f"K:{_key(key_of(first[1])) if first else 'none'}{_clef(melody)}")
    return "\n".join([*head, *_Writer(melody).lines(), ""]).encode("utf-8", "replace")


def _line(text: str) -> str:
    return re.sub(r"[\\%&]", lambda char: f"\\u{ord(char[0]):04x}", " ".join(text.split()))


def _inside(text: str) -> str:
    """Return a text that can stand between quotes or brackets."""
    return re.sub(r"[\"\[\]]", lambda char: f"\\u{ord(char[0]):04x}", _line(text))


def _number(value: float) -> str:
    return str(round(value, 6)).removesuffix(".0")


def _key(key: Key) -> str:
    return key.tonic + _MODES[key.mode]


def _clef(melody: Melody) -> str:
    return " clef=bass" if float(melody.notes[:, 2].mean()) < 55 else ""


class _Writer:
    def __init__(self, melody: Melody) -> None:
        self.melody = melody
        self.rows = melody.notes.tolist()
        self.verses = [verse for verse in (melody.lyrics, *melody.verses) if any(verse)]
        self.key = key_of(melody.keys[0][1]) if melody.keys and melody.keys[0][0] == 0 else None
        self.marks = deque(_marks(melody))
        velocities = {row[3] for row in self.rows}
        self.has_dynamics = velocities <= {USUAL_VELOCITY, *_NAMES} and velocities != {USUAL_VELOCITY}
        self.velocity = USUAL_VELOCITY
        self.signs: dict[str, set[int]] = {}
        self.words: list[list[str]] = []

    def lines(self) -> Iterable[str]:
        """Yield the lines of the body."""
        melody = self.melody
        bars = Bars.of([(at, metre_of(name)) for at, name in melody.metres], melody.n_frames, melody.pickup)
        starts = [*bars.starts.tolist(), melody.n_frames]
        voices = voices_of(melody)
        line: list[str] = []
        for k, metre in enumerate(bars.metres):
            start, stop = starts[k], min(starts[k + 1], melody.n_frames)
            if k and metre != bars.metres[k - 1]:
                line.append(f"[M:{metre.name}]")
            self.signs = {}
            for number, voice in enumerate(voices):
                events = voice.take(start, stop)
                if number == 0 or events:
                    line.append("& " * (number > 0) + self._bar(events, start, stop, metre, is_first=number == 0))
            is_last = k + 1 == bars.count
            line.append("|]" if is_last else "|")
            if is_last or (k + 1 - (melody.pickup > 0)) % _BARS_A_LINE == 0:
                yield " ".join(line)
                for verse in range(len(self.verses)):
                    yield f"w: {lyric_line([words[verse] for words in self.words])}".rstrip()
                line, self.words = [], []

    def _bar(self, events: Sequence[Event], start: int, stop: int, metre: Metre, *, is_first: bool) -> str:
        cuts = {start, stop} | {min(max(frame, start), stop) for event in events for frame in event[:2]}
        if is_first:
            near = takewhile(lambda mark: mark[0] < stop, self.marks)
            cuts |= {frame for frame, _ in near if frame > start}
        pieces = pieces_of_bar(sorted(cuts), metre.beat_frames)
        found, at = "", 0
        for k, piece in enumerate(pieces):
            before = ""
            while is_first and self.marks and self.marks[0][0] <= piece.start:
                before += self._mark(self.marks.popleft()[1])
            while at < len(events) and events[at][1] <= piece.start:
                at += 1
            event = events[at] if at < len(events) and events[at][0] <= piece.start else None
            if piece.opens:
                count = next(n for n, other in enumerate(pieces[k:], 1) if other.closes)
                before += f"({piece.tuplet[0]}:{piece.tuplet[1]}:{count}"
            is_beat = (piece.start - start) % metre.beat_frames == 0 or _written(piece) >= 2 * _UNIT
            found += (" " if found and (is_beat or before) else "") + before + self._piece(piece, event, is_first)
        return found

    def _mark(self, mark: str) -> str:
        if mark.startswith("[K:"):
            name = mark[3:-1]
            self.key = key_of(name) if name != "none" else None
            self.signs = {}
            return f"[K:{_key(self.key) if self.key else 'none'}]"
        return mark

    def _piece(self, piece: Piece, event: Event | None, is_first: bool) -> str:
        length = _length(Fraction(_written(piece), _UNIT))
        if event is None:
            return f"z{length}"
        goes_on, begins = event[1] > piece.stop, event[0] == piece.start
        notes = "".join(self._note(self.rows[k][2]) for k in event[2])
        notes = f"[{notes}]" if len(event[2]) > 1 else notes
        dynamic = ""
        velocity = self.rows[event[2][0]][3] if begins and self.has_dynamics else self.velocity
        if velocity != self.velocity and velocity in _NAMES:
            dynamic, self.velocity = f"!{_NAMES[velocity]}!", velocity
        if is_first:
            top = event[2][-1]
            self.words.append([verse[top] if begins else (HOLD if verse[top] else "") for verse in self.verses])
        return f"{dynamic}{notes}{length}{'-' if goes_on else ''}"

    def _note(self, pitch: int) -> str:
        letter, sign, octave = spelled(pitch, self.key or Key("C"))
        if abs(sign) > 2:
            letter, sign, octave = spelled(pitch, Key("C"))
        seen = self.signs.setdefault(letter, {_signature(self.key).get(letter, 0)})
        accidental = "" if seen == {sign} else _SIGNS[sign]
        seen.add(sign)
        name = letter.lower() + "'" * (octave - 5) if octave >= 5 else letter + "," * (4 - octave)
        return accidental + name


def _signature(key: Key | None) -> dict[str, int]:
    if key is None:
        return {}
    order = "FCGDAEB" if key.fifths >= 0 else "BEADGCF"
    return dict.fromkeys(order[: abs(key.fifths)], 1 if key.fifths > 0 else -1)


def _written(piece: Piece) -> Fraction:
    """Return the length of a piece as it is written, in frames: of a tuplet's note the length without the bracket."""
    if piece.tuplet != (1, 1):
        return Fraction(TYPES[piece.type] * (2 ** (piece.dots + 1) - 1), 2**piece.dots)
    return Fraction(piece.stop - piece.start)


def _length(units: Fraction) -> str:
    above = "" if units.numerator == 1 else str(units.numerator)
    if units.denominator == 1:
        return above
    return f"{above}/" if units.denominator == 2 else f"{above}/{units.denominator}"


def _marks(melody: Melody) -> list[tuple[int, str]]:
    """Return (frame, inline field or chord) of all that stands over the notes, in order."""
    found = [(frame, f"[Q:1/4={_number(bpm)}]") for frame, bpm in melody.tempi[1:]]
    keys = melody.keys[1:] if melody.keys and melody.keys[0][0] == 0 else melody.keys
    found += [(frame, f"[K:{name}]") for frame, name in keys]
    for spans, write, end in (
        (melody.sections, "[P:{}]", "[r:end of section]"), (melody.chords, '"{}"', "[r:end of chord]"),
    ):  # fmt: skip
        for k, (start, stop, label) in enumerate(spans):
            found.append((start, write.format(_inside(label))))
            following = spans[k + 1][0] if k + 1 < len(spans) else melody.n_frames
            if stop < following:
                found.append((stop, end))
    return sorted(found, key=lambda mark: mark[0])
