"""MusicXML: own tunes come back whole, other programs' scores are understood, broken ones refused in one line."""

import io
import zipfile
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn_melody import PARTS, melodies, same
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.durations import pieces_of_bar
from intermezzo.storage.scores.formats import read_score, write_score
from intermezzo.storage.scores.musicxml_read import read_musicxml
from intermezzo.storage.scores.musicxml_write import written_musicxml, written_mxl
from intermezzo.storage.scores.round_trip import Kept, round_trip

TYPES = {"breve": 3840, "whole": 1920, "half": 960, "quarter": 480, "eighth": 240, "16th": 120, "32nd": 60, "64th": 30}


def score(*measures: str, head: str = "", parts: str = "") -> bytes:
    """One part of measures, divisions 2."""
    body = "".join(m if m.startswith("<measure") else f"<measure>{m}</measure>" for m in measures)
    return f"""<?xml version="1.0"?><!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN"
    "http://www.musicxml.org/dtds/partwise.dtd"><score-partwise>{head}<part-list><score-part id="A">
    <part-name>Song</part-name></score-part></part-list><part id="A">{body}</part>{parts}</score-partwise>""".encode()


TIME = "<time><beats>2</beats><beat-type>4</beat-type></time>"
FIRST = f"<attributes><divisions>2</divisions><key><fifths>1</fifths></key>{TIME}</attributes>"


def note(
    step: str, duration: int, lyric: str = "", *, syllabic: str = "single", more: str = "", octave: int = 4
) -> str:
    said = f"<lyric><syllabic>{syllabic}</syllabic><text>{lyric}</text></lyric>" if lyric else ""
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{pitch}<duration>{duration}</duration>{more}{said}</note>"


def rest(duration: int) -> str:
    return f"<note><rest/><duration>{duration}</duration></note>"


def read(*measures: str, part: str = "", **more: str) -> Melody:
    return read_musicxml(score(*measures, **more), part).melody


@given(melodies(with_verses=True))
def test_a_tune_comes_back_from_musicxml_whole(melody: Melody) -> None:
    same(read_musicxml(written_musicxml(melody), "").melody, melody, *PARTS, "verses")


@given(melodies())
def test_other_programs_need_no_private_marks_to_read_our_notes_and_words(melody: Melody) -> None:
    foreign = written_musicxml(melody).replace(b"<software>Intermezzo", b"<software>Another")
    starts = melody.notes[:, :2]
    if np.all(starts[1:, 0] >= starts[:-1, 1]):  # one voice: others keep to the one that sings
        same(read_musicxml(foreign, "").melody, melody)


SEVEN = tuple(round(k * 480 / 7) for k in range(8))
BEATS = (
    (480,), (240, 240), (160, 160, 160), (96,) * 5, (120,) * 4, (80,) * 6, (320,) * 3, (360, 120), (160, 320),
    (960, 480), tuple(b - a for a, b in pairwise(SEVEN)), (1200,), (30, 90, 360), (80, 80, 320), (640, 640, 640),
)  # fmt: skip


@given(st.lists(st.sampled_from(BEATS), min_size=1, max_size=8), st.sampled_from(("4/4", "3/4", "6/8")))
def test_tuplets_and_plain_notes_are_written_in_signs_of_their_length(beats: list[tuple[int, ...]], metre: str) -> None:
    rows, at = [], 0
    for length in (length for beat in beats for length in beat):
        rows.append((at, at + length, 60, 80))
        at += length
    melody = Melody(np.array(rows), ("",) * len(rows), at, metres=((0, metre),))
    for element in ElementTree.fromstring(written_musicxml(melody)).iter("note"):
        kind = element.findtext("type") or ""
        dots = len(element.findall("dot"))
        actual = int(element.findtext("time-modification/actual-notes") or 1)
        normal = int(element.findtext("time-modification/normal-notes") or 1)
        length = Fraction(TYPES[kind] * (2 ** (dots + 1) - 1) * normal, 2**dots * actual)
        assert abs(length - int(element.findtext("duration") or 0)) < 1
    same(read_musicxml(written_musicxml(melody), "").melody, melody)


def test_a_triplet_over_two_quarters_is_written_as_one_group() -> None:
    pieces = pieces_of_bar([0, 320, 640, 960, 1920], 480)
    assert [(p.stop - p.start, p.type, p.tuplet) for p in pieces] == [(320, "quarter", (3, 2))] * 3 + [
        (960, "half", (1, 1))
    ]
    assert [(p.opens, p.closes) for p in pieces[:3]] == [(True, False), (False, False), (False, True)]


