"""Which key a tune is in: tone profiles of Krumhansl and Kessler (1982), the written signature, and the last note.

Files rarely say whether a signature means its major or its minor key, and say "major" where they do not know; so the
signature is a strong prior and its mode a weak one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.keys import Key

__all__ = ["find_key", "key_with"]

_MAJOR: Final = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR: Final = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_TONICS: Final = (
    "Fb",
    "Cb",
    "Gb",
    "Db",
    "Ab",
    "Eb",
    "Bb",
    "F",
    "C",
    "G",
    "D",
    "A",
    "E",
    "B",
    "F#",
    "C#",
    "G#",
    "D#",
    "A#",
)
_SIGNATURE, _PER_FIFTH, _SAID_MINOR, _LAST_NOTE = 0.8, 0.1, 0.3, 0.25


def key_with(fifths: int, mode: str) -> Key:
    """Return the major or minor key with a signature of -7 to 7 sharps."""
    return Key(_TONICS[fifths + (8 if mode == "major" else 11)], mode)


def find_key(notes: NDArray[np.int32], written: Key | None = None) -> Key:
    """Return the likeliest major or minor key.

    Args:
        notes: (N, 4) start, stop, pitch, velocity; in order.
        written: the key that a file names, if it does.
    """
    mass = np.bincount(notes[:, 2] % 12, (notes[:, 1] - notes[:, 0]).astype(np.float64), 12).astype(np.float64)
    last = int(notes[-1, 2]) % 12 if len(notes) else -1
    if written is not None and (not len(notes) or written.mode not in ("major", "minor")):
        return written
    best, found = -np.inf, Key("C")
    for fifths in range(-6, 8) if written is None or abs(written.fifths) < 7 else (written.fifths,):
        for mode, profile in (("major", _MAJOR), ("minor", _MINOR)):
            key = key_with(fifths, mode)
            score = _likeness(mass, np.roll(profile, key.pitch_class)) + _LAST_NOTE * (last == key.pitch_class)
            if written is not None:
                score += _SIGNATURE * (fifths == written.fifths) - _PER_FIFTH * abs(fifths - written.fifths)
                score += _SAID_MINOR * (mode == written.mode == "minor")
            else:
                score -= 1e-6 * abs(fifths)  # of F# and Gb the simpler
            if score > best:
                best, found = score, key
    return found


def _likeness(mass: NDArray[np.float64], profile: NDArray[np.float64]) -> float:
    if np.ptp(mass) == 0:
        return 0.0
    return float(np.corrcoef(mass, profile)[0, 1])
