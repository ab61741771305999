"""Codes as people read and write them: by their number, or as the values that they are."""

from intermezzo.core.layers import GridSpec
from intermezzo.ui.widgets.number import NumberSpec

__all__ = ["code_field", "code_words"]

_DECIMALS = 2


def code_words(spec: GridSpec, code: int) -> str:
    """Return a code in words."""
    return f"{spec.value(code):.{_DECIMALS}f}" if spec.steps else str(code)


def code_field(spec: GridSpec) -> NumberSpec:
    """Return what a field takes in which a code is written: `GridSpec.value` and `GridSpec.code` lead to and fro."""
    if spec.steps:
        return NumberSpec(spec.low, spec.high, (spec.high - spec.low) / (spec.codes - 1), _DECIMALS)
    return NumberSpec(0, spec.codes - 1, 1, 0)
