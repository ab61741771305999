"""Films in and out of files: GIF, APNG and WebP through Pillow, with what is clear in them; MP4 and WebM by OpenCV.

A film plays in a loop, or once. GIF knows clear or not and 255 colours, which all its pictures share so that what
stands still does not flicker; APNG and WebP keep every pixel. MP4 (MPEG-4 Visual) and WebM (VP9) know no alpha: they
lie on a colour, and whether they are played in a loop is up to who plays them.
"""

from __future__ import annotations

import io
import math
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import Cancelled, FileError
from intermezzo.core.media import Image, Video
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.film_chunks import put_in_film
from intermezzo.storage.image_files import ImageEncoding, sized
from intermezzo.storage.pillow_reading import MOST_PIXELS, content_of, told_in_one_line
from intermezzo.storage.silence import silent_libraries
from intermezzo.storage.suffixes import written_as

if TYPE_CHECKING:
    from PIL import Image as pil

    from intermezzo.storage.recipe import Recipe

__all__ = ["FILMS_READ", "FILMS_WRITTEN", "FilmEncoding", "encode_film", "read_film", "write_film"]

FILMS_READ: Final = (".gif", ".apng", ".png", ".webp")
FILMS_WRITTEN: Final = written_as("video")
_CODECS: Final = {".mp4": "mp4v", ".webm": "VP90"}
_MOST_FRAMES: Final = 3000
_SLOWEST_MS: Final = 20  # players take anything shorter for a tenth of a second
_SHORTEST_MS: Final = 5
_TELL_EVERY_S: Final = 0.05
_CLEAR: Final = 255
_HALF: Final = 128
_LARGE: Final = 0.2  # of the work is done when all pictures are as large as they will be
_PALETTE: Final = 0.6  # of the work is to give the pictures of a GIF their colours


@dataclass(frozen=True)
class FilmEncoding(ImageEncoding):
    """How a film is written: as a picture is, and whether it plays for ever or once.

    ``background`` is red, green and blue, 0 to 255, of what lies under it where the format knows no alpha.
    """

    loops: bool = True
    background: tuple[int, int, int] = (255, 255, 255)


def read_film(path: Path) -> Video:
    """Return the pictures of an animation with their alpha, at one rate: one that stands longer is there more often.

    Raises:
        FileError: if it is missing, no animation or picture, damaged or too large.
    """
    content = content_of(path)
    from PIL import Image as pil

    pictures: list[NDArray[np.uint8]] = []
    times_ms: list[int] = []
    with told_in_one_line(
        path.name, too_much="has too many pictures or pixels. Save a shorter or smaller one.",
        unknown="is no animation that we know. Save it as GIF, APNG or WebP.", save_as="GIF",
    ):  # fmt: skip
        opened = pil.open(io.BytesIO(content), formats=("PNG", "WEBP", "GIF"))
        count = int(getattr(opened, "n_frames", 1))
        if count > _MOST_FRAMES or count * opened.width * opened.height > MOST_PIXELS:
            raise pil.DecompressionBombError
        for k in range(count):
            opened.seek(k)
            opened.load()
            pictures.append(np.array(opened.convert("RGBA"), np.uint8))
            times_ms.append(max(round(float(opened.info.get("duration", 0) or 100)), 10))
    often, step_ms = _at_one_rate(times_ms, 10 if opened.format == "GIF" else 1)
    if sum(often) * pictures[0].size > 4 * MOST_PIXELS:
        often = [1] * len(pictures)
    return Video(np.stack(pictures).repeat(often, axis=0), 1000 / step_ms)


