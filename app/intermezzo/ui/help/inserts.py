"""What help pages show of this very computer: measured promises, the keys as they are set, and where things lie."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from intermezzo.core.errors import IntermezzoError
from intermezzo.core.registry import Registry
from intermezzo.storage import places
from intermezzo.ui.actions import ACTIONS, MENUS
from intermezzo.ui.promise_figures import kept_report, lines_of
from intermezzo.ui.welcome.content import when_text

__all__ = ["figures_text", "keys_text", "places_text"]


def figures_text(registry: Registry, state_folder: Path) -> str:
    """Return as Markdown what was measured here for every engine, or that nothing was."""
    parts = []
    for manifest in registry.engines.values():
        if manifest.hidden:
            continue
        report = kept_report(state_folder, manifest.id, manifest.version)
        if report is None:
            parts.append(f"**{manifest.title} {manifest.version}**: " + _t("not measured on this computer yet."))
            continue
        when = when_text(datetime.fromtimestamp(float(report.get("at_s", 0.0))), datetime.now())
        device = str(report.get("device", "cpu")).upper()
        head = _t("**{0} {1}**, measured {2} on {3}:").format(manifest.title, manifest.version, when, device)
        rows = [_t("| Promise | Kept | Figures |"), "|---|---|---|"]
        for promise, line in lines_of(report).items():
            kept = "—" if line.met is None else _t("✓ kept") if line.met else _t("✗ missed")
            figures = "; ".join(line.detail.splitlines()) or line.text
            rows.append(f"| **{_t(promise.capitalize())}** | {kept} | {_cell(figures)} |")
        parts.append("\n".join([head, "", *rows]))
    return "\n\n".join(parts) if parts else _t("No engine is installed.")


def keys_text(keys_of: Callable[[str], Iterable[str]]) -> str:
    """Return as Markdown all actions with the keys that they have now, menu by menu."""
    parts = []
    for menu in MENUS:
        rows = []
        for spec in ACTIONS:
            keys = [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys_of(spec.id)]
            if spec.menu == menu and keys:
                shown = _t(" or ").join(f"`{_cell(key)}`" for key in keys)
                title = QCoreApplication.translate("Actions", spec.title).rstrip("…")
                rows.append(f"| {title} | {shown} |")
        if rows:
            parts.append("\n".join([f"### {menu}", "", _t("| Action | Key |"), "|---|---|", *rows]))
    return "\n\n".join(parts)


def places_text() -> str:
    """Return as Markdown where preferences, cache, recovery files and log lie."""
    rows = []
    for what, folder in (
        (_t("Preferences"), places.settings_folder), (_t("Recent files, measured promises"), places.state_folder),
        (_t("Recovered work"), places.recovery_folder), (_t("Log"), places.log_folder),
        (_t("Cache; deleting it costs time only"), places.cache_folder),
    ):  # fmt: skip
        try:
            rows.append(f"| {what} | `{folder()}` |")
        except IntermezzoError as problem:
            rows.append(f"| {what} | {_cell(str(problem))} |")
    return "\n".join([_t("| What | Where |"), "|---|---|", *rows])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _t(text: str) -> str:
    return QCoreApplication.translate("Help", text)
