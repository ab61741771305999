"""Video files as small pictures, as large as engines see them, decoded by OpenCV where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import FileError
from intermezzo.core.media import Video

__all__ = ["VIDEO_SUFFIXES", "read_video"]

VIDEO_SUFFIXES: Final = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v")
_SIDE_PX: Final = 128  # engines that draw films see no more
_COARSE_PX: Final = 64  # enough to see cuts and motion
_MOST_BYTES: Final = 64 * 2**20  # a minute and a half of 128 x 72 pixels
_MOST_PER_S: Final = 25.0
_LONGEST_S: Final = 900.0


def read_video(path: Path) -> Video:
    """Return the pictures of a video in their proportions, at most 25 a second.

    Their longer side has at most 128 pixels, 64 in a film of more than about a minute and a half.

    Raises:
        FileError: if it is missing, no video, longer than 15 minutes, or OpenCV is not installed.
    """
    if not path.is_file():
        raise FileError(f"{path.name} cannot be read: there is no such file. Check the name.")
    try:
        import cv2
    except ImportError:
        raise FileError(
            'Videos are read by OpenCV, which is not installed. Install it with: pip install "intermezzo[video]"'
        ) from None
    film = cv2.VideoCapture(str(path))
    try:
        rate = float(film.get(cv2.CAP_PROP_FPS))
        if not film.isOpened() or not 1.0 <= rate <= 1000.0:
            raise FileError(f"{path.name} is no video that can be read. Save it as MP4 and try again.")
        step = max(int(np.ceil(rate / _MOST_PER_S)), 1)
        pictures: list[NDArray[np.uint8]] = []
        number, side_px = 0, _SIDE_PX
        while film.grab():
            if number % step == 0:
                found, picture = film.retrieve()
                if not found:
                    break
                pictures.append(_at_most(np.asarray(picture, np.uint8), side_px))
                if side_px > _COARSE_PX and len(pictures) * pictures[0].nbytes > _MOST_BYTES:
                    side_px = _COARSE_PX
                    pictures = [_at_most(sharp, side_px) for sharp in pictures]
            number += 1
            if number > _LONGEST_S * rate:
                raise FileError(f"{path.name} is longer than 15 minutes. Take a part of it.")
    finally:
        film.release()
    if not pictures:
        raise FileError(f"{path.name} has no pictures. Save it as MP4 and try again.")
    return Video(np.stack(pictures)[..., ::-1], rate / step)


def _at_most(picture: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """Return a picture in its proportions with a longer side of at most so many pixels."""
    import cv2

    height, width = picture.shape[:2]
    scale = side_px / max(height, width)
    if scale >= 1:
        return picture.copy()  # OpenCV may write the next one into the same memory
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
