"""Review: what fits in the tune in view and what a singer would stumble over, found anew after each edit.

Long tunes are looked through on a thread beside the window, so that no edit waits; what comes of a sketch that is gone
by then is thrown away and looked for again. Panels, lanes and actions all read the one result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from intermezzo.core.layers import Notes
from intermezzo.core.music.fit import Fit, fit_of
from intermezzo.core.singability import KINDS, Finding, Limits, Mend, limits_of
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.melody import is_tune
from intermezzo.ui.background import Background
from intermezzo.ui.selection import Selection
from intermezzo.ui.singing_words import kind_title, mend_name, sentence_of
from intermezzo.ui.time_axis import heard_at
from intermezzo.ui.wording import counted

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Review"]

_AFTER_EDIT_MS: Final = 60
_BESIDE: Final = 800  # notes from which on the search runs beside the window
_Found = tuple[Fit | None, tuple[Finding, ...]]


class Review(QObject):
    """Belongs to the workspace. ``sketch`` is the one that was looked at, with ``fit`` and ``findings``."""

    changed = Signal()
    wanted = Signal(object)  # a Finding that is to be shown in its place

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._background, self._mending = Background(self), Background(self)
        self.sketch: Sketch | None = None
        self.fit: Fit | None = None
        self.findings: tuple[Finding, ...] = ()
        self._by_note: dict[int, list[Finding]] = {}
        self._at = -1
        self._looked_for = Limits()
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_EDIT_MS)
        self._soon.timeout.connect(self._look)
        workspace.changed.connect(self._on_changed)
        for signal in (workspace.replaced, workspace.stage_chosen):
            signal.connect(self._look)

    @property
    def is_there(self) -> bool:
        """Whether the sketch in view is a tune that can be looked at."""
        return is_tune(self._workspace.sketch)

    @property
    def limits(self) -> Limits:
        """What the singer can do, as the settings in view say."""
        stage = self._workspace.stage
        made = stage.sketch.made.params if stage is not None and stage.sketch is not None else {}
        return limits_of({**made, **(stage.params if stage is not None else {})})

    def of_note(self, note: int) -> Sequence[Finding]:
        """Return the findings whose mark stands at a note, what weighs most first."""
        return self._by_note.get(note, ())

    def kinds(self) -> dict[str, list[Finding]]:
        """Return the findings by kind, what weighs most first; kinds of which there are none are absent."""
        found: dict[str, list[Finding]] = {kind: [] for kind in KINDS}
        for finding in self.findings:
            found[finding.kind].append(finding)
        return {kind: some for kind, some in found.items() if some}

    # Looking

    def _on_changed(self, *_: object) -> None:
        if self._workspace.sketch is not self.sketch or self._soon.isActive() or self.limits != self._looked_for:
            self._soon.start()

    def _look(self, *_: object) -> None:
        self._soon.stop()
        sketch = self._workspace.sketch
        if not self.is_there or sketch is None:
            self._take(None, (None, ()))
            return
        limits = self._looked_for = self.limits
        notes = sketch.notes
        if isinstance(notes, Notes) and notes.count <= _BESIDE:
            self._take(sketch, _search(sketch, limits))
        elif not self._background.is_busy:
            self._background.run(lambda: (sketch, _search(sketch, limits)), self._on_found, lambda _: None)

    def _on_found(self, result: tuple[Sketch, _Found]) -> None:
        if result[0] is self._workspace.sketch:
            self._take(*result)
        else:
            self._soon.start()

    def _take(self, sketch: Sketch | None, found: _Found) -> None:
        if sketch is None and self.sketch is None:
            return
        self.sketch, (self.fit, self.findings) = sketch, found
        self._by_note = {}
        for finding in sorted(self.findings, key=lambda f: _WEIGHT[f.kind]):
            self._by_note.setdefault(finding.notes[0], []).append(finding)
        self.changed.emit()

    # Going through

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) finding after what is selected, else after the playhead."""
        workspace = self._workspace
        if not self.findings or workspace.sketch is None:
            workspace.tell("info", self.tr("Nothing to mend: the tune sings well."))
            return
        here = self.current()
        if here is not None:
            self.show(self.findings[(self.findings.index(here) + by) % len(self.findings)])
            return
        clock = workspace.sketch.clock
        at = workspace.selection.start if workspace.selection else float(clock.frames_at(workspace.playhead_s))
        later = [finding for finding in self.findings if finding.frame >= at]
        earlier = [finding for finding in self.findings if finding.frame < at]
        self.show((later or earlier)[0] if by > 0 else (earlier or later)[-1])

    def current(self) -> Finding | None:
        """Return the finding that was shown last, as long as it stands and its notes are selected."""
        chosen = self._workspace.selection.notes
        if 0 <= self._at < len(self.findings) and chosen == frozenset(self.findings[self._at].notes):
            return self.findings[self._at]
        return next((f for f in self.findings if frozenset(f.notes) == chosen), None)

    def show(self, finding: Finding) -> None:
        """Select the notes of a finding, bring them into view and open its card."""
        workspace, sketch = self._workspace, self._workspace.sketch
        if sketch is None or finding not in self.findings:
            return
        self._at = self.findings.index(finding)
        self.choose(finding.notes)
        workspace.set_playhead(heard_at(sketch, finding.frame * sketch.type.hop_s))
        self.wanted.emit(finding)

    def choose(self, ids: Sequence[int]) -> None:
        """Select notes."""
        sketch = self._workspace.sketch
        notes = sketch.notes if sketch is not None and self.is_there else None
        at = [k for k in (notes.index_of(note) for note in ids) if k is not None] if isinstance(notes, Notes) else []
        if isinstance(notes, Notes) and at:
            start, stop = int(notes.starts[at].min()), int(notes.stops[at].max())
            self._workspace.select(Selection("notes", start, stop, notes=frozenset(notes.ids[at].tolist())))

    # Mending

    def mends(self, finding: Finding) -> tuple[Mend, ...]:
        """Return what can be done about a finding; nothing where the sketch has changed since."""
        sketch = self._workspace.sketch
        if sketch is None or sketch is not self.sketch:
            return ()
        from intermezzo.core.singability.findings import mends_of

        return mends_of(sketch, finding, self.limits)

    def mend(self, finding: Finding, mend: Mend) -> bool:
        """Do it, as one named step."""
        return self._workspace.edit(f"{mend_name(mend)}: {sentence_of(finding)}", mend.edit, icon="first-aid-kit")

    def mend_first(self) -> None:
        """Do the first mend of the finding in hand."""
        finding = self.current()
        mends = self.mends(finding) if finding is not None else ()
        if finding is None or not mends:
            self._workspace.tell("info", self.tr("Go to a finding first."))
        elif len(mends) == 1:
            self._workspace.tell("info", self.tr("There is no quick way here: change it by hand, or allow it."))
        else:
            self.mend(finding, mends[0])

    def mend_all(self, kind: str, *, allow: bool = False) -> None:
        """Do the first mend of every finding of a kind (or allow them all) in one step; what is locked stays.

        For long tunes it is worked out beside the window; an edit that comes meanwhile is not overrun.
        """
        sketch, limits = self._workspace.sketch, self.limits
        if sketch is None or not self.is_there or self._mending.is_busy:
            return

        def work() -> tuple[Sketch, int]:
            from intermezzo.core.singability.batch import allow_all, mend_all

            return (allow_all(sketch, kind, limits), 0) if allow else mend_all(sketch, kind, limits)

        def done(result: tuple[Sketch, int]) -> None:
            self._take_mended(kind, sketch, *result, allow=allow)

        if sketch.notes.count <= _BESIDE:
            done(work())
        else:
            self._mending.run(work, done, lambda problem: self._workspace.tell("warn", str(problem)))

    def _take_mended(self, kind: str, before: Sketch, after: Sketch, left: int, *, allow: bool) -> None:
        workspace = self._workspace
        if workspace.sketch is not before:
            workspace.tell("warn", self.tr("The tune was edited meanwhile; mend it again."))
            return
        title = kind_title(kind).lower()
        label = self.tr("Allow all: {0}").format(title) if allow else self.tr("Mend all: {0}").format(title)
        workspace.edit(label, lambda _: after, icon="first-aid-kit")
        if left:
            rest = counted(left, self.tr("1 is left"), self.tr("{0} are left"))
            workspace.tell("info", self.tr("{0}: look at them one by one.").format(rest))

    def stop(self) -> None:
        """Wait for what runs beside the window."""
        self._soon.stop()
        self._background.wait()
        self._mending.wait()


_WEIGHT: Final = {kind: k for k, kind in enumerate(KINDS)}


def _search(sketch: Sketch, limits: Limits) -> _Found:
    from intermezzo.core.singability.findings import findings_of  # the window starts with this module

    return fit_of(sketch), findings_of(sketch, limits)
