"""Films as templates: cuts begin sections, scenes that return share a letter, motion makes notes shorter."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.core.errors import FileError, SourceError
from intermezzo.core.media import Video
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import discover
from intermezzo.storage.project_file import load_project, save_project
from intermezzo.storage.video_files import read_video
from intermezzo_engines.melody.film import watched
from intermezzo_engines.melody.video_check import drawn_film

_SCENES = [(4.0, 0), (2.6, 1), (4.4, 0), (3.0, 2)]


@pytest.fixture(scope="module")
def video() -> Video:
    return drawn_film(_SCENES, np.random.default_rng(3))


def test_cuts_are_found_and_scenes_that_return_share_a_letter(video: Video) -> None:
    film = watched(video)
    assert [scene.letter for scene in film.scenes] == ["A", "B", "A", "C"]
    assert [scene.start_s for scene in film.scenes] == pytest.approx([0.0, 4.0, 6.6, 11.0], abs=0.05)


def test_sections_begin_on_cuts_by_the_tempo_of_the_sketch(video: Video) -> None:
    with Studio() as studio:
        sketch = studio.analyse("melody", video)
    assert sketch.clock.seconds_at(sketch.sections.starts) == pytest.approx([0.0, 4.0, 6.6, 11.0], abs=0.05)
    assert sketch.duration_s == pytest.approx(video.duration_s, abs=0.05)
    assert sketch.notes.count == len(sketch.rhythm.labels) > 8


def test_where_more_moves_there_are_more_notes() -> None:
    still = np.full((200, 36, 64, 3), 90, np.uint8)
    lively = np.random.default_rng(1).integers(0, 255, (200, 1, 64, 3)).repeat(36, 1).astype(np.uint8)
    with Studio() as studio:
        counts = [studio.analyse("melody", Video(frames, 25.0)).notes.count for frames in (still, lively)]
    assert counts[1] > 1.5 * counts[0]


def test_a_project_keeps_its_video(tmp_path: Path, video: Video) -> None:
    project = Project("Film", (Stage("1", "builtin.melody", video),))
    save_project(project, tmp_path / "film.intermezzo")
    again = load_project(tmp_path / "film.intermezzo", discover()).stages[0].source
    assert isinstance(again, Video) and np.array_equal(again.frames, video.frames)
    assert again.frames_per_s == video.frames_per_s


def test_a_larger_film_and_one_with_alpha_have_the_same_scenes(video: Video) -> None:
    large = video.frames.repeat(3, axis=1).repeat(3, axis=2)
    clear = np.concatenate([large, np.full((*large.shape[:3], 1), 255, np.uint8)], axis=3)
    for frames in (large, clear, clear[:, :107, :191]):
        film = watched(Video(frames, video.frames_per_s))
        assert film.scenes == watched(video).scenes


def test_a_file_is_read_small_and_bad_ones_are_told(
    tmp_path: Path, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clip.avi"
    film = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 50.0, (192, 216))
    for frame in video.frames[:100].repeat(2, 0):
        film.write(cv2.resize(frame[:, :, ::-1], (192, 216)))
    film.release()
    read = read_video(path)
    assert read.frames.shape == (100, 128, 114, 3) and read.frames_per_s == 25.0
    assert np.abs(cv2.resize(read.frames[50], (64, 36)).astype(int) - video.frames[50]).mean() < 12
    monkeypatch.setattr("intermezzo.storage.video_files._MOST_BYTES", 50 * read.frames[0].nbytes)
    coarse = read_video(path)  # as a long film is
    assert coarse.frames.shape == (100, 64, 57, 3)
    assert np.abs(cv2.resize(coarse.frames[90], (64, 36)).astype(int) - video.frames[90]).mean() < 12
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no video")
    for wrong in (bad, tmp_path / "missing.mp4"):
        with pytest.raises(FileError):
            read_video(wrong)
    with pytest.raises(SourceError):
        Video(np.zeros((0, 36, 64, 3), np.uint8), 25.0)
