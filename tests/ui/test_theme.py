"""The colour table keeps its promises: contrasts as the design states them, amber and blue apart for every eye."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPalette

from intermezzo.ui.colour_maps import grid_colour, matrix_table
from intermezzo.ui.theme import ROLES, Role, Theme, ThemeName, contrast, mix, palette

THEMES: tuple[ThemeName, ...] = ("dark", "light")

# design/README.md section 1: contrast of each role on `panel`, (dark, light).
STATED: dict[Role, tuple[float, float]] = {
    "t1": (14.7, 15.5), "t2": (8.0, 7.1), "t3": (5.3, 5.0), "hand": (10.0, 5.5), "sel": (7.9, 5.0), "pred": (6.4, 4.9),
    "ana": (8.3, 4.7), "lock": (16.0, 16.0),
}  # fmt: skip

# Text on its ground, everywhere that widgets and lanes put it.
TEXT_PAIRS: tuple[tuple[Role, Role], ...] = (
    *itertools.product(("t1", "t2"), ("win", "canvas", "panel", "raise", "hover", "alt")),
    *itertools.product(("t3",), ("canvas", "panel", "raise", "alt")),
    *itertools.product(("hand", "sel", "ok", "warn", "err", "ana"), ("panel", "canvas", "raise")),
    *itertools.product(("paperink", "paperhand", "papersel"), ("paper",)),
    ("onhand", "handfill"), ("onnote", "note"), ("canvas", "notelocked"),
    ("take_a", "panel"), ("take_b", "panel"), ("take_c", "panel"), ("take_d", "panel"), ("take_e", "panel"),
)  # fmt: skip


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("role", STATED)
def test_contrast_on_panel_is_as_the_design_states(name: ThemeName, role: Role) -> None:
    theme = Theme(name)
    stated = STATED[role][THEMES.index(name)]
    assert contrast(theme.color(role), theme.color("panel")) == pytest.approx(stated, abs=0.06 if stated < 16 else 0.4)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_pairs_reach_four_and_a_half(name: ThemeName, pair: tuple[Role, Role]) -> None:
    theme = Theme(name)
    assert contrast(theme.color(pair[0]), theme.color(pair[1])) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_text_on_washes_reads(name: ThemeName) -> None:
    theme = Theme(name)
    assert contrast(theme.color("hand"), theme.over("handbg", "panel")) >= (7.65 if name == "dark" else 4.8)
    assert contrast(theme.color("t3"), theme.over("selbg", "canvas")) >= 4.5


def _lab(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB-linear (3,) to CIE L*a*b*, D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ colour / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _linear(colour: QColor) -> NDArray[np.float64]:
    channels = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


# Machado, Oliveira, Fernandes 2009, severity 1.0, for linear RGB.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("kind", BLINDNESS)
def test_amber_and_blue_stay_far_apart_for_colour_blind_eyes(name: ThemeName, kind: str) -> None:
    theme = Theme(name)
    simulate = np.array(BLINDNESS[kind])
    hand, blue = (_lab(np.clip(simulate @ _linear(theme.color(role)), 0, 1)) for role in ("hand", "sel"))
    assert np.linalg.norm(hand - blue) >= 77.0


def test_roles_are_complete_in_both_themes() -> None:
    for name in THEMES:
        theme = Theme(name)
        assert all(theme.color(role).isValid() for role in ROLES)


def test_an_unknown_role_is_an_error() -> None:
    with pytest.raises(KeyError):
        Theme("dark").color("amber")  # type: ignore[arg-type]


def test_colours_handed_out_are_copies() -> None:
    theme = Theme("dark")
    theme.color("hand").setAlphaF(0.1)
    assert theme.color("hand").alpha() == 255


def test_high_contrast_strengthens_lines_captions_and_washes() -> None:
    plain, strong = Theme("dark"), Theme("dark", high_contrast=True)
    assert strong.color("line") == strong.color("line2") == plain.color("t3")
    assert strong.color("t3") == plain.color("t2")
    assert strong.color("handbg").alphaF() == pytest.approx(2 * plain.color("handbg").alphaF(), abs=0.01)
    assert plain != strong


def test_matrix_map_meets_its_stops_and_never_turns_amber() -> None:
    dark = matrix_table("dark")
    assert len(dark) == 256 and dark[0] == 0xFF101216 and dark[255] == 0xFFF6F4E4
    for name in THEMES:
        for entry in matrix_table(name):
            colour = QColor.fromRgb(entry)
            # Cream, the loudest, is 18 levels warmer than grey; amber is 171.
            assert colour.red() - colour.blue() < 20, f"{name} map turns warm at {entry:08x}"


def test_matrix_map_grows_lighter_on_dark_and_darker_on_light() -> None:
    for name, sign in (("dark", 1), ("light", -1)):
        lightness = [QColor.fromRgb(entry).lightnessF() for entry in matrix_table(name)]  # type: ignore[arg-type]
        assert all(sign * (b - a) >= -0.005 for a, b in itertools.pairwise(lightness))


def test_equal_codes_have_equal_muted_colours() -> None:
    assert grid_colour(1130) == grid_colour(1130)
    for code in range(2048):
        colour = grid_colour(code)
        assert 0.33 <= colour.hsvSaturationF() <= 0.51 and 0.45 <= colour.valueF() <= 0.77


def test_takes_repeat_after_the_fifth() -> None:
    theme = Theme("light")
    assert theme.take(5) == theme.take(0) != theme.take(1)


def test_palette_takes_its_text_from_the_table() -> None:
    theme = Theme("light")
    assert palette(theme).color(QPalette.ColorRole.Text) == theme.color("t1")


def test_mix_meets_both_ends() -> None:
    black, white = QColor("#000000"), QColor("#FFFFFF")
    assert mix(black, white, 0.0) == black and mix(black, white, 1.0) == white
