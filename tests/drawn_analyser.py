"""An analyser without weights for tests of the window: a tune becomes its sketch as it stands."""

from collections.abc import Mapping

from intermezzo.core.edits.tune import to_sketch
from intermezzo.core.engine import Job
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Media, Melody
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch

__all__ = ["MANIFEST", "TuneAnalyser"]

MANIFEST = EngineManifest(
    "trial.tune", "1", "Tunes", "tune", "melody/1", analyser="drawn_analyser:TuneAnalyser", analyses=("melody",),
    hidden=True,
)  # fmt: skip


class TuneAnalyser:
    """Takes melodies only."""

    def load(self, device: str) -> None:
        """Get ready; there is nothing to load."""

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the sketch of a tune."""
        assert isinstance(medium, Melody)
        return to_sketch(medium, Made("trial.tune", "1"))
