"""Chords, cadences and sections over placed lines: what repeats, what ends at home, what may stand, what is learned."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.core.music.chords import chord_of
from intermezzo.core.music.keys import key_of
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.sketches.melody import AUTHENTIC, CADENCES, HALF
from intermezzo_engines.melody.cadence_model import TOLD, phrase_told, rhymes
from intermezzo_engines.melody.harmony_features import CHORDS, FIELDS, Manner, grid_of, step_features
from intermezzo_engines.melody.harmony_model import LISTED, draw_chords
from intermezzo_engines.melody.harmony_writer import HarmonyWriter, load_harmony_writer
from intermezzo_engines.melody.lyrics import lyrics_of
from intermezzo_engines.melody.phrases import is_tonic_chord, phrases_in_lines
from intermezzo_engines.melody.plan import Plan
from intermezzo_engines.melody.rhythm_writer import Placed
from intermezzo_engines.melody.song_form import plan_of, sections_in
from intermezzo_engines.melody.styles import STYLES
from intermezzo_engines.melody.template import Template
from intermezzo_engines.melody.wordless import without_words

_BAR = 1920


@pytest.fixture(scope="module")
def writer() -> HarmonyWriter:
    return load_harmony_writer()


def _placed(words: list[str], upbeat: int = 0) -> Placed:
    """Return two bars a phrase: quarters, perhaps an upbeat before, and a half note with the word at the end."""
    rhythm: list[tuple[int, int, str]] = []
    phrases = []
    for k, word in enumerate(words):
        at = 2 * k * _BAR + upbeat
        own = [(at + 480 * j, at + 480 * (j + 1), "la") for j in range(6)]
        before = [(at - upbeat, at, "oh")] if upbeat else []
        rhythm += [*before, *own, (at + 2880, at + 3840 - upbeat, word)]
        phrases.append((at - upbeat, rhythm[-1][1], k))
    return Placed(2 * len(words) * _BAR + upbeat, tuple(rhythm), tuple(phrases), upbeat)


def _plan(letters: str) -> Plan:
    parted = tuple(letters.split())
    return Plan(parted, tuple(k // 4 for k in range(len(parted))), (False,) * len(parted))


def _bars_of(template: Template, phrase: int) -> list[str]:
    """Return the chords of a phrase by half bars."""
    first = 2 * phrase * _BAR + template.pickup
    halves = range(first, first + 2 * _BAR, _BAR // 2)
    return [next(label for start, stop, label in template.chords if start <= at < stop) for at in halves]


@pytest.mark.parametrize("style", list(STYLES))
@pytest.mark.parametrize("key", ["G major", "C minor"])
def test_phrases_at_home_end_on_the_tonic_and_open_ones_elsewhere(writer: HarmonyWriter, style: str, key: str) -> None:
    placed = _placed(["way,", "day.", "tree,", "sea."])
    found = writer.write(_plan("A B A C"), placed, key_of(key), "4/4", STYLES[style], 3).template
    assert found.cadence[-1][2] == AUTHENTIC
    for k, (_, _, label) in enumerate(found.cadence):
        ends_on_tonic = is_tonic_chord(chord_of(_bars_of(found, k)[3]), key_of(key))
        assert {AUTHENTIC: ends_on_tonic, HALF: not ends_on_tonic}[label]
    assert found.chords[0][0] == 0 and found.chords[-1][1] == placed.n_frames
    assert all(a[1] == b[0] and a[2] != b[2] for a, b in pairwise(found.chords))


@pytest.mark.parametrize("upbeat", [0, 240, 480])
def test_what_shares_a_letter_shares_its_chords_and_a_prime_its_beginning(writer: HarmonyWriter, upbeat: int) -> None:
    placed = _placed(["a,", "b.", "a,", "b."] * 2, upbeat)
    for seed in range(5):
        plan = _plan("A B A B' A B A C")
        found = writer.write(plan, placed, key_of("D major"), "4/4", STYLES["show tune"], seed).template
        assert _bars_of(found, 0) == _bars_of(found, 2) == _bars_of(found, 4)
        assert _bars_of(found, 1)[:2] == _bars_of(found, 3)[:2]


def test_without_time_to_rest_no_phrase_does(writer: HarmonyWriter) -> None:
    placed = _placed(["day."] * 4)
    hurried = tuple((a + (480 if k % 7 == 6 else 0), b, text) for k, (a, b, text) in enumerate(placed.rhythm))
    quick = Placed(placed.n_frames, hurried, placed.phrases, 0)
    labels = [c for _, _, c in writer.write(_plan("A A A A"), quick, key_of("C"), "4/4", STYLES["folk"], 1)
              .template.cadence]  # fmt: skip
    assert labels[:-1] == ["weak"] * 3 and labels[-1] == AUTHENTIC


def test_without_words_a_note_that_halts_ends_a_phrase_as_its_chord_and_its_length_say() -> None:
    bars, key = Bars.of([(0, metre_of("4/4"))], 3 * _BAR), key_of("C major")
    lengths = [480, 480, 960, 480, 480, 720, 240, 480, 480, 960]
    stops = np.cumsum(lengths).tolist()
    rhythm = [(stop - length, stop, "") for stop, length in zip(stops, lengths, strict=True)]
    found = phrases_in_lines([(0, 10, AUTHENTIC)], rhythm, ["C"] * 10, key, bars)
    assert found == [(0, 3, AUTHENTIC), (3, 6, HALF), (6, 10, AUTHENTIC)]
    found = phrases_in_lines([(0, 10, AUTHENTIC)], rhythm, ["G"] * 10, key, bars)
    assert found == [(0, 3, HALF), (3, 6, HALF), (6, 10, AUTHENTIC)]
    sung = [(start, stop, "la") for start, stop, _ in rhythm]
    assert phrases_in_lines([(0, 10, AUTHENTIC)], sung, ["C"] * 10, key, bars) == [(0, 10, AUTHENTIC)]


def test_seeds_write_other_chords_and_the_same_seed_the_same(writer: HarmonyWriter) -> None:
    placed, plan = _placed(["a.", "b.", "c.", "d."]), _plan("A B C D")
    found = [writer.write(plan, placed, key_of("C"), "4/4", STYLES["ballad"], seed) for seed in (1, 1, 2, 3)]
    assert found[0] == found[1]
    assert len({one.template.chords for one in found}) == 3
    assert all(0 < sure <= 1 for one in found for sure in one.sure)
    assert len(found[0].sure) == len(found[0].template.chords)
    for (_, _, label), sure, likely in zip(found[0].template.chords, found[0].sure, found[0].likely, strict=True):
        assert dict(likely)[label] == sure and len(likely) == LISTED
        assert [share for _, share in likely] == sorted((share for _, share in likely), reverse=True)


def test_drawn_chords_are_allowed_and_copied_where_told(writer: HarmonyWriter) -> None:
    rng = np.random.default_rng(0)
    allowed = rng.uniform(size=(24, CHORDS)) < 0.1
    allowed[:, 0] = True
    model = np.full(24, -1)
    model[12:20] = np.arange(0, 8)
    model[21] = 20
    told = np.zeros((24, len(FIELDS)), np.int64)
    chords, sure, likely, shares = draw_chords(
        writer._net, told, np.arange(24) // 6, allowed, model, rng, 1.0, lambda share: None
    )
    free = model < 0
    assert all(chord in row for chord, row in zip(chords, likely, strict=True))
    assert np.all(np.diff(shares, axis=1) <= 0) and np.all(shares.sum(1) <= 1 + 1e-9) and np.all(shares > 0)
    assert all(chance in row for chance, row in zip(sure, shares, strict=True))
    assert allowed[np.flatnonzero(free), chords[free]].all()
    assert np.array_equal(chords[12:20], chords[:8]) and chords[21] == chords[20]


@settings(max_examples=40, deadline=None)
@given(
    metre=st.sampled_from(["4/4", "3/4", "2/4", "6/8", "5/4", "7/8", "12/8"]),
    pickup=st.sampled_from([0, 240, 480, 960]),
    edges=st.lists(st.integers(1, 60), min_size=2, max_size=12, unique=True).map(sorted),
)
def test_steps_are_told_within_the_sizes_of_the_fields(metre: str, pickup: int, edges: list[int]) -> None:
    phrases = [(240 * a, 240 * b) for a, b in pairwise(edges)]
    bars = Bars.of([(0, metre_of(metre))], pickup + 240 * (edges[-1] + 1), pickup)
    grid = grid_of(bars, phrases, [start for start, _ in phrases])
    cadences = [CADENCES[k % 3] for k in range(len(phrases))]
    told = step_features(grid, bars, False, cadences, Manner(0, 0, 0))
    assert told.min() >= 0 and np.all(told < list(FIELDS.values()))
    assert np.all(np.diff(grid.phrase) >= 0) and grid.edges[0] == 0 and grid.edges[-1] == bars.n_frames


def test_sentences_and_last_lines_end_at_home_sooner_than_commas(writer: HarmonyWriter) -> None:
    comma, full, last = phrase_told(["way,", "way.", "way."], [0, 0, 3], [False, False, True])
    chances = writer._cadences.homeward(np.stack([comma, full, last]))
    assert chances[0] < chances[1] < chances[2]
    assert len(comma) == len(TOLD)


def test_rhymes_are_words_that_end_alike_and_differ() -> None:
    assert rhymes("night,", "light.") and rhymes("sea", "sea-") is False and not rhymes("gold", "low")


def test_verses_repeat_and_refrains_return() -> None:
    lyrics = lyrics_of("one two three\nfour five six\n\nseven eight nine\nten two four\n\n[Chorus]\nla la la la\n")
    plan = plan_of(lyrics, (0, 1, 0, 1, 4), seed=1)
    assert plan.letters[0] == plan.letters[2] and plan.letters[1] == plan.letters[3]
    assert plan.letters[4] not in plan.letters[:4]


@pytest.mark.parametrize(
    ("letters", "sections"),
    [
        ("A B C D A B C E", [(0, 3, "A"), (3, 4, "B"), (4, 7, "A"), (7, 8, "C")]),
        ("A B A B", [(0, 2, "A"), (2, 4, "A")]),
        ("A B A B'", [(0, 1, "A"), (1, 2, "B"), (2, 3, "A"), (3, 4, "B'")]),
        ("A A B C D E F G", [(0, 1, "A"), (1, 2, "A"), (2, 4, "B"), (4, 8, "C")]),
    ],
)
def test_phrases_that_always_follow_each_other_are_one_section(letters: str, sections: list[object]) -> None:
    assert sections_in(_plan(letters)) == sections


@pytest.mark.parametrize(("metre", "bars"), [("4/4", 16), ("6/8", 7), ("5/4", 1), ("2/4", 9)])
@pytest.mark.parametrize("hand", [0, 1, 2])
def test_rhythms_without_words_fill_whole_bars_in_order(metre: str, bars: int, hand: int) -> None:
    placed, plan = without_words(metre, bars, 2, hand)
    assert placed.n_frames == bars * metre_of(metre).bar_frames
    assert len(plan.letters) == len(placed.phrases) == -(-bars // 4)
    assert all(a[1] <= b[0] for a, b in pairwise(placed.rhythm)) and placed.rhythm[-1][1] <= placed.n_frames
    assert all(start < stop for start, stop, _ in placed.rhythm)
