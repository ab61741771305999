"""What is found in a tune that was made to have each fault, and that its mends mend it and touch little else."""

import json
from dataclasses import replace
from typing import get_args

import pytest
from drawn_sketch import drawn_sketch
from drawn_tune import tune_sketch
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.core import codec
from intermezzo.core.edits import lyrics, notes
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.errors import EditError
from intermezzo.core.music.metre import Bars, Metre
from intermezzo.core.music.stress import language_of, stressed_part
from intermezzo.core.singability import KINDS, Finding, Limits, limits_of
from intermezzo.core.singability.batch import allow_all, mend_all
from intermezzo.core.singability.finding import Code, Said
from intermezzo.core.singability.findings import findings_of, mends_of
from intermezzo.core.sketch import Sketch

Q = 480
WIDE = Limits()
TUNE = tune_sketch()
CLEAN = lyrics.write_verse(
    notes.fit(TUNE, range(14), chord=True), range(14), "When the lamps are all so low and the old sun turns to gold"
)[0]


def said(sketch: Sketch, kind: str, limits: Limits = WIDE) -> list[str]:
    """Return what is said of each finding: the code, then its values, parted by a bar."""
    return [told(f.said) for f in findings_of(sketch, limits, "en") if f.kind == kind]


def told(said: Said) -> str:
    return "|".join((said.code, *said.values))


def only(sketch: Sketch, kind: str, limits: Limits = WIDE) -> Finding:
    (found,) = (f for f in findings_of(sketch, limits, "en") if f.kind == kind)
    return found


def mended(sketch: Sketch, kind: str, limits: Limits = WIDE, *, at: int = 0) -> Sketch:
    finding = only(sketch, kind, limits)
    after = mends_of(sketch, finding, limits)[at].edit(sketch)
    assert not said(after, kind, limits), kind
    return after


def named(sketch: Sketch, kind: str, limits: Limits = WIDE) -> list[str]:
    return [told(mend.said) for mend in mends_of(sketch, only(sketch, kind, limits), limits)]


def row(sketch: Sketch, note: int) -> list[int]:
    found: list[int] = sketch.notes.values[sketch.notes.index_of(note)].tolist()
    return found


def test_a_tune_that_sings_well_has_no_findings() -> None:
    assert findings_of(CLEAN, WIDE, "en") == ()
    assert findings_of(drawn_sketch()) == ()


def test_a_note_against_its_chord_goes_to_the_nearest_tone_or_is_allowed() -> None:
    wrong = notes.move(CLEAN, [5], 0, 10)  # "so" on the first beat over E minor: D, then down a third
    assert said(wrong, "chord") == ["chord|D5|Em"]
    assert named(wrong, "chord") == ["move|B4", "move|E5", "allow|chord"]  # E5 would be a leap of 14
    assert row(mended(wrong, "chord"), 5)[2] == 71
    allowed = mended(wrong, "chord", at=-1)
    assert allowed.notes.values is wrong.notes.values


def test_a_note_that_resolves_by_a_step_is_let_be() -> None:
    on_three = notes.move(CLEAN, [3], 0, 2)  # "are", A on beat 3, then D by a leap
    assert said(on_three, "chord") == ["chord|A4|G"]
    assert said(notes.move(on_three, [4], 0, 5), "chord") == []  # then G: resolved by a step


def test_what_is_allowed_lasts_through_files_and_ends_with_the_next_edit_of_the_note() -> None:
    wrong = notes.move(CLEAN, [5], 0, 10)
    allowed = mended(wrong, "chord", at=-1)
    document, arrays = codec.pack(allowed)
    again = codec.unpack(json.loads(json.dumps(document)), arrays.__getitem__)
    assert said(again, "chord") == []
    assert said(notes.move(allowed, [0], 0, 12), "chord") == []
    elsewhere = notes.move(notes.move(allowed, [5], 0, 1), [5], 0, -1)
    assert said(elsewhere, "chord") == ["chord|D5|Em"]
    louder = notes.set_velocities(allowed, {5: 20})
    assert said(louder, "chord") == []


def test_what_is_allowed_is_allowed_of_the_same_note_made_anew() -> None:
    wrong = notes.move(CLEAN, [5], 0, 10)
    made = wrong.with_layer(type(wrong.notes).machine(
        wrong.notes.spec, wrong.type.hop_s, wrong.n_frames, wrong.notes.values, wrong.notes.lyrics
    ))  # fmt: skip
    allowed = made.with_layer(mended(made, "chord", at=-1).notes)
    again, lost = carry_over(allowed, made)
    assert said(again, "chord") == [] and lost == ()
    other = notes.move(made, [5], 0, 1)
    assert said(carry_over(allowed, other)[0], "chord") == ["chord|D♯5|Em"]


