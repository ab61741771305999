"""Sound in and out of files: WAV, FLAC, OGG and MP3, through libsndfile, which is loaded on first use.

Whole numbers are scaled here, by the power of two that readers divide by, so that what was 16 or 24 bit comes back bit
for bit (libsndfile's own scaling from floats is one step off at full scale). The same sound gives the same bytes,
except in OGG, whose streams carry a random serial number.
"""

import io
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.errors import FileError
from intermezzo.core.media import Audio
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.sound_chunks import put_inside

if TYPE_CHECKING:
    from intermezzo.storage.recipe import Recipe

__all__ = ["AUDIO_SUFFIXES", "AudioEncoding", "decode_audio", "encode_audio", "read_audio", "write_audio"]

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif", ".opus")
LARGEST_BYTES = 4 * 2**30  # of a file, and of its samples as float32
LOWEST_RATE, HIGHEST_RATE = 2000, 768000
LOUDEST = 1000.0  # 60 dB over full scale: no recording, but numbers of another kind
BLOCK_FRAMES = 65536  # libvorbis overflows its stack on very long blocks
COMPRESSION = 0.1  # of OGG and MP3: 0 is the best quality, 1 the smallest file
MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)


class AudioEncoding(Enum):
    """How sound is written: libsndfile's format and subtype, the suffix, and the name that people read."""

    WAV_16 = ("WAV", "PCM_16", ".wav", "WAV, 16 bit")
    WAV_24 = ("WAV", "PCM_24", ".wav", "WAV, 24 bit")
    WAV_FLOAT = ("WAV", "FLOAT", ".wav", "WAV, 32-bit float")
    FLAC = ("FLAC", "PCM_24", ".flac", "FLAC, 24 bit")
    OGG = ("OGG", "VORBIS", ".ogg", "OGG Vorbis")
    MP3 = ("MP3", "MPEG_LAYER_III", ".mp3", "MP3")

    @property
    def suffix(self) -> str:
        """With its dot."""
        return self.value[2]

    @property
    def title(self) -> str:
        """For menus and messages."""
        return self.value[3]

    @classmethod
    def of(cls, path: Path) -> "AudioEncoding":
        """The encoding that a file name asks for; 24 bit where it is .wav.

        Raises:
            FileError: if the suffix is none of ours.
        """
        found = {encoding.suffix: encoding for encoding in cls if encoding not in (cls.WAV_16, cls.WAV_FLOAT)}
        if path.suffix.lower() not in found:
            raise FileError(f"{path.name}: sound is written as {', '.join(found)}. Choose one of these endings.")
        return found[path.suffix.lower()]


def read_audio(path: Path) -> Audio:
    """Read any WAV, FLAC, OGG, MP3 or other file that libsndfile knows, at its own rate, with all its channels.

    Raises:
        FileError: if it is missing, no sound, damaged, empty or absurd.
    """
    try:
        if not path.exists():
            raise FileError(f"{path.name} is not there. Check the name, or look for where it was moved.")
        if not path.is_file():
            raise FileError(f"{path.name} is not a file that holds sound. Choose a WAV, FLAC, OGG or MP3 file.")
        if path.stat().st_size > LARGEST_BYTES:
            raise FileError(f"{path.name} is larger than 4 GB. Cut the part that you need, and open that.")
        with path.open("rb") as stream:
            return decode_audio(stream, path.name)
    except OSError as error:
        raise FileError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def decode_audio(stream: BinaryIO, name: str) -> Audio:
    """Read sound from a seekable ``stream``; ``name`` is what messages call it.

    Raises:
        FileError: if it is no sound, damaged, empty or absurd.
    """
    sf = _libsndfile()
    try:
        with sf.SoundFile(stream) as file:
            rate, n_channels = file.samplerate, file.channels
            if not LOWEST_RATE <= rate <= HIGHEST_RATE:
                raise FileError(f"{name} says that it has {rate} samples a second. Convert it to 48000 Hz first.")
            samples = _read_frames(file.read, n_channels, name)
    except sf.LibsndfileError as error:
        raise FileError(
            f"{name} is damaged, or no sound that we know ({error.error_string.strip().rstrip('.')}). "
            "Convert it to WAV in another program first."
        ) from error
    if not np.isfinite(samples).all():
        raise FileError(f"{name} holds values that are no numbers. Export it again from the program that made it.")
    if np.abs(samples).max() > LOUDEST:
        raise FileError(f"{name} is over 60 dB too loud to be sound. Export it again with a full scale of 1.")
    return Audio(samples, rate)


