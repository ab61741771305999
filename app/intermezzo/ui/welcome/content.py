"""What the welcome page shows, as plain values: recent files, recovered work, examples, and ages in words."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from intermezzo.core.manifest import EngineManifest, Example
from intermezzo.core.registry import Registry
from intermezzo.ui.welcome.pictures import Kept

__all__ = ["Recent", "Recovered", "age_text", "examples_of", "params_text", "when_text"]


@dataclass(frozen=True)
class Recent:
    """A file that was open before; ``detail`` is what is in it, ``exists`` False where it is gone or out of reach."""

    path: Path
    title: str
    detail: str
    opened_at: datetime
    exists: bool = True
    kept: Kept | None = None


@dataclass(frozen=True)
class Recovered:
    """Work that a crash left behind; ``token`` is whatever its owner needs to open or discard it."""

    title: str
    saved_at: datetime
    n_edits: int | None
    token: Any


def examples_of(registry: Registry) -> list[tuple[EngineManifest, Example]]:
    """Return the examples of the engines to start from, engine by engine: one click must do, with nothing to fetch."""
    return [(m, example) for m in registry.engines.values() if not m.hidden and m.brings_all for example in m.examples]


def params_text(manifest: EngineManifest, example: Example) -> str:
    """Say in a few words who speaks and what differs from the defaults: "voice ljs, speed 0.9 ×"."""
    words = []
    for param in manifest.params_of("convert"):
        value = example.params.get(param.name, param.default)
        if isinstance(value, bool):
            if value != param.default:
                words.append(param.title.lower() if value else _t("no {0}").format(param.title.lower()))
        elif param.kind == "choice" or value != param.default:
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            words.append(f"{param.title.lower()} {shown} {param.unit}".strip())
    return ", ".join(words)


def age_text(then: datetime, now: datetime) -> str:
    """Say how long ago something was, as short as it can be: "2 h ago", "yesterday", "Tuesday", "12 Nov"."""
    seconds = (now - then).total_seconds()
    if seconds < 90:
        return _t("just now")
    if seconds < 3600:
        return _t("{0} min ago").format(round(seconds / 60))
    days = (now.date() - then.date()).days
    if days <= 0:
        return _t("{0} h ago").format(round(seconds / 3600)) if seconds < 6 * 3600 else _t("today")
    if days == 1:
        return _t("yesterday")
    locale, date = QLocale(), QDate(then.year, then.month, then.day)
    if days < 7:
        return locale.dayName(date.dayOfWeek())
    return locale.toString(date, "d MMM" if then.year == now.year else "MMM yyyy")


def when_text(then: datetime, now: datetime) -> str:
    """Say when something was, to the minute: "today, 09:41", "Tuesday, 18:02"."""
    days = (now.date() - then.date()).days
    day = _t("today") if days <= 0 else age_text(then, now)
    return f"{day}, {then:%H:%M}"


def _t(text: str) -> str:
    return QCoreApplication.translate("Welcome", text)
