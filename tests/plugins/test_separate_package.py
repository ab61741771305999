"""A plugin that is a package of its own, with its own sketch type, gets everything with no line added to the studio."""

import json
from pathlib import Path

SCRIPT = '''
"""Runs where the plugin is installed: the whole life of one of its sketches, through the real engine host."""

import sys
from pathlib import Path

import numpy as np

from intermezzo import Studio, edits
from intermezzo.core import codec, footprint
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.errors import EditError
from intermezzo.core.history import History
from intermezzo.core.layers import Mark, Region
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.storage.project_file import load_project, save_project


def main(folder):
    with Studio(in_process=False) as studio:
        life(studio, folder)
    print("whole")


def life(studio, folder):
    manifest = studio.registry.find("chimes")
    assert {s.id: s.state for s in studio.engines()}["elsewhere.chimes"] == "ready"
    source = Text(manifest.examples[0].source)
    sketch = studio.convert("chimes", source, seed=4)
    assert sketch.type is studio.registry.sketch_types["chimes/1"]
    assert [layer.kind for layer in sketch.layers.values()] == ["spans", "curve", "curve", "matrix", "slots"]
    before = studio.render(sketch)

    # Edits and undo: the general edits know layers, not tasks.
    history = History(Project(stages=(Stage("a", manifest.id, source, sketch=sketch),)))

    def edit(label, change):
        old = history.project.stage("a").sketch
        return history.apply(label, lambda p: p.with_sketch("a", change(old))).stage("a").sketch

    drawn = edit("Draw", lambda s: edits.curves.shift(s, "tone", 12, 18, 2.0))
    painted = edit("Paint", lambda s: edits.matrices.add(s, "metal", 20, 1, np.full((4, 2), 6, np.float32)))
    stretched = edit("Stretch", lambda s: edits.spans.set_lengths(s, {2: 25}))
    locked = edit("Lock", lambda s: edits.regions.lock(s, ["tone"], Region(0, 20)))
    assert stretched.n_frames == sketch.n_frames + 15 and (locked.tone.marks()[:20] & Mark.LOCKED).all()
    while history.undo():
        pass
    assert history.project.stage("a").sketch is sketch
    while history.redo():
        pass
    assert history.project.stage("a").sketch is locked

    # Locks hold.
    try:
        edits.curves.shift(locked, "tone", 0, 10, 1.0)
    except EditError as refusal:
        assert "locked" in str(refusal)
    else:
        raise AssertionError("a locked stretch was edited")

    # The output changes inside the footprint and nowhere else.
    ((start, stop),) = footprint.of_edit(sketch, drawn, manifest.reach)
    hop = sketch.type.hop_samples
    different = np.flatnonzero((studio.render(drawn).samples != before.samples)[0])
    assert len(different) and start * hop <= different.min() and different.max() < stop * hop
    part = studio.render(painted, window=(18, 26))
    assert np.array_equal(part.samples, studio.render(painted).samples[:, 18 * hop : 26 * hop])

    # Files of sketch and project give back the very same.
    studio.save(locked, folder / "a.sketch")
    assert codec.fingerprint(studio.load(folder / "a.sketch")) == codec.fingerprint(locked)
    save_project(history.project, folder / "a.intermezzo")
    opened = load_project(folder / "a.intermezzo", studio.registry)
    assert codec.fingerprint(opened.stage("a").sketch) == codec.fingerprint(locked)

    # A new conversion keeps what the hand did.
    kept, dropped = carry_over(locked, studio.convert("chimes", source, seed=5))
    assert not dropped and np.array_equal(kept.tone.values[12:18], locked.tone.values[12:18])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
'''


def test_its_sketches_live_a_whole_life(installed_plugin, tmp_path: Path) -> None:
    script = tmp_path / "life.py"
    script.write_text(SCRIPT)
    done = installed_plugin.python(str(script), str(tmp_path))
    assert done.returncode == 0 and done.stdout == "whole\n" and done.stderr == "", done.stderr


def test_the_command_line_knows_it(installed_plugin, tmp_path: Path) -> None:
    listed = installed_plugin.intermezzo("engines")
    assert "elsewhere.chimes       ready   Chimes 0.3" in listed.stdout
    for arguments in (
        ("convert", "chimes", "ding dong", "-o", "a.sketch", "--set", "strike_s=0.4"),
        ("render", "a.sketch", "-o", "a.wav"),
        ("run", "chimes", "ding dong", "-o", "b.flac", "--seed", "7"),
        ("show", "a.sketch", "--picture", "a.png"),
    ):
        done = installed_plugin.intermezzo(*arguments, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), (arguments, done.stderr)
    assert {p.name for p in tmp_path.iterdir()} == {"a.sketch", "a.wav", "b.flac", "a.png"}
    shown = json.loads(installed_plugin.intermezzo("show", "a.sketch", "--json", cwd=tmp_path).stdout)
    assert shown["sketch"] == "chimes/1" and shown["layers"]["strikes"]["labels"] == list("dingdong")
    assert shown["params"] == {"strike_s": 0.4}


def test_it_keeps_the_promises_and_adds_its_own(installed_plugin) -> None:
    done = installed_plugin.intermezzo("check", "chimes", "--quick", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)["elsewhere.chimes"]
    assert report["promises"]["locality"] and report["promises"]["permanence"] and report["promises"]["repeatability"]
    assert report["figures"]["peak_full_scale"]["met"]
