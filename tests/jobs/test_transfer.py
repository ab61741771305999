"""What crosses between studio and host: everything once, and after an edit only what it changed."""

from collections.abc import Iterator
from multiprocessing import shared_memory

import numpy as np
import pytest

from intermezzo.core import codec
from intermezzo.core.edits import curves, matrices
from intermezzo.core.layers import Matrix
from intermezzo.core.sketch import Sketch
from intermezzo.jobs import transfer
from intermezzo.jobs.transfer import Mirror, discard, pack, seal, unpack, unseal

SEGMENT = "imz.test.transfer"


@pytest.fixture
def segment() -> Iterator[str]:
    """A name that is free afterwards."""
    yield SEGMENT
    discard(SEGMENT)


def test_every_layer_survives_the_journey(hummed: Sketch) -> None:
    layers = {}
    for name, layer in hummed.layers.items():
        blob, arrays = pack(layer)
        layers[name], used = unpack(blob, arrays)
        assert set(used) == set(arrays)
    assert codec.fingerprint(Sketch(hummed.type, layers, hummed.made)) == codec.fingerprint(hummed)


@pytest.mark.parametrize("n", [10, 100_000])
def test_few_bytes_go_inline_and_many_through_shared_memory(segment: str, n: int) -> None:
    arrays = {
        "a": np.arange(n, dtype=np.float32),
        "b": np.zeros((0, 5)),
        "c": np.array(3),
        "d": np.ones((3, 7), np.uint8),
    }
    parcel = seal(arrays, segment)
    assert bool(parcel.segment) == (n > 1000)
    found = unseal(parcel)
    assert set(found) == set(arrays)
    for key, array in arrays.items():
        assert found[key].dtype == array.dtype and found[key].shape == array.shape
        assert np.array_equal(found[key], array) and not found[key].flags.writeable and found[key].flags.owndata


def test_without_room_for_shared_memory_everything_goes_inline(segment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, offset: int, length: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transfer.os, "posix_fallocate", full)
    parcel = seal({"a": np.ones(10**6)}, segment)
    assert not parcel.segment and np.array_equal(unseal(parcel)["a"], np.ones(10**6))
    with pytest.raises(FileNotFoundError):
        shared_memory.SharedMemory(segment)


def test_a_discarded_segment_is_gone(segment: str) -> None:
    seal({"a": np.ones(10**6)}, segment)
    discard(segment)
    discard(segment)
    with pytest.raises(FileNotFoundError):
        shared_memory.SharedMemory(segment)


def test_the_second_time_nothing_is_sent(hummed: Sketch) -> None:
    mirror = Mirror()
    packed = [mirror.packed(layer) for layer in hummed.layers.values()]
    blobs, arrays = mirror.send(packed)
    assert len(blobs) == len(hummed.layers) and arrays
    assert mirror.send([mirror.packed(layer) for layer in hummed.layers.values()]) == ({}, {})


def test_a_brush_stroke_sends_one_block(hummed: Sketch) -> None:
    mirror = Mirror()
    mirror.send([mirror.packed(layer) for layer in hummed.layers.values()])
    painted = matrices.add(hummed, "colour", 140, 2, np.full((5, 2), 3, np.float32))
    blobs, arrays = mirror.send([mirror.packed(layer) for layer in painted.layers.values()])
    colour = painted.layers["colour"]
    assert isinstance(colour, Matrix)
    assert len(blobs) == 1
    (block,) = arrays.values()
    assert any(block is own for own in colour.paint.blocks)


def test_a_drawn_curve_sends_its_values_and_marks(hummed: Sketch) -> None:
    mirror = Mirror()
    mirror.send([mirror.packed(layer) for layer in hummed.layers.values()])
    drawn = curves.shift(hummed, "loudness", 10, 20, -1.0)
    blobs, arrays = mirror.send([mirror.packed(layer) for layer in drawn.layers.values()])
    assert len(blobs) == 1 and len(arrays) == 2


def test_what_is_no_longer_used_is_forgotten_and_sent_again_when_needed(hummed: Sketch) -> None:
    mirror = Mirror(max_items=len(hummed.layers))
    first = [mirror.packed(layer) for layer in hummed.layers.values()]
    mirror.send(first)
    drawn = curves.shift(hummed, "loudness", 10, 20, -1.0)
    second = [mirror.packed(layer) for layer in drawn.layers.values()]
    mirror.send(second)
    serials, keys = mirror.surplus(second)
    old = mirror.packed(hummed.layers["loudness"])
    assert serials == [old.serial]
    assert set(keys) == set(old.arrays) - {key for packed in second for key in packed.arrays}
    blobs, arrays = mirror.send(first)
    assert set(blobs) == {old.serial} and set(arrays) == set(keys)


def test_what_is_in_use_is_never_forgotten(hummed: Sketch) -> None:
    mirror = Mirror(max_items=1, max_mb=0)
    packed = [mirror.packed(layer) for layer in hummed.layers.values()]
    mirror.send(packed)
    assert mirror.surplus(packed) == ([], [])


def test_a_new_host_gets_everything(hummed: Sketch) -> None:
    mirror = Mirror()
    packed = [mirror.packed(layer) for layer in hummed.layers.values()]
    first = mirror.send(packed)
    mirror.clear()
    second = mirror.send(packed)
    assert first[0] == second[0] and set(first[1]) == set(second[1])
