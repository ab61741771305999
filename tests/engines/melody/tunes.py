"""Small tunes that tests of the melody engine share."""

import numpy as np

from intermezzo.core.media import Melody

__all__ = ["OLD_TUNE", "tune"]

_Q = 480


def tune(pitches: list[int], quarters: list[float], lyrics: tuple[str, ...] = (), **more: object) -> Melody:
    """Return a tune of notes that follow each other; pitch 0 is a rest."""
    stops = np.cumsum(np.array(quarters) * _Q).astype(int)
    rows = [(s - round(q * _Q), s, p, 80) for s, q, p in zip(stops.tolist(), quarters, pitches, strict=True) if p]
    return Melody(np.array(rows, np.int32), lyrics or ("la",) * len(rows), int(stops[-1]), **more)  # type: ignore[arg-type]


_A = [60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60]
_B = [67, 67, 65, 65, 64, 64, 62]
_LINE = [1.0] * 6 + [2.0]
OLD_TUNE = tune(_A + _B + _B + _A, _LINE * 6)
"""“Ah! vous dirai-je, maman” in C major."""
