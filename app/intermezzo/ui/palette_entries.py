"""What the command palette finds: actions, settings of the engine, named takes, words of the sketch, recent files."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from intermezzo.core.layers import Spans
from intermezzo.ui.actions import N_TAKES
from intermezzo.ui.command_palette import Entry
from intermezzo.ui.panels.edited_words import source_spans

if TYPE_CHECKING:
    from intermezzo.ui.window import Window

__all__ = ["gather"]

_MAX_WORDS = 4000
_WORD_RANK, _PARAM_RANK, _FILE_RANK, _TAKE_RANK = -20.0, -5.0, -10.0, -5.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("Palette", text)


def gather(window: Window) -> list[Entry]:
    """Return everything that can be found now."""
    return [*_actions(window), *_targets(window), *_params(window), *_takes(window), *_files(window), *_words(window)]


def _actions(window: Window) -> list[Entry]:
    entries = []
    for spec in window.book.specs():
        action, keys = window.book[spec.id], window.book.keys_of(spec.id)
        if spec.id in ("palette", "cancel"):
            continue
        title = action.text().replace("…", "").replace("&", "")
        note = "" if keys else _tr(spec.menu)
        entries.append(Entry(title, action.trigger, keys[0] if keys else "", spec.icon, note, action.isEnabled()))
    return entries


def _targets(window: Window) -> list[Entry]:
    """Engines that what is here can be sent to."""
    return [
        Entry(
            _tr("Send: {0}").format(target.title), partial(window.send_to.send, target), "", target.icon, _tr("Stage")
        )
        for target in window.send_to.targets()
    ]


def _params(window: Window) -> list[Entry]:
    manifest = window.workspace.manifest
    entries = []
    for param in manifest.params if manifest else ():
        row = window.parameters.row(param.name)
        if row is not None and manifest is not None:
            show = partial(_focus, window, row)
            entries.append(Entry(param.title, show, "", "sliders-horizontal", manifest.title, rank=_PARAM_RANK))
    return entries


def _focus(window: Window, row: QWidget) -> None:
    window.show_inspector()
    window.inspector.ensureWidgetVisible(row)
    for child in row.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            child.setFocus(Qt.FocusReason.TabFocusReason)
            return


def _takes(window: Window) -> list[Entry]:
    """Takes that have a name: the others are found as "Hear take 2" and "Use take 2"."""
    stage = window.workspace.stage
    return [
        Entry(
            take.name, partial(window.takes.hear, take.number), str(take.number) if take.number <= N_TAKES else "",
            "stack-simple", _tr("hear this take"), rank=_TAKE_RANK,
        )
        for take in (stage.takes if stage is not None else ()) if take.name
    ]  # fmt: skip


def _files(window: Window) -> list[Entry]:
    return [
        Entry(path.name, partial(window.document.open, path), "", "file", _tr("recent"), rank=_FILE_RANK)
        for path in window.keep.recent()
    ]


def _words(window: Window) -> list[Entry]:
    sketch = window.workspace.sketch
    spans = source_spans(sketch) if sketch is not None else None
    if sketch is None or not isinstance(spans, Spans):
        return []
    hop_s = sketch.type.hop_s
    return [
        Entry(
            spans.labels[k], partial(window.commands.select_span, spans.spec.name, k), "", "text-aa",
            f"{spans.starts[k] * hop_s:.2f}\u2009s", rank=_WORD_RANK,
        )
        for k in range(min(spans.count, _MAX_WORDS))
    ]  # fmt: skip
