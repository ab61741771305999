"""The figures of the last `intermezzo check` of an engine, kept in the state folder, and put in few words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any, Final

__all__ = ["PROMISES", "PromiseLine", "keep_report", "kept_report", "lines_of"]

PROMISES: Final = ("obedience", "locality", "permanence", "repeatability", "plurality")
_UNITS: Final = ("cents", "semitones", "db", "hops", "samples", "frames", "edits", "takes", "ms", "percent", "hz")
_FIRST_UNITS: Final = ("cents", "hops")
_MOST_LETTERS: Final = 20
# The figures that `intermezzo.check` measures for any engine, in fewer words: (where it is 0, else); weightiest first.
_WORDS: Final = {
    "samples_changed_outside_footprint": ("0 samples outside", "{0:.0f} samples outside"),
    "edits_kept_after_new_conversion_percent": ("", "{0:.0f}\u2009% kept"),
    "edits_kept_after_changed_text_percent": ("", "{0:.0f}\u2009% after other words"),
    "edits_kept_after_other_settings_percent": ("", "{0:.0f}\u2009% after other settings"),
    "edits_neither_kept_nor_listed": ("0 silently lost", "{0:.0f} silently lost"),
    "samples_changed_in_new_process": ("bit-identical", "{0:.0f} samples differ"),
    "different_sketches_of_four_seeds": ("", "{0:.0f} of 4 seeds differ"),
    "edits_listed_as_dropped": ("0 lost", "{0:.0f} listed as lost"),
    "windowed_against_whole_full_scale_max": ("windows exact", "windows within {0:.0e}"),
    "same_seed_same_sketch": ("same seed, other sketch", "same seed, same sketch"),
}  # fmt: skip


@dataclass(frozen=True)
class PromiseLine:
    """One promise: what was measured in few words, whether it is kept (None: not measured), all figures as lines."""

    text: str
    met: bool | None
    detail: str = ""


def _file_of(folder: Path, engine: str) -> Path:
    return folder / "check" / (re.sub(r"[^\w.-]", "_", engine) + ".json")


def kept_report(folder: Path, engine: str, version: str) -> dict[str, Any] | None:
    """Return what `check` found for this version of an engine, with ``at_s``, or None where nothing was measured."""
    try:
        report = json.loads(_file_of(folder, engine).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    fits = isinstance(report, dict) and report.get("version") == version and isinstance(report.get("figures"), dict)
    return report if fits else None


def keep_report(folder: Path, engine: str, report: Mapping[str, Any]) -> None:
    """Keep the report of one engine; a disk that refuses costs only the badge."""
    path = _file_of(folder, engine)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**report, "at_s": time()}, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError:
        return


def lines_of(report: Mapping[str, Any] | None) -> dict[str, PromiseLine]:
    """Return a line for each of the five promises."""
    figures = report.get("figures", {}) if report else {}
    found = {}
    for promise in PROMISES:
        mine = [(n, f) for n, f in figures.items() if isinstance(f, dict) and f.get("promise") == promise]
        known = [(n, f) for n, f in mine if isinstance(f.get("value"), (int, float))]
        if not known:
            found[promise] = PromiseLine("not measured", None)
            continue
        judged = [f.get("met") for _, f in known if f.get("met") is not None]
        chosen = [_figure(n, f) for n, f in sorted(known, key=_rank)]
        text = " · ".join(chosen[:2]) if len(" · ".join(chosen[:2])) <= _MOST_LETTERS else chosen[0]
        detail = "\n".join(f"{_name(n)}: {_figure(n, f)}{_target(f)}" for n, f in known)
        found[promise] = PromiseLine(text, all(judged) if judged else None, detail)
    return found


def _rank(pair: tuple[str, Mapping[str, Any]]) -> tuple[bool, bool, int]:
    """Order figures for the one line there is: missed targets, then those that have one, then the plainest units."""
    name, figure = pair
    words, unit = list(_WORDS), _unit(name)
    place = words.index(name) if name in words else _FIRST_UNITS.index(unit) if unit in _FIRST_UNITS else len(words)
    return figure.get("met") is not False, figure.get("met") is None, place


def _unit(name: str) -> str:
    words = name.lower().split("_")
    return next((w for w in reversed(words) if w in _UNITS), "")


def _name(name: str) -> str:
    return name.replace("_", " ")


def _figure(name: str, figure: Mapping[str, Any]) -> str:
    value, unit = float(figure["value"]), _unit(name)
    if name in _WORDS:
        at_zero, otherwise = _WORDS[name]
        return at_zero if value == 0 and at_zero else otherwise.format(value)
    shown = f"{value:.0f}" if value == round(value) else f"{value:.2f}" if abs(value) < 1 else f"{value:.1f}"
    unit = {"db": "dB", "percent": "%", "hz": "Hz", "semitones": "st"}.get(unit, unit)
    return f"{shown}\u2009{unit}" if unit else f"{shown} {_name(name)}"


def _target(figure: Mapping[str, Any]) -> str:
    if figure.get("at_most") is not None:
        return f" (at most {figure['at_most']:g})"
    return f" (at least {figure['at_least']:g})" if figure.get("at_least") is not None else ""
