"""Training, the smallest there can be: how high somebody hums, learned from recordings, kept in a folder.

The folder that comes out is what the parameter ``tune`` takes; `[engine.makes]` in the manifest ties the two together.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import soundfile

from intermezzo.core.engine import Cache
from intermezzo.core.errors import FileError, SourceError
from intermezzo.core.media import Audio
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo.core.training import Material
from intermezzo_engines.mock.analyse import HumAnalyser

__all__ = ["material", "tonic_of", "train"]

_DOCUMENT = "hum.json"


class _Listening:
    """The job of an analyser that works for a training, which tells its progress itself."""

    cache: Cache

    def progress(self, fraction: float, what: str = "") -> None:
        """Tell nobody."""

    def partial(self, piece: Sketch) -> None:
        """Need no pieces."""


def train(
    data: Path, out: Path, device: str, progress: Callable[[float, str], None], *, params: Mapping[str, Value]
) -> dict[str, float]:
    """Learn the middle of the pitch of all WAV files in ``data``; write it to ``out`` when all is done.

    Raises:
        FileError: if there is no WAV file, or nothing is hummed in them.
    """
    paths, rounds = _recordings(data), int(params["rounds"])
    heard: list[float] = []
    for k in range(rounds * len(paths)):
        progress(k / (rounds * len(paths)), "Listening")
        try:
            samples, rate = soundfile.read(paths[k % len(paths)], dtype="float32", always_2d=True)
            sketch = HumAnalyser().analyse(
                Audio(samples.T.copy(), rate), {"floor_db": -55.0, "text": ""}, job=_Listening()
            )
        except (SourceError, soundfile.LibsndfileError):
            continue  # too short, or no sound: it teaches nothing
        pitch_hz = sketch.pitch.values
        heard += [float(hz) for hz in pitch_hz[pitch_hz > 0]]
    if not heard:
        raise FileError(f"Nothing is hummed in {data}. Record a tune first.")
    tonic_hz = float(np.exp(np.log(heard).mean()))
    figures = {"recordings": float(len(paths)), "tonic_before_hz": 196.0, "tonic_after_hz": tonic_hz}
    document = {
        "format": 1,
        "name": str(params["name"]) or data.resolve().name,
        "tonic_hz": tonic_hz,
        "figures": figures,
    }
    draft = out / f"{_DOCUMENT}.new"
    draft.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    draft.replace(out / _DOCUMENT)
    progress(1.0, "Done")
    return figures


def material(data: Path) -> Material:
    """Tell how many recordings there are."""
    n = len(_recordings(data))
    return Material(f"{n} recording{'' if n == 1 else 's'}", figures={"recordings": float(n)})


def tonic_of(folder: Path) -> float:
    """Return the tone in Hz that a training wrote.

    Raises:
        SourceError: if the folder holds none.
    """
    try:
        return float(json.loads((folder / _DOCUMENT).read_text(encoding="utf-8"))["tonic_hz"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(f"{folder} holds no tune. Choose a folder that training wrote.") from None


def _recordings(data: Path) -> list[Path]:
    found = sorted(data.rglob("*.wav"))
    if not found:
        raise FileError(f"{data} holds no recordings (WAV). Choose another folder.")
    return found
