"""Labels and points of other programs on a sketch: what moves, what is marked, what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trial import BOUNDS, HOP_S, LABELS, speech_sketch, trial_sketch

from intermezzo.core.edits.labels import apply_labels, way_of
from intermezzo.core.edits.tracks import apply_track
from intermezzo.core.errors import EditError
from intermezzo.core.labels import INTENSITY_OFFSET_DB, Interval, Labels, Tier, Track, tiers_of, track_of
from intermezzo.core.layers import Mark, Region, Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.phonetic import in_symbols_of
from intermezzo.core.sketch import Sketch


def analysed() -> Sketch:
    """The trial sketch as if it came from a recording."""
    sketch = trial_sketch()
    sounds: Spans = sketch.sounds
    marks = frozen(np.full(sounds.count, int(Mark.ANALYSED)), np.uint8)
    return sketch.with_layer(replace(sounds, origin=marks))


def tier(name: str, *rows: tuple[float, float, str]) -> Tier:
    return Tier(name, tuple(Interval(a, b, label, k) for k, (a, b, label) in enumerate(rows, 1)))


def sounds_at(bounds: tuple[int, ...], labels: tuple[str, ...] = LABELS, name: str = "sounds") -> Labels:
    rows = [(a * HOP_S, b * HOP_S, label) for a, b, label in zip(bounds, bounds[1:], labels, strict=False)]
    return Labels(bounds[-1] * HOP_S, (tier(name, *rows),))


class TestStretch:
    def test_what_was_written_changes_nothing(self) -> None:
        sketch = trial_sketch()
        assert way_of(sketch) == "stretch"
        assert apply_labels(sketch, tiers_of(sketch)) == (sketch, ())

    def test_a_moved_boundary_stretches_the_sound_and_is_amber(self) -> None:
        sketch = trial_sketch()
        moved, _ = apply_labels(sketch, sounds_at((0, 50, 70, 130, 200, 260, 300)))
        assert moved.sounds.starts.tolist() == [0, 50, 70, 130, 200, 260] and moved.n_frames == 300
        assert ((moved.sounds.origin & Mark.EDITED) != 0).tolist() == [True, True, False, False, False, False]
        assert np.array_equal(moved.melody.values[70:], sketch.melody.values[70:])
        assert not np.array_equal(moved.melody.values[40:60], sketch.melody.values[40:60])

    def test_a_longer_file_makes_a_longer_sketch(self) -> None:
        moved, _ = apply_labels(trial_sketch(), sounds_at((0, 40, 70, 130, 200, 260, 360)))
        assert moved.n_frames == 360 and moved.phrases.stops[-1] == 360

    def test_new_labels_are_edits_and_unknown_ones_are_named_with_their_line(self) -> None:
        labels = ("a", "b", "'e", "d", "e", "a")
        moved, _ = apply_labels(trial_sketch(), sounds_at(BOUNDS, labels))
        assert moved.sounds.labels == labels and moved.sounds.origin[2] & Mark.EDITED
        with pytest.raises(EditError, match="Line 3: 'q' is no symbol of sounds"):
            apply_labels(trial_sketch(), sounds_at(BOUNDS, ("a", "b", "q", "d", "e", "a")))

    def test_sounds_can_be_put_in_and_taken_out(self) -> None:
        sketch = trial_sketch()
        more, told = apply_labels(sketch, sounds_at((0, 40, 70, 90, 130, 200, 260, 300), ("a", "b", "e", *LABELS[2:])))
        assert more.sounds.labels == ("a", "b", "e", "c", "d", "e", "a") and told == ("1 of sounds were put in.",)
        assert more.sounds.starts.tolist() == [0, 40, 70, 90, 130, 200, 260]
        less, told = apply_labels(sketch, sounds_at((0, 40, 130, 200, 260, 300), ("a", "c", "d", "e", "a")))
        assert less.sounds.labels == ("a", "c", "d", "e", "a") and less.n_frames == 300
        assert told == ("1 of sounds were taken out.",)

    def test_a_file_about_another_text_is_refused(self) -> None:
        with pytest.raises(EditError, match="another text"):
            apply_labels(trial_sketch(), sounds_at((0, 50, 100, 150), ("e", "e", "d")))

    def test_a_locked_span_keeps_its_length(self) -> None:
        sketch = trial_sketch()
        locked = sketch.with_layer(sketch.sounds.lock(Region(0, 10), True))
        with pytest.raises(EditError, match="locked"):
            apply_labels(locked, sounds_at((0, 50, 70, 130, 200, 260, 300)))
        moved, _ = apply_labels(locked, sounds_at((0, 40, 90, 130, 200, 260, 300)))
        assert moved.sounds.starts[2] == 90

    @pytest.mark.parametrize("name", ["Sounds", "phones", "MAU", "speaker 1 - phones", "", "anything"])
    def test_the_tier_is_found_by_many_names(self, name: str) -> None:
        moved, _ = apply_labels(trial_sketch(), sounds_at((0, 50, 70, 130, 200, 260, 300), name=name))
        assert moved.sounds.starts[1] == 50

    def test_words_alone_stretch_the_sounds_inside(self) -> None:
        labels = Labels(4.0, (tier("words", (0, 2.0, "one"), (2.0, 4.0, "two")),))
        moved, _ = apply_labels(trial_sketch(), labels)
        assert moved.phrases.starts.tolist() == [0, 200] and moved.n_frames == 400
        assert moved.sounds.starts.tolist() == [0, 62, 108, 200, 282, 353]
        subtitles = Labels(4.0, (tier("cues", (0, 4.0, "One two!")),))
        assert apply_labels(trial_sketch(), subtitles)[0].n_frames == 400
        with pytest.raises(EditError, match="has 3 of phrases, the sketch 2"):
            apply_labels(trial_sketch(), Labels(1.0, (tier("words", (0, 1, "a b c")),)))

    def test_labels_of_words_come_from_the_source(self) -> None:
        labels = sounds_at(BOUNDS)
        both = replace(labels, tiers=(*labels.tiers, tier("words", (0, 1.3, "uno"), (1.3, 3.0, "due"))))
        moved, _ = apply_labels(trial_sketch(), both)
        assert moved.phrases.labels == ("uno", "due")  # phrases may be edited
        assert moved.phrases.origin.tolist() == [Mark.EDITED] * 2
        speech = speech_sketch()
        kept, told = apply_labels(
            speech, Labels(1.28, (*tiers_of(speech).tiers[1:], tier("words", (0, 0.64, "pat"), (0.64, 1.28, "sɑ"))))
        )
        assert kept is speech and "come from the source" in told[0]

    @given(st.lists(st.floats(0.001, 0.8), min_size=6, max_size=6))
    def test_no_rounding_adds_up(self, lengths: list[float]) -> None:
        ends = np.cumsum(lengths)
        rows = [(float(e - n), float(e), label) for e, n, label in zip(ends, lengths, LABELS, strict=True)]
        moved, _ = apply_labels(trial_sketch(), Labels(float(ends[-1]), (tier("sounds", *rows),)))
        sounds = moved.sounds
        assert (sounds.stops - sounds.starts >= 2).all() and moved.n_frames == sounds.stops[-1]
        roomy = np.cumsum(np.array(lengths) < 2.6 * HOP_S) == 0
        assert (np.abs(sounds.stops - ends / HOP_S)[roomy] <= 0.5 + 1e-6).all()


class TestPlace:
    def test_the_sound_stays_where_a_boundary_moves_over_it(self) -> None:
        sketch = analysed()
        assert way_of(sketch) == "place"
        moved, _ = apply_labels(sketch, sounds_at((0, 50, 70, 130, 210, 260, 300)))
        assert moved.melody is sketch.melody and moved.colour is sketch.colour
        assert moved.sounds.starts.tolist() == [0, 50, 70, 130, 210, 260]
        assert ((moved.sounds.origin & Mark.EDITED) != 0).tolist() == [True, True, False, True, True, False]
        assert moved.phrases.starts.tolist() == [0, 130]

    def test_boundaries_of_words_go_with_those_of_their_sounds(self) -> None:
        moved, _ = apply_labels(analysed(), sounds_at((0, 40, 70, 140, 200, 260, 300)))
        assert moved.phrases.stops.tolist() == [140, 300]

    def test_another_annotation_takes_the_place_of_what_was_there(self) -> None:
        sketch = analysed()
        labels = Labels(
            3.0,
            (
                tier("ORT", (0.1, 0.9, "Hello"), (1.0, 2.5, "world")),
                tier("MAU", (0.1, 0.5, "a"), (0.5, 0.9, "b"), (1.0, 2.5, "d")),
            ),
        )
        moved, told = apply_labels(sketch, labels)
        assert moved.phrases.labels == ("Hello", "world") and moved.phrases.starts.tolist() == [10, 100]
        assert moved.sounds.labels == ("a", "b", "d") and moved.sounds.stops.tolist() == [50, 90, 250]
        assert len(set(moved.sounds.ids.tolist())) == 3 and moved.melody is sketch.melody and told

    def test_labels_beyond_the_end_are_of_another_recording(self) -> None:
        with pytest.raises(EditError, match="another recording"):
            apply_labels(analysed(), sounds_at((0, 50, 70, 130, 200, 260, 400)))
        held, _ = apply_labels(analysed(), sounds_at((0, 40, 70, 130, 200, 299, 305)))
        assert held.sounds.stops.tolist()[-2:] == [298, 300]

    def test_locked_spans_stay(self) -> None:
        sketch = analysed()
        locked = sketch.with_layer(sketch.sounds.lock(Region(0, 10), True))
        with pytest.raises(EditError, match="locked"):
            apply_labels(locked, sounds_at((0, 50, 70, 130, 200, 260, 300)))

    def test_the_way_can_be_chosen(self) -> None:
        moved, _ = apply_labels(trial_sketch(), sounds_at((0, 50, 70, 130, 200, 260, 300)), "place")
        assert moved.sounds.starts[1] == 50
        stretched, _ = apply_labels(analysed(), sounds_at((0, 50, 80, 140, 210, 270, 310)), "stretch")
        assert stretched.n_frames == 310

    def test_overlaps_and_foreign_tiers_are_refused(self) -> None:
        with pytest.raises(EditError, match="Line 2: 'b' begins before"):
            apply_labels(analysed(), Labels(3, (tier("sounds", (0, 1, "a"), (0.5, 2, "b")),)))
        with pytest.raises(EditError, match="it has 'x', 'y'"):
            apply_labels(analysed(), Labels(3, (tier("x", (0, 1, "a")), tier("y", (0, 1, "a")))))


class TestAlphabets:
    def test_arpabet_sampa_and_ipa_are_read_by_what_most_labels_are(self) -> None:
        spec = speech_sketch().phones.spec
        arpabet = in_symbols_of(spec, ["HH", "AH0", "L", "OW1", "sil", "S", "N"])
        assert list(arpabet.values()) == ["h", "ə", "l", "ˈoʊ", "·", "s", "n"]
        sampa = in_symbols_of(spec, ["S", "i:", "N", "@", "tS", "<p:>"])
        assert list(sampa.values()) == ["ʃ", "i", "ŋ", "ə", "tʃ", "·"]
        assert list(in_symbols_of(spec, ["pʰ", "ej", "r", "g", "ˈɛ"]).values()) == ["p", "eɪ", "ɹ", "ɡ", "ˈɛ"]
        assert in_symbols_of(spec, ["w", "qq"])["qq"] is None

    def test_arpabet_of_an_aligner_lands_on_the_phones(self) -> None:
        labels = Labels(
            1.28, (tier("phones", (0, 0.4, "P"), (0.4, 0.64, "EH1"), (0.64, 0.96, "S"), (0.96, 1.28, "AA0")),)
        )
        moved, _ = apply_labels(speech_sketch(), labels)
        assert moved.phones.labels == ("p", "ˈɛ", "s", "ɑ") and moved.phones.starts[1] == 38


class TestTracks:
    def test_what_was_written_changes_nothing(self) -> None:
        sketch = trial_sketch()
        assert apply_track(sketch, track_of(sketch, sketch.melody, "pitch")) == (sketch, ())
        assert apply_track(sketch, track_of(sketch, sketch.level, "intensity")) == (sketch, ())

    def test_pitch_is_straight_in_hertz_between_points_and_gaps_stay(self) -> None:
        sketch = trial_sketch()
        track = Track("pitch", "Hz", 3.0, np.array([0.5, 2.5]), np.array([100.0, 300.0]))
        drawn = apply_track(sketch, track)[0].melody
        assert drawn.values[150] == pytest.approx(200) and drawn.values[100] == pytest.approx(150)
        assert drawn.values[10] == 100 and drawn.values[290] == 300
        assert not drawn.values[70:100].any() and not (drawn.origin[70:100] & Mark.EDITED).any()
        assert ((drawn.origin[100:] & Mark.EDITED) != 0).mean() > 0.98

    def test_only_what_changed_is_amber_and_locks_hold(self) -> None:
        sketch = trial_sketch()
        sketch = sketch.with_layer(sketch.melody.lock(Region(120, 130), True))
        track = track_of(sketch, sketch.melody, "pitch")
        values = track.values.copy()
        values[80:110] *= 1.2  # frames 110 to 139
        drawn, told = apply_track(sketch, replace(track, values=values))
        edited = np.flatnonzero(drawn.melody.origin & Mark.EDITED).tolist()
        assert edited == [*range(110, 120), *range(130, 140)] and "10 locked" in told[0]

    def test_intensity_counts_from_20_micropascal(self) -> None:
        sketch = trial_sketch()
        drawn, _ = apply_track(sketch, Track("intensity", "dB", 3, np.array([1.0]), np.array([70.0])))
        assert drawn.level.values == pytest.approx(np.full(300, 70 - INTENSITY_OFFSET_DB), abs=1e-4)

    def test_zeros_of_a_table_leave_what_is_there(self) -> None:
        sketch = trial_sketch()
        times_s, values = np.arange(300) * HOP_S, np.full(300, 200.0)
        values[150:200] = 0
        drawn, _ = apply_track(sketch, Track("pitch", "Hz", 0, times_s, values, has_gaps=True))
        assert np.array_equal(drawn.melody.values[150:200], sketch.melody.values[150:200])
        assert (drawn.melody.values[200:] == 200).all()

    def test_a_duration_tier_stretches_what_it_lies_on(self) -> None:
        track = Track("duration", "", 3, np.array([0.0, 0.7, 0.701, 3.0]), np.array([2.0, 2.0, 1.0, 1.0]))
        drawn, _ = apply_track(trial_sketch(), track)
        assert (drawn.sounds.stops - drawn.sounds.starts).tolist() == [80, 60, 60, 70, 60, 40]
        with pytest.raises(EditError, match="above 0"):
            apply_track(trial_sketch(), replace(track, values=-track.values))

    def test_what_cannot_be_drawn_says_why(self) -> None:
        sketch = trial_sketch()
        none = np.zeros(0)
        with pytest.raises(EditError, match="no points"):
            apply_track(sketch, Track("pitch", "Hz", 3, none, none))
        with pytest.raises(EditError, match=r"the sketch ends at 3\.00 s"):
            apply_track(sketch, Track("pitch", "Hz", 9, np.array([5.0]), np.array([100.0])))
        with pytest.raises(EditError, match="no curve 'x'"):
            apply_track(sketch, Track("pitch", "Hz", 3, np.array([1.0]), np.array([100.0])), "x")
        locked = sketch.with_layer(sketch.melody.lock(Region(0, 300), True))
        with pytest.raises(EditError, match="locked here"):
            apply_track(locked, Track("pitch", "Hz", 3, np.array([1.0]), np.array([100.0])))