def test_a_long_note_that_ends_in_a_tuplet_is_tied_into_it() -> None:
    pieces = pieces_of_bar([0, 576, 672, 768, 864, 960], 480)
    assert [(p.type, p.tuplet) for p in pieces] == [("quarter", (1, 1))] + [("16th", (5, 4))] * 5


@given(st.lists(st.integers(1, 1919), max_size=8, unique=True), st.sampled_from((480, 720)))
def test_any_cuts_of_a_bar_are_filled_without_gaps(inner: list[int], beat: int) -> None:
    cuts = sorted({0, *inner, 1920})
    pieces = pieces_of_bar(cuts, beat)
    assert [p.start for p in pieces] == [0, *(p.stop for p in pieces[:-1])] and pieces[-1].stop == 1920
    assert set(cuts) <= {p.start for p in pieces} | {1920}
    assert sum(p.opens for p in pieces) == sum(p.closes for p in pieces)


def test_short_notes_of_a_beat_share_beams_and_rests_break_them() -> None:
    lengths = (240, 240, 360, 120, 120, 240, 120)
    starts = [sum(lengths[:k]) for k in range(len(lengths))]
    rows = [(at, at + length, 60, 80) for at, length in zip(starts, lengths, strict=True)]
    root = ElementTree.fromstring(written_musicxml(Melody(np.array(rows), ("",) * 7, 1920)))
    found = [[beam.text for beam in element.findall("beam")] for element in root.iter("note")]
    assert found[:7] == [
        ["begin"], ["end"], ["begin"], ["end", "backward hook"], ["begin", "forward hook"], ["continue"],
        ["end", "backward hook"],
    ]  # fmt: skip


def test_ties_are_merged_over_bar_lines_and_repeated_notes_are_not() -> None:
    tied = (
        note("G", 4, "long", more='<tie type="start"/>'),
        note("G", 2, more='<tie type="stop"/>') + note("G", 2, "two"),
    )
    tune = read(FIRST + tied[0], tied[1])
    assert tune.notes[:, :3].tolist() == [[0, 1440, 67], [1440, 1920, 67]]
    assert tune.lyrics == ("long", "two")


def test_a_tied_note_with_a_syllable_is_sung_anew_in_the_first_verse_and_joined_in_others() -> None:
    tie = '<tie type="{}"/>'
    first = note("G", 2, "a", more=tie.format("start")).replace(
        "</note>", '<lyric number="2"><syllabic>begin</syllabic><text>ri</text></lyric></note>'
    )
    other = note("G", 2, more=tie.format("stop")).replace(
        "</note>", '<lyric number="2"><syllabic>end</syllabic><text>ver</text></lyric></note>'
    )
    tune = read(FIRST + first + other)
    assert (tune.count, tune.lyrics, tune.verses) == (1, ("a",), (("river",),))
    anew = read(FIRST + first + note("G", 2, "b", more=tie.format("stop")))
    assert anew.lyrics == ("a", "b")


def test_the_syllable_of_notes_struck_together_is_on_the_highest() -> None:
    upper = note("B", 4).replace("<note>", "<note><chord/>")
    assert read(FIRST + note("G", 4, "la") + upper).lyrics == ("", "la")


def test_a_refrain_above_the_song_is_not_taken_for_it() -> None:
    song = "".join(note("C", 1, "la") for _ in range(4))
    parts = f'<part id="B"><measure>{FIRST}{song}</measure></part>'
    assert read_musicxml(score(FIRST + note("G", 4, "ah"), parts=parts), "").melody.count == 4


def test_syllables_extenders_slurs_and_elisions_become_our_signs() -> None:
    slur = '<notations><slur type="start"/></notations>'
    tune = read(
        FIRST + note("G", 2, "riv", syllabic="begin") + note("A", 2),
        note("G", 2, "- er", syllabic="end") + note("A", 2, "sings", more=slur),
        note("G", 2, more='<notations><slur type="stop"/></notations>') + note("A", 2),
        note("G", 2).replace("</note>", "<lyric><text>ah</text><extend/></lyric></note>") + note("A", 2),
        rest(2) + note("G", 2),
        note("G", 4).replace("</note>", "<lyric><text>que</text><elision>‿</elision><text>est</text></lyric></note>"),
        note("G", 4, "1. Down"),
    )
    assert tune.lyrics == ("riv-", "_", "er", "sings", "_", "", "ah", "_", "", "que‿est", "Down")


def test_hyphens_in_the_text_join_syllables_too() -> None:
    tune = read(FIRST + note("G", 2, "le -", syllabic="end") + note("A", 2, "toi"), note("G", 4, "–"))
    assert tune.lyrics == ("le-", "toi", "–")


