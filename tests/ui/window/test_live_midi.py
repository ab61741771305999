"""A MIDI keyboard in the window: armed, played, and kept as one step; the tune is sent out while it plays."""

from drawn_tune import tune_sketch

from intermezzo.audio.midi_ports import Key
from intermezzo.core.project import Project, Stage


class MockPorts:
    """Ports that a test looks into."""

    def __init__(self) -> None:
        self.reason, self.sends, self.log = "", True, []

    def listen(self, name: str, on_key: object) -> bool:
        return True

    def send_to(self, name: str) -> bool:
        return True

    def press(self, pitch: int, velocity: int) -> None:
        self.log.append(("on", pitch))

    def release(self, pitch: int) -> None:
        self.log.append(("off", pitch))

    def silence(self) -> None:
        self.log.append(("silence", 0))

    def close(self) -> None:
        self.sends = False


def _with_tune(rig):
    workspace = rig.studio.workspace
    workspace.open(Project("Tune", (Stage("1", "builtin.melody", None, sketch=tune_sketch()),)), saved=True)
    midi = rig.studio.midi
    midi.ports = MockPorts()
    midi.choose("Keys", "Synth")
    return workspace, midi


def test_what_is_played_while_the_tune_runs_becomes_notes_in_one_step(rig) -> None:
    workspace, midi = _with_tune(rig)
    before, steps = workspace.sketch.notes, len(workspace.history.steps)
    midi.arm(True)
    rig.studio.playback.play()
    second = workspace.sketch.clock.seconds_at
    for at, key in ((0, Key(76, 90)), (470, Key(76, 0)), (490, Key(77, 80)), (700, Key(77, 0))):
        rig.player.position_s = float(second(at))
        midi._on_key(key)
    rig.studio.playback.pause()
    assert len(workspace.history.steps) == steps + 1 and workspace.history.undo_label == "Record 2 notes"
    made = workspace.sketch.notes
    assert made.values[:2, :3].tolist() == [[0, 480, 76], [480, 720, 77]]
    assert made.lyrics[:2] == before.lyrics[:2]
    workspace.undo()
    assert workspace.sketch.notes.values.tolist() == before.values.tolist()


def test_the_tune_is_sent_while_it_plays_and_silent_when_it_stops(rig) -> None:
    workspace, midi = _with_tune(rig)
    rig.studio.playback.play()
    for at in (0, 200, 500, 740):
        rig.player.position_s = float(workspace.sketch.clock.seconds_at(at))
        midi._send()
    rig.studio.playback.pause()
    sent = [entry for entry in midi.ports.log if entry[0] != "silence"]
    assert sent[:2] == [("on", 71), ("off", 71)] and ("on", 69) in sent
    assert midi.ports.log[-1] == ("silence", 0)


def test_without_a_keyboard_recording_says_what_to_do(rig) -> None:
    workspace, midi = _with_tune(rig)
    midi.choose("", "")
    told: list[str] = []
    workspace.told.connect(lambda _, line: told.append(line))
    midi.arm(True)
    assert not midi.is_armed and "Preferences" in told[-1]
