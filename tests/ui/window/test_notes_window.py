"""A tune in the whole window: the strip shows what notes can use, the clock counts bars, the inspector reads notes."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from intermezzo.core.edits import notes
from intermezzo.core.project import Project
from intermezzo.core.registry import discover
from intermezzo.core.take import Take
from intermezzo.ui.questions import ScoreFiles
from intermezzo.ui.selection import Selection


def test_the_strip_shows_the_tools_and_numbers_of_notes(tune) -> None:
    strip, book = tune.studio.window.strip, tune.studio.window.book
    assert strip.notes.isVisible() and strip.tools["tool_split"].isVisible() and not strip.amount.isVisible()
    strip.notes.grid.setCurrentText("1/16 T")
    strip.notes.grid.textActivated.emit("1/16 T")
    assert tune.studio.workspace.note_settings.grid == "1/16 T"
    book["snap_chord"].trigger()
    assert tune.studio.workspace.note_settings.to_chord and strip.notes.chord.isChecked()
    book["tool_glue"].trigger()
    assert tune.studio.workspace.tool == "glue" and strip.tools["tool_glue"].isChecked()


def test_whether_notes_follow_is_kept_and_offered_only_where_the_engine_can(tune) -> None:
    window, follow_up = tune.studio.window, tune.studio.workspace.follow_up
    assert follow_up.is_on and window.book["follow_edits"].isChecked()
    assert not window.strip.notes.follow.isVisible() and not window.book["follow_edits"].isEnabled()
    tune.studio.choices.change(follow_edits=False)
    assert not follow_up.is_on and not window.book["follow_edits"].isChecked()
    tune.studio.choices.change(follow_edits=True)


def test_notes_are_pulled_to_grid_scale_and_chord_by_key_menu_and_button(tune) -> None:
    window, workspace = tune.studio.window, tune.studio.workspace
    workspace.edit("Move", lambda s: notes.move(s, range(14), 25, 0))
    QTest.mouseClick(window.strip.notes.quantise, Qt.MouseButton.LeftButton)
    assert not (workspace.sketch.notes.starts % 240).any() and not workspace.selection
    assert workspace.history.undo_label == "Quantise 14 notes"
    workspace.select(Selection("notes", 480, 720, notes=frozenset({2})))
    window.book["fit_chord"].trigger()
    assert workspace.sketch.notes.pitches[2] == 67 and workspace.selection.notes == {2}
    window.book["snap_scale"].setChecked(True)
    assert window.strip.notes.scale.isChecked()


def test_the_whole_tune_is_transposed_as_one_step(tune) -> None:
    window, workspace = tune.studio.window, tune.studio.workspace
    for _ in range(2):
        window.book["transpose_up"].trigger()
    sketch = workspace.sketch
    assert sketch.key.labels == ("A major",) and sketch.chords.labels == ("A", "F#m", "D", "E7")
    assert sketch.notes.pitches[0] == 73 and not sketch.notes.by_hand().any()
    workspace.undo()
    assert workspace.sketch.key.labels == ("G major",) and workspace.sketch.notes.pitches[0] == 71


def test_another_take_is_laid_over_the_roll_and_stays(tune) -> None:
    window, workspace = tune.studio.window, tune.studio.workspace
    ghost, board = window.strip.ghost, window.timeline.board
    assert ghost.isVisible() and not ghost.button.isEnabled() and board.ghost is None
    stage = workspace.stage
    takes = (Take(1, 4, stage.sketch), Take(2, 11, notes.move(stage.sketch, [6], 0, 3)))
    workspace.change("Sample", lambda p: replace(p, stages=(replace(stage, takes=takes),)))
    assert ghost.button.isEnabled()
    window.book["ghost"].trigger()
    window.book["ghost"].trigger()
    assert ghost.button.text() == "Ghost take 2" and board.ghost.take == 2
    workspace.edit("Move", lambda s: notes.move(s, [0], 0, 2))
    workspace.comparison.point_at(1)
    assert board.ghost.take == 1
    workspace.comparison.point_at(None)
    assert board.ghost.take == 2 and not workspace.comparison.is_on_b
    entries = {action.text(): action for action in ghost.menu().actions()}
    assert entries["Take 2"].isChecked()
    entries["Before the last change"].trigger()
    assert board.ghost.take == 0 and board.ghost.sketch.notes.pitches[0] == 71
    entries["No ghost"].trigger()
    assert board.ghost is None and ghost.button.text() == "Ghost"


def test_speech_shows_no_tools_of_notes(rig) -> None:
    rig.converted()
    strip = rig.studio.window.strip
    assert not strip.notes.isVisible() and not strip.tools["tool_split"].isVisible() and strip.amount.isVisible()
    assert not rig.studio.window.book["tool_split"].isEnabled()


def test_the_clock_counts_bars_and_beats(tune) -> None:
    transport, workspace = tune.studio.window.transport, tune.studio.workspace
    workspace.set_playhead(60 / 92 * 5)
    assert transport.clock.text().replace("\u2009", "") == "2·2·000"
    assert transport.range.text().replace("\u2009", " ") == "92 bpm · 4/4"
    workspace.select(Selection("chords", 1920, 5760))
    assert transport.range.text().endswith("bars 2 to 3")


def test_the_inspector_reads_and_sets_a_chosen_note(tune) -> None:
    workspace, panel = tune.studio.workspace, tune.studio.window.selection_panel
    workspace.select(Selection("notes", 2400, 3360, notes=frozenset({6})))
    assert panel.title.text() == "B4 · low"
    pitch = panel.field("notes.pitch")
    assert pitch is not None
    pitch.changed_to.emit(74.0)
    assert workspace.sketch is not None and workspace.sketch.notes.pitches[6] == 74
    assert workspace.history.undo_label == "Pitch 74 on B4 · low"


def test_actions_on_the_selection_work_on_the_chosen_notes_alone(tune) -> None:
    workspace, book = tune.studio.workspace, tune.studio.window.book
    workspace.select(Selection("notes", 0, 960, notes=frozenset({0, 2})))
    tune.studio.window.refresh()
    book["up"].trigger()
    assert workspace.sketch is not None and workspace.sketch.notes.pitches[:3].tolist() == [72, 71, 70]
    book["lock_selection"].trigger()
    assert (workspace.sketch.notes.origin[:3] & 4).tolist() == [4, 0, 4]
    book["lock_selection"].trigger()
    book["erase_selection"].trigger()
    assert workspace.sketch.notes.pitches[:3].tolist() == [71, 71, 69] and not workspace.sketch.notes.origin.any()


def test_copied_notes_are_pasted_at_the_playhead(tune) -> None:
    workspace, commands = tune.studio.workspace, tune.studio.window.commands
    workspace.select(Selection("notes", 0, 960, notes=frozenset({0, 2})))
    commands.copy()
    workspace.set_playhead(60 / 92 * 7.02)
    commands.paste()
    assert workspace.sketch is not None
    notes, new = workspace.sketch.notes, sorted(workspace.selection.notes)
    at = [notes.index_of(n) for n in new]
    assert notes.values[at, :3].tolist() == [[3360, 3840, 71], [4080, 4320, 69]]
    assert workspace.history.undo_label == "Paste 2 notes"
    workspace.set_playhead(60 / 92 * 15.9)
    commands.paste()
    assert workspace.sketch.notes is notes, "they would leave the tune"


def test_a_chord_is_locked_alone(tune) -> None:
    workspace = tune.studio.workspace
    workspace.select(Selection("chords", 1920, 3840, element=1))
    tune.studio.window.commands.toggle_lock()
    assert workspace.sketch is not None
    locked = [name for name, layer in workspace.sketch.layers.items() if (layer.marks() & 4).any()]
    assert locked == ["chords"]


def test_a_stretch_is_locked_without_the_key_of_the_whole_tune(tune) -> None:
    workspace, commands = tune.studio.workspace, tune.studio.window.commands
    workspace.select(Selection(None, 0, 3840))
    commands.toggle_lock()
    assert workspace.sketch is not None and commands.is_locked()
    locked = {name for name, layer in workspace.sketch.layers.items() if (layer.marks() & 4).any()}
    assert locked == {"sections", "chords", "rhythm", "cadence", "notes"}
    commands.toggle_lock()
    assert not any((layer.marks() & 4).any() for layer in workspace.sketch.layers.values())
    workspace.select(Selection(None, 0, workspace.sketch.n_frames))
    commands.toggle_lock()
    assert all((layer.marks() & 4).all() for layer in workspace.sketch.layers.values())


def test_the_score_is_exported_as_pdf_and_svg_and_can_be_hidden(tune, tmp_path) -> None:
    window, book = tune.studio.window, tune.studio.window.book
    row = window.timeline.score_row
    assert row.isVisible() and book["score"].isChecked() and book["export_score"].isEnabled()
    for name, beginning in (("song.pdf", b"%PDF-"), ("song.svg", b"<?xml")):
        tune.answers.scores.append(ScoreFiles(tmp_path / "song", (name[-3:],)))
        row.header.action.click()
        tune.until(lambda path=tmp_path / name: path.exists() and not window.score.is_running)
        assert (tmp_path / name).read_bytes().startswith(beginning)
    assert "River song" in (tmp_path / "song.svg").read_text()
    book["score"].trigger()
    assert not row.isVisible() and not book["score"].isChecked()


def test_speech_has_no_score(rig) -> None:
    rig.converted()
    assert not rig.studio.window.timeline.score_row.isVisible()
    assert not rig.studio.window.book["export_score"].isEnabled()


def test_in_a_low_window_the_score_gives_way_and_the_roll_is_in_view(tune) -> None:
    window = tune.studio.window
    window.resize(1440, 900)
    window.refresh()
    tune.settle()
    timeline = window.timeline
    score, roll = timeline.score_row, timeline.lane("notes")
    assert score is not None and not score.folded and score.height() > 72
    window.resize(960, 600)
    tune.until(lambda: score.folded and score.height() == 24)
    port = timeline.area.viewport()

    def bottom() -> int:
        return roll.mapTo(timeline.area, QPoint(0, roll.height())).y()

    tune.until(lambda: 0 < bottom() <= port.height() + 1)
    window.resize(1440, 900)
    tune.until(lambda: not score.folded and score.height() > 72)
    score.toggle_fold()
    window.resize(1440, 880)
    tune.settle()
    assert score.folded, "a hand folded it"


def test_who_plays_has_room_in_a_narrow_window(tune, monkeypatch) -> None:
    workspace, window = tune.studio.workspace, tune.studio.window
    monkeypatch.setattr(workspace, "registry", discover())
    stage = replace(workspace.stage, engine="builtin.melody")
    workspace.open(Project("River song", (stage,)), saved=True)
    for width in (960, 1180, 1440):
        window.resize(width, 700)
        window.refresh()
        tune.settle()
        combos = list(window.transport.choices.combos.values())
        edges = [combo.mapTo(window.transport, combo.rect().topLeft()).x() for combo in combos]
        ends = [x + combo.width() for x, combo in zip(edges, combos, strict=True)]
        assert all(combo.isVisible() for combo in combos) and ends[0] <= edges[1]
        mute = window.transport.mute
        assert ends[1] <= mute.mapTo(window.transport, mute.rect().topLeft()).x()
