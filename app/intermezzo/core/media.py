"""Sources and outputs (X and Y) as frozen values with their units."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SourceError

__all__ = ["Audio", "Media", "Text"]


@dataclass(frozen=True)
class Text:
    """A text source, exactly as it was typed."""

    media: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, eq=False)
class Audio:
    """Sound: ``samples`` float32 (channels, n), full scale 1.0, read-only; ``sample_rate`` in Hz.

    Raises:
        SourceError: if the samples are not two-dimensional, not finite, or the rate is not positive.
    """

    media: ClassVar[str] = "audio"
    samples: NDArray[np.float32]
    sample_rate: int

    def __post_init__(self) -> None:
        samples = np.ascontiguousarray(self.samples, np.float32)
        if samples.ndim != 2:
            raise SourceError(f"Sound needs the shape (channels, samples), this has {samples.ndim} dimensions.")
        if self.sample_rate <= 0:
            raise SourceError(f"A sample rate of {self.sample_rate} Hz makes no sense.")
        if not np.isfinite(samples).all():
            raise SourceError("The sound contains values that are no numbers; export it again from its program.")
        if not samples.flags.owndata or (samples is self.samples and samples.flags.writeable):
            samples = samples.copy()
        samples.setflags(write=False)
        object.__setattr__(self, "samples", samples)

    @property
    def n_samples(self) -> int:
        """Length of each channel in samples."""
        return int(self.samples.shape[1])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_samples / self.sample_rate


Media = Text | Audio
