"""Chord symbols between MusicXML's `harmony` and ours: all its kinds are known, those we have not are reduced."""

from xml.etree.ElementTree import Element, SubElement

from intermezzo.core.errors import SketchError
from intermezzo.core.music.chords import NO_CHORD, Chord, chord_of
from intermezzo.core.music.keys import Key, letter_pitch_class, spelled

__all__ = ["harmony_element", "symbol_of"]

_EXACT = {
    "major": "", "minor": "m", "augmented": "+", "diminished": "dim", "dominant": "7", "major-seventh": "maj7",
    "minor-seventh": "m7", "diminished-seventh": "dim7", "augmented-seventh": "+7", "half-diminished": "m7b5",
    "major-minor": "mmaj7", "major-sixth": "6", "minor-sixth": "m6", "dominant-ninth": "9", "major-ninth": "maj9",
    "minor-ninth": "m9", "suspended-second": "sus2", "suspended-fourth": "sus4", "power": "5",
}  # fmt: skip
_REDUCED = {
    "dominant-11th": "9", "major-11th": "maj9", "minor-11th": "m9", "dominant-13th": "9", "major-13th": "maj9",
    "minor-13th": "m9", "Neapolitan": "", "Italian": "7", "French": "7", "German": "7", "pedal": "5", "Tristan": "m7b5",
}  # fmt: skip
_WRITTEN = {ours: theirs for theirs, ours in _EXACT.items()}
_WITH_DEGREE = {
    ("", "add", "9", "0"): "add9", ("", "add", "2", "0"): "add9", ("sus4", "add", "7", "0"): "7sus4",
    ("7", "add", "4", "0"): "7sus4", ("7", "alter", "5", "1"): "+7", ("m7", "alter", "5", "-1"): "m7b5",
    ("m", "add", "7", "1"): "mmaj7", ("", "add", "6", "0"): "6", ("m", "add", "6", "0"): "m6",
    ("", "add", "7", "0"): "7", ("7", "add", "9", "0"): "9", ("m7", "add", "9", "0"): "m9",
    ("maj7", "add", "9", "0"): "maj9",
}  # fmt: skip
_SIGNS = {-1: "b", 0: "", 1: "#"}


def symbol_of(harmony: Element) -> tuple[str, bool]:
    """Return the symbol of a `harmony` element, and whether it had to be reduced; '' where it names no root."""
    said = harmony.find("kind")
    name = (said.text or "").strip() if said is not None else "major"
    if name == "none":
        return NO_CHORD, False
    root = _letter(harmony.find("root"), "root")
    if not root:
        return "", True
    kind, is_reduced = _EXACT.get(name), False
    if kind is None:
        kind, is_reduced = _REDUCED.get(name, ""), True
        if name not in _REDUCED and said is not None:  # "other": perhaps its text is one that we read
            try:
                shown = chord_of(root + said.get("text", ""))
            except SketchError:
                shown = None
            if shown is not None:
                kind, is_reduced = shown.kind, False
    for degree in harmony.findall("degree"):
        what, value, alter = ((degree.findtext(f"degree-{part}") or "0").strip() for part in ("type", "value", "alter"))
        fuller = _WITH_DEGREE.get((kind, what, value, alter))
        kind, is_reduced = (kind, True) if fuller is None else (fuller, is_reduced)
    return Chord(root, kind, _letter(harmony.find("bass"), "bass")).name, is_reduced


def _letter(element: Element | None, what: str) -> str:
    if element is None:
        return ""
    step = (element.findtext(f"{what}-step") or "").strip().upper()
    if step not in tuple("ABCDEFG"):
        return ""
    try:
        alter = round(float(element.findtext(f"{what}-alter") or 0))
    except (ValueError, OverflowError):
        alter = 0
    if alter in _SIGNS:
        return step + _SIGNS[alter]
    letter, sign, _ = spelled(60 + (letter_pitch_class(step) + alter) % 12, Key("C"))
    return letter + _SIGNS[sign]


def harmony_element(label: str) -> Element | None:
    """Return the `harmony` of a chord symbol; None for one that we cannot read."""
    harmony = Element("harmony")
    try:
        chord = chord_of(label)
    except SketchError:
        return None
    if chord is None:
        _named(harmony, "root", "C")  # the format asks for one; it is not to be shown
        for step in harmony.iter("root-step"):
            step.set("text", "")
        SubElement(harmony, "kind", {"text": NO_CHORD}).text = "none"
        return harmony
    plain, degree = {"7sus4": ("sus4", "7"), "add9": ("", "9")}.get(chord.kind, (chord.kind, ""))
    _named(harmony, "root", chord.root)
    SubElement(harmony, "kind", {"text": chord.kind.replace("b5", "♭5")}).text = _WRITTEN[plain]
    if chord.bass:
        _named(harmony, "bass", chord.bass)
    if degree:
        added = SubElement(harmony, "degree", {"print-object": "no"})
        for part, value in (("value", degree), ("alter", "0"), ("type", "add")):
            SubElement(added, f"degree-{part}").text = value
    return harmony


def _named(harmony: Element, what: str, name: str) -> None:
    element = SubElement(harmony, what)
    SubElement(element, f"{what}-step").text = name[0]
    if name[1:]:
        SubElement(element, f"{what}-alter").text = "1" if name[1:] == "#" else "-1"
