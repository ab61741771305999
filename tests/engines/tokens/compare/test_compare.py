"""The comparison of kinds of Y' on synthetic pictures and a few steps: its bounds, its files, its bad input."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from intermezzo.core.comparison import Budget, Comparison, comparison_document, comparison_lines
from intermezzo.core.errors import FileError, SourceError
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.tokens.compare.bottlenecks import KINDS, Representation, VectorQuantised
from intermezzo_engines.tokens.compare.head import Head
from intermezzo_engines.tokens.compare.measures import measured
from intermezzo_engines.tokens.compare.run import compare, compared
from intermezzo_engines.tokens.compare.samples import Samples, samples_of

_BUDGET = Budget(seconds=0.1)


def _drawn(count: int, seed: int) -> Samples:
    random = np.random.default_rng(seed)
    found = []
    for k in range(count):
        pixels = np.zeros((128, 128, 4), np.uint8)
        top, left = random.integers(0, 64, 2)
        pixels[top : top + 64, left : left + 64] = (*random.integers(0, 255, 3), 255)
        found.append(Picture("emoji", f"{k}", {"en": (f"square {k}", "shape")}, pixels))
    return samples_of(found)


@pytest.fixture(scope="module")
def samples() -> Samples:
    return _drawn(8, 1)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def found(samples: Samples, weights: Path) -> Comparison:
    return compared(samples, _drawn(5, 2), replace(_BUDGET, weights_dir=weights))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_a_cell_changes_the_twelve_pixels_around_it_and_no_other(kind: type[Representation], samples: Samples) -> None:
    torch.manual_seed(3)
    net = kind().eval()
    for parameter in net.parameters():  # blocks begin as the identity: with weights in them the reach is the widest
        torch.nn.init.normal_(parameter, std=0.2)
    shown = samples.floats(torch.arange(2))
    with torch.inference_mode():
        one = net.written(shown)[:1].clone()
        other = one.clone()
        other[0, 6, 9] = (other[0, 6, 9] + net.symbols // 2) % net.symbols
        before, after = (net.decoder(net.read(written)) for written in (one, other))
    rows, columns = torch.nonzero((before != after).any(dim=1)[0], as_tuple=True)
    assert (int(rows.min()), int(rows.max())) == (5 * 4, 8 * 4 - 1)
    assert (int(columns.min()), int(columns.max())) == (8 * 4, 11 * 4 - 1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_what_is_written_is_within_its_symbols_and_read_back_as_itself(
    kind: type[Representation], samples: Samples
) -> None:
    net = kind().eval()
    shown = samples.floats(torch.arange(3))
    with torch.inference_mode():
        net.settle(shown)
        written = net.written(shown)
        assert written.shape == (3, 16, 16, net.channels)
        assert 0 <= int(written.min()) <= int(written.max()) < net.symbols
        assert net.read(written).shape == (3, 4, 16, 16)


def test_idle_vectors_begin_anew_where_pictures_are(samples: Samples) -> None:
    torch.manual_seed(1)
    net = VectorQuantised()
    net.book += 100  # far from all that an encoder says
    net.total += 100
    for _ in range(120):
        net.learn(samples.floats(torch.arange(4)))
    assert float((net.book.abs().amax(dim=1) < 50).float().mean()) > 0.9


def test_a_head_that_knows_nothing_but_frequencies_needs_the_entropy() -> None:
    torch.manual_seed(1)
    written = torch.randint(0, 8, (4, 16, 16, 2)) ** 2
    head = Head(2, 64)
    head.start_from(written)
    last = head.cell[-1]
    assert isinstance(last, torch.nn.Linear)
    torch.nn.init.zeros_(last.weight)
    buckets, weights = torch.zeros(4, 12, 40, dtype=torch.int64), torch.zeros(4, 12, 40)
    nats = head.nats(buckets, weights, written)
    assert nats.mean().item() == pytest.approx(np.log(8), abs=0.05)


def test_the_text_tells_nothing_where_it_is_not_heard(samples: Samples) -> None:
    torch.manual_seed(1)
    net, head = KINDS[-1]().eval(), Head(KINDS[-1].channels, KINDS[-1].symbols)
    torch.nn.init.zeros_(head.told)
    figures = measured(net, head, samples).figures
    assert figures["text_percent"] == 0
    assert figures["told_psnr_db"] == figures["blind_psnr_db"]


def test_all_kinds_are_given_the_same_steps_and_nothing_changes_out_of_reach(found: Comparison) -> None:
    assert [candidate.name for candidate in found.candidates] == ["downsampling", "ae", "vae", "vq", "fsq"]
    assert len({candidate.figures["steps"] for candidate in found.candidates}) == 1
    assert all(candidate.figures["pixels_outside"] == 0 for candidate in found.candidates)
    assert all(candidate.figures["bits_raw"] >= candidate.figures["bits_entropy"] for candidate in found.candidates)  # type: ignore[operator]
    document = json.loads(json.dumps(comparison_document(found)))
    assert document["candidates"]["ae"]["figures"]["bits_float16"] == 16_384
    table = "\n".join(comparison_lines(found))
    assert "Down-sampling" in table
    assert "NOT ONE BUDGET" not in table


def test_what_is_kept_is_loaded_and_measures_the_same(samples: Samples, weights: Path, found: Comparison) -> None:
    again = compared(samples, _drawn(5, 2), replace(_BUDGET, weights_dir=weights))
    for one, other in zip(found.candidates, again.candidates, strict=True):
        assert other.facts["loaded"]
        assert other.figures == one.figures


def test_kept_results_of_another_budget_are_told(
    samples: Samples, weights: Path, found: Comparison, tmp_path: Path
) -> None:
    for path in weights.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    card = json.loads((tmp_path / "vq.json").read_text())
    (tmp_path / "vq.json").write_text(json.dumps(card | {"steps": card["steps"] + 500}))
    again = compared(samples, _drawn(5, 2), replace(_BUDGET, weights_dir=tmp_path))
    assert any("NOT ONE BUDGET" in note for note in again.notes)


@pytest.mark.parametrize(
    ("name", "content"),
    [("fsq.safetensors", b"\x00" * 40), ("fsq.json", b"{}"), ("fsq.json", b"[1]"), ("fsq.json", b"\xff{"),
     ("fsq.json", b'{"form": "intermezzo-comparison/1", "name": "fsq", "steps": "many"}')],
)  # fmt: skip
def test_damaged_results_are_one_clear_line(
    name: str, content: bytes, samples: Samples, weights: Path, found: Comparison, tmp_path: Path
) -> None:
    for path in weights.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileError, match=r"damaged or of another version\. Take fsq\.safetensors"):
        compared(samples, _drawn(5, 2), replace(_BUDGET, weights_dir=tmp_path))


def test_without_pictures_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="point --data"):
        compare(_BUDGET)
    with pytest.raises(SourceError, match="point --data"):
        compare(replace(_BUDGET, data_dir=tmp_path))
