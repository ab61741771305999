"""Lyrics in time: whatever is written, every syllable has its place, words hold together and bars are whole."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.music.pulse import pulse_of
from intermezzo.core.music.syllables import goes_on
from intermezzo_engines.melody.lyrics import lyrics_of
from intermezzo_engines.melody.rhythm_writer import Placed, RhythmWriter, load_rhythm_writer

_WORDS = st.sampled_from(
    ["love", "the", "river,", "over", "mountains!", "away;", "heaven's", "a", "o'er", "extraordinary", "âme", "42", "I"]
)
_LINES = st.lists(_WORDS, min_size=1, max_size=12).map(" ".join)
_TEXTS = st.lists(st.lists(_LINES, min_size=1, max_size=4).map("\n".join), min_size=1, max_size=3).map("\n\n".join)
_SONG = """The morning comes over the mountain,
and the valley is silver with dew;
the river runs down to the ocean,
and I run, and I run to you."""


@pytest.fixture(scope="module")
def writer() -> RhythmWriter:
    return load_rhythm_writer()


@pytest.mark.parametrize("metre", ["4/4", "3/4", "2/4", "6/8"])
def test_all_that_is_sung_is_placed_in_order_on_whole_bars(writer: RhythmWriter, metre: str) -> None:
    @settings(max_examples=8, deadline=None)
    @given(_TEXTS, st.integers(0, 5), st.sampled_from([50.0, 92.0, 200.0]), st.sampled_from([0.0, 1.0]))
    def holds(text: str, seed: int, tempo_bpm: float, evenness: float) -> None:
        lyrics = lyrics_of(text, "en")
        placed = writer.write(lyrics, metre, seed, tempo_bpm, evenness)
        starts, stops, labels = zip(*placed.rhythm, strict=True)
        assert list(labels) == [syllable.sung for line in lyrics.lines for syllable in line.syllables]
        assert starts[0] >= 0 and all(start < stop for start, stop in zip(starts, stops, strict=True))
        assert all(stop <= start for stop, start in zip(stops, starts[1:], strict=False))
        inside = [k for k, label in enumerate(labels[:-1]) if goes_on(label)]
        assert all(stops[k] == starts[k + 1] for k in inside)
        bar = metre_of(metre).bar_frames
        assert (placed.n_frames - placed.pickup) % bar == 0 and 0 <= placed.pickup < bar
        assert stops[-1] <= placed.n_frames
        assert [line for _, _, line in placed.phrases] == list(range(len(lyrics.lines)))
        assert all(length >= 120 for length in (b - a for a, b in pairwise(starts)))

    holds()


def _steps(placed: Placed, line: int) -> list[int]:
    start, stop, _ = placed.phrases[line]
    return [row[0] - start for row in placed.rhythm if start <= row[0] < stop]


def test_lines_end_long_and_breathe(writer: RhythmWriter) -> None:
    beat = metre_of("4/4").beat_frames
    for seed in range(3):
        placed = writer.write(lyrics_of(_SONG, "en"), "4/4", seed)
        for (_, stop, _), (start, _, _) in zip(placed.phrases, placed.phrases[1:], strict=False):
            last = next(row for row in placed.rhythm if row[1] == stop)
            assert start - last[0] >= 1.5 * beat and last[1] - last[0] >= beat and start > stop


@pytest.mark.parametrize("metre", ["4/4", "3/4", "2/4", "6/8"])
@pytest.mark.parametrize("evenness", [0.0, 0.5])
def test_inside_a_line_no_word_ends_with_a_syllable_that_halts(
    writer: RhythmWriter, metre: str, evenness: float
) -> None:
    # Lines of one length share rhythms, also where one has a word and another its end.
    text = f"{_SONG}\n\nLeise geht der Abend heim\ngolden river, come with me\nwhen the lamps are burning low"
    lyrics = lyrics_of(text, "en")
    for seed in range(6):
        placed = writer.write(lyrics, metre, seed, 100.0, evenness)
        ends = {stop for _, stop, _ in placed.phrases}
        bars = Bars.of([(0, metre_of(metre))], placed.n_frames, placed.pickup)
        pulse = pulse_of([start for start, _, _ in placed.rhythm], bars)
        for (start, stop, text), (following, _, _) in pairwise(placed.rhythm):
            if stop not in ends and not goes_on(text):
                assert following - start < 1.5 * pulse or stop - start < pulse


def test_a_chorus_that_returns_and_a_line_that_returns_keep_their_rhythm(writer: RhythmWriter) -> None:
    chorus = "[Chorus]\nSing me over the water\nnever to come home again"
    text = f"{chorus}\n\n[Verse]\nLong ago when I was younger\nSing me over the water\n\n{chorus}"
    placed = writer.write(lyrics_of(text, "en"), "3/4", 4)
    assert _steps(placed, 0) == _steps(placed, 3) == _steps(placed, 4) and _steps(placed, 1) == _steps(placed, 5)


def test_stress_falls_on_beats_more_often_than_other_syllables(writer: RhythmWriter) -> None:
    lyrics = lyrics_of(_SONG, "en")
    stresses = [syllable.stress == 1 for line in lyrics.lines for syllable in line.syllables]
    on_beat: dict[bool, list[bool]] = {True: [], False: []}
    for seed in range(4):
        placed = writer.write(lyrics, "4/4", seed)
        bars = Bars.of([(0, metre_of("4/4"))], placed.n_frames, placed.pickup)
        for (start, _, _), stressed in zip(placed.rhythm, stresses, strict=True):
            on_beat[stressed].append(bars.weight(start) >= 2)
    shares = {key: sum(found) / len(found) for key, found in on_beat.items()}
    assert shares[True] > 1.5 * shares[False]


def test_the_same_seed_is_the_same_and_slow_songs_have_quicker_steps(writer: RhythmWriter) -> None:
    lyrics = lyrics_of(_SONG, "en")
    assert writer.write(lyrics, "4/4", 3) == writer.write(lyrics, "4/4", 3) != writer.write(lyrics, "4/4", 4)
    quick = writer.write(lyrics, "4/4", 3, tempo_bpm=240.0)
    assert min(b[0] - a[0] for a, b in zip(quick.rhythm, quick.rhythm[1:], strict=False)) >= 240
