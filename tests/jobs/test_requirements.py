"""What an engine lacks is told in words."""

from dataclasses import replace

import numpy
import pytest

from intermezzo.core.registry import Registry
from intermezzo.jobs.requirements import lacks


@pytest.mark.parametrize(
    ("requirement", "fits"),
    [
        ("numpy", True), ("numpy>=1.0", True), ("numpy>=1.0,<1000", True), ("numpy>999", False),
        ("numpy<1", False), (f"numpy=={numpy.__version__}", True), ("numpy!=0.1", True), ("numpy==999.*", False),
        (f"numpy~={numpy.__version__.rpartition('.')[0]}", True), ("numpy[extra]>=1", True),
        ("a-package-that-nobody-wrote", False), ("numpy>=what", False), (">=3", False),
    ],
)  # fmt: skip
def test_requirements_are_compared_by_version(registry: Registry, requirement: str, fits: bool) -> None:
    missing = lacks(replace(registry.engines["builtin.mock"], requires=(requirement,)))
    assert (not missing) == fits
    assert fits or requirement in missing[0]


def test_a_device_that_the_engine_does_not_know_is_told(registry: Registry) -> None:
    assert lacks(registry.engines["builtin.mock"], "cuda") == ("it does not run on 'cuda', only on cpu",)
