"""The grid of bars and beats, and verses cut into syllables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.music.grid import on_grid, places, whole_stretch
from intermezzo.core.music.metre import Bars, Metre
from intermezzo.core.music.verse import divided, verse_syllables

PICKUP = Bars.of([(0, Metre(3, 4))], 480 + 3 * 1440, 480)
FIVE = Bars.of([(0, Metre(5, 8))], 2400)


def test_the_grid_counts_from_each_bar_line() -> None:
    assert places(0, 2400, 480, FIVE).tolist() == [0, 480, 960, 1200, 1680, 2160]
    assert on_grid([0, 230, 250, 1090, 1110, 1300], 480, FIVE).tolist() == [0, 0, 480, 1200, 1200, 1200]


def test_a_pick_up_counts_back_from_its_end() -> None:
    assert places(0, 1000, 320, PICKUP).tolist() == [0, 160, 480, 800]
    assert on_grid([150, 300], 320, PICKUP).tolist() == [160, 160]


@given(st.integers(0, 2400), st.sampled_from([480, 320, 240, 160, 120, 60]))
def test_what_lies_on_the_grid_stays(frame: int, step: int) -> None:
    place = int(on_grid(frame, step, FIVE))
    assert int(on_grid(place, step, FIVE)) == place
    assert place in {*places(0, 2400, step, FIVE).tolist(), 2400}
    assert abs(place - frame) <= step / 2


@given(st.integers(0, 4700), st.integers(1, 4800), st.sampled_from([PICKUP, FIVE]))
def test_whole_bars_or_beats_hold_the_stretch_and_end_on_lines(start: int, length: int, bars: Bars) -> None:
    stop = min(start + length, bars.n_frames)
    start = min(start, stop - 1)
    first, last = whole_stretch(start, stop, bars)
    assert first <= start and stop <= last
    lines = [
        *(bars.starts if stop - start >= bars.metres[0].bar_frames else bars.beats(0, bars.n_frames)),
        bars.n_frames,
    ]
    assert {first, last} <= set(lines) and not any(first < line <= start or stop <= line < last for line in lines)


@given(st.integers(1, 500), st.integers(0, 5000), st.integers(0, 5000))
def test_without_bars_the_grid_counts_from_the_beginning(step: int, start: int, stop: int) -> None:
    np.testing.assert_array_equal(places(start, stop, step), [f for f in range(start, stop) if f % step == 0])


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("riv-er runs _", ["riv-", "er", "runs", "_"]),
        ("re - told", ["re", "_", "told"]),
        ("ri -- ver runs__", ["ri-", "ver", "runs", "_", "_"]),
        ("river + deep", ["ri-", "ver", "deep"]),
        ("Nachtigall + +", ["Nach-", "ti-", "gall"]),
        ("riv-er+ so", ["ri-", "ver", "_", "so"]),
        ("love", ["love"]),
        ("morn-", ["morn-"]),
        ("  \n ", []),
    ],
)
def test_a_verse_is_cut_at_spaces_and_hyphens(text: str, syllables: list[str]) -> None:
    assert verse_syllables(text) == syllables


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüß", min_size=1, max_size=15), st.integers(1, 6))
def test_a_divided_word_keeps_its_letters_and_fills_its_notes(word: str, n: int) -> None:
    parts = divided(word, n)
    assert len(parts) == n
    assert "".join(p.removesuffix("-") for p in parts if p != "_") == word
