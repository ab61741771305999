"""What an engine lacks is told in words."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy
import pytest

from intermezzo.core.models import MODELS_VARIABLE
from intermezzo.core.params import Param
from intermezzo.core.registry import Registry
from intermezzo.jobs.requirements import install_line, lacks, measurable, unmodelled


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


def test_the_line_that_installs_names_only_what_is_missing(registry: Registry) -> None:
    mock = registry.engines["builtin.mock"]
    needy = replace(mock, requires=("numpy>=1.0", "a-package-that-nobody-wrote>=5"))
    assert install_line(needy) == f'"{sys.executable}" -m pip install "a-package-that-nobody-wrote>=5"'
    assert install_line(mock) == ""


def test_an_engine_without_its_checkpoint_says_where_to_put_one_and_is_not_measured(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path))
    mock = registry.engines["builtin.mock"]
    needy = replace(mock, id="x.needy", hidden=False, params=(Param("voice", "Voice", "folder", ""),))
    engines = replace(registry, engines={"x.plain": replace(mock, id="x.plain", hidden=False), "x.needy": needy})
    assert unmodelled(needy) == (f"no voice chosen: put one into {tmp_path} or name it with --set",)
    assert [m.id for m in measurable(engines)] == ["x.plain"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text("{}")
    assert unmodelled(needy) == () and unmodelled(mock) == ()
    assert [m.id for m in measurable(engines)] == ["x.plain", "x.needy"]
    lacking = replace(engines, engines={"x.needy": replace(needy, requires=("a-package-that-nobody-wrote",))})
    assert measurable(lacking) == []