def _at_one_rate(times_ms: list[int], unit_ms: int) -> tuple[list[int], float]:
    """Return how many steps of one length each picture stands, and that length in milliseconds.

    Files hold whole units, so twelve pictures a second stand 83, 84, 83 ms: such times are those of one rate.
    """
    often = [max(round(ms / min(times_ms)), 1) for ms in times_ms]
    mean_ms = sum(times_ms) / sum(often)
    edges = np.cumsum([0, *times_ms]) - np.cumsum([0, *often]) * mean_ms
    if np.abs(edges).max() <= unit_ms:
        return often, round(mean_ms) if abs(mean_ms - round(mean_ms)) < 1e-9 else mean_ms
    step_ms = math.gcd(*times_ms)
    if sum(times_ms) // step_ms > _MOST_FRAMES:  # lengths that have little in common
        step_ms = max(-(-sum(times_ms) // _MOST_FRAMES), min(times_ms))
    step_ms = max(step_ms, _SHORTEST_MS)
    return [max(round(ms / step_ms), 1) for ms in times_ms], step_ms


def write_film(
    path: Path, film: Video, encoding: FilmEncoding | None = None, recipe: Recipe | None = None,
    tell: Callable[[float], None] | None = None,
) -> None:  # fmt: skip
    """Write a film, whole or not at all; the format follows the suffix, and the recipe goes in.

    ``tell`` hears how far it is, 0 to 1; what it raises ends the work, and nothing is written.

    Raises:
        FileError: if the suffix is none of ours, OpenCV is needed and not there, or the disk cannot hold the file.
    """
    content = encode_film(film, path, encoding or FilmEncoding(), tell)
    write_atomically(path, put_in_film(content, recipe.payload, recipe.comment) if recipe else content)


def encode_film(
    film: Video, path: Path, encoding: FilmEncoding, tell: Callable[[float], None] | None = None
) -> bytes:  # fmt: skip
    """Return the bytes of a film file; ``tell`` is as in `write_film`.

    Raises:
        FileError: if the suffix of ``path`` is none of ours, or OpenCV is needed and not there.
    """
    suffix = path.suffix.lower()
    if suffix not in FILMS_WRITTEN:
        raise FileError(f"{path.name}: films are written as {', '.join(FILMS_WRITTEN)}. Choose one of these endings.")
    if tell is None:
        return _encoded(film, suffix, encoding, lambda _: None)
    return _aside(lambda told: _encoded(film, suffix, encoding, told), tell)


def _aside(work: Callable[[Callable[[float], None]], bytes], tell: Callable[[float], None]) -> bytes:
    """Return what ``work`` returns on a thread of its own; what ``tell`` raises meanwhile ends it at once.

    Codecs are silent for a second and more. Work that was given up is left alone: it ends when it next says how far it
    is, and nothing of it remains.
    """
    is_given_up = threading.Event()
    reached, found, problems = [0.0], list[bytes](), list[Exception]()

    def told(fraction: float) -> None:
        if is_given_up.is_set():
            raise Cancelled("The film was not written: it was stopped.")
        reached[0] = max(reached[0], fraction)

    def body() -> None:
        try:
            found.append(work(told))
        except Exception as problem:
            problems.append(problem)

    thread = threading.Thread(target=body, name="film encoder", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            tell(reached[0])
            thread.join(_TELL_EVERY_S)
    except BaseException:
        is_given_up.set()
        raise
    if problems:
        raise problems[0]
    tell(1.0)
    return found[0]


def _encoded(film: Video, suffix: str, encoding: FilmEncoding, told: Callable[[float], None]) -> bytes:
    pictures = []
    for picture in _enlarged(film, encoding):
        pictures.append(picture)
        told(_LARGE * (len(pictures) / len(film.frames)))
    if suffix in _CODECS:
        return _coded(pictures, film.frames_per_s, suffix, encoding.background, told)
    times_ms = _durations_ms(len(pictures), film.frames_per_s, 10 if suffix == ".gif" else 1)
    if suffix == ".gif":
        pictures = _in_one_palette(pictures, told)
    options: dict[str, dict[str, object]] = {
        ".gif": {"disposal": 2, "transparency": _CLEAR, "optimize": False},
        ".webp": {"lossless": True, "exact": True},
    }
    began = _LARGE if suffix != ".gif" else _LARGE + _PALETTE
    file = _heard(pictures, lambda share: told(began + (1 - began) * share))
    form = {".gif": "GIF", ".webp": "WEBP"}.get(suffix, "PNG")
    # A GIF that plays once says nothing; the others say how often.
    often = {"loop": 0} if encoding.loops else {} if suffix == ".gif" else {"loop": 1}
    pictures[0].save(
        file, form, save_all=True, append_images=pictures[1:], duration=times_ms, **often, **options.get(suffix, {})
    )
    return file.getvalue()


def _heard(pictures: list[pil.Image], told: Callable[[float], None]) -> io.BytesIO:
    """Return a file for pictures; while Pillow writes them there, ``told`` hears how far it is, and may stop it.

    Pillow says nothing while it writes, but it seeks the beginning of each picture before it works on it, and writes
    what it has made in pieces.
    """
    seen: set[int] = set()

    class File(io.BytesIO):
        def write(self, content: Any) -> int:  # Any: bytes of any kind
            told(len(seen) / (len(pictures) + 1))
            return super().write(content)

    def heard(picture: pil.Image) -> None:
        seek = picture.seek

        def sought(frame: int) -> None:
            seen.add(id(picture))
            told(len(seen) / (len(pictures) + 1))
            seek(frame)

        picture.seek = sought  # type: ignore[method-assign]

    for picture in pictures:
        heard(picture)
    return File()


def _enlarged(film: Video, encoding: FilmEncoding) -> Iterator[pil.Image]:
    frames = film.frames
    if frames.shape[-1] == 3:
        frames = np.concatenate([frames, np.full((*frames.shape[:3], 1), 255, np.uint8)], axis=-1)
    for frame in frames:
        image = Image(frame)
        yield sized(image, image.width * encoding.times, image.height * encoding.times, crisp=encoding.crisp)


def _durations_ms(count: int, frames_per_s: float, unit_ms: int) -> list[int]:
    """Return how long each picture stands, in whole units, so that the whole is as long as it should be."""
    edges = np.rint(np.arange(count + 1) * (1000 / frames_per_s / unit_ms)).astype(int) * unit_ms
    return [max(int(ms), _SLOWEST_MS) for ms in np.diff(edges)]


def _in_one_palette(pictures: list[pil.Image], told: Callable[[float], None]) -> list[pil.Image]:
    """Return pictures of 255 colours that all of them share, without dither; half clear is clear or is not."""
    from PIL import Image as pil

    arrays = [np.asarray(picture) for picture in pictures]
    seen = np.concatenate([array[array[..., 3] >= _HALF][:, :3] for array in arrays])
    is_there = np.zeros(1 << 24, bool)
    is_there[seen.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)] = True
    numbers = np.flatnonzero(is_there) if len(seen) else np.zeros(1, int)
    colours = np.stack([numbers >> 16, numbers >> 8 & 255, numbers & 255], axis=-1).astype(np.uint8)
    if len(colours) > _CLEAR:
        # How often a colour is seen weighs; the pixels of all pictures are one strip.
        strip = pil.fromarray(seen[None]).quantize(_CLEAR, pil.Quantize.MEDIANCUT, dither=pil.Dither.NONE)
        colours = np.array(strip.getpalette(), np.uint8).reshape(-1, 3)[:_CLEAR]
    table = np.zeros((256, 3), np.uint8)
    table[: len(colours)] = colours
    table[len(colours) : _CLEAR] = colours[0]
    palette = pil.new("P", (1, 1))
    palette.putpalette(table.reshape(-1).tolist())
    found = []
    for array in arrays:
        indices = np.array(pil.fromarray(array[..., :3]).quantize(palette=palette, dither=pil.Dither.NONE))
        indices[array[..., 3] < _HALF] = _CLEAR
        image = pil.fromarray(indices)
        image.putpalette(table.reshape(-1).tolist())
        found.append(image)
        told(_LARGE + _PALETTE * len(found) / len(arrays))
    return found


def _coded(
    pictures: list[pil.Image], frames_per_s: float, suffix: str, background: tuple[int, int, int],
    told: Callable[[float], None],
) -> bytes:  # fmt: skip
    try:
        import cv2
    except ImportError:
        raise FileError(
            f"{suffix} is written by OpenCV, which is not installed. Install it with: pip install "
            '"intermezzo[video]", or write .gif, .apng or .webp.'
        ) from None
    # Codecs want even sizes; the edge is repeated.
    width, height = (n + n % 2 for n in pictures[0].size)
    # FFmpeg tells the terminal that WebM has no name for the codec; it is the right one all the same.
    with tempfile.TemporaryDirectory(prefix="intermezzo-film-") as folder, silent_libraries():
        path = Path(folder, f"film{suffix}")
        codec = cv2.VideoWriter_fourcc(*_CODECS[suffix])  # type: ignore[attr-defined]
        writer = cv2.VideoWriter(str(path), codec, frames_per_s, (width, height))
        try:
            if not writer.isOpened():
                raise FileError(f"{suffix} cannot be written by the OpenCV that is installed. Write .webp instead.")
            for k, picture in enumerate(pictures):
                told(_LARGE + (1 - _LARGE) * k / len(pictures))
                array = np.asarray(picture, np.float32)
                alpha = array[..., 3:] / 255
                under = np.array(background, np.float32)
                shown = np.rint(array[..., :3] * alpha + under * (1 - alpha)).astype(np.uint8)
                padded = np.pad(shown, ((0, height - shown.shape[0]), (0, width - shown.shape[1]), (0, 0)), mode="edge")
                writer.write(np.ascontiguousarray(padded[..., ::-1]))
        finally:
            writer.release()
        return path.read_bytes()
