"""Sketch types that leave sizes, codebook and rate to a checkpoint: each sketch brings its own, and files keep it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from intermezzo.core import codec
from intermezzo.core.edits import grids
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Grid, GridSpec
from intermezzo.core.manifest import read_manifest
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo.storage.exchange.sketch_json import read_sketch_json, written_sketch_json
from intermezzo.storage.sketch_file import load_sketch, save_sketch

USUAL = GridSpec("tokens", "Tokens", axes=("time", "levels"), shape=(0, 8), codes=1024)
OPEN = SketchType("codec/1", "Codec", (USUAL,), 0.01, 240, 24_000, open=True)


def settled(codebook: str, levels: int = 2, codes: int = 16) -> SketchType:
    """Return the type as a checkpoint fills it in."""
    spec = replace(USUAL, shape=(0, levels), codes=codes, codebook=codebook)
    return replace(OPEN, layers=(spec,), hop_s=0.02, hop_samples=320, sample_rate=16_000)


def sketch_of(kind: SketchType, n: int = 6) -> Sketch:
    spec = kind.layers[0]
    assert isinstance(spec, GridSpec)
    codes = np.arange(n * spec.width).reshape(n, spec.width) % spec.codes
    return Sketch(kind, {"tokens": Grid.machine(spec, kind.hop_s, codes)}, Made("trial", "1"))


def test_an_open_type_admits_what_a_checkpoint_fills_in_and_nothing_else() -> None:
    assert OPEN.admits(OPEN) and OPEN.admits(settled("a"))
    picture = replace(OPEN, layers=(GridSpec("tokens", "Tokens", shape=(2, 2), codes=4),), hop_s=0.0, hop_samples=0)
    named = replace(OPEN, layers=(replace(USUAL, name="others"),))
    for other in (picture, named, replace(settled("a"), id="codec/2"), replace(settled("a"), open=False)):
        assert not OPEN.admits(other)
    closed = replace(OPEN, open=False)
    assert closed.admits(closed) and not closed.admits(replace(closed, hop_samples=320))


def test_a_manifest_says_that_a_type_is_open() -> None:
    table = '{ kind = "grid", name = "tokens", title = "T", axes = ["time", "levels"], shape = [0, 8], codes = 1024 }'
    text = f'api = 1\n[[sketch]]\nid = "codec/1"\ntitle = "Codec"\nopen = true\nlayers = [{table}]'
    assert read_manifest(text).sketch_types[0].open
    assert not read_manifest(text.replace("open = true\n", "")).sketch_types[0].open


def test_files_keep_the_sizes_and_the_codebook_of_each_sketch(tmp_path: Path) -> None:
    sketch = sketch_of(settled("a"))
    document, arrays = codec.pack(sketch)
    again = codec.unpack(json.loads(json.dumps(document)), arrays.__getitem__, {"codec/1": OPEN})
    assert again.type == sketch.type and np.array_equal(again.tokens.codes, sketch.tokens.codes)
    save_sketch(sketch, tmp_path / "a.sketch")
    read = load_sketch(tmp_path / "a.sketch", Registry({}, {"codec/1": OPEN}, {}))
    assert read.type == sketch.type and codec.fingerprint(read) == codec.fingerprint(sketch)
    told = read_sketch_json(written_sketch_json(sketch), {"codec/1": OPEN})
    assert told.type == sketch.type and np.array_equal(told.tokens.codes, sketch.tokens.codes)


def test_codes_go_between_sketches_of_one_codebook_only() -> None:
    here, there, other = (sketch_of(settled(book)).tokens for book in ("a", "a", "b"))
    mask = np.zeros(here.shape, bool)
    mask[1:3] = True
    clip = grids.copy(there, mask)
    assert np.array_equal(grids.paste(here, clip, (3, 0)).codes[3:5], there.codes[1:3])
    with pytest.raises(EditError, match="another codebook"):
        grids.paste(other, clip, (3, 0))
