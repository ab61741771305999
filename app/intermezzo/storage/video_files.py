"""Video files as small pictures, enough to see cuts and motion, decoded by OpenCV where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from intermezzo.core.errors import FileError
from intermezzo.core.media import Video

__all__ = ["VIDEO_SUFFIXES", "read_video"]

VIDEO_SUFFIXES: Final = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v")
_WIDTH, _HEIGHT = 64, 36
_MOST_PER_S: Final = 25.0
_LONGEST_S: Final = 900.0


def read_video(path: Path) -> Video:
    """Return the pictures of a video, 64 x 36 pixels and at most 25 a second.

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
        pictures = []
        number = 0
        while film.grab():
            if number % step == 0:
                found, picture = film.retrieve()
                if not found:
                    break
                small = cv2.resize(picture, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
                pictures.append(small[:, :, ::-1])
            number += 1
            if number > _LONGEST_S * rate:
                raise FileError(f"{path.name} is longer than 15 minutes. Take a part of it.")
    finally:
        film.release()
    if not pictures:
        raise FileError(f"{path.name} has no pictures. Save it as MP4 and try again.")
    return Video(np.stack(pictures), rate / step)
