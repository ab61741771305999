"""The tools of the timeline: their keys, cursors, hints, and why some do nothing on some lanes."""

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt

from intermezzo.ui.selection import BrushSettings

__all__ = ["CURSORS", "REFUSALS", "TOOL_KEYS", "brush_resized", "token_hint", "tool_hint"]

TOOL_KEYS: Final[dict[int, str]] = {
    Qt.Key.Key_V: "select", Qt.Key.Key_D: "draw", Qt.Key.Key_N: "line", Qt.Key.Key_B: "paint", Qt.Key.Key_E: "erase",
    Qt.Key.Key_S: "smooth", Qt.Key.Key_T: "stretch", Qt.Key.Key_X: "split",
    Qt.Key.Key_G: "glue", Qt.Key.Key_Q: "lock",
}  # fmt: skip

CURSORS: Final[dict[str, Qt.CursorShape]] = {
    "select": Qt.CursorShape.ArrowCursor, "draw": Qt.CursorShape.CrossCursor, "line": Qt.CursorShape.CrossCursor,
    "paint": Qt.CursorShape.CrossCursor, "erase": Qt.CursorShape.CrossCursor, "smooth": Qt.CursorShape.CrossCursor,
    "stretch": Qt.CursorShape.SizeHorCursor, "lock": Qt.CursorShape.PointingHandCursor,
    "resample": Qt.CursorShape.ArrowCursor, "split": Qt.CursorShape.SplitHCursor,
    "glue": Qt.CursorShape.PointingHandCursor,
}  # fmt: skip

REFUSALS: Final[dict[str, str]] = {
    "draw": "{lane} cannot be drawn. Draw works on curves and notes; paint a picture, drag the boundaries of spans.",
    "line": "{lane} takes no lines. Line works on curves.",
    "paint": "{lane} cannot be painted. Paint works on pictures; draw on curves.",
    "erase": "There is nothing to erase in {lane}.",
    "smooth": "{lane} cannot be smoothed. Smooth works on curves and pictures.",
    "stretch": "{lane} cannot be stretched by itself. Drag the boundaries of the spans that make the time axis.",
    "split": "{lane} cannot be split. Split works on notes.",
    "glue": "{lane} cannot be glued. Glue works on notes.",
    "lock": "{lane} cannot be locked.",
    "pick": "There is no code to pick in {lane}. Pick works on tokens.",
    "fill": "{lane} cannot be filled. Fill works on pictures of tokens.",
    "mask": "{lane} takes no mask. Select a stretch of it.",
    "lasso": "{lane} takes no lasso. Select a stretch of it.",
    "move": "{lane} cannot be moved by itself.",
    "resample": "{lane} cannot be re-sampled.",
}  # fmt: skip

_HINTS: Final[dict[str, str]] = {
    "select": "Select: drag over a stretch or box · Shift adds · double click edits · Tab goes on",
    "draw": "Draw: drag freehand, notes as long as you drag · Shift straight · Alt smooth",
    "line": "Line: drag a line, drag it again to bend it · Shift horizontal · Alt curve",
    "paint": "Paint: drag to add {amount} dB · Alt subtracts · Shift straight · [ ] size",
    "erase": "Erase: drag to go back to the prediction · [ ] size",
    "smooth": "Smooth: drag to pull to the local mean · [ ] size",
    "stretch": "Stretch: drag a boundary · Shift moves all that is later · Alt keeps the total",
    "split": "Split: click a note where it is to be cut",
    "glue": "Glue: drag over notes, or click one to join the next",
    "lock": "Lock: click or drag · on something locked it unlocks",
    "resample": "Re-sample: drag over a stretch to predict it anew · Shift+R more takes",
}


_TOKEN_HINTS: Final[dict[str, str]] = {
    "select": "Select: drag a box to mask tokens · Shift adds · Alt takes away · double click: what hangs together",
    "paint": "Paint with a code: drag · Alt picks · right click picks · Ctrl+wheel or [ ] size",
    "erase": "Erase: drag to go back to the prediction · [ ] size",
    "lock": "Lock: drag over tokens · Alt unlocks",
    "pick": "Pick: click a token to put its code on the brush",
    "fill": "Fill: click to set all tokens of one code that hang together · Alt picks",
    "mask": "Mask: drag a box · Shift adds · Alt takes away · R makes the mask anew",
    "lasso": "Lasso: draw around tokens to mask them · Shift adds · Alt takes away",
    "move": "Move: drag the masked tokens · Alt+arrows by one · Ctrl+arrows push all",
    "clone": "Clone: Alt+click sets the source, then drag to copy from there · [ ] size",
    "resample": "Re-sample: drag a box of tokens to have it made anew",
}


def token_hint(tool: str) -> str:
    """Say in one line what a tool does to tokens."""
    return QCoreApplication.translate("tools", _TOKEN_HINTS.get(tool, ""))


def tool_hint(tool: str, brush: BrushSettings) -> str:
    """Say in one line what a tool does with which modifier, for the status bar."""
    text = QCoreApplication.translate("tools", _HINTS.get(tool, ""))
    return text.format(amount=f"{brush.amount:+g}".replace("-", "−"))


def brush_resized(brush: BrushSettings, key: int, *, strength: bool) -> BrushSettings:
    """Return the brush after [ or ]: size 2 to 200 px by a fifth, or strength by 1."""
    up = key in (Qt.Key.Key_BracketRight, Qt.Key.Key_BraceRight)
    if strength:
        amount = min(max(brush.amount + (1 if up else -1), -60.0), 60.0)
        return BrushSettings(amount, brush.size_px, brush.soft)
    step = max(round(brush.size_px * 0.2), 1)
    return BrushSettings(brush.amount, min(max(brush.size_px + (step if up else -step), 2), 200), brush.soft)
