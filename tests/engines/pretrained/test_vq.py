"""VQModel, aMUSEd and AutoencoderKL of one's own: pictures to codes and back, from text, and masked parts anew."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pretrained_checkpoints import save_vq

from intermezzo import Studio
from intermezzo.core.edits import grids
from intermezzo.core.errors import IntermezzoError, ParamError, SourceError
from intermezzo.core.layers import Grid, GridSpec
from intermezzo.core.media import Image, Text
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Request
from intermezzo_engines.pretrained.kl import CODES, code_of, swatches, tiles, value_of
from intermezzo_engines.pretrained.sketch_types import sketch_type, spec_of
from intermezzo_engines.pretrained.vq_prior import VqPrior

AMUSED: dict[str, Any] = {"checkpoint": "tiny-amused"}


def model_of(kind: str, path: Path) -> Any:  # Any: a module of diffusers
    import diffusers

    return getattr(diffusers, kind).from_pretrained(path, low_cpu_mem_usage=False).eval()


def test_a_picture_becomes_the_codes_that_diffusers_reads(
    token_studio: Studio, token_models: Path, picture: Image
) -> None:
    import torch

    opaque = Image(np.concatenate([picture.pixels[:48, :36, :3], np.full((48, 36, 1), 255, np.uint8)], axis=2))
    sketch = token_studio.analyse("vq", opaque, params={"checkpoint": "tiny-vq"})
    assert sketch.tokens.shape == (12, 9) and sketch.tokens.spec.codes == 24
    model = model_of("VQModel", token_models / "tiny-vq")
    with torch.no_grad():
        seen = torch.from_numpy(opaque.pixels[..., :3].astype(np.float32) / 255).permute(2, 0, 1)[None]
        codes = model.quantize(model.encode(seen).latents)[2][2].reshape(12, 9)
        drawn = model.decode(codes[None], force_not_quantize=True, shape=(1, 12, 9, 4)).sample[0]
    assert np.array_equal(sketch.tokens.codes, codes.numpy()) and len(np.unique(codes)) > 4
    rendered = token_studio.render(sketch)
    assert isinstance(rendered, Image)
    wanted = (drawn.clamp(0, 1) * 255).permute(1, 2, 0).numpy()
    assert np.abs(rendered.pixels[..., :3] - wanted).max() <= 0.51 and (rendered.pixels[..., 3] == 255).all()


def test_colours_begin_at_minus_one_where_codes_are_not_looked_up(
    token_studio: Studio, tmp_path: Path, picture: Image
) -> None:
    path = save_vq(tmp_path / "plain", lookup_from_codebook=False)
    here, there = (
        token_studio.render(token_studio.analyse("vq", picture, params={"checkpoint": str(p)})).pixels
        for p in (path, "tiny-vq")
    )
    assert here.shape == there.shape and not np.array_equal(here, there)


def test_large_small_and_odd_pictures_are_taken(token_studio: Studio) -> None:
    for height, width, shape in ((1, 1, (1, 1)), (3, 900, (1, 16)), (700, 350, (16, 8))):
        medium = Image(np.full((height, width, 4), 90, np.uint8))
        sketch = token_studio.analyse("vq", medium, params={"checkpoint": "tiny-vq", "longest_px": 64})
        assert sketch.tokens.shape == shape
        assert token_studio.render(sketch).pixels.shape[:2] == (shape[0] * 4, shape[1] * 4)


def test_a_text_becomes_a_grid_of_any_size_and_seeds_are_takes(token_studio: Studio) -> None:
    one = token_studio.convert("vq", "a bad cab", seed=1, params=AMUSED)
    again = token_studio.convert("vq", "a bad cab", seed=1, params=AMUSED)
    other = token_studio.convert("vq", "a bad cab", seed=2, params=AMUSED)
    said = token_studio.convert("vq", "fed a bee", seed=1, params=AMUSED)
    assert one.tokens.shape == (4, 4)  # as the transformer was trained
    assert np.array_equal(one.tokens.codes, again.tokens.codes)
    assert not np.array_equal(one.tokens.codes, other.tokens.codes)
    assert not np.array_equal(one.tokens.codes, said.tokens.codes)
    assert ((one.tokens.sureness > 0) & (one.tokens.sureness <= 1)).all()
    wide = token_studio.convert("vq", "a bad cab", params={**AMUSED, "rows": 3, "columns": 7})
    assert wide.tokens.shape == (3, 7) and token_studio.render(wide).pixels.shape == (12, 28, 4)


def test_without_a_text_encoder_the_text_says_nothing(token_studio: Studio) -> None:
    params = {"checkpoint": "tiny-amused-mute"}
    one, two = (token_studio.convert("vq", text, seed=1, params=params) for text in ("a bad cab", "fed a bee"))
    assert np.array_equal(one.tokens.codes, two.tokens.codes)


def test_only_the_mask_is_made_anew(token_studio: Studio) -> None:
    sketch = token_studio.convert("vq", "a bad cab", seed=1, params={**AMUSED, "rows": 6, "columns": 6})
    tokens: Grid = sketch.tokens
    mask = np.zeros(tokens.shape, bool)
    mask[1:4, 2:5] = True
    locked = np.zeros(tokens.shape, bool)
    locked[2, 3] = True
    sketch = sketch.with_layer(tokens.lock_mask(locked, True))
    found = [token_studio.infill(sketch, {"tokens": mask}, seed=seed, params=AMUSED) for seed in (5, 6)]
    for each in found:
        assert np.array_equal(each.tokens.codes[~mask], tokens.codes[~mask])
        assert each.tokens.codes[2, 3] == tokens.codes[2, 3]
    assert not np.array_equal(found[0].tokens.codes, found[1].tokens.codes)


def test_a_small_mask_is_filled_in_as_many_passes_as_a_large_one(
    token_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pipeline of diffusers counts over the whole grid: 127, 126, 125, 0 of 128 masked after four passes."""
    import torch

    from intermezzo_engines.tokens.sampling import Way, sample

    prior = VqPrior(token_models / "tiny-amused", "cpu", 4)
    left: list[int] = []
    whole = VqPrior.__call__

    def counting(self: VqPrior, shown: Any, *rest: Any) -> Any:
        left.append(int((shown >= prior.shape.codes).sum()))
        return whole(self, shown, *rest)

    monkeypatch.setattr(VqPrior, "__call__", counting)
    empty = torch.zeros(1, 16, 16, dtype=torch.bool)
    empty[:, :8] = True
    codes = torch.zeros(1, 16, 16, dtype=torch.int64)
    way = Way(passes=4, guidance=0)
    sample(prior, codes, empty, prior.prompt(""), way, [torch.Generator().manual_seed(1)], tell_known=False)
    assert left == [128, 119, 91, 49]  # 128 cos(pi k / 8), rounded up: what is still masked before each pass


