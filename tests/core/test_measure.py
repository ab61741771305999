"""Figures: met, missed or not measured."""

import pytest

from intermezzo.core.measure import Figure, figures_document


@pytest.mark.parametrize(
    ("fields", "met"),
    [
        ({"value": 3.0, "at_most": 5}, True), ({"value": 6.0, "at_most": 5}, False),
        ({"value": 5.0, "at_most": 5}, True),
        ({"value": 3.0, "at_least": 5}, False), ({"value": 3.0}, None), ({"value": None, "at_most": 5}, None),
        ({"value": 0.0, "at_most": 5, "at_least": 1}, False),
    ],
)  # fmt: skip
def test_a_figure_knows_whether_its_target_is_met(fields: dict, met: bool | None) -> None:
    assert Figure("error_cents", promise="obedience", **fields).met is met


def test_figures_are_printed_by_name_without_empty_fields() -> None:
    figures = [Figure("error_cents", 3.0, "obedience", at_most=5.0), Figure("pesq", None, "quality", note="no pesq")]
    assert figures_document(figures) == {
        "error_cents": {"value": 3.0, "promise": "obedience", "at_most": 5.0, "met": True},
        "pesq": {"value": None, "promise": "quality", "note": "no pesq"},
    }