def test_a_rest_inside_a_word_is_closed() -> None:
    river = lyrics.write_verse(CLEAN, [9, 10], "riv-er")[0]
    assert said(notes.resize(river, [9], stop_by=-100), "rest") == []  # a light articulation
    torn = notes.resize(river, [10], start_by=240)
    assert said(torn, "rest") == ["rest|“river”"]
    assert row(mended(torn, "rest"), 9)[1] == row(torn, 10)[0]


def test_notes_together_leaps_and_range() -> None:
    both = notes.resize(CLEAN, [6], stop_by=960)
    assert said(both, "overlap") == ["overlap|“and”|“low”"]
    assert row(mended(both, "overlap"), 6)[1] == row(both, 7)[0]
    wide = notes.move(CLEAN, [9], 0, 14)
    assert len(said(wide, "leap")) == 2
    low = Limits(low=64)
    assert said(CLEAN, "range", low) == ["too_low|D4|E4"]
    assert named(CLEAN, "range", low)[0] == "move|D5"
    assert row(mended(CLEAN, "range", low), 4)[2] == 74


def test_short_syllables_and_long_breaths_are_found_in_seconds_not_in_beats() -> None:
    short = notes.resize(CLEAN, [8], stop_by=-200)
    assert said(short, "fast") == ["fast|“the”|54"]
    assert said(tune_sketch(tempo="30"), "fast") == [] and row(mended(short, "fast"), 8)[1] > row(short, 8)[1]
    patter = tune_sketch(tempo="300")
    first = next(f for f in findings_of(patter, WIDE, "en") if f.kind == "fast" and f.notes[1] == 8)
    slower = mends_of(patter, first, WIDE)[0]  # the next syllable is as short
    assert told(slower.said) == "slow_down|250" and said(slower.edit(patter), "fast") == []
    slow = notes.delete(tune_sketch(tempo="40"), [10, 11, 12, 13])
    stretch = Limits(breath_s=8)
    assert said(CLEAN, "breath", stretch) == []
    assert len(said(slow, "breath", stretch)) == 1
    assert named(slow, "breath", stretch)[0].startswith("breathe|“")
    mended(slow, "breath", stretch)


def test_stress_against_the_metre_is_put_on_the_beat() -> None:
    against = lyrics.write_verse(CLEAN, [4, 5], "burn-ing")[0]  # the fourth beat and the first of the next bar
    assert said(notes.resize(against, [4], start_by=-240), "stress") == []  # length makes up for it
    assert said(against, "stress") == ["stress|“ing”|“burning”|“burn”"]
    better = mended(against, "stress")
    assert row(better, 4)[0] == 4 * Q and row(better, 5)[1] == row(against, 5)[1]
    held = lyrics.write_verse(CLEAN, [5, 6, 7], "a-_ bove")[0]  # over the first two notes of the second bar
    held = notes.move(held, [7], -480)
    assert said(notes.resize(held, [7], stop_by=-240), "stress") != []
    upbeat = mended(notes.resize(held, [7], stop_by=-240), "stress").notes
    assert upbeat.lyrics[5:9] == ("a-", "bove", "_", "_") and upbeat.stops[5] == upbeat.starts[6] == 4 * Q
    small = lyrics.write_verse(CLEAN, [7, 8, 9], "the moon-light")[0]
    assert said(small, "stress") == ["small_word|“the”|“moon”"]
    assert said(notes.resize(small, [7], stop_by=-360), "stress") == []  # it is short enough to be light


def test_questions_fall_and_statements_rise_are_turned() -> None:
    falling = notes.move(notes.move(CLEAN, [6], 0, -4), [5], 0, 5)  # A, then G
    question = lyrics.write_verse(falling, range(7), "is it all so far be-low?")[0]
    assert said(question, "question") == ["question|“below”"]
    assert said(lyrics.set_syllable(question, 0, "why"), "question") == []
    assert row(mended(question, "question"), 6)[2] > row(question, 5)[2]
    statement = lyrics.set_syllable(notes.move(CLEAN, [6], 0, 5), 6, "low.")
    assert said(statement, "statement") == ["statement|“low”"]
    assert row(mended(statement, "statement"), 6)[2] < row(statement, 5)[2]


