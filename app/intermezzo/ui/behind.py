"""Behind: what is said of a stage whose stage before gives something else now than it sent on, and what is offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from intermezzo.core.chain import stage_before
from intermezzo.core.project import Stage
from intermezzo.core.sent import has_moved_on

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Behind", "behind"]


def _t(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Behind", text))


_WORDS: Final = {
    "text": (_t("new text"), _t("The text of {0} is another one now."), _t("Take the new text")),
    "image": (_t("new picture"), _t("{0} shows another picture now."), _t("Take the new picture")),
    "video": (_t("new film"), _t("{0} shows another film now."), _t("Take the new film")),
    "audio": (_t("new sound"), _t("{0} gives another sound now."), _t("Take the new sound")),
    "melody": (_t("new tune"), _t("{0} gives another tune now."), _t("Take the new tune")),
}


@dataclass(frozen=True)
class Behind:
    """What its card says, the line under its source, and the name of the way on."""

    chip: str
    line: str
    take: str


def behind(workspace: Workspace, stage: Stage | None) -> Behind | None:
    """Return what is said of a stage; None where it has what the stage before gives, or has its own source."""
    before = stage_before(workspace.project, stage) if stage is not None else None
    if stage is None or before is None or stage.source is None:
        return None
    engine = workspace.registry.engines.get(before.engine)
    if not has_moved_on(workspace.project, stage, engine):
        return None
    chip, line, take = (QCoreApplication.translate("Behind", words) for words in _WORDS[stage.source.media])
    return Behind(chip, line.format(engine.title if engine is not None else before.engine), take)
