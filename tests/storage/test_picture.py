"""The picture of a sketch: a sound PNG in which the machine is grey, the hand amber, and a lock white."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from intermezzo import Studio, edits
from intermezzo.core.errors import FileError
from intermezzo.core.layers import Curve, CurveSpec, Layer, Matrix, MatrixSpec, Region, Spans, SpansSpec
from intermezzo.core.media import Audio
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches import SPEECH
from intermezzo.storage.picture import draw_sketch, encode_png, save_picture

AMBER, TEAL, WHITE = (0xFF, 0xB4, 0x54), (0x5C, 0xC3, 0xB3), (0xF4, 0xF5, 0xF7)


@pytest.fixture(scope="module")
def sketch() -> Sketch:
    """Three words."""
    with Studio() as studio:
        return studio.convert("mock", "Oh my lullaby")


def count(picture: np.ndarray, colour: tuple[int, int, int]) -> int:
    """Count the pixels of a colour."""
    return int((np.abs(picture.astype(int) - colour).max(axis=2) < 12).sum())


def decoded(content: bytes) -> np.ndarray:
    """Read a PNG of our own kind, checking every sum, independently of the encoder."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        assert struct.unpack(">I", content[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + data)
        chunks[name] = data
        at += 12 + length
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert rest == [8, 2, 0, 0, 0] and chunks[b"IEND"] == b""
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + 3 * width)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, 3)


def test_the_png_holds_exactly_the_picture() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 3)).astype(np.uint8)
    assert np.array_equal(decoded(encode_png(pixels)), pixels)


def test_a_picture_is_written_whole(sketch: Sketch, tmp_path: Path) -> None:
    save_picture(sketch, tmp_path / "a.png", width=400)
    assert np.array_equal(decoded((tmp_path / "a.png").read_bytes()), draw_sketch(sketch, width=400))
    with pytest.raises(FileError):
        save_picture(sketch, tmp_path / "nowhere" / "a.png")
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_what_the_machine_made_holds_no_colour_of_a_hand(sketch: Sketch) -> None:
    picture = draw_sketch(sketch)
    assert count(picture, AMBER) == count(picture, TEAL) == 0


@pytest.mark.parametrize("layer", ["pitch", "loudness", "colour", "letters"])
def test_every_kind_shows_the_hand_in_amber(sketch: Sketch, layer: str) -> None:
    if layer == "colour":
        edited = edits.matrices.add(sketch, layer, 20, 2, np.full((30, 3), -20, np.float32))
    elif layer == "letters":
        edited = edits.spans.relabel(sketch, layer, 2, "u")
    else:
        edited = edits.curves.shift(sketch, layer, 0, 60, -2.0)
    assert count(draw_sketch(edited), AMBER) > 50


def test_a_recording_is_teal_and_a_lock_white(sketch: Sketch) -> None:
    with Studio() as studio:
        sound = studio.render(sketch)
        assert isinstance(sound, Audio)
        assert count(draw_sketch(studio.analyse("mock", sound)), TEAL) > 50
    locked = edits.regions.lock(sketch, ["pitch"], Region(0, 60))
    assert count(draw_sketch(locked), WHITE) > count(draw_sketch(sketch), WHITE) + 50


def test_an_edit_changes_the_picture_at_its_time_only(sketch: Sketch) -> None:
    edited = edits.matrices.add(sketch, "colour", 10, 2, np.full((10, 2), 6, np.float32))
    differs = (draw_sketch(sketch) != draw_sketch(edited)).any(axis=(0, 2))
    columns = np.flatnonzero(differs)
    per_frame = 1416 / sketch.n_frames
    assert 12 + 9 * per_frame < columns.min() and columns.max() < 12 + 21 * per_frame


@pytest.mark.parametrize("n_words", [1, 300])
def test_any_length_fits_the_width(n_words: int) -> None:
    with Studio() as studio:
        picture = draw_sketch(studio.convert("mock", "a " * n_words), width=300)
    assert picture.shape[1] == 300 and count(picture, (0x8F, 0x9D, 0xB5)) > 10


@pytest.mark.parametrize("n_frames", [0, 1, 2])
def test_a_sketch_of_hardly_any_frames_has_a_picture(n_frames: int) -> None:
    layers: dict[str, Layer] = {}
    for spec in SPEECH.layers:
        if isinstance(spec, SpansSpec):
            layers[spec.name] = Spans.machine(spec, SPEECH.hop_s, n_frames, [], [], ())
        elif isinstance(spec, CurveSpec):
            layers[spec.name] = Curve.machine(spec, SPEECH.hop_s, np.full(n_frames, 100.0))
        elif isinstance(spec, MatrixSpec):
            layers[spec.name] = Matrix.machine(spec, SPEECH.hop_s, np.zeros((n_frames, spec.bands), np.float32))
    picture = draw_sketch(Sketch(SPEECH, layers, Made("builtin.speech", "1", 1, {})))
    assert picture.shape[1] == 1440