def test_a_syllable_held_over_its_comma_gets_a_rest() -> None:
    held = lyrics.write_verse(CLEAN, [7, 8, 9, 10, 11], "gold, _ _ runs on")[0]
    assert said(held, "comma") == ["comma|“gold”|“runs”"]
    assert row(mended(held, "comma"), 9)[1] < row(held, 10)[0]


@settings(max_examples=80)
@given(
    moves=st.lists(st.tuples(st.integers(0, 13), st.integers(-960, 960), st.integers(-14, 14)), max_size=6),
    cuts=st.lists(st.tuples(st.integers(0, 13), st.integers(-900, 900)), max_size=4),
    words=st.sampled_from(("", "When. the? riv-er, _ _ be-low the moon, a-bove the old man.")),
)
def test_every_mend_mends_or_refuses_and_leaves_other_notes_alone(
    moves: list[tuple[int, int, int]], cuts: list[tuple[int, int]], words: str
) -> None:
    sketch = lyrics.write_verse(CLEAN, range(14), words)[0]
    for note, frames, up in moves:
        sketch = notes.move(sketch, [note], frames, up)
    for note, by in cuts:
        sketch = notes.resize(sketch, [note], stop_by=by)
    limits = Limits(55, 79, 9, 6.0)
    for finding in findings_of(sketch, limits, "en"):
        assert finding.kind in KINDS and finding.said.code in get_args(Code)
        for mend in mends_of(sketch, finding, limits):
            after = mend.edit(sketch)
            others = (
                name for name in sketch.layers if name not in ("notes", "tempo" if finding.kind == "fast" else "")
            )
            assert all(after.layers[name] is sketch.layers[name] for name in others)
            left = {f.notes: f for f in findings_of(after, limits, "en") if f.kind == finding.kind}
            if finding.kind not in ("breath", "leap"):  # these may find the next place of the same stretch
                assert finding.notes not in left, (finding, told(mend.said))
            changed = {
                n for n in sketch.notes.ids.tolist() if n not in after.notes.ids or row(sketch, n) != row(after, n)
            }
            assert len(changed) <= 3
        if finding.kind == "fast":
            continue  # the tempo may be slowed down whatever is locked
        with_lock = notes.lock(sketch, range(14))
        for mend in mends_of(with_lock, finding, limits)[:-1]:
            with pytest.raises(EditError):
                mend.edit(with_lock)


def test_all_of_a_kind_are_mended_but_what_is_locked_and_looked_at_again() -> None:
    wrong = notes.move(tune_sketch(repeat=5), range(0, 70, 3), 0, 6)
    for kind in ("chord", "key", "stress"):
        mended_all, left = mend_all(wrong, kind, WIDE)
        assert len(said(wrong, kind)) > 4 and left == len(said(mended_all, kind)) <= len(said(wrong, kind)) // 4
        assert said(allow_all(wrong, kind, WIDE), kind) == []
    locked = notes.lock(wrong, range(70))
    assert mend_all(locked, "chord", WIDE) == (locked, len(said(locked, "chord")))


def test_stress_rules_say_what_a_dictionary_says() -> None:
    for word, part in {"riv-er": 0, "a-bove": 1, "be-ing": 0, "re-mem-ber": 1, "my-self": 1, "la-dy's": 0}.items():
        assert stressed_part(tuple(word.split("-")), "en") == part, word
    for word, said_part in {"ver-ge-ssen": 1, "Früh-ling": 0, "Me-lo-die": None, "zu-rück": None}.items():
        assert stressed_part(tuple(word.split("-")), "de") == said_part, word
    assert stressed_part(("ri-", "viè", "re"), "fr") is None
    assert language_of(("der", "Mond", "ist", "auf")) == "de"


def test_limits_come_from_the_settings_of_the_engine() -> None:
    assert limits_of({"voice": "tenor", "largest_leap": 7}) == Limits(48, 67, 7)
    assert limits_of({"lowest": 50, "highest": 70}) == Limits(50, 70)
    made = replace(CLEAN, made=replace(CLEAN.made, params={"voice": "soprano", "largest_leap": 3}))
    assert any(f.kind == "leap" for f in findings_of(made))


@given(
    metre=st.sampled_from((Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(5, 8), Metre(2, 2))),
    pickup=st.sampled_from((0, 240, 480)),
    frame=st.integers(0, 9000),
)
def test_weights_of_many_frames_are_those_of_each(metre: Metre, pickup: int, frame: int) -> None:
    bars = Bars.of([(0, metre), (pickup + 2 * metre.bar_frames, Metre(3, 4))], 9001, pickup)
    frames = [frame, 0, pickup, frame // 240 * 240]
    assert bars.weights_at(frames).tolist() == [bars.weight(at) for at in frames]
