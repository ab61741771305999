"""The groups of figures have their names, and without recordings each says what it needs."""

from pathlib import Path

from intermezzo.check.context import RunnerContext
from intermezzo.core.registry import discover
from intermezzo_engines.speech.check import GROUPS, check


def context(*groups: str, data_dir: Path | None = None) -> RunnerContext:
    registry = discover()
    return RunnerContext(
        registry, registry.find("speech"), device="cpu", data_dir=data_dir, quick=True, tell=lambda line: None,
        groups=frozenset(groups),
    )  # fmt: skip


def test_without_recordings_each_group_says_what_it_needs() -> None:
    held_out = [name for name in GROUPS if name != "obedience"]
    figures = check(context(*held_out))
    reasons = [f for f in figures if f.value is None]
    assert len(reasons) == len(held_out) and all("--data" in f.note for f in reasons)
    assert {f"time_of_{name}_s" for name in held_out} == {f.name for f in figures if f.value is not None}
