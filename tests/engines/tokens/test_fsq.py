"""The quantiser: codes and digits are inverse, values are on their steps, and gradients pass."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from intermezzo_engines.tokens.fsq import code_of, digits_of, n_codes, quantise, values_of

levels = st.lists(st.integers(2, 9), min_size=1, max_size=5).map(tuple)


@given(levels)
def test_every_code_comes_back_from_its_digits(of: tuple[int, ...]) -> None:
    codes = torch.arange(n_codes(of))
    digits = digits_of(codes, of)
    assert torch.equal(code_of(digits, of), codes)
    assert len({tuple(row) for row in digits.tolist()}) == n_codes(of)


@given(levels, st.integers(0, 1000))
def test_quantised_values_are_those_of_the_digits(of: tuple[int, ...], seed: int) -> None:
    latent = torch.randn(20, len(of), generator=torch.Generator().manual_seed(seed)) * 3
    values, digits = quantise(latent, of)
    assert torch.allclose(values, values_of(digits, of), atol=1e-5)
    assert (values.abs() < 1).all()
    assert all(int(digits[..., k].max()) < steps for k, steps in enumerate(of))


def test_a_value_goes_back_to_its_own_digit() -> None:
    digits = digits_of(torch.arange(1200), (8, 6, 5, 5))
    latent = torch.atanh(values_of(digits, (8, 6, 5, 5)))
    assert torch.equal(quantise(latent, (8, 6, 5, 5))[1], digits)


def test_the_gradient_passes_through_the_steps() -> None:
    latent = torch.zeros(4, requires_grad=True)
    quantise(latent, (8, 6, 5, 5))[0].sum().backward()  # type: ignore[no-untyped-call]
    assert latent.grad is not None
    assert (latent.grad > 0.5).all()
