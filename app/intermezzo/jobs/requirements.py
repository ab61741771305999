"""What an engine needs and does not find: Python packages in their versions, and the device it is to run on."""

import re
import sys
from importlib.metadata import PackageNotFoundError, version

from intermezzo.core.errors import ParamError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.models import model_folder, models_folder
from intermezzo.core.registry import Registry

__all__ = ["install_line", "lacks", "measurable", "unmodelled"]

_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9._-]+)\s*(?:\[[^]]*\])?\s*(.*)$")
_CLAUSE = re.compile(r"^\s*(>=|<=|==|!=|>|<|~=)\s*([0-9][0-9A-Za-z.+*-]*)\s*$")


def lacks(manifest: EngineManifest, device: str = "cpu") -> tuple[str, ...]:
    """Return in words what is missing for an engine to run on a device; empty if nothing is."""
    found = [problem for requirement in manifest.requires if (problem := _problem(requirement))]
    if device not in manifest.devices:
        found.append(f"it does not run on {device!r}, only on {', '.join(manifest.devices)}")
    return tuple(found)


def install_line(manifest: EngineManifest) -> str:
    """Return the line for a terminal that installs the packages an engine lacks into this Python; empty if none are."""
    packages = [requirement for requirement in manifest.requires if _problem(requirement)]
    return f'"{sys.executable}" -m pip install ' + " ".join(f'"{p}"' for p in packages) if packages else ""


def unmodelled(manifest: EngineManifest) -> tuple[str, ...]:
    """Return in words which checkpoint of the person's own an engine has none of in the models folder.

    The engine can work all the same when a folder is named; this asks the judges of its package, so call it only
    where code of plugins may run.
    """
    for param in manifest.params_of("convert", "analyse"):
        if param.kind != "folder" or param.default:
            continue
        try:
            model_folder(param, "")
        except ParamError:
            return (f"no {param.title.lower()} chosen: put one into {models_folder()} or name it with --set",)
    return ()


def measurable(registry: Registry, device: str = "cpu") -> list[EngineManifest]:
    """Return the engines that are measured where none is named: not those for tests or without their checkpoint."""
    shown = [m for m in registry.engines.values() if not m.hidden]
    return [m for m in shown if not unmodelled(m) and (m.brings_all or not lacks(m, device))]


def _problem(requirement: str) -> str:
    parsed = _REQUIREMENT.match(requirement)
    if parsed is None:
        return f"its requirement {requirement!r} cannot be read"
    name, clauses = parsed[1], [c for c in parsed[2].split(",") if c.strip()]
    try:
        present = version(name)
    except PackageNotFoundError:
        return f"the Python package {requirement!r} is not installed"
    for clause in clauses:
        wanted = _CLAUSE.match(clause)
        if wanted is None:
            return f"its requirement {requirement!r} cannot be read"
        if not _holds(_numbers(present), wanted[1], _numbers(wanted[2]), exact=not wanted[2].endswith("*")):
            return f"the Python package {requirement!r} is needed, version {present} is installed"
    return ""


def _numbers(text: str) -> tuple[int, ...]:
    """Return the release numbers of a version; what follows them (rc1, +cpu) does not count."""
    release = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(part) for part in release[0].split(".")) if release else ()


def _holds(present: tuple[int, ...], relation: str, wanted: tuple[int, ...], *, exact: bool) -> bool:
    length = max(len(present), len(wanted))
    a = present + (0,) * (length - len(present))
    b = wanted + (0,) * (length - len(wanted))
    equal = a == b if exact else present[: len(wanted)] == wanted
    if relation == "~=":
        return a >= b and present[: len(wanted) - 1] == wanted[:-1]
    return {"==": equal, "!=": not equal, ">=": a >= b, "<=": a <= b, ">": a > b, "<": a < b}[relation]
