"""Sources and outputs (X and Y) as frozen values with their units."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import SourceError

__all__ = ["Audio", "Image", "Media", "Melody", "Text", "Tokens", "Video"]


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


@dataclass(frozen=True, eq=False)
class Melody:
    """A tune in musical time, 480 frames a quarter, with its lyrics: what scores and MIDI files hold.

    ``notes`` int32 (notes, 4): start, stop, MIDI pitch, velocity 1 to 127, in order of start; ``lyrics`` the syllable
    of each ("riv-" goes on in its word, "_" holds the one before, "" has none) and ``verses`` those of further verses.
    ``tempi``, ``metres`` and ``keys`` are (frame from which it holds, quarters a minute, "6/8", "G major"); ``chords``
    and ``sections`` (start, stop, label). ``pickup`` frames lie before the first full bar.

    Raises:
        SourceError: if notes are out of order, without length, outside the piece or of impossible pitch.
    """

    media: ClassVar[str] = "melody"
    notes: NDArray[np.int32]
    lyrics: tuple[str, ...]
    n_frames: int
    tempi: tuple[tuple[int, float], ...] = ((0, 120.0),)
    metres: tuple[tuple[int, str], ...] = ((0, "4/4"),)
    keys: tuple[tuple[int, str], ...] = ()
    chords: tuple[tuple[int, int, str], ...] = ()
    sections: tuple[tuple[int, int, str], ...] = ()
    verses: tuple[tuple[str, ...], ...] = ()
    pickup: int = 0
    title: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        notes = np.ascontiguousarray(np.asarray(self.notes, np.int32).reshape(-1, 4)).copy()
        notes.setflags(write=False)
        object.__setattr__(self, "notes", notes)
        if len(self.lyrics) != len(notes) or any(len(verse) != len(notes) for verse in self.verses):
            raise SourceError("The tune has not as many syllables as notes.")
        starts, stops, pitches, velocities = notes.T
        if np.any(np.diff(starts) < 0) or np.any(stops <= starts) or np.any(starts < 0):
            raise SourceError("The notes of the tune are not in their order, or one has no length.")
        if len(notes) and stops.max() > self.n_frames:
            raise SourceError("The tune has a note beyond its end.")
        if np.any((pitches < 0) | (pitches > 127) | (velocities < 1) | (velocities > 127)):
            raise SourceError("The tune has a note that is too high, too low or of impossible loudness.")
        if not self.tempi or not self.metres:
            raise SourceError("The tune has no tempo or no metre.")

    @property
    def count(self) -> int:
        """How many notes there are."""
        return len(self.lyrics)


@dataclass(frozen=True, eq=False)
class Video:
    """A film as far as it is looked at: ``frames`` uint8 (n, height, width, 3 or 4), RGB or with straight alpha.

    ``frames_per_s`` is how many of them a second; the picture lasts ``n / frames_per_s``.

    Raises:
        SourceError: if there are no pictures of this shape, or the rate is not positive.
    """

    media: ClassVar[str] = "video"
    frames: NDArray[np.uint8]
    frames_per_s: float

    def __post_init__(self) -> None:
        frames = np.ascontiguousarray(self.frames, np.uint8)
        if frames.ndim != 4 or frames.shape[-1] not in (3, 4) or not frames.size:
            raise SourceError("A video needs pictures in red, green and blue; this has none.")
        if not 0 < self.frames_per_s < 1000:
            raise SourceError(f"A video with {self.frames_per_s:g} pictures a second makes no sense.")
        if frames is self.frames and frames.flags.writeable:
            frames = frames.copy()
        frames.setflags(write=False)
        object.__setattr__(self, "frames", frames)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.frames) / self.frames_per_s


@dataclass(frozen=True, eq=False)
class Tokens:
    """What draws a picture: ``codes`` uint16 (rows, columns) of a ``codebook``, read-only.

    Raises:
        SourceError: if the codes have another shape or are no codes, or the codebook has no name.
    """

    codes: NDArray[np.uint16]
    codebook: str

    def __post_init__(self) -> None:
        codes = np.asarray(self.codes)
        if codes.dtype != np.uint16 or codes.ndim != 2 or not codes.size or not self.codebook:
            raise SourceError("The tokens of a picture are rows and columns of codes; these are none.")
        codes = np.array(codes, order="C")
        codes.setflags(write=False)
        object.__setattr__(self, "codes", codes)


@dataclass(frozen=True, eq=False)
class Image:
    """A picture: ``pixels`` uint8 (height, width, 4), red, green, blue and straight alpha, read-only.

    ``tokens`` are those that draw it, where another stage sent it on and they are known; an engine of the same codebook
    takes them as they are (`sent.tokens_for`).

    Raises:
        SourceError: if the pixels have another shape, or there are none.
    """

    media: ClassVar[str] = "image"
    pixels: NDArray[np.uint8]
    tokens: Tokens | None = None

    def __post_init__(self) -> None:
        pixels = np.ascontiguousarray(self.pixels)
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[-1] != 4 or not pixels.size:
            raise SourceError("A picture needs red, green, blue and alpha of 8 bits; this has none.")
        if pixels is self.pixels and pixels.flags.writeable:
            pixels = pixels.copy()
        pixels.setflags(write=False)
        object.__setattr__(self, "pixels", pixels)

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.pixels.shape[0])


Media = Text | Audio | Melody | Video | Image
