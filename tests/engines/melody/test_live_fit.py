"""What the studio shows live is what the engine measures: TA, CA, RA and AA agree on any tune under any template."""

from dataclasses import replace
from importlib.resources import files

import numpy as np
from engines.melody.tunes import OLD_TUNE
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.core.manifest import read_manifest
from intermezzo.core.media import Melody
from intermezzo.core.music.fit import fit_of
from intermezzo.core.singability import limits_of
from intermezzo.core.sketch import Made
from intermezzo_engines.melody.convert import controls_of
from intermezzo_engines.melody.measures import cadence_right, chord_right, rhythm_right, tonality_right
from intermezzo_engines.melody.template import template_of
from intermezzo_engines.melody.template_layers import sketch_of

TEMPLATE = template_of(OLD_TUNE)
N = OLD_TUNE.count


@st.composite
def sung(draw: st.DrawFn) -> Melody:
    """The old tune with some pitches, some ends and at times a whole onset otherwise."""
    notes = OLD_TUNE.notes.astype(np.int64)
    for k in draw(st.sets(st.integers(0, N - 1), max_size=9)):
        notes[k, 2] += draw(st.integers(-4, 4))
        notes[k, 1] = notes[k, 0] + draw(st.sampled_from((120, 240, int(notes[k, 1] - notes[k, 0]))))
    if draw(st.booleans()):
        k = draw(st.integers(1, N - 2))
        notes[k, 0] = min(notes[k, 0] + draw(st.sampled_from((60, 240, 480))), notes[k, 1] - 30, notes[k + 1, 0])
        notes[k, 1] = max(notes[k, 1], notes[k, 0] + 30)
    return replace(OLD_TUNE, notes=notes.astype(np.int32))


def test_the_list_of_findings_knows_the_ranges_that_the_engine_writes_for() -> None:
    toml = files("intermezzo_engines").joinpath("engines.toml").read_text("utf-8")
    engine = next(one for one in read_manifest(toml).engines if one.id == "builtin.melody")
    voice = next(param for param in engine.params if param.name == "voice")
    assert len(voice.choices) >= 4
    for name in voice.choices:
        limits, controls = limits_of({"voice": name}), controls_of({"voice": name})
        assert (limits.low, limits.high) == (controls.lowest, controls.highest)


@settings(max_examples=60)
@given(melody=sung())
def test_the_live_figures_are_those_of_the_engines_check(melody: Melody) -> None:
    fit = fit_of(sketch_of(melody, TEMPLATE, Made("drawn", "1")))
    assert fit is not None
    assert fit.fits["chord"].tolist() == chord_right(melody, TEMPLATE).tolist()
    assert fit.fits["cadence"][:-1].tolist() == cadence_right(melody, TEMPLATE).tolist()
    assert fit.tonality == tonality_right(melody, TEMPLATE)
    assert (fit.share("rhythm") == 1.0) == bool(rhythm_right(melody, TEMPLATE).all())
