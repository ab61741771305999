"""Edits of a tune follow their syllables and bars into another one; what has no place is listed and comes back."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.core import codec
from intermezzo.core.bring_back import brought_back
from intermezzo.core.edits import free_spans, lyrics, notes, regions, spans
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.edits.remade import note_rows, span_rows
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Layer, Notes, NotesSpec, Region, Spans, SpansSpec
from intermezzo.core.media import Text
from intermezzo.core.music.metre import metre_of
from intermezzo.core.project import Stage
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches.melody import MELODY

BAR, Q = 1920, 480
VERSE = ["When the lamps are", "burn- ing low and", "all the riv- er", "turns to gold _"]


def song(
    bars: list[str], *, metre: str = "4/4", key: str = "C major", up: int = 0, chords: tuple[str, ...] = ("C", "F")
) -> Sketch:
    """Return a song with a syllable on each quarter of its bars and a phrase in every two of them."""
    length = metre_of(metre).bar_frames
    n = length * len(bars)
    rows = [
        (b * length + k * Q, b * length + (k + 1) * Q, text)
        for b, bar in enumerate(bars)
        for k, text in enumerate(bar.split()[: length // Q])
        if text != "_"
    ]
    phrases = [(b * length, min(b + 2, len(bars)) * length) for b in range(0, len(bars), 2)]
    said = {
        "tempo": [(0, n, "90")], "metre": [(0, n, metre)], "key": [(0, n, key)],
        "sections": [(a, b, "AB"[k % 2]) for k, (a, b) in enumerate(phrases)],
        "chords": [(b * length, (b + 1) * length, chords[b % len(chords)]) for b in range(len(bars))],
        "rhythm": rows, "cadence": [(a, b, "half") for a, b in phrases],
    }  # fmt: skip
    layers: dict[str, Layer] = {}
    for spec in MELODY.layers:
        if isinstance(spec, SpansSpec):
            starts, stops, labels = zip(*said[spec.name], strict=True)
            layers[spec.name] = Spans.machine(spec, MELODY.hop_s, n, starts, stops, labels)
        elif isinstance(spec, NotesSpec):
            values = [(a, b, 60 + up + (k * 5) % 7, 80) for k, (a, b, _) in enumerate(rows)]
            layers[spec.name] = Notes.machine(spec, MELODY.hop_s, n, values, [text for *_, text in rows])
    return Sketch(MELODY, layers, Made("drawn", "1"))


def by_hand(sketch: Sketch, name: str) -> list[tuple[object, ...]]:
    layer = sketch.layers[name]
    rows = note_rows(layer) if isinstance(layer, Notes) else span_rows(layer)  # type: ignore[arg-type]
    return [row[1:] for row, mark in zip(rows, layer.marks().tolist(), strict=True) if mark & 6]


SONG = song(VERSE)
EDITED = notes.move(SONG, [2], 0, 5)  # lamps
EDITED = notes.resize(EDITED, [6], stop_by=-240)  # low
EDITED = spans.relabel(EDITED, "chords", 1, "Am")
EDITED = free_spans.move_edge(EDITED, "chords", 2, 3 * BAR - Q)
EDITED = spans.relabel(EDITED, "cadence", 0, "authentic")
EDITED = spans.relabel(EDITED, "tempo", 0, "104")


def test_the_same_prediction_keeps_everything() -> None:
    again, lost = carry_over(EDITED, song(VERSE))
    assert codec.fingerprint(again) == codec.fingerprint(EDITED) and not lost


def test_pitches_keep_their_value_and_take_the_new_rhythm_and_what_was_laid_out_keeps_its_own() -> None:
    other = song(["When the lamps are", "burn- ing _ low", "and all the riv-", "er turns to gold"], up=2)
    again, lost = carry_over(EDITED, other)
    lamps, low = by_hand(again, "notes")
    assert lamps == (2 * Q, 3 * Q, 68, 80, "lamps")
    assert low[:2] == (BAR + 3 * Q, BAR + 3 * Q + 240) and low[4] == "low", "as short as it was, where it is sung now"
    assert by_hand(again, "chords") == [(BAR, 2 * BAR, "Am"), (2 * BAR, 3 * BAR - Q, "C"), (3 * BAR - Q, 4 * BAR, "F")]
    assert by_hand(again, "tempo") == [(0, 4 * BAR, "104")] and not lost
    assert again.notes.count == other.notes.count


def test_a_syllable_that_was_cut_is_cut_where_it_is_sung_now() -> None:
    cut = free_spans.split(SONG, "rhythm", 2, 2 * Q + 240)
    other = song(["When the _ lamps", "are burn- ing low", "and all the riv-", "er turns to gold"])
    again, lost = carry_over(cut, other)
    assert by_hand(again, "rhythm") == [(3 * Q, 3 * Q + 240, "lamps"), (3 * Q + 240, BAR, "lamps")] and not lost


def test_syllables_that_were_taken_out_stay_out_between_the_same_words() -> None:
    less = notes.delete(free_spans.take_out(free_spans.take_out(SONG, "rhythm", 6), "rhythm", 5), [5, 6])
    again, lost = carry_over(less, song([VERSE[0], "burn- ing _ low", "and all the riv-", "er turns to gold"]))
    assert "ing" not in again.rhythm.labels and "low" not in again.notes.lyrics and not lost
    assert again.rhythm.count == again.notes.count == 13
    twice, _ = carry_over(again, song(VERSE))
    assert twice.rhythm.labels == less.rhythm.labels and twice.notes.lyrics == less.notes.lyrics
    more, lost = carry_over(less, song([VERSE[0], "burn- ing so low", "and all the riv-", "er turns to gold"]))
    assert more.rhythm.count == 16 and [drop.what for drop in lost] == ["2 deleted of Rhythm before and"]


def test_edits_move_with_their_words_by_whole_bars() -> None:
    again, lost = carry_over(EDITED, song(["oh oh oh oh", "ah ah ah ah", *VERSE, "la la la la"]))
    assert [row[:2] for row in by_hand(again, "notes")] == [
        (2 * BAR + 2 * Q, 2 * BAR + 3 * Q), (3 * BAR + 2 * Q, 3 * BAR + 3 * Q - 240),
    ]  # fmt: skip
    assert [row[0] for row in by_hand(again, "chords")] == [3 * BAR, 4 * BAR, 5 * BAR - Q]
    assert by_hand(again, "cadence") == [(2 * BAR, 4 * BAR, "authentic")] and not lost


def test_a_locked_hook_stays_as_it_is_though_its_words_are_divided_otherwise() -> None:
    held = regions.lock(SONG, ["notes", "rhythm", "chords"], Region(BAR, 2 * BAR))
    other = song(["When the _ lamps", "are burn- _ ing", "low and all the", "riv- er turns to", "gold _ _ _"])
    again, lost = carry_over(held, other)
    rows = [(BAR + k * Q, BAR + (k + 1) * Q) for k in range(4)]
    assert [row[:2] for row in by_hand(again, "notes")] == rows and not lost
    assert [row[2] for row in by_hand(again, "notes")] == [row[2] for row in by_hand(held, "notes")]
    assert [row[:2] for row in by_hand(again, "rhythm")] == rows
    assert by_hand(again, "chords") == [(BAR, 2 * BAR, "F")]
    sung = [row[5] for row in note_rows(again.notes)]
    assert all(sung.count(text) == 1 for text in ("burn-", "ing", "low", "and")), "none is sung twice"


def test_in_another_key_steps_are_kept_and_what_is_locked_keeps_its_pitch() -> None:
    held = notes.lock(EDITED, [0])
    again, _ = carry_over(held, song(VERSE, key="Eb major", up=3, chords=("Eb", "Ab")))
    assert [row[2] for row in by_hand(again, "notes")] == [60, 71, by_hand(EDITED, "notes")[1][2] + 3]  # type: ignore[operator]
    assert [row[2] for row in by_hand(again, "chords")] == ["Cm", "Eb", "Ab"]


def test_in_another_metre_chords_fill_their_bars_and_notes_keep_their_beats() -> None:
    again, lost = carry_over(EDITED, song(VERSE, metre="3/4"))
    assert by_hand(again, "chords")[0] == (1440, 2880, "Am") and not lost
    assert by_hand(again, "notes")[0][:2] == (2 * Q, 3 * Q)


def test_what_stood_on_words_that_are_gone_is_listed_and_can_be_brought_back() -> None:
    new = song(["turns to gold _", "turns to gold _"])
    again, lost = carry_over(EDITED, new)
    assert {(drop.word, *drop.clips) for drop in lost} >= {("lamps", "notes"), ("low", "notes")}
    assert not again.notes.is_touched
    stage = Stage("1", "nobody", Text("turns"), sketch=again, dropped=lost)
    lamps = next(drop for drop in lost if drop.word == "lamps")
    back = brought_back(stage, [lamps], (BAR, BAR + Q))
    assert back.sketch is not None and by_hand(back.sketch, "notes") == [(BAR, BAR + Q, 68, 80, "lamps")]
    assert lamps not in back.dropped
    returned, still = carry_over(again, song(VERSE), waiting=lost)
    assert [row[4] for row in by_hand(returned, "notes")] == ["lamps", "low"], "its words are there again"
    assert not any("notes" in drop.clips for drop in still)


def test_a_changed_word_keeps_the_note_that_stands_in_its_place_and_typed_syllables_stay() -> None:
    typed = lyrics.set_syllable(EDITED, 7, "oh")
    again, lost = carry_over(typed, song(["When the lights are", *VERSE[1:]]))
    assert [row[4] for row in by_hand(again, "notes")] == ["lights", "low", "oh"] and not lost


def test_tunes_without_words_are_matched_by_bar_and_beat() -> None:
    plain = replace(SONG, layers={**SONG.layers, "rhythm": _wordless(SONG.rhythm), "notes": _wordless(SONG.notes)})
    edited = notes.move(plain, [5], 0, 4)
    again, lost = carry_over(edited, plain.joined(plain))
    assert by_hand(again, "notes") == by_hand(edited, "notes") and not lost


def _wordless(layer: Spans | Notes) -> Spans | Notes:
    if isinstance(layer, Notes):
        return replace(layer, lyrics=("",) * layer.count, base_lyrics=("",) * layer.count)
    return replace(layer, labels=("",) * layer.count, base_labels=("",) * layer.count)


_KINDS = st.sampled_from(("move", "resize", "draw", "chord", "edge", "put", "lock", "say"))
_HANDS = st.lists(st.tuples(_KINDS, st.integers(0, 14), st.integers(0, 7000), st.integers(60, 1500)), max_size=6)


@settings(max_examples=80, deadline=None)
@given(
    hands=_HANDS,
    bars=st.lists(st.sampled_from([*VERSE, "la la la la", "burn- ing gold and"]), min_size=1, max_size=6),
    metre=st.sampled_from(("4/4", "3/4")),
)  # fmt: skip
def test_nothing_is_lost_without_a_word(hands: list[tuple[str, int, int, int]], bars: list[str], metre: str) -> None:
    old = SONG
    for kind, k, frame, length in hands:
        try:
            if kind == "move":
                old = notes.move(old, [k], length if k % 2 else 0, 1)
            elif kind == "resize":
                old = notes.resize(old, [k], stop_by=-length // 4)
            elif kind == "draw":
                old = notes.draw(old, frame, min(frame + length, old.n_frames), 65, lyric="mm")
            elif kind == "chord":
                old = spans.relabel(old, "chords", k % old.chords.count, "Dm")
            elif kind == "edge":
                old = free_spans.move_edge(old, "rhythm", k % old.rhythm.count, frame)
            elif kind == "put":
                old = free_spans.put(old, "chords", frame, min(frame + length, old.n_frames), "E7")
            elif kind == "say":
                old = lyrics.set_syllable(old, k, "so")
            else:
                old = regions.lock(old, ["notes", "rhythm", "chords"], Region(frame, frame + length))
        except EditError:
            continue
    again, lost = carry_over(old, song(bars, metre=metre))
    for name, layer in old.layers.items():
        had, now = (int(x.by_hand().sum()) for x in (layer, again.layers[name]))
        listed = sum(int(drop.clips[name].by_hand().sum()) for drop in lost if name in drop.clips)
        assert had == now + listed, name


def test_a_long_song_is_carried_in_time_that_grows_with_its_length() -> None:
    n = 250
    held = regions.lock(song(VERSE * n), ["notes", "rhythm", "chords"], Region(0, 4 * BAR * n))
    again, lost = carry_over(held, song(VERSE * n, up=2))
    assert not lost and again.notes.pitches.tolist() == held.notes.pitches.tolist()
