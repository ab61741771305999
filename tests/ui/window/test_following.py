"""Copy intonation from a recording: timing and melody arrive as one step; what goes wrong leaves all as it was."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from tests.drawn_sketch import drawn_sketch
from tests.ui.window.conftest import Rig

from intermezzo.audio.recorder import Recorder
from intermezzo.core.edits import curves, spans
from intermezzo.core.errors import SourceError
from intermezzo.core.media import Audio, Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry, discover
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, OnEvent, Request
from intermezzo.storage.audio_files import AudioEncoding, write_audio

SPEECH = "builtin.speech"
HUM = Audio(np.zeros((1, 8000), np.float32), 16_000)


class Handle:
    id = 1

    def cancel(self) -> None:
        """Nothing runs."""


@dataclass
class ScriptedHost:
    """Answers what is asked of the speech engine by a function, in the next turn of the event loop."""

    device: str = "cpu"
    asked: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Event | None] = lambda request: None

    def submit(self, request: Request, on_event: OnEvent) -> Handle:
        self.asked.append(request)
        event = self.answer(request)
        if event is not None:
            QTimer.singleShot(0, lambda: on_event(event))
        return Handle()

    def close(self) -> None:
        """Stay."""


@pytest.fixture
def registry() -> Registry:
    found = discover()
    return Registry({SPEECH: found.engines[SPEECH]}, found.sketch_types, found.broken)


@pytest.fixture
def host() -> ScriptedHost:
    return ScriptedHost()


def guide() -> Sketch:
    """The same words, said more slowly and with another melody."""
    sketch = spans.set_lengths(drawn_sketch(), {2: 40, 6: 30})
    return curves.shift(sketch, "pitch", 100, sketch.n_frames, 4.0)


def hears(request: Request) -> Event | None:
    """Answer as an engine that hears the guide in every sound and predicts what it was given."""
    if request.kind == "analyse":
        return Done(guide(), 0.1)
    return Done(request.sketch, 0.1) if request.kind == "resample" else None


@pytest.fixture
def sentence(rig: Rig) -> Sketch:
    sketch = drawn_sketch()
    stage = Stage("1", SPEECH, Text("one two three four"), {"language": "de"}, sketch=sketch)
    rig.studio.workspace.open(Project("Words", (stage,)), saved=True)
    rig.studio.window.refresh()
    return sketch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "said.wav"
    write_audio(path, HUM, AudioEncoding.WAV_16)
    return path


def test_the_sentence_follows_the_recording_as_one_step(
    rig: Rig, host: ScriptedHost, sentence: Sketch, file: Path
) -> None:  # fmt: skip
    workspace, window = rig.studio.workspace, rig.studio.window
    host.answer, rig.answers.opens = hears, [file]
    window.book["copy_intonation"].trigger()
    rig.until(lambda: workspace.sketch is not sentence)
    analysis = next(r for r in host.asked if r.kind == "analyse")
    assert dict(analysis.params) == {"language": "de", "text": "one two three four"}
    lengths = (workspace.sketch.phones.stops - workspace.sketch.phones.starts)[1:-1]
    wanted = guide().phones
    assert lengths.tolist() == (wanted.stops - wanted.starts)[1:-1].tolist()
    assert workspace.history.undo_label == "Copy intonation from said.wav"
    workspace.undo()
    assert workspace.sketch is sentence


def test_another_text_is_told_and_changes_nothing(
    rig: Rig, host: ScriptedHost, sentence: Sketch, file: Path
) -> None:  # fmt: skip
    workspace, troubles = rig.studio.workspace, []
    workspace.troubled.connect(troubles.append)
    host.answer = lambda r: Failed(SourceError("It says another text.")) if r.kind == "analyse" else None
    rig.studio.window.following.read(file)
    rig.until(lambda: bool(troubles))
    assert troubles[0].title == "The intonation of said.wav was not copied"
    assert "another text" in troubles[0].detail and "untouched" in troubles[0].detail
    assert workspace.sketch is sentence and workspace.history.undo_label is None


def test_a_file_that_is_no_recording_is_told(rig: Rig, sentence: Sketch, tmp_path: Path) -> None:
    troubles, path = [], tmp_path / "said.wav"
    path.write_bytes(b"no sound")
    rig.studio.workspace.troubled.connect(troubles.append)
    rig.studio.window.following.read(path)
    rig.until(lambda: bool(troubles))
    assert "said.wav" in troubles[0].title and rig.studio.workspace.sketch is sentence


def test_what_the_microphone_holds_is_followed_without_a_question(
    rig: Rig, host: ScriptedHost, sentence: Sketch, tmp_path: Path
) -> None:  # fmt: skip
    workspace, window = rig.studio.workspace, rig.studio.window
    recorder = Recorder(tmp_path)
    recorder.start_at(16_000)
    window.source.recorder.open_microphone(recorder)
    recorder.record()
    recorder.take(np.full((3200, 1), 0.1, np.float32), 3200, None, None)
    recorder.stop()
    host.answer = hears
    window.book["copy_intonation"].trigger()
    rig.until(lambda: workspace.sketch is not sentence)
    assert rig.answers.asked == []
    assert workspace.history.undo_label == "Copy intonation from Recording"


def test_it_is_offered_only_where_the_engine_can(rig: Rig, sentence: Sketch) -> None:
    window = rig.studio.window
    assert window.book["copy_intonation"].isEnabled()
    rig.studio.document.new()
    window.refresh()
    assert not window.book["copy_intonation"].isEnabled()
