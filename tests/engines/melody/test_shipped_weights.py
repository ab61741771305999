from engines.melody.tunes import OLD_TUNE

from intermezzo_engines.melody.compose import load_composer
from intermezzo_engines.melody.measures import cadence_right, chord_right, rhythm_right, tonality_right
from intermezzo_engines.melody.template import template_of
from intermezzo_engines.melody.tune_sampling import Controls


def test_the_shipped_weights_follow_a_template() -> None:
    template = template_of(OLD_TUNE)
    made = load_composer().compose(template, 1, Controls(strictness=1.0))
    assert tonality_right(made, template) and rhythm_right(made, template).all() and cadence_right(made, template).all()
    assert chord_right(made, template).mean() > 0.9
    assert made.notes[:, 2].min() >= 57 and made.notes[:, 2].max() <= 77
