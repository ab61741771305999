"""Sound files: what is written comes back, what is no sound is refused in one line, nothing is left half-written."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from intermezzo.core.errors import FileError
from intermezzo.core.media import Audio
from intermezzo.storage.audio_files import AudioEncoding, decode_audio, encode_audio, read_audio, write_audio

RATE = 24000
LOSSLESS = [AudioEncoding.WAV_16, AudioEncoding.WAV_24, AudioEncoding.WAV_FLOAT, AudioEncoding.FLAC]


def voice_like(n_channels: int = 1, n: int = RATE, rate: int = RATE) -> Audio:
    """A buzz of 20 harmonics that swells and fades; channels differ in level."""
    times_s = np.arange(n) / rate
    buzz = sum(np.sin(2 * np.pi * 120 * k * times_s) / k for k in range(1, 21))
    swell = 0.2 * buzz * np.sin(np.pi * times_s / times_s[-1])
    return Audio((swell * np.linspace(1.0, 0.5, n_channels)[:, None]).astype(np.float32), rate)


@pytest.mark.parametrize(("encoding", "step"), list(zip(LOSSLESS, (2.0**-15, 2.0**-23, 0.0, 2.0**-23), strict=True)))
@pytest.mark.parametrize(("n_channels", "rate"), [(1, 24000), (2, 96000), (8, 8000)])
def test_lossless_files_give_the_sound_back_to_half_a_step(
    tmp_path: Path, encoding: AudioEncoding, step: float, n_channels: int, rate: int
) -> None:
    audio = voice_like(n_channels, rate=rate)
    path = tmp_path / f"voice{encoding.suffix}"
    write_audio(path, audio, encoding)
    again = read_audio(path)
    assert again.sample_rate == rate
    assert again.samples.shape == audio.samples.shape
    assert np.abs(again.samples - audio.samples).max() <= step / 2


@pytest.mark.parametrize("encoding", LOSSLESS)
def test_writing_what_was_read_changes_no_sample(encoding: AudioEncoding) -> None:
    full_scale = Audio(np.array([[-1.0, 1.0, 0.999999, 0.5, -0.5, 1e-5]], np.float32), RATE)
    once = decode_audio(io.BytesIO(encode_audio(full_scale, encoding)), "once")
    twice = decode_audio(io.BytesIO(encode_audio(once, encoding)), "twice")
    assert np.array_equal(once.samples, twice.samples)
    assert once.samples[0, 0] == -1.0


@pytest.mark.parametrize("encoding", [AudioEncoding.OGG, AudioEncoding.MP3])
def test_compressed_files_sound_alike_and_keep_their_length(tmp_path: Path, encoding: AudioEncoding) -> None:
    audio = voice_like(n=3 * RATE)
    path = tmp_path / f"voice{encoding.suffix}"
    write_audio(path, audio)
    again = read_audio(path)
    assert again.samples.shape == audio.samples.shape
    noise = np.mean((again.samples - audio.samples) ** 2)
    assert 10 * np.log10(np.mean(audio.samples**2) / noise) > 15.0


@pytest.mark.parametrize("encoding", [e for e in AudioEncoding if e is not AudioEncoding.OGG])
def test_the_same_sound_gives_the_same_bytes(encoding: AudioEncoding) -> None:
    data = encode_audio(voice_like(), encoding)
    if encoding is AudioEncoding.WAV_FLOAT:
        at = data.index(b"PEAK")
        assert data[at + 12 : at + 16] == bytes(4)
    assert encode_audio(voice_like(), encoding) == data


def test_over_full_scale_is_clipped_but_in_float() -> None:
    loud = Audio(np.array([[2.0, -3.0]], np.float32), RATE)
    clipped = decode_audio(io.BytesIO(encode_audio(loud, AudioEncoding.WAV_16)), "clipped")
    assert clipped.samples.tolist() == [[1.0 - 2.0**-15, -1.0]]
    kept = decode_audio(io.BytesIO(encode_audio(loud, AudioEncoding.WAV_FLOAT)), "kept")
    assert np.array_equal(kept.samples, loud.samples)


def test_the_suffix_chooses_the_encoding(tmp_path: Path) -> None:
    for suffix, format_name in ((".wav", "WAV"), (".FLAC", "FLAC"), (".ogg", "OGG"), (".mp3", "MP3")):
        path = tmp_path / f"voice{suffix}"
        write_audio(path, voice_like())
        assert soundfile.info(path).format == format_name
    with pytest.raises(FileError, match=r"\.wav, \.flac, \.ogg, \.mp3"):
        write_audio(tmp_path / "voice.xyz", voice_like())


@pytest.mark.parametrize(
    ("encoding", "n_channels", "rate"),
    [(AudioEncoding.MP3, 8, 24000), (AudioEncoding.MP3, 1, 96000), (AudioEncoding.OGG, 1, 768000)],
)
def test_an_encoding_that_cannot_hold_the_sound_says_so(encoding: AudioEncoding, n_channels: int, rate: int) -> None:
    with pytest.raises(FileError, match=f"cannot hold {n_channels} channels at {rate} Hz"):
        encode_audio(Audio(np.zeros((n_channels, 3000), np.float32), rate), encoding)


def test_nothing_is_not_written() -> None:
    with pytest.raises(FileError, match="no sound yet"):
        encode_audio(Audio(np.zeros((1, 0), np.float32), RATE), AudioEncoding.FLAC)


def _float_wav(samples: list[float], rate: int = RATE) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, np.array(samples, np.float32), rate, format="WAV", subtype="FLOAT")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged, or no sound"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "damaged, or no sound"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", "damaged, or no sound"),
        (_float_wav([]), "is empty"),
        (_float_wav([0.0, np.nan]), "no numbers"),
        (_float_wav([0.0, np.inf]), "no numbers"),
        (_float_wav([1e30]), "too loud"),
        (_float_wav([0.0] * 100, rate=3), "3 samples a second"),
    ],
    ids=["nothing", "picture", "half a header", "no samples", "not a number", "infinite", "loud", "slow"],
)
def test_what_is_no_sound_is_refused_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "strange.wav"
    path.write_bytes(content)
    with pytest.raises(FileError, match=words) as refusal:
        read_audio(path)
    assert "\n" not in str(refusal.value)
    assert "strange.wav" in str(refusal.value)


@pytest.mark.parametrize("encoding", list(AudioEncoding))
def test_a_truncated_file_gives_what_is_there_or_one_clear_line(encoding: AudioEncoding) -> None:
    content = encode_audio(voice_like(), encoding)
    for share in (0.02, 0.5, 0.98):
        try:
            again = decode_audio(io.BytesIO(content[: int(len(content) * share)]), "cut")
        except FileError as refusal:
            assert "cut" in str(refusal)
        else:
            assert 0 < again.n_samples <= RATE


def test_a_header_that_claims_more_than_there_is_costs_no_memory() -> None:
    content = bytearray(encode_audio(voice_like(), AudioEncoding.WAV_16))
    at = content.index(b"data") + 4
    content[at : at + 4] = b"\xff\xff\xff\x7f"
    assert decode_audio(io.BytesIO(bytes(content)), "boast").n_samples == RATE


def test_a_file_over_4_gb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.wav"
    with path.open("wb") as file:
        file.truncate(5 * 2**30)  # sparse: takes no space
    with pytest.raises(FileError, match="larger than 4 GB"):
        read_audio(path)


def test_what_is_not_there_or_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is not there"):
        read_audio(tmp_path / "nothing.wav")
    with pytest.raises(FileError, match="not a file"):
        read_audio(tmp_path)


@contextmanager
def _full_disk(n_bytes: int) -> Iterator[None]:
    """No file may grow beyond ``n_bytes``: the system refuses in the middle of the write, as a full disk does."""
    import resource  # not there on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform != "linux", reason="file size limits as on Linux")
def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    write_audio(path, voice_like(n=100))
    old = path.read_bytes()
    with _full_disk(1000), pytest.raises(FileError, match="the disk is full"):
        write_audio(path, voice_like())
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == ["voice.wav"]


def test_a_missing_folder_and_a_folder_of_that_name_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        write_audio(tmp_path / "nowhere" / "voice.wav", voice_like())
    (tmp_path / "voice.wav").mkdir()
    with pytest.raises(FileError, match="folder of that name"):
        write_audio(tmp_path / "voice.wav", voice_like())
    assert [p.name for p in tmp_path.iterdir()] == ["voice.wav"]


@pytest.mark.skipif(sys.platform != "linux", reason="/sys is Linux's read-only folder, for root too")
def test_a_read_only_folder_is_told() -> None:
    with pytest.raises(FileError, match="read-only"):
        write_audio(Path("/sys/voice.wav"), voice_like())


def test_a_written_file_has_the_usual_permissions(tmp_path: Path) -> None:
    write_audio(tmp_path / "voice.wav", voice_like())
    (tmp_path / "plain").touch()
    assert (tmp_path / "voice.wav").stat().st_mode == (tmp_path / "plain").stat().st_mode