def test_verses_are_read_by_their_numbers() -> None:
    two = '<lyric number="2"><text>zwei</text></lyric><lyric number="1"><text>eins</text></lyric></note>'
    tune = read(FIRST + note("G", 4).replace("</note>", two), note("A", 4, "nur"))
    assert (tune.lyrics, tune.verses) == (("eins", "nur"), (("zwei", ""),))


def test_a_short_first_bar_is_a_pickup_and_a_bar_cut_in_two_begins_the_metre_anew() -> None:
    half = '<measure implicit="yes">' + note("G", 2) + "</measure>"
    tune = read(FIRST + note("D", 2), note("G", 4), half, half, note("G", 4))
    assert (tune.pickup, tune.metres) == (480, ((0, "2/4"), (1920, "2/4"), (2400, "2/4")))
    assert tune.n_frames == 3360


def test_a_bar_that_is_short_without_saying_so_is_filled_up() -> None:
    assert read(FIRST + note("G", 4), note("G", 2), note("G", 4)).notes[:, 0].tolist() == [0, 960, 1920]


def test_free_time_sums_and_unknown_metres_keep_the_bars_as_they_are_written() -> None:
    free = "<attributes><time><senza-misura/></time></attributes>" + note("G", 14)
    five = "<attributes><time><beats>3+2</beats><beat-type>8</beat-type></time></attributes>" + note("A", 5)
    tune = read(FIRST + note("G", 4), free, five)
    assert tune.notes[:, 0].tolist() == [0, 960, 4320] and tune.metres == ((0, "2/4"), (4320, "5/8"))


def test_voices_backups_chords_graces_and_cues_are_told_apart() -> None:
    second = "<backup><duration>4</duration></backup>" + note("C", 4, more="<voice>2</voice>")
    grace = "<note><grace/><pitch><step>F</step><octave>4</octave></pitch></note>"
    cue = "<note><cue/><pitch><step>F</step><octave>4</octave></pitch><duration>2</duration></note>"
    both = note("B", 2).replace("<note>", "<note><chord/>")
    reading = read_musicxml(score(FIRST + grace + note("G", 2, "la") + both + cue + second), "")
    assert reading.melody.notes[:, :3].tolist() == [[0, 480, 67], [0, 480, 71]]
    said = " ".join(reading.remarks)
    assert "1 grace notes" in said and "1 cue notes" in said and "1 notes of further voices" in said


def test_tempo_key_chords_and_rehearsal_marks_are_read_where_they_stand() -> None:
    mark = "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
    mark += "<per-minute>c. 60</per-minute>"
    mark += (
        "</metronome></direction-type></direction><direction><direction-type><rehearsal>B</rehearsal></direction-type>"
    )
    mark += '<offset>2</offset><sound tempo="100"/></direction>'
    chord = "<harmony><root><root-step>B</root-step><root-alter>-1</root-alter></root><kind>{}</kind>{}</harmony>"
    degree = (
        "<degree><degree-value>9</degree-value><degree-alter>0</degree-alter><degree-type>add</degree-type></degree>"
    )
    bass = "<bass><bass-step>D</bass-step></bass>"
    tune = read(
        FIRST
        + mark
        + chord.format("major", degree)
        + note("G", 2)
        + chord.format("dominant-13th", bass)
        + note("G", 2),
        "<attributes><key><fifths>-3</fifths><mode>minor</mode></key></attributes>"
        + chord.format("none", "")
        + note("C", 4),
    )
    assert tune.tempi == ((0, 90.0), (480, 100.0)) and tune.sections == ((480, 1920, "B"),)
    assert tune.chords == ((0, 480, "Bbadd9"), (480, 960, "Bb9/D"), (960, 1920, "N.C."))
    assert tune.keys == ((0, "G major"), (960, "C minor"))


def test_a_signature_without_mode_is_minor_where_its_tonic_outweighs() -> None:
    assert read(FIRST + note("E", 3) + note("G", 1)).keys == ((0, "E minor"),)


def test_the_part_that_sings_is_taken_unless_another_is_named() -> None:
    other = f'<part id="B"><measure>{FIRST}{note("C", 4, "la")}</measure></part>'
    head = '<part-list><score-part id="B"><part-name>Tenor</part-name></score-part></part-list>'
    content = score(FIRST + note("G", 4), parts=other, head=head)
    assert read_musicxml(content, "").melody.notes[0, 2] == 60
    assert read_musicxml(content, "song").melody.notes[0, 2] == read_musicxml(content, "1").melody.notes[0, 2] == 67
    assert "other parts stay out: Song" in " ".join(read_musicxml(content, "").remarks)
    with pytest.raises(Unsound, match=r"no part 'flute'\. It has 1 Song, 2 Tenor"):
        read_musicxml(content, "flute")