def write_audio(
    path: Path, audio: Audio, encoding: AudioEncoding | None = None, recipe: "Recipe | None" = None
) -> None:
    """Write ``audio`` to ``path``, whole or not at all; the encoding follows the suffix where None.

    A ``recipe`` goes into the file beside the sound, where its encoding has a place for it.

    Raises:
        FileError: if the encoding cannot hold the sound, or the disk cannot hold the file.
    """
    encoding = encoding or AudioEncoding.of(path)
    content = encode_audio(audio, encoding, recipe.comment if recipe else "")
    write_atomically(path, put_inside(content, recipe.payload, recipe.comment) if recipe else content)


def encode_audio(audio: Audio, encoding: AudioEncoding, comment: str = "") -> bytes:
    """The bytes of a sound file. What exceeds full scale is clipped, but for 32-bit float.

    A ``comment`` is written into FLAC and OGG; WAV and MP3 get theirs with the recipe.

    Raises:
        FileError: if the encoding cannot hold so many channels, or this rate, or if there is nothing to write.
    """
    if not audio.n_samples:
        raise FileError("There is no sound yet to write. Render the sketch first.")
    if not _holds(encoding, audio.samples.shape[0], audio.sample_rate):
        raise FileError(
            f"{encoding.title} cannot hold {audio.samples.shape[0]} channels at {audio.sample_rate} Hz. Choose WAV."
        )
    sf = _libsndfile()
    format_name, subtype, _, title = encoding.value
    stream = io.BytesIO()
    frames = audio.samples.T
    level = COMPRESSION if encoding in (AudioEncoding.OGG, AudioEncoding.MP3) else None
    try:
        with sf.SoundFile(
            stream,
            "w",
            audio.sample_rate,
            frames.shape[1],
            subtype=subtype,
            format=format_name,
            compression_level=level,
        ) as file:
            if comment and encoding in (AudioEncoding.FLAC, AudioEncoding.OGG):
                file.comment = comment
            for start in range(0, len(frames), BLOCK_FRAMES):
                file.write(_scaled(frames[start : start + BLOCK_FRAMES], subtype))
    except sf.LibsndfileError as error:
        raise FileError(f"{title} could not be written ({error.error_string.strip()}). Choose WAV.") from error
    if encoding is AudioEncoding.WAV_FLOAT:
        _forget_time(stream)
    return stream.getvalue()


def _holds(encoding: AudioEncoding, n_channels: int, rate: int) -> bool:
    """Whether an encoding takes these; asked before libsndfile, which crashes on OGG at 768 kHz."""
    match encoding:
        case AudioEncoding.MP3:
            return n_channels <= 2 and rate in MP3_RATES
        case AudioEncoding.OGG:
            return n_channels <= 8 and LOWEST_RATE <= rate <= 192000
        case AudioEncoding.FLAC:
            return n_channels <= 8 and rate <= 655350
        case _:
            return n_channels <= 64


def _forget_time(stream: io.BytesIO) -> None:
    """Blank the time of writing that libsndfile puts into a PEAK chunk (EBU Tech 3285, supplement 3)."""
    at = stream.getvalue()[:128].find(b"PEAK")
    if at >= 0:
        stream.getbuffer()[at + 12 : at + 16] = bytes(4)


def _read_frames(read: Callable[..., NDArray[np.float32]], n_channels: int, name: str) -> NDArray[np.float32]:
    """All frames as (channels, n). In blocks: the length that a header claims is not to be trusted with memory."""
    blocks: list[NDArray[np.float32]] = []
    n_bytes = 0
    while len(block := read(BLOCK_FRAMES, dtype="float32", always_2d=True)):
        blocks.append(block)
        n_bytes += block.nbytes
        if n_bytes > LARGEST_BYTES:
            raise FileError(f"{name} holds more than 4 GB of sound. Cut the part that you need, and open that.")
    if not blocks:
        raise FileError(f"{name} holds no sound: it is empty. Choose another file.")
    samples = np.empty((n_channels, sum(map(len, blocks))), np.float32)
    np.concatenate(blocks, out=samples.T)
    return samples


def _scaled(frames: NDArray[np.float32], subtype: str) -> NDArray[np.float32] | NDArray[np.int16] | NDArray[np.int32]:
    """Frames as libsndfile is to take them: whole numbers at their full scale, or floats."""
    match subtype:
        case "PCM_16":
            return _whole(frames, 16).astype(np.int16)
        case "PCM_24":
            return _whole(frames, 24).astype(np.int32) << 8  # libsndfile takes the upper 24 of 32 bits
        case "FLOAT":
            return frames
        case _:
            return np.asarray(np.clip(frames, -1.0, 1.0), np.float32)


def _whole(frames: NDArray[np.float32], n_bits: int) -> NDArray[np.float64]:
    full_scale = 2.0 ** (n_bits - 1)
    return np.asarray(np.clip(np.rint(frames * full_scale), -full_scale, full_scale - 1.0), np.float64)


def _libsndfile() -> ModuleType:
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise FileError("Sound files need the Python package soundfile. Run `python3 dev.py run` again.") from error
    module: ModuleType = soundfile
    return module
