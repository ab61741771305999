"""Engraved pages and lines say what the tune says: pitches, syllables, chords, keys, metres, ties, tuplets."""

from xml.etree import ElementTree

import numpy as np
import pytest
from drawn_tune import tune_sketch
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.core.edits.tune import to_melody
from intermezzo.core.media import Melody
from intermezzo.core.music.keys import key_of
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.storage.scores.engraving import engraved_line, engraved_pages, written_svg
from intermezzo.storage.scores.excerpt import excerpt_of
from intermezzo.storage.scores.line_breaks import bar_widths, line_at, line_starts
from intermezzo.storage.scores.papers import PAPERS
from intermezzo.storage.scores.sheet import Sheet, sheet_of
from intermezzo.storage.scores.svg_path import Path

Q = 480
SIGNS = {"E260": -1, "E261": 0, "E262": 1, "E263": 2, "E264": -2}
LETTERS = (0, 2, 4, 5, 7, 9, 11)  # C to B


def _tune(*notes: tuple[int, int, int], lyrics: tuple[str, ...] = (), **more: object) -> Melody:
    stop = max(stop for _, stop, _ in notes)
    rows = [(start, stop, pitch, 80) for start, stop, pitch in notes]
    n_frames = int(more.pop("n_frames", -(-stop // (4 * Q)) * 4 * Q))  # type: ignore[call-overload]
    return Melody(np.array(rows), lyrics or ("",) * len(rows), n_frames, **more)  # type: ignore[arg-type]


def _line(melody: Melody, width: int = 4000) -> Sheet:
    return sheet_of(engraved_line(melody, width, is_end=True))


def _staff_lines(sheet: Sheet) -> list[float]:
    return sorted({o.path[1][1] + o.at[1] for o in sheet.outlines if o.kind == "staff"})


def _read_pitches(sheet: Sheet, fifths: int, bar_of: dict[str, int]) -> dict[str, int]:
    """Read a line as a musician does: the place on the staff, signs before it in the bar, the key."""
    lines = _staff_lines(sheet)
    half_space = (lines[-1] - lines[0]) / 8
    altered = dict.fromkeys([(4 * k + 3) % 7 for k in range(fifths)], 1)
    altered |= dict.fromkeys([(3 * k + 6) % 7 for k in range(-fifths)], -1)
    heads = [o for o in sheet.outlines if o.kind == "notehead"]
    signs = {o.note: SIGNS[o.glyph] for o in sheet.outlines if o.kind == "accid" and o.glyph in SIGNS}
    carried: dict[tuple[int, int], int] = {}
    found = {}
    for head in sorted(heads, key=lambda o: o.at[0]):
        step = 30 + round((lines[-1] - head.at[1]) / half_space)  # the bottom line is E4, the 30th letter from C0
        place = bar_of[head.note.partition("-")[0]], step
        if head.note in signs:
            carried[place] = signs[head.note]
        sign = carried.get(place, altered.get(step % 7, 0))
        if "-" not in head.note:
            found[head.note] = 12 * (step // 7 + 1) + LETTERS[step % 7] + sign
    return found


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(55, 84), st.sampled_from((1, 2, 3, 4))), min_size=1, max_size=14),
    st.sampled_from(("C major", "G major", "Eb major", "B major", "C minor", "F# minor", "Cb major", "D dorian")),
)
def test_every_note_reads_back_with_its_pitch(notes: list[tuple[int, int]], key: str) -> None:
    ends = np.cumsum([eighths for _, eighths in notes]) * Q // 2
    starts = [0, *ends[:-1].tolist()]
    rows = [(a, b, pitch) for a, b, (pitch, _) in zip(starts, ends.tolist(), notes, strict=True)]
    sheet = _line(_tune(*rows, keys=((0, key),)))
    bar_of = {f"n{k}": start // (4 * Q) for k, start in enumerate(starts)}
    assert _read_pitches(sheet, key_of(key).fifths, bar_of) == {f"n{k}": p for k, (p, _) in enumerate(notes)}


def test_syllables_hyphens_and_extenders_stand_under_their_notes() -> None:
    melody = _tune(
        (0, Q, 67), (Q, 2 * Q, 69), (2 * Q, 3 * Q, 71), (3 * Q, 4 * Q, 72), (4 * Q, 8 * Q, 74),
        lyrics=("riv-", "er", "_", "_", "señor"),
    )  # fmt: skip
    sheet = _line(melody, 800)
    said = {w.note: w.text for w in sheet.words if w.kind == "syl"}
    assert said == {"n0": "riv", "n1": "er", "n4": "señor"}
    bars = [o for o in sheet.outlines if o.kind == "syl"]
    (hyphen,) = [o for o in bars if o.note == "n0"]
    extender = max((o for o in bars if o.note == "n1"), key=lambda o: _width(o.path))
    assert _width(hyphen.path) < 200 < _width(extender.path)
    heads = {o.note: o.at[0] for o in sheet.outlines if o.kind == "notehead"}
    assert heads["n2"] < max(extender.path[1][::2]) <= heads["n4"]


def _width(path: Path) -> float:
    xs = path[1][::2]
    return max(xs) - min(xs)


def test_chord_symbols_stand_over_the_notes_that_they_begin_with() -> None:
    melody = to_melody(tune_sketch(chords=("G", "Bbm7b5", "C/E", "F#dim")))
    sheet = _line(melody, 1300)
    chords = sorted((w.x, w.text) for w in sheet.words if w.kind == "harm")
    flat, sharp = "\uea64", "\uea66"  # signs for text in SMuFL
    assert [text for _, text in chords] == ["G", f"B{flat}m7{flat}5", "C/E", f"F{sharp}dim"]
    heads = {o.note: o.at[0] for o in sheet.outlines if o.kind == "notehead"}
    for (x, _), first in zip(chords, ("n0", "n5", "n7", "n12"), strict=True):
        assert abs(x - heads[first]) < 150
    assert all(glyph in sheet.glyphs for w in sheet.words for r in w.runs if r.is_music for glyph in _names(r.text))
    assert {o.glyph for o in sheet.outlines if o.glyph} <= set(sheet.glyphs)


def test_no_chord_is_written_so_and_where_chords_end_nothing_is() -> None:
    notes = [(k * Q, k * Q + Q, 60 + k % 8) for k in range(12)]
    sheet = _line(
        _tune(
            *notes,
            chords=((0, Q, "C"), (4 * Q, 5 * Q, "N.C."), (8 * Q, 9 * Q, "F7sus4"), (10 * Q, 11 * Q, "Gadd9")),
            sections=((0, Q, "A"),),
        )
    )
    assert [w.text for w in sheet.words if w.kind == "harm"] == ["C", "N.C.", "F7sus4", "Gadd9"]


def _names(text: str) -> list[str]:
    return [f"{ord(letter):X}" for letter in text]


def test_key_and_metre_stand_at_the_beginning_and_where_they_change() -> None:
    melody = _tune(
        (0, 4 * Q, 67), (4 * Q, 7 * Q, 67), n_frames=7 * Q, metres=((0, "4/4"), (4 * Q, "3/4")),
        keys=((0, "D major"), (4 * Q, "F major")),
    )  # fmt: skip
    sheet = _line(melody)
    metres = [o.glyph for o in sheet.outlines if o.kind == "meterSig"]
    assert metres == ["E084", "E084", "E083", "E084"]
    signs = [o.glyph for o in sheet.outlines if o.kind == "keyAccid"]
    assert signs[:2] == ["E262", "E262"]
    assert signs[-1] == "E260"


def test_a_note_over_a_bar_line_is_two_heads_with_a_tie() -> None:
    sheet = _line(_tune((0, 3 * Q, 67), (3 * Q, 6 * Q, 71), (6 * Q, 8 * Q, 72)))
    assert {o.note for o in sheet.outlines if o.kind == "notehead"} == {"n0", "n1", "n1-1", "n2"}
    assert sum(o.kind == "tie" for o in sheet.outlines) == 1


def test_triplets_have_their_number() -> None:
    third = Q // 3
    sheet = _line(_tune((0, third, 67), (third, 2 * third, 69), (2 * third, Q, 71), (Q, 4 * Q, 72)))
    assert [o.glyph for o in sheet.outlines if o.kind == "tupletNum"] == ["E883"]


def test_a_pick_up_is_a_short_first_bar() -> None:
    melody = _tune((0, Q, 62), (Q, 5 * Q, 67), (5 * Q, 8 * Q, 66), n_frames=9 * Q, pickup=Q)
    sheet = _line(melody)
    lines = sorted(o.path[1][0] for o in sheet.outlines if o.kind == "barLine")
    heads = {o.note: o.at[0] for o in sheet.outlines if o.kind == "notehead"}
    assert heads["n0"] < lines[0] < heads["n1"] < lines[1] < heads["n2"]


def test_a_line_is_as_wide_as_asked_unless_its_bars_need_more() -> None:
    melody = to_melody(tune_sketch())
    assert _line(melody, 2000).width == pytest.approx(20000, abs=20)
    crowded = _line(melody, 500)
    assert crowded.width > 10000
    assert len(_staff_lines(crowded)) == 5  # it is still one line


def test_an_excerpt_holds_its_bars_and_knows_the_notes_of_the_whole() -> None:
    melody = to_melody(tune_sketch(repeat=3, chords=("G", "Em", "C", "D7")))
    part = excerpt_of(melody, 6 * 4 * Q, 8 * 4 * Q)
    assert part.melody.n_frames == 2 * 4 * Q
    assert [melody.lyrics[k] for k in part.notes] == list(part.melody.lyrics)
    assert part.melody.lyrics[0] == "and"
    assert [label for _, _, label in part.melody.chords] == ["C", "D7"]
    assert part.melody.keys == ((0, "G major"),)
    assert not part.is_end
    assert excerpt_of(melody, 10 * 4 * Q, melody.n_frames).is_end


def test_what_leads_into_an_excerpt_is_cut_and_has_its_syllable_before() -> None:
    melody = _tune((2 * Q, 6 * Q, 67), (6 * Q, 8 * Q, 69), lyrics=("long", "end"))
    part = excerpt_of(melody, 4 * Q, 8 * Q)
    assert part.melody.notes[:, :2].tolist() == [[0, 2 * Q], [2 * Q, 4 * Q]]
    assert part.melody.lyrics == ("", "end")


def test_lines_hold_all_bars_once_and_what_they_hold_fits() -> None:
    melody = to_melody(tune_sketch(repeat=10, chords=("F#m7b5", "G", "Bbmaj7/D", "D7")))
    bars = Bars.of([(0, metre_of("4/4"))], melody.n_frames)
    chord_starts = np.array([start for start, _, _ in melody.chords])
    widths = bar_widths(bars, melody.notes, melody.lyrics, chord_starts, [label for _, _, label in melody.chords])
    starts = line_starts(widths, 1500, fifths=1)
    lines = [line_at(starts, first, bars.count) for first in starts]
    assert [bar for a, b in lines for bar in range(a, b)] == list(range(bars.count))
    assert all(line_at(starts, bar, bars.count) == (a, b) for a, b in lines for bar in range(a, b))
    for first, last in lines:
        part = excerpt_of(melody, first * 4 * Q, last * 4 * Q)
        assert sheet_of(engraved_line(part.melody, 1500, is_end=False)).width < 1.12 * 15000


def test_pages_hold_the_title_and_every_note_once() -> None:
    melody = to_melody(tune_sketch(repeat=20), title="River song")
    pages = [sheet_of(svg) for svg in engraved_pages(melody)]
    assert len(pages) == 3
    assert [w.text for w in pages[0].words if w.kind == "pgHead"] == ["River song"]
    assert "2" in "".join(w.text for w in pages[1].words if w.kind == "pgHead")
    heads = [o.note for page in pages for o in page.outlines if o.kind == "notehead"]
    assert sorted(heads) == sorted(f"n{k}" for k in range(melody.count))
    assert (pages[0].width, pages[0].height) == (21000, 29700)
    letter = sheet_of(engraved_pages(melody, PAPERS[1])[0])
    assert (letter.width, letter.height) == (21590, 27940)


def test_an_svg_needs_no_font_for_its_signs_and_keeps_letters_as_wide_as_they_were_set() -> None:
    melody = to_melody(tune_sketch(repeat=12, chords=("Gb", "Em")), title="Fox & hound")
    content = written_svg(melody)
    assert written_svg(melody) == content
    root = ElementTree.fromstring(content)
    named = {element.get("id") for element in root.iter() if element.get("id")}
    used = {element.get("href", "")[1:] for element in root.iter() if element.tag.endswith("use")}
    assert used == named
    texts = [element for element in root.iter() if element.tag.endswith("text")]
    assert not any("\ue000" <= letter <= "\uf8ff" for element in texts for letter in element.text or "")
    sung = {e.get("data-note"): e for e in texts if e.get("class") == "syl"}
    assert [sung[f"n{k}"].text for k in range(4)] == ["When", "the", "lamps", "are"]
    for k in range(3):  # none runs into the next
        x, width = float(sung[f"n{k}"].get("x", 0)), float(sung[f"n{k}"].get("textLength", 0))
        assert 0 < width < float(sung[f"n{k + 1}"].get("x", 0)) - x
    assert any(element.text == "Fox & hound" and element.get("class") == "pgHead" for element in texts)


def test_a_section_is_named_over_the_note_that_it_begins_with() -> None:
    notes = [(k * Q, k * Q + Q, 60 + k) for k in range(8)]
    sheet = _line(_tune(*notes, sections=((0, 6 * Q, "A"), (6 * Q, 8 * Q, "B'"))))
    heads = {o.note: o.at[0] for o in sheet.outlines if o.kind == "notehead"}
    named = {w.text: w for w in sheet.words if w.text in ("A", "B'")}
    assert abs(named["A"].x - heads["n0"]) < 150 and abs(named["B'"].x - heads["n6"]) < 150
    assert all(run.is_bold and not run.is_italic for w in named.values() for run in w.runs)