def test_a_score_written_measure_by_measure_and_a_transposing_part_are_read() -> None:
    down = "<attributes><transpose><chromatic>-2</chromatic></transpose></attributes>"
    body = f'<measure number="1"><part id="A">{FIRST}{down}{note("D", 4, "la")}</part></measure>'
    content = f"<score-timewise><part-list/>{body}</score-timewise>".encode()
    assert read_musicxml(content, "").melody.notes.tolist() == [[0, 960, 60, 80]]


def test_thirty_parts_are_read_in_time_that_grows_with_them() -> None:
    parts = "".join(f'<part id="P{k}"><measure>{FIRST}{note("C", 4)}</measure></part>' for k in range(30))
    assert read_musicxml(score(FIRST + note("G", 4, "la"), parts=parts), "").melody.count == 1


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", b"<score-partwise>" + b" " * (100 * 2**20))
    return file.getvalue()


LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><score-partwise>&b;</score-partwise>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no XML"), (b"PK\3\4broken", "zip container"), (b"<html/>", "another kind"), (LAUGHS, "entities"),
        (b"<score-partwise>", "no XML"), (b"<score-partwise/>", "no music"), (b"<a>" * 5000, "nested too deeply"),
        (bomb(), "over 64 MB"), (score(FIRST + rest(4)), "no notes"),
        (score(FIRST + note("G", 4, octave=12)), "out of range"),
        (score(FIRST + note("X", 4)), "no letter"), (score(FIRST + note("G", 4))[:-200], "no XML"),
        (score(FIRST.replace(">2<", ">0<", 1) + note("G", 4)), "zero"), (score(FIRST + note("G", -4)), "below zero"),
        (score(FIRST + note("G", 4).replace("<duration>4", "<duration>1e9")), "no number"),
        (score(FIRST + note("G", 999_999_999)), "quarter notes long"),
        (score(FIRST + '<sound tempo="0"/>' + note("G", 4)), "tempo of 0"),
        (score(FIRST + '<sound tempo="x"/>' + note("G", 4)), "no number"),
    ],
)  # fmt: skip
def test_a_broken_score_is_refused_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "song.mxl"
    path.write_bytes(content)
    with pytest.raises(FileError, match=says) as refused:
        read_score(path)
    assert "\n" not in str(refused.value) and str(refused.value).startswith("song.mxl cannot be read: ")


@given(st.data())
def test_no_damage_gives_another_error(data: st.DataObject) -> None:
    content = bytearray(score(FIRST + note("G", 2, "riv", syllabic="begin") + note("A", 2, "er", syllabic="end")))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(60, len(content) - 1))] = data.draw(st.integers(32, 126))
    try:
        read_musicxml(bytes(content), "")
    except Unsound as problem:
        assert "\n" not in str(problem)


def test_a_zipped_score_is_written_and_read_and_the_figures_say_so(tmp_path: Path) -> None:
    melody = Melody(np.array([(0, 480, 60, 80), (480, 960, 62, 80)]), ("ri-", "ver"), 1920, chords=((0, 1920, "C"),))
    write_score(melody, tmp_path / "a.mxl")
    same(read_score(tmp_path / "a.mxl"), melody)
    assert written_mxl(melody) == written_mxl(melody)
    assert round_trip(tmp_path / "a.mxl") == Kept(2, 2, 2, 2, 1, 1, 4, 4)


def test_notes_that_cannot_be_written_are_refused() -> None:
    with pytest.raises(Unsound, match="up an octave"):
        written_musicxml(Melody(np.array([(0, 480, 3, 80)]), ("",), 1920))
    with pytest.raises(Unsound, match="empty"):
        written_musicxml(Melody(np.zeros((0, 4)), (), 0))
    with pytest.raises(Unsound, match="64 notes"):
        written_musicxml(Melody(np.array([(k, 4800 + k, 60, 80) for k in range(70)]), ("",) * 70, 9600))


def test_a_held_syllable_has_an_extender_at_the_end_of_a_word_and_hyphens_inside_it() -> None:
    notes = np.array([[480 * k, 480 * k + 480, 60, 80] for k in range(3)], np.int32)
    inside, at_end = Melody(notes, ("Fa-", "_", "ther"), 1920), Melody(notes, ("so", "_", "far"), 1920)
    assert b"<extend" not in written_musicxml(inside) and b"<extend" in written_musicxml(at_end)
    for melody in (inside, at_end):
        same(read_musicxml(written_musicxml(melody), "").melody, melody)
