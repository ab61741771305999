from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from engines.melody.tunes import OLD_TUNE, tune
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo_engines.melody.compose import Composer
from intermezzo_engines.melody.division import Divider, DivisionNet
from intermezzo_engines.melody.measures import cadence_right, chord_right, rhythm_right
from intermezzo_engines.melody.template import template_of
from intermezzo_engines.melody.tune_model import TuneNet
from intermezzo_engines.melody.tune_sampling import Controls

_HALF = Fraction(1, 2)


@pytest.fixture(scope="module")
def composer() -> Composer:
    torch.manual_seed(1)
    patterns = [(), (_HALF,), (Fraction(1, 3), Fraction(2, 3)), (_HALF, Fraction(3, 4)), (Fraction(1, 5),)]
    return Composer(TuneNet().eval(), Divider(DivisionNet(len(patterns)), patterns))


def test_the_same_seed_makes_the_same_tune_and_another_another(composer: Composer) -> None:
    template = template_of(OLD_TUNE)
    one, same, other = (composer.compose(template, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.notes, same.notes) and one.lyrics == same.lyrics
    assert one.count != other.count or np.any(one.notes != other.notes)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0, 3.0]), min_size=2, max_size=30), st.integers(0, 9),
    st.integers(0, 3), st.lists(st.booleans(), min_size=30, max_size=30),
)  # fmt: skip
def test_every_syllable_is_sung_where_the_template_says_and_nothing_overlaps(
    composer: Composer, lengths: list[float], seed: int, melisma: int, rests: list[bool]
) -> None:
    pitches = [0 if rest and k % 3 == 1 else 64 for k, rest in zip(range(len(lengths)), rests, strict=False)]
    template = template_of(tune(pitches, lengths))
    made = composer.compose(template, seed, melisma=melisma)
    assert rhythm_right(made, template).all() and cadence_right(made, template).all()
    assert np.all(made.notes[1:, 0] >= made.notes[:-1, 1])
    assert template_of(made).rhythm == template.rhythm


def test_full_strictness_sings_chord_tones(composer: Composer) -> None:
    template = template_of(OLD_TUNE)
    assert chord_right(composer.compose(template, 3, Controls(strictness=1.0)), template).mean() > 0.95


def test_range_and_leaps_are_kept(composer: Composer) -> None:
    controls = Controls(lowest=62, highest=69, leap=3, temperature=1.5, choices=48)
    pitches = composer.compose(template_of(OLD_TUNE), 4, controls).notes[:, 2]
    assert pitches.min() >= 62 and pitches.max() <= 69 and np.abs(np.diff(pitches)).max() <= 3


def test_a_stretch_made_anew_leaves_the_rest_and_what_is_kept(composer: Composer) -> None:
    template = template_of(OLD_TUNE)
    before = composer.compose(template, 1, melisma=0)
    kept = np.zeros(before.count, bool)
    kept[10] = True
    after = composer.again(before, template, 8 * 480, 24 * 480, 9, melisma=0, kept=kept)
    inside = (before.notes[:, 0] >= 8 * 480) & (before.notes[:, 0] < 24 * 480) & ~kept
    assert np.array_equal(after.notes[~inside], before.notes[~inside])
    assert np.any(after.notes[inside, 2] != before.notes[inside, 2])
    assert np.array_equal(after.notes[:, :2], before.notes[:, :2])


def test_a_changed_rhythm_is_sung_in_the_stretch_made_anew(composer: Composer) -> None:
    template = template_of(OLD_TUNE)
    before = composer.compose(template, 1, melisma=0)
    rhythm = (*template.rhythm[:2], (960, 1440, "new"), (1560, 1920, "late"), *template.rhythm[4:])
    changed = replace(template, rhythm=rhythm)
    after = composer.again(before, changed, 960, 1920, 5, melisma=0)
    assert template_of(after).rhythm == rhythm
    assert np.array_equal(np.delete(after.notes, (2, 3), 0), np.delete(before.notes, (2, 3), 0))


def test_an_empty_template_is_an_empty_tune(composer: Composer) -> None:
    template = replace(template_of(OLD_TUNE), rhythm=(), cadence=(), sections=())
    assert composer.compose(template, 1).count == 0
