"""The tokeniser's shape and promises, whatever its weights: exact reach, refinement that never draws worse."""

from __future__ import annotations

import pytest
import torch

from intermezzo_engines.image.analyse import fitted
from intermezzo_engines.image.groups import GROUPS, group_of
from intermezzo_engines.image.model import CELL_PX, LEVELS, Tokeniser
from intermezzo_engines.image.refine import refined
from intermezzo_engines.image.render import straight
from intermezzo_engines.tokens.fsq import n_codes


@pytest.fixture(scope="module")
def net() -> Tokeniser:
    torch.manual_seed(3)
    made = Tokeniser().eval()
    for parameter in made.parameters():  # blocks begin as the identity: with weights in them the reach is the widest
        torch.nn.init.normal_(parameter, std=0.2)
    return made


@pytest.mark.parametrize("cell", [(7, 7), (0, 0), (15, 3)])
def test_a_token_changes_its_own_and_the_next_cells_and_no_other_pixel(net: Tokeniser, cell: tuple[int, int]) -> None:
    codes = torch.randint(0, n_codes(LEVELS), (1, 16, 16), generator=torch.Generator().manual_seed(1))
    other = codes.clone()
    other[0, cell[0], cell[1]] = (codes[0, cell[0], cell[1]] + 611) % n_codes(LEVELS)
    with torch.inference_mode():
        differs = (net.decode_values_of(codes) != net.decode_values_of(other)).any(dim=1)[0]
    rows, columns = torch.nonzero(differs, as_tuple=True)
    assert len(rows)
    assert int(rows.min()) >= (cell[0] - 1) * CELL_PX
    assert int(rows.max()) < (cell[0] + 2) * CELL_PX
    assert int(columns.min()) >= (cell[1] - 1) * CELL_PX
    assert int(columns.max()) < (cell[1] + 2) * CELL_PX


def test_refining_never_draws_worse_and_leaves_an_exact_grid_alone(net: Tokeniser) -> None:
    codes = torch.randint(0, n_codes(LEVELS), (1, 4, 4), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        picture = net.decode(codes)
        assert torch.equal(net.decode(refined(net, picture, codes)), picture)
        wrong = codes.clone()
        wrong[0, 1, 1] = (wrong[0, 1, 1] + 1) % n_codes(LEVELS)
        before = (net.decode(wrong) - picture).pow(2).sum()
        after = (net.decode(refined(net, picture, wrong)) - picture).pow(2).sum()
    assert after <= before


def test_pictures_of_any_size_are_fitted_into_the_square() -> None:
    wide = torch.zeros(40, 200, 4, dtype=torch.uint8).numpy()
    wide[...] = (255, 0, 0, 255)
    shown = fitted(wide)
    assert shown.shape == (1, 4, 128, 128)
    assert float(shown[0, 3, 64, 64]) == pytest.approx(1)
    assert float(shown[0, 3, 10, 64]) == 0
    own = torch.randint(0, 256, (128, 128, 4), dtype=torch.uint8).numpy()
    own[..., 3] = 255
    assert (straight(fitted(own))[0] == own).all()
    assert fitted(own[:1, :1]).shape == (1, 4, 128, 128)


def test_groups_follow_the_code_points() -> None:
    told = {0x1F600: "face", 0x1F415: "animal", 0x1F355: "food", 0x1F697: "place", 0x1F469: "person", 0x1F511: "object"}
    assert {point: group_of([point]) for point in told} == told
    assert set(told.values()) <= set(GROUPS)
