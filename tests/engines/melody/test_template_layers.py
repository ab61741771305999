from engines.melody.tunes import OLD_TUNE, tune

from intermezzo.core.layers import Mark
from intermezzo.core.sketch import Made
from intermezzo_engines.melody.template import template_of
from intermezzo_engines.melody.template_layers import sketch_of, template_in


def test_a_template_comes_back_from_its_sketch() -> None:
    for melody in (OLD_TUNE, tune([60, 62, 0, 64], [1, 2, 1, 3], ("a-", "_", "b"), metres=((0, "3/4"),), pickup=480)):
        template = template_of(melody)
        sketch = sketch_of(melody, template, Made("x", "1"))
        assert template_in(sketch) == template
        assert set(sketch.notes.origin.tolist()) == {int(Mark.PREDICTED)}
