"""One engine in the plugins panel: what it is, how it fares, what to do about it, and all that its manifest says."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from intermezzo.core.manifest import EngineManifest, Reach
from intermezzo.core.registry import Registry
from intermezzo.ui.icons import ICON_NAMES
from intermezzo.ui.look import Look
from intermezzo.ui.plugin_states import STATE_MARKS, EngineState, state_words
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.cards import Card
from intermezzo.ui.widgets.labels import Label, Pill
from intermezzo.ui.widgets.messages import WrappedText

__all__ = ["EngineCard", "facts_of"]

_COLUMN: Final = 110


class EngineCard(Card):
    """A card of one engine.

    Attributes:
        retried: the engine's id; try it again.
        report_wanted: the engine's id; copy what is known.
        copied: a line that was asked for, for the clipboard.
    """

    retried = Signal(str)
    report_wanted = Signal(str)
    copied = Signal(str)

    def __init__(self, look: Look, state: EngineState, registry: Registry, parent: QWidget | None = None) -> None:
        bad = state.state in ("broken", "stopped")
        super().__init__(look, parent, border="err" if bad else "line", padding=14, spacing=6)
        self.state = state
        self.setAccessibleName(f"{state.title}: {state_words(state.state)}. {state.reason}")
        self.content.addLayout(self._head())
        manifest = state.manifest
        if manifest is not None:
            self.content.addWidget(WrappedText(look, manifest.summary or manifest.title, "body", "t2"))
            self.content.addWidget(Label(look, _short_facts(manifest), "value", "t3"))
        if state.reason:
            self.content.addWidget(WrappedText(look, state.reason, "body", "t1"))
        if state.remedy:
            self.content.addWidget(WrappedText(look, state.remedy, "body", "t2"))
        if state.command:
            self.content.addLayout(self._command())
        self.details = QWidget(self)
        if manifest is not None:
            self._fill_details(manifest, registry)
        self.details.hide()
        self.content.addWidget(self.details)
        self.content.addSpacing(2)
        self.content.addLayout(self._buttons())

    def _head(self) -> QHBoxLayout:
        state, look = self.state, self.look
        row = QHBoxLayout()
        row.setSpacing(8)
        manifest = state.manifest
        icon = manifest.icon if manifest is not None and manifest.icon in ICON_NAMES else "puzzle-piece"
        row.addWidget(Label(look, state.title, "card", "t1", icon=icon, icon_ink="t2"))
        if manifest is not None:
            row.addWidget(Label(look, manifest.version, "value", "t3"))
            if manifest.hidden:
                row.addWidget(Pill(look, self.tr("for tests"), "t2"))
        row.addStretch(1)
        mark, role = STATE_MARKS[state.state]
        self.mark = Label(look, state_words(state.state), "body_medium", "t1", icon=mark, icon_ink=role)
        row.addWidget(self.mark)
        return row

    def _command(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        text = WrappedText(self.look, self.state.command, "body_medium", "t1")
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(text, 1)
        copy = Button(self.look, self.tr("Copy line"), icon="copy", kind="quiet")
        copy.clicked.connect(lambda: self.copied.emit(self.state.command))
        row.addWidget(copy)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.retry: Button | None = None
        if self.state.state in ("missing", "stopped"):
            self.retry = Button(self.look, self.tr("Try again"), icon="arrows-clockwise")
            self.retry.clicked.connect(lambda: self.retried.emit(self.state.id))
            row.addWidget(self.retry)
        if self.state.manifest is not None:
            self.more = Button(self.look, self.tr("Details"), icon="caret-right", kind="quiet")
            self.more.clicked.connect(lambda: self.show_details(self.details.isHidden()))
            row.addWidget(self.more)
        copy = Button(self.look, self.tr("Copy report"), icon="clipboard-text", kind="quiet")
        copy.clicked.connect(lambda: self.report_wanted.emit(self.state.id))
        row.addWidget(copy)
        row.addStretch(1)
        return row

    def show_details(self, on: bool) -> None:
        """Unfold or fold everything that the manifest says."""
        self.details.setVisible(on)
        self.more.set_icon_name("caret-down" if on else "caret-right")

    def _fill_details(self, manifest: EngineManifest, registry: Registry) -> None:
        grid = QGridLayout(self.details)
        grid.setContentsMargins(0, 6, 0, 4)
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(12)
        grid.setColumnMinimumWidth(0, _COLUMN)
        grid.setColumnStretch(1, 1)
        for index, (name, value) in enumerate(facts_of(manifest, registry)):
            grid.addWidget(Label(self.look, name, "value", "t3"), index, 0, Qt.AlignmentFlag.AlignTop)
            text = WrappedText(self.look, value, "value", "t2")
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(text, index, 1)


def _short_facts(manifest: EngineManifest) -> str:
    memory = f"{manifest.memory_mb}\u2009MB" if manifest.memory_mb else ""
    devices = ", ".join({"cpu": "CPU", "cuda": "CUDA", "mps": "MPS"}.get(d, d) for d in manifest.devices)
    parts = (f"{manifest.source} → {manifest.output}", devices, memory, manifest.licence, manifest.id)
    return "   ·   ".join(part for part in parts if part)


def _reach_text(reach: Reach) -> str:
    frames = f"±{reach.before}" if reach.before == reach.after else f"−{reach.before} +{reach.after}"
    return f"{frames} frames" + (" and to the end of the voice" if reach.run else "")


def facts_of(manifest: EngineManifest, registry: Registry) -> list[tuple[str, str]]:
    """Return what a manifest says, as names and values in words."""
    sketch_type = registry.sketch_types.get(manifest.sketch)
    layers = ", ".join(spec.title for spec in sketch_type.layers) if sketch_type else "?"
    does = [
        name for name, there in (
            ("converts", manifest.converter), ("re-samples a selection", manifest.resamples),
            ("analyses recordings", manifest.analyser), ("renders", manifest.renderer),
            ("measures itself", manifest.check), ("can be trained", manifest.train),
        ) if there
    ]  # fmt: skip
    hop_ms = sketch_type.hop_s * 1000 if sketch_type else 0.0
    reach = ", ".join(f"{layer} {_reach_text(reach)}" for layer, reach in manifest.reach.items())
    tolerance = ", ".join(f"{layer} {value:g}" for layer, value in manifest.tolerance.items())
    params = ", ".join(f"{p.title} ({p.stage})" for p in manifest.params)
    facts = [
        ("Task", manifest.task), ("Does", ", ".join(does)),
        ("Sketch", f"{manifest.sketch}: {layers}" + (f"; frames of {hop_ms:.2f}\u2009ms" if hop_ms else "")),
        ("Parameters", params), ("Needs", ", ".join(manifest.requires)), ("Footprint", reach),
        ("Tolerance", tolerance), ("Code", ", ".join(c for c in (manifest.converter, manifest.renderer) if c)),
    ]  # fmt: skip
    return [(name, value) for name, value in facts if value]