def test_guidance_moves_away_from_what_the_empty_text_says(token_studio: Studio) -> None:
    sketch = token_studio.convert("vq", "a bad cab", seed=1, params=AMUSED)
    told = [
        token_studio.alternatives(sketch, "tokens", (1, 2), params={**AMUSED, "guidance": guidance})
        for guidance in (1.0, 20.0)
    ]
    for choices in told:
        assert len(choices.codes) == len(set(choices.codes.tolist())) == 24
        assert (np.diff(choices.probabilities) <= 0).all() and choices.probabilities.sum() == pytest.approx(1, abs=1e-4)
    assert not np.allclose(told[0].probabilities, told[1].probabilities)


def test_a_vqmodel_alone_draws_nothing_of_a_text(token_studio: Studio, picture: Image) -> None:
    alone = {"checkpoint": "tiny-vq"}
    with pytest.raises(ParamError, match=r"tiny-vq is a VQModel alone.*drop a picture"):
        token_studio.convert("vq", "a bad cab", params=alone)
    with pytest.raises(SourceError, match="no text to draw"):
        token_studio.convert("vq", "  ", params=AMUSED)
    sketch = token_studio.analyse("vq", picture, params=alone)
    mask = np.ones(sketch.tokens.shape, bool)
    with pytest.raises(ParamError, match="VQModel alone"):
        token_studio.infill(sketch, {"tokens": mask}, params=alone)


def test_grids_of_one_checkpoint_paste_into_each_other(token_studio: Studio, picture: Image) -> None:
    """The VQModel of the aMUSEd is the one that stands alone: its weights are the same, wherever they lie."""
    here = token_studio.convert("vq", "a bad cab", params=AMUSED)
    there = token_studio.analyse("vq", picture, params={"checkpoint": "tiny-vq"})
    latents = token_studio.analyse("kl", picture)
    mask = np.zeros(there.tokens.shape, bool)
    mask[2:4, 3:5] = True
    clip = grids.copy(there.tokens, mask)
    pasted = here.with_layer(grids.paste(here.tokens, clip, (1, 1)))
    assert np.array_equal(pasted.tokens.codes[1:3, 1:3], there.tokens.codes[2:4, 3:5])
    with pytest.raises(IntermezzoError, match="another codebook"):
        grids.paste(latents.tokens, clip, (0, 0))


