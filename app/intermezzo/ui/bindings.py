"""What each action does and when it can: the two tables that tie `ACTIONS` to a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from intermezzo.core.edits.transpose import transposed
from intermezzo.core.media import Text
from intermezzo.ui.actions import ACTIONS, N_FOLDS, N_TAKES
from intermezzo.ui.alternatives import pick_number, thought_of
from intermezzo.ui.behind import behind
from intermezzo.ui.ghost_control import next_ghost
from intermezzo.ui.grid.grid_view import MOST_ONION
from intermezzo.ui.selection import Selection
from intermezzo.ui.step_names import step_name
from intermezzo.ui.time_axis import axis_of
from intermezzo.ui.timeline.tools import brush_resized

if TYPE_CHECKING:
    from intermezzo.ui.timeline.note_commands import NoteCommands
    from intermezzo.ui.window import Window
    from intermezzo.ui.workspace import Workspace

__all__ = ["callbacks_of", "conditions_of"]

_ZOOM = 1.25


def conditions_of(window: Window) -> dict[str, Callable[[], bool]]:
    """Return the test behind each word of `ActionSpec.when`."""
    workspace, commands = window.workspace, window.commands

    def has_source() -> bool:
        source = workspace.stage.source if workspace.stage else None
        return bool(source.text.strip()) if isinstance(source, Text) else source is not None

    return {
        "always": lambda: True,
        "source": has_source,
        "sketch": lambda: workspace.sketch is not None,
        "selection": lambda: (
            window.desk.n_masked > 0 if window.desk.is_on else bool(workspace.sketch and workspace.selection)
        ),
        "grid": lambda: window.desk.is_on,
        "film": lambda: window.desk.film is not None,
        "playable": lambda: (
            workspace.sketch is not None and (workspace.output.n_blocks > 0 or window.desk.n_frames > 0)
        ),
        "output": lambda: _can_export(window),
        "sound": lambda: workspace.sketch is not None and workspace.output.n_blocks > 0,
        "undo": lambda: workspace.history.undo_label is not None,
        "redo": lambda: workspace.history.redo_label is not None,
        "dirty": lambda: window.document.is_edited,
        "stages": lambda: bool(workspace.project.stages),
        "curve": lambda: commands.curve() is not None,
        "span": lambda: commands.has_span(),
        "notes": lambda: commands.has_notes(),
        "follows": lambda: workspace.follow_up.can(),
        "score": lambda: window.score.can(),
        "beats": lambda: workspace.sketch is not None and workspace.sketch.bars is not None,
        "findings": lambda: bool(workspace.review.findings),
        "takes": lambda: window.takes.has_takes(),
        "choices": lambda: window.takes.has_takes() or thought_of(workspace.sketch, workspace.selection) is not None,
        "dropped": lambda: window.dropped.has_any(),
        "followable": lambda: window.following.can(),
        "sayable": lambda: workspace.manifest is not None and workspace.manifest.dictionary is not None,
        "markable": lambda: window.marks.can(),
        "sendable": window.send_to.can,
        "behind": lambda: behind(workspace, workspace.stage) is not None,
        "trainable": lambda: window.training.engine is not None,
    }


def callbacks_of(window: Window) -> dict[str, Callable[[], object]]:
    """Return what each action does; parts of the window are looked up when it is done, not before."""
    w, workspace, commands, playback = window, window.workspace, window.commands, window.playback
    found: dict[str, Callable[[], object]] = {
        "new": lambda: w.document.new(w.show_work_page),
        "open": w.document.ask_open,
        "welcome": w.show_welcome,
        "save": lambda: w.document.save(),
        "save_as": lambda: w.document.save_as(),
        "rename": lambda: w.top_bar.title.start(),
        "import": w.document.ask_import,
        "export": lambda: _export(w),
        "export_takes": w.export.ask_takes,
        "import_labels": w.labels.ask_import,
        "export_labels": w.labels.ask_export,
        "export_sketch": w.export.ask_sketch,
        "export_score": lambda: w.score.ask(),
        "export_picture": lambda: w.export.ask_picture(w.picture),
        "close": lambda: w.document.new(w.show_welcome),
        "quit": w.close,
        "undo": workspace.undo,
        "redo": workspace.redo,
        "copy": lambda: w.desk.copy() if w.desk.is_on else commands.copy(),
        "paste": lambda: w.desk.paste() if w.desk.is_on else commands.paste(),
        "erase_selection": lambda: w.desk.erase() if w.desk.is_on else commands.erase(),
        "select_all": lambda: w.desk.mask_all() if w.desk.is_on else commands.select_all(),
        "select_none": lambda: w.desk.set_mask(None) if w.desk.is_on else commands.select_none(),
        "lock_selection": lambda: w.desk.lock() if w.desk.is_on else commands.toggle_lock(),
        "mark_pause": lambda: w.marks.pause(),
        "mark_emphasis": lambda: w.marks.emphasise(),
        "mark_sounds": lambda: w.marks.say_as(),
        "say_differently": lambda: w.words.say_differently(),
        "dictionary": lambda: w.rooms.dictionary(),
        "preferences": lambda: w.rooms.preferences(),
        "palette": lambda: w.palette_.open(),
        "panels": w.toggle_panels,
        "inspector": w.toggle_inspector,
        "next_panel": lambda: w.move_focus(1),
        "previous_panel": lambda: w.move_focus(-1),
        "zoom_in": lambda: _zoom(w, 1 / _ZOOM),
        "zoom_out": lambda: _zoom(w, _ZOOM),
        "zoom_selection": lambda: _zoom_selection(w),
        "zoom_all": workspace.view.fit,
        "table": lambda: w.timeline.open_table(),
        "snap": lambda: workspace.set_snap(not workspace.snap_semitone),
        "snap_scale": lambda: _snap_notes(workspace, scale=True),
        "snap_chord": lambda: _snap_notes(workspace, chord=True),
        "follow_edits": lambda: w.choices.change(follow_edits=not workspace.follow_up.is_on),
        "hear_edits": lambda: w.choices.change(hear_edits=not workspace.hear_edits),
        "score": lambda: w.choices.change(score=not w.choices.now.score),
        "theme_dark": lambda: w.choices.change(theme="dark"),
        "theme_light": lambda: w.choices.change(theme="light"),
        "theme_system": lambda: w.choices.change(theme="system"),
        "full_screen": lambda: w.setWindowState(w.windowState() ^ Qt.WindowState.WindowFullScreen),
        "convert": lambda: workspace.conversions.convert(),
        "vary": lambda: workspace.conversions.convert((workspace.stage.seed if workspace.stage else 0) + 1),
        "resample": lambda: w.desk.resample() if w.desk.is_on else commands.resample(),
        "vary_tokens": lambda: w.desk.vary(0.12),
        "mirror_tokens": lambda: w.desk.flip(1),
        "turn_over_tokens": lambda: w.desk.flip(0),
        "copy_frame_on": w.desk.copy_on,
        "all_frames": lambda: w.desk.set_all_frames(not w.desk.all_frames),
        "onion": lambda: w.desk.set_onion((w.desk.onion + 1) % (MOST_ONION + 1)),
        "nearest_code": lambda: w.centre.grid_editor.ask_colour(),
        "sample_takes": w.takes.sample,
        "sample_selection": w.takes.sample_selection,
        "compare": w.takes.compare,
        "copy_intonation": lambda: w.following.ask(),
        "bring_back": w.dropped.bring_all_back,
        "dismiss_dropped": w.dropped.dismiss_all,
        "up": lambda: commands.move(1),
        "down": lambda: commands.move(-1),
        "up_more": lambda: commands.move(1, far=True),
        "down_more": lambda: commands.move(-1, far=True),
        "widen": lambda: commands.widen(1.25),
        "flatten": lambda: commands.widen(0.8),
        "smooth": commands.smooth,
        "vibrato": commands.vibrato,
        "snap_now": commands.snap,
        "silence": lambda: commands.set_gap(True),
        "fill": lambda: commands.set_gap(False),
        "longer": lambda: commands.stretch(1),
        "shorter": lambda: commands.stretch(-1),
        "reset_lengths": commands.reset_lengths,
        "quantise": lambda: _on_notes(w, lambda roll: roll.quantise()),
        "quantise_half": lambda: _on_notes(w, lambda roll: roll.quantise(0.5)),
        "fit_scale": lambda: _on_notes(w, lambda roll: roll.fit(scale=True)),
        "fit_chord": lambda: _on_notes(w, lambda roll: roll.fit(chord=True)),
        "transpose_up": lambda: _transpose(workspace, 1),
        "transpose_down": lambda: _transpose(workspace, -1),
        "hold_syllable": lambda: _on_notes(w, lambda roll: roll.hold(), all_where_none=False),
        "write_verse": lambda: _on_notes(w, lambda roll: roll.paste_verse(), all_where_none=False),
        "ghost": lambda: next_ghost(workspace),
        "next_finding": lambda: workspace.review.step(1),
        "previous_finding": lambda: workspace.review.step(-1),
        "mend": workspace.review.mend_first,
        "brush_bigger": lambda: _brush(w, Qt.Key.Key_BracketRight, strength=False),
        "brush_smaller": lambda: _brush(w, Qt.Key.Key_BracketLeft, strength=False),
        "brush_stronger": lambda: _brush(w, Qt.Key.Key_BracketRight, strength=True),
        "brush_weaker": lambda: _brush(w, Qt.Key.Key_BracketLeft, strength=True),
        "play": playback.toggle,
        "play_selection": playback.play_selection,
        "play_back": playback.back,
        "play_stop": playback.pause,
        "play_forward": playback.forward,
        "to_start": lambda: playback.go_to(0.0),
        "to_end": lambda: playback.go_to(workspace.sketch.duration_s if workspace.sketch else 0.0),
        "frame_back": lambda: playback.step(-1),
        "frame_on": lambda: playback.step(1),
        "loop": lambda: playback.set_looping(not playback.is_looping),
        "record_midi": lambda: w.midi.arm(not w.midi.is_armed),
        "metronome": lambda: w.choices.change(metronome=not w.choices.now.metronome),
        "count_in": lambda: w.choices.change(count_in=not w.choices.now.count_in),
        "mute": lambda: playback.set_muted(not playback.is_muted),
        "next_sentence": lambda: w.sentences.step(1),
        "previous_sentence": lambda: w.sentences.step(-1),
        "next_chapter": lambda: w.sentences.step_chapter(1),
        "previous_chapter": lambda: w.sentences.step_chapter(-1),
        "play_sentence": w.sentences.play,
        "select_sentence": w.sentences.select,
        "zoom_sentence": w.sentences.toggle_alone,
        "next_stage": lambda: _stage(w, 1),
        "previous_stage": lambda: _stage(w, -1),
        "send_to": lambda: w.send_to.pop_up(w.look),
        "take_new": w.send_to.take,
        "train": lambda: w.rooms.training(),
        "queue": lambda: w.rooms.queue(),
        "queue_stage": lambda: w.queue.desk.add_stage(),
        "plugins": lambda: w.rooms.plugins(),
        "models": lambda: w.rooms.models(),
        "check": w.check.start,
        "help": lambda: w.rooms.help(),
        "shortcuts": lambda: w.rooms.shortcuts(),
        "tour": lambda: w.rooms.tour(),
        "log": lambda: w.rooms.log(),
        "about": lambda: w.rooms.about(),
        "cancel": w.cancel,
    }
    for spec in ACTIONS:
        if spec.tool:
            found[spec.id] = partial(_take_tool, w, spec.tool)
    for k in range(1, N_TAKES + 1):
        found[f"hear_take_{k}"] = partial(_hear_or_pick, w, k)
        found[f"use_take_{k}"] = partial(_use_take, w, k)
    for k in range(N_FOLDS):
        found[f"fold_{k + 1}"] = partial(_fold, w, k)
    return found


def _can_export(window: Window) -> bool:
    if window.film_export.is_for_view():
        return window.film_export.can()
    return window.picture_export.can() if window.desk.is_on else window.workspace.output.n_blocks > 0


def _export(window: Window) -> None:
    """Export what the stage in view gives: a film, a picture or a sound."""
    if window.film_export.is_for_view():
        window.film_export.ask()
    elif window.desk.is_on:
        window.picture_export.ask()
    else:
        window.export.ask_sound()


def _snap_notes(workspace: Workspace, *, scale: bool = False, chord: bool = False) -> None:
    """Switch what pitches of notes snap to."""
    now = workspace.note_settings
    workspace.set_notes(replace(now, to_scale=now.to_scale != scale, to_chord=now.to_chord != chord))


def _on_notes(window: Window, do: Callable[[NoteCommands], object], *, all_where_none: bool = True) -> None:
    """Do something to the chosen notes of the roll; to all of them where none is chosen."""
    roll = window.timeline.roll()
    if roll is None:
        return
    takes_all = all_where_none and not roll.choice.ids()
    if takes_all:
        roll.choice.choose_all()
    do(roll.commands)
    if takes_all:
        window.workspace.select(Selection())


def _transpose(workspace: Workspace, semitones: int) -> None:
    """Move the whole tune; several in a row are one step. Nothing is to follow: notes and template move together."""
    stage = workspace.stage
    if stage is None or stage.sketch is None or stage.sketch.type.beats is None:
        return
    sketch = stage.sketch
    workspace.change(
        step_name("Transpose the tune up" if semitones > 0 else "Transpose the tune down"),
        lambda project: project.with_sketch(stage.id, transposed(sketch, semitones)),
        merge_key=f"transpose {stage.id} {semitones > 0}", icon="arrow-up" if semitones > 0 else "arrow-down",
    )  # fmt: skip


def _hear_or_pick(window: Window, number: int) -> None:
    """Take an alternative of the span that is selected; where it has none, hear a take."""
    if not pick_number(window.workspace, number):
        window.takes.hear(number)


def _use_take(window: Window, number: int) -> None:
    if window.desk.is_on:
        window.desk.use_take(number)
    else:
        window.takes.use(number)


def _fold(window: Window, lane: int) -> None:
    window.timeline.fold(lane)


def _take_tool(window: Window, tool: str) -> None:
    """Take a tool in hand, for as long as its key is held where it is held."""
    workspace = window.workspace
    former = workspace.tool
    workspace.set_tool(tool)
    window.router.tool_taken(former if former != tool else "select")


def _zoom(window: Window, factor: float) -> None:
    """Zoom around the playhead where it is in view, else around the middle."""
    view = window.workspace.view
    x = view.x_of(axis_of(window.workspace.sketch, window.workspace.playhead_s))
    view.zoom_at(x if 0 <= x <= view.width_px else view.width_px / 2, factor)


def _zoom_selection(window: Window) -> None:
    region = window.playback.region_s()
    if region is not None:
        room = 0.05 * (region[1] - region[0])
        window.workspace.view.show_range(region[0] - room, region[1] + room)


def _brush(window: Window, key: int, *, strength: bool) -> None:
    workspace = window.workspace
    workspace.set_brush(brush_resized(workspace.brush, key, strength=strength))


def _stage(window: Window, step: int) -> None:
    workspace = window.workspace
    stages = [s.id for s in workspace.project.stages]
    if workspace.stage is not None and len(stages) > 1:
        workspace.choose_stage(stages[(stages.index(workspace.stage.id) + step) % len(stages)])
