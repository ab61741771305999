"""Having tokens made anew by the engine: one request, and a step of the history with a take of what came."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from intermezzo.core import takes
from intermezzo.core.cells import Cells
from intermezzo.core.layers import Grid
from intermezzo.core.project import Project
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Request
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["infill", "tokens_text"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("GridDesk", text)


def tokens_text(count: int) -> str:
    """Say how many tokens are meant."""
    return counted(count, _tr("1 token"), _tr("{0} tokens"))


def infill(workspace: Workspace, name: str, mask: NDArray[np.bool_]) -> None:
    """Have the masked cells of a grid made anew; what speaks against it is told."""
    stage, manifest, sketch = workspace.stage, workspace.manifest, workspace.sketch
    grid = sketch.layers.get(name) if sketch is not None else None
    if stage is None or manifest is None or sketch is None or not isinstance(grid, Grid):
        return
    before = sketch
    refused = ""
    if not manifest.infills:
        refused = _tr("{0} cannot make tokens anew.").format(manifest.title)
    elif not mask.any():
        refused = _tr("Mask the tokens that are to be made anew first (M).")
    elif grid.locked[mask].all():
        refused = _tr("All masked tokens are locked; unlock some first.")
    if refused:
        workspace.tell("warn", refused)
        return
    names = {p.name for p in manifest.params_of("convert")}
    request = Request(
        kind="infill", engine=stage.engine, seed=takes.next_seed(stage), priority=8, sketch=sketch,
        params={k: v for k, v in stage.params.items() if k in names}, source=Cells({name: mask}),
    )  # fmt: skip
    label = _tr("Re-sample {0}").format(tokens_text(int(mask.sum())))

    def finish(result: Sketch) -> None:
        if workspace.stage is None or workspace.stage.id != stage.id:
            return
        if workspace.sketch is not sketch:
            workspace.tell("warn", _tr("The tokens were edited meanwhile; re-sample again."))
            return

        def on_project(project: Project) -> Project:
            workspace.follow_up.note(before, result)  # what the new tokens govern is made anew, too
            return project.with_stage(takes.put_cells(project.stage(stage.id), result, request.seed, {name: mask}))

        workspace.change(label, on_project, icon="arrows-clockwise")

    workspace.conversions.run(request, _tr("Making tokens anew"), finish)