def test_each_codebook_has_swatches_of_its_own(
    token_studio: Studio, token_models: Path, picture: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERMEZZO_MODELS", str(token_models))
    runner, shown = InlineRunner(token_studio.registry), []
    for engine, params in (("vq", AMUSED), ("kl", {})):
        sketch = token_studio.analyse(engine, picture, params=params)
        pixels = runner.run(Request("swatches", engine, sketch=sketch)).pixels
        shown.append(pixels.reshape(sketch.tokens.spec.codes, -1, *pixels.shape[1:]))
    assert shown[0].shape == (24, 8, 8, 4) and shown[1].shape == (2049, 1, 1, 4)
    assert len(np.unique(shown[0].reshape(24, -1), axis=0)) == 24
    assert len(np.unique(shown[1].reshape(2049, 4), axis=0)) == 2049  # so that no value is taken for another


def test_latents_come_back_within_half_a_step(token_studio: Studio, token_models: Path, picture: Image) -> None:
    import torch

    opaque = Image(np.concatenate([picture.pixels[:48, :36, :3], np.full((48, 36, 1), 255, np.uint8)], axis=2))
    sketch = token_studio.analyse("kl", opaque)
    assert sketch.tokens.shape == (2 * 12, 2 * 9) and sketch.tokens.spec.codes == CODES
    model = model_of("AutoencoderKL", token_models / "tiny-kl")
    with torch.no_grad():
        seen = torch.from_numpy(opaque.pixels[..., :3].astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
        latents = model.encode(seen).latent_dist.mode() * model.config.scaling_factor
        rounded = (latents * 128).round() / 128
        drawn = [model.decode(each / model.config.scaling_factor).sample[0] for each in (rounded, latents)]
    values = value_of(sketch.tokens.codes.astype(np.int64))
    for channel, (row, column) in enumerate(((0, 0), (0, 9), (12, 0), (12, 9))):
        tile = values[row : row + 12, column : column + 9]
        assert np.abs(tile - latents[0, channel].numpy()).max() <= 1 / 256 + 1e-6
    rendered = token_studio.render(sketch)
    assert isinstance(rendered, Image)
    exact, free = (((each / 2 + 0.5).clamp(0, 1) * 255).permute(1, 2, 0).numpy() for each in drawn)
    assert np.abs(rendered.pixels[..., :3] - exact).max() <= 0.51
    assert (
        np.sqrt(np.square(rendered.pixels[..., :3] - free).mean()) < 0.5
    )  # rounding latents costs less than a pixel's


def test_a_painted_latent_is_seen_in_the_picture(token_studio: Studio, picture: Image) -> None:
    sketch = token_studio.analyse("kl", picture)
    mask = np.zeros(sketch.tokens.shape, bool)
    mask[4:8, 4:8] = True
    edited = sketch.with_layer(sketch.tokens.with_codes(mask, int(code_of(np.float32(3.0)))))
    before, after = (token_studio.render(s).pixels for s in (sketch, edited))
    assert np.abs(before.astype(int) - after).max() > 10


def test_values_and_codes_are_one_another() -> None:
    codes = np.arange(CODES)
    assert np.array_equal(code_of(value_of(codes)), codes)
    assert code_of(np.float32([-99, 0, 99])).tolist() == [0, CODES // 2, CODES - 1]
    spec = spec_of(sketch_type("kl/1"), "tokens", GridSpec)
    assert spec.codes == CODES == spec.steps
    assert np.allclose([spec.value(code) for code in codes.tolist()], value_of(codes), atol=1e-6)
    assert [tiles(n) for n in (1, 3, 4, 8, 16)] == [(1, 1), (1, 3), (2, 2), (2, 4), (4, 4)]
    assert (np.diff(swatches()[:, 0, 0, 0].astype(int)) >= 0).all()


def test_no_footprint_is_promised_where_the_network_looks_at_the_whole(token_studio: Studio) -> None:
    sketch = token_studio.convert("vq", "a bad cab", params={**AMUSED, "rows": 12, "columns": 12})
    assert not token_studio.registry.find("vq").reach and not token_studio.registry.find("kl").reach
    mask = np.zeros(sketch.tokens.shape, bool)
    mask[0, 0] = True
    edited = sketch.with_layer(sketch.tokens.with_codes(mask, (sketch.tokens.codes[0, 0] + 12) % 24))
    before, after = (token_studio.render(s).pixels.astype(int) for s in (sketch, edited))
    assert (before != after)[24:, 24:].any(), "the manifest could promise a footprint"


def test_what_is_no_picture_is_refused(token_studio: Studio) -> None:
    for engine in ("vq", "kl"):
        with pytest.raises(SourceError, match="starts from image"):
            token_studio.analyse(engine, Text("a"))
