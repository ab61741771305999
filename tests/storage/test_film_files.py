"""Films in and out of files: every picture as it was, the time that they take, what is clear, and the recipe."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from damage import damaged
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as pil

from intermezzo.core.errors import Cancelled, FileError
from intermezzo.core.media import Video
from intermezzo.storage.documents import Unsound
from intermezzo.storage.film_chunks import found_in_film, put_in_film
from intermezzo.storage.film_files import FilmEncoding, encode_film, read_film, write_film
from intermezzo.storage.recipe import load_recipe
from intermezzo.storage.silence import silent_libraries


def film(count: int = 6, rate: float = 10.0) -> Video:
    """Return a red square that walks over a still blue bar; all else is clear."""
    frames = np.zeros((count, 24, 32, 4), np.uint8)
    frames[:, 18:22] = (10, 20, 220, 255)
    for k in range(count):
        frames[k, 4:12, 3 * k : 3 * k + 8] = (200, 40, 20, 255)
    return Video(frames, rate)


def seen(video: Video) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the pictures with nothing but zeros where they are clear."""
    shown: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = video.frames * (video.frames[..., 3:] > 0)
    return shown


def shown(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the pictures of a film file as its player has them."""
    if path.suffix not in (".mp4", ".webm"):
        return read_film(path).frames
    capture = cv2.VideoCapture(str(path))
    pictures = []
    while True:
        found, picture = capture.read()
        if not found:
            break
        pictures.append(picture[..., ::-1])
    capture.release()
    return np.stack(pictures).astype(np.uint8)


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".png", ".webp"])
@pytest.mark.parametrize("rate", [10.0, 12.0, 12.5, 20.0])
def test_a_written_film_is_read_picture_by_picture(tmp_path: Path, suffix: str, rate: float) -> None:
    path = tmp_path / f"a{suffix}"
    write_film(path, film(rate=rate))
    again = read_film(path)
    assert np.array_equal(seen(again), seen(film()))
    assert again.frames_per_s == pytest.approx(rate)
    with pil.open(path) as opened:
        assert opened.info.get("loop") == 0


@pytest.mark.parametrize("suffix", [".apng", ".webp"])
def test_half_clear_pixels_stay_half_clear(tmp_path: Path, suffix: str) -> None:
    frames = film().frames.copy()
    frames[:, 0:3, 0:3] = (40, 90, 200, 77)
    write_film(tmp_path / f"a{suffix}", Video(frames, 10))
    assert (read_film(tmp_path / f"a{suffix}").frames[:, 0, 0] == (40, 90, 200, 77)).all()


def test_a_gif_of_many_colours_does_not_flicker_where_nothing_moves(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (24, 32, 4)).astype(np.uint8)
    frames = np.repeat(noise[None], 6, axis=0)
    frames[..., 3] = 255
    for k in range(6):
        frames[k, :6, :6] = np.random.default_rng(k).integers(0, 256, (6, 6, 4))
    write_film(tmp_path / "a.gif", Video(frames, 10))
    again = read_film(tmp_path / "a.gif").frames
    assert len(again) == 6
    assert (again[:, 6:] == again[:1, 6:]).all()
    assert np.abs(again[:, 6:, :, :3].astype(int) - frames[:, 6:, :, :3]).mean() < 30


def test_time_is_kept_as_a_whole_where_the_format_counts_in_hundredths(tmp_path: Path) -> None:
    write_film(tmp_path / "a.gif", film(9, rate=24.0))
    with pil.open(tmp_path / "a.gif") as opened:
        times = []
        for k in range(opened.n_frames):  # type: ignore[attr-defined]
            opened.seek(k)
            times.append(opened.info["duration"])
    assert sum(times) == pytest.approx(9 / 24 * 1000, abs=5)


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp"])
@pytest.mark.parametrize("rate", [10.0, 12.0])
def test_pictures_that_stand_still_take_their_time(tmp_path: Path, suffix: str, rate: float) -> None:
    frames = film(4).frames[[0, 0, 0, 1, 2, 2]]
    write_film(tmp_path / f"a{suffix}", Video(frames, rate))
    again = read_film(tmp_path / f"a{suffix}")
    assert again.duration_s == pytest.approx(6 / rate)
    assert np.array_equal(seen(again), seen(Video(frames, rate)))


def test_a_film_whose_times_have_nothing_in_common_is_read(tmp_path: Path) -> None:
    pictures = [pil.fromarray(frame) for frame in film(4).frames]
    pictures[0].save(tmp_path / "a.webp", save_all=True, append_images=pictures[1:], duration=[31, 47, 101, 59])
    assert read_film(tmp_path / "a.webp").duration_s == pytest.approx(0.238, abs=0.02)


def test_a_still_picture_is_a_film_of_one(tmp_path: Path) -> None:
    pil.fromarray(film().frames[0]).save(tmp_path / "a.png")
    assert read_film(tmp_path / "a.png").frames.shape == (1, 24, 32, 4)


def test_films_are_written_larger_and_without_alpha_for_video_players(tmp_path: Path) -> None:
    write_film(tmp_path / "a.gif", film(), FilmEncoding(3, crisp=True))
    assert np.array_equal(read_film(tmp_path / "a.gif").frames[:, 1::3, 1::3, 3] > 0, film().frames[..., 3] > 0)
    for suffix in (".mp4", ".webm"):
        path = tmp_path / f"a{suffix}"
        write_film(path, film(), FilmEncoding(4, crisp=True))
        capture = cv2.VideoCapture(str(path))
        found, first = capture.read()
        assert found
        assert first.shape == (96, 128, 3)
        assert first[2, 120].min() > 230  # what is clear lies on white
        assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(10, abs=0.1)
        capture.release()


def test_films_with_red_green_and_blue_alone_are_written(tmp_path: Path) -> None:
    write_film(tmp_path / "a.webp", Video(film().frames[..., :3], 10))
    assert np.array_equal(read_film(tmp_path / "a.webp").frames[..., :3], film().frames[..., :3])


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_what_is_clear_lies_on_the_colour_that_was_chosen(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_film(path, film(), FilmEncoding(4, background=(20, 160, 60)))
    assert np.abs(shown(path)[0, 2, 120].astype(int) - (20, 160, 60)).max() < 12


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp"])
def test_a_film_that_plays_once_does_not_say_for_ever(tmp_path: Path, suffix: str) -> None:
    write_film(tmp_path / f"a{suffix}", film(), FilmEncoding(loops=False))
    with pil.open(tmp_path / f"a{suffix}") as opened:
        assert opened.info.get("loop", 1) == 1


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp", ".mp4", ".webm"])
def test_writing_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path, suffix: str) -> None:
    told: list[float] = []
    write_film(tmp_path / f"a{suffix}", film(), FilmEncoding(8), tell=told.append)
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] == 1

    def stop(fraction: float) -> None:
        if fraction > 0:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        write_film(tmp_path / f"b{suffix}", film(), FilmEncoding(8), tell=stop)
    assert [path.name for path in tmp_path.iterdir()] == [f"a{suffix}"]


def test_a_codec_that_says_nothing_is_left_alone_at_once_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, heard = threading.Event(), threading.Event()
    encoder = cv2.VideoWriter

    class SlowWriter:
        """As VP9 is, whose last pictures are made when it closes."""

        def __init__(self, path: str, *rest: object) -> None:
            self._writer, self._folder = encoder(path, *rest), Path(path).parent  # type: ignore[call-overload]
            self.isOpened, self.write = self._writer.isOpened, self._writer.write
            folders.append(self._folder)

        def release(self) -> None:
            heard.set()
            assert slow.wait(30)
            self._writer.release()

    folders: list[Path] = []
    monkeypatch.setattr(cv2, "VideoWriter", SlowWriter)

    def stop(fraction: float) -> None:
        if heard.is_set():
            raise Cancelled("enough")

    with pytest.raises(Cancelled):  # although the codec is not done, and will not be by itself
        write_film(tmp_path / "a.webm", film(), tell=stop)
    assert folders[0].is_dir()
    slow.set()
    for thread in [t for t in threading.enumerate() if t.name == "film encoder"]:
        thread.join(30)
    assert not folders[0].exists()
    assert not list(tmp_path.iterdir())


def test_silences_that_overlap_end_with_the_last(capfd: pytest.CaptureFixture[str]) -> None:
    first, second = silent_libraries(), silent_libraries()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    os.write(2, b"not this")
    second.__exit__(None, None, None)
    os.write(2, b"but this")
    assert capfd.readouterr().err == "but this"


@pytest.mark.parametrize("name", ["a.jpg", "a.mov", "a"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match="are written as"):
        write_film(tmp_path / name, film())


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp", ".mp4", ".webm"])
@pytest.mark.parametrize("payload", [b"", b"odd", bytes(range(256)) * 3, bytes(100_000)])
def test_a_payload_comes_back_and_the_film_stays_whole(tmp_path: Path, suffix: str, payload: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    write_film(path, film())
    assert found_in_film(path) is None
    before = shown(path)
    path.write_bytes(put_in_film(path.read_bytes(), payload, "made by a test"))
    assert found_in_film(path) == payload
    assert np.array_equal(shown(path), before)


@pytest.mark.parametrize("suffix", [".gif", ".mp4", ".webm"])
def test_a_payload_that_is_cut_off_is_told(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(put_in_film(encode_film(film(), path, FilmEncoding()), bytes(5000), "x")[:-900])
    with pytest.raises(Unsound, match="cut off"):
        found_in_film(path)


def test_too_many_pictures_are_refused(tmp_path: Path) -> None:
    first, *rest = (pil.new("L", (1, 1), k % 200) for k in range(3100))
    first.save(tmp_path / "a.gif", save_all=True, append_images=rest, duration=20)
    with pytest.raises(FileError, match="too many pictures"):
        read_film(tmp_path / "a.gif")
    with pytest.raises(FileError, match="not there"):
        read_film(tmp_path / "b.gif")


WHOLE = {
    suffix: encode_film(film(), Path(f"a{suffix}"), FilmEncoding()) for suffix in (".gif", ".apng", ".webp", ".webm")
}


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_damaged_film_is_a_film_or_one_line(suffix: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        path.write_bytes(damaged(data, WHOLE[suffix]))
        for look in (read_film, load_recipe):
            try:
                look(path)
            except FileError as told:
                assert "\n" not in str(told)
