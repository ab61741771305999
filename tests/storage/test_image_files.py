"""Pictures in and out of files: every colour model is read as it looks, sizes, icons, outlines, and the recipe."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
import resvg_py
from damage import damaged
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as pil

from intermezzo.core.errors import FileError
from intermezzo.core.media import Image
from intermezzo.storage.image_files import ImageEncoding, image_remarks, read_image, write_image
from intermezzo.storage.picture_chunks import found_in_picture, put_in_picture
from intermezzo.storage.recipe import load_recipe


def picture(side: int = 16) -> Image:
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[4:12, 4:12] = (200, 40, 20, 255)
    pixels[6:8, 6:8] = (10, 20, 220, 128)
    return Image(pixels)


@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_a_written_picture_is_read_bit_for_bit(tmp_path: Path, suffix: str) -> None:
    write_image(tmp_path / f"a{suffix}", picture())
    again = read_image(tmp_path / f"a{suffix}").pixels
    shown = picture().pixels[..., 3] > 0
    assert np.array_equal(again[shown], picture().pixels[shown])
    assert np.array_equal(again[..., 3], picture().pixels[..., 3])


def test_larger_pictures_keep_crisp_pixels_or_smooth_them_without_a_dark_rim(tmp_path: Path) -> None:
    write_image(tmp_path / "a.png", picture(), ImageEncoding(4, crisp=True))
    assert np.array_equal(read_image(tmp_path / "a.png").pixels[::4, ::4], picture().pixels)
    white = np.full((16, 16, 4), 255, np.uint8)
    white[:, 8:] = 0
    write_image(tmp_path / "b.png", Image(white), ImageEncoding(4))
    smooth = read_image(tmp_path / "b.png").pixels
    assert smooth.shape == (64, 64, 4)
    seen = smooth[..., 3] > 8
    assert smooth[seen][:, :3].min() >= 250
    with pytest.raises(FileError, match="1 to 8 times"):
        ImageEncoding(9)


@pytest.mark.parametrize("mode", ["CMYK", "P", "L", "LA", "1", "RGB", "I;16", "F"])
def test_every_colour_model_is_read(tmp_path: Path, mode: str) -> None:
    grey = np.linspace(0, 255, 64).reshape(8, 8)
    if mode == "I;16":
        made = pil.fromarray((grey * 257).astype(np.uint16))
    elif mode == "F":
        made = pil.fromarray((grey / 255).astype(np.float32))
    else:
        made = pil.fromarray(grey.astype(np.uint8)).convert(mode)
    made.save(tmp_path / "a.tif")
    pixels = read_image(tmp_path / "a.tif").pixels.astype(int)
    assert pixels.shape == (8, 8, 4)
    assert (pixels[..., 3] == 255).all()
    assert pixels[0, 0, 0] < 10
    assert pixels[7, 7, 0] > 245


def test_of_an_animation_the_first_picture_is_read(tmp_path: Path) -> None:
    frames = [pil.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert read_image(tmp_path / "a.gif").pixels[0, 0].tolist() == [255, 0, 0, 255]


def test_an_icon_holds_the_usual_sizes(tmp_path: Path) -> None:
    write_image(tmp_path / "a.ico", picture(128))
    with pil.open(tmp_path / "a.ico") as icon:
        assert {(s, s) for s in (16, 24, 32, 48, 64, 128, 256)} == icon.info["sizes"]


def test_outlines_are_traced_as_svg(tmp_path: Path) -> None:
    write_image(tmp_path / "a.svg", picture(64))
    text = (tmp_path / "a.svg").read_text()
    assert "<svg" in text
    assert "<path" in text


def test_outlines_look_like_the_picture_and_stay_clear_where_it_is(tmp_path: Path) -> None:
    y, x = np.mgrid[:64, :64] + 0.5
    pixels = np.zeros((64, 64, 4), np.uint8)
    # A disc with a soft rim and an eye in it; the colour under the rim is the disc's, as in every drawn picture.
    pixels[..., :3] = (250, 200, 40)
    pixels[..., 3] = np.clip((28 - np.hypot(y - 32, x - 32)) * 255, 0, 255)
    pixels[np.hypot(y - 26, x - 24) < 5] = (60, 40, 30, 255)
    write_image(tmp_path / "a.svg", Image(pixels), ImageEncoding(2))
    drawn = resvg_py.svg_to_bytes(svg_string=(tmp_path / "a.svg").read_text())
    again = np.asarray(pil.open(io.BytesIO(bytes(drawn))).convert("RGBA").resize((64, 64), pil.Resampling.BOX))
    shown, seen = (np.concatenate([a[..., :3] * (a[..., 3:] / 255), a[..., 3:]], axis=-1) for a in (again, pixels))
    assert 10 * np.log10(255**2 / np.mean((shown - seen) ** 2)) > 28
    assert again[0, 0, 3] == 0
    assert 'width="128" height="128"' in (tmp_path / "a.svg").read_text()


def test_a_picture_with_nothing_in_it_is_an_empty_svg(tmp_path: Path) -> None:
    write_image(tmp_path / "a.svg", Image(np.zeros((5, 900, 4), np.uint8)))
    assert "<path" not in (tmp_path / "a.svg").read_text()


def test_what_is_no_picture_is_refused_in_one_line(tmp_path: Path) -> None:
    whole = io.BytesIO()
    pil.fromarray(picture(64).pixels).save(whole, "PNG")
    cases = {"empty.png": b"", "text.png": b"hello", "cut.png": whole.getvalue()[:60]}
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileError, match=r"^[^\n]+$"):
            read_image(tmp_path / name)
    with pytest.raises(FileError, match="not there"):
        read_image(tmp_path / "none.png")
    with pytest.raises(FileError, match="are written as"):
        write_image(tmp_path / "a.jpg", picture())


def test_a_huge_picture_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    pil.new("1", (20_000, 20_000)).save(tmp_path / "a.png")
    with pytest.raises(FileError, match="too many pixels"):
        read_image(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", [".png", ".webp"])
@pytest.mark.parametrize("payload", [b"", b"odd", b"even", bytes(100_000)])
def test_a_payload_comes_back_and_the_picture_stays_whole(tmp_path: Path, suffix: str, payload: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    write_image(path, picture())
    assert found_in_picture(path) is None
    before = read_image(path).pixels
    path.write_bytes(put_in_picture(path.read_bytes(), payload, "made by a test"))
    assert found_in_picture(path) == payload
    assert np.array_equal(read_image(path).pixels, before)


def _encoded(form: str, **options: object) -> bytes:
    file = io.BytesIO()
    made = pil.fromarray(picture(24).pixels)
    (made.convert("CMYK") if form == "JPEG" else made).save(file, form, **options)
    return file.getvalue()


KINDS = {
    ".png": _encoded("PNG"), ".gif": _encoded("GIF"), ".webp": _encoded("WEBP"), ".jpg": _encoded("JPEG"),
    ".tif": _encoded("TIFF"), ".ico": _encoded("ICO"), ".bmp": _encoded("BMP"),
}  # fmt: skip


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_a_damaged_file_is_a_picture_or_one_line(suffix: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        path.write_bytes(damaged(data, KINDS[suffix]))
        image_remarks(path)
        try:
            assert read_image(path).pixels.shape[-1] == 4
        except FileError as told:
            assert "\n" not in str(told)
        try:
            assert load_recipe(path) is None
        except FileError as told:
            assert "\n" not in str(told)


def test_colours_of_a_profile_are_those_of_screens_and_srgb_is_not_rounded_twice(tmp_path: Path) -> None:
    from PIL import ImageCms

    made = pil.fromarray(picture().pixels)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made.save(tmp_path / "a.png", icc_profile=srgb)
    assert np.array_equal(read_image(tmp_path / "a.png").pixels, picture().pixels)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for name, profile in (("b.png", lab), ("c.png", b"no profile")):  # neither is one of red, green and blue
        made.save(tmp_path / name, icc_profile=profile)
        assert np.array_equal(read_image(tmp_path / name).pixels, picture().pixels)


def test_a_picture_for_print_is_read_as_it_looks(tmp_path: Path) -> None:
    pil.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "a.jpg", quality=95)
    red, green, blue, alpha = read_image(tmp_path / "a.jpg").pixels[4, 4].tolist()
    assert red > 230
    assert max(green, blue) < 60
    assert alpha == 255


def test_a_profile_in_which_red_means_green_is_obeyed(tmp_path: Path) -> None:
    from PIL import ImageCms

    odd = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    odd = odd.replace("sRGB".encode("utf-16-be"), "OddC".encode("utf-16-be"))
    odd = odd.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:] = (255, 0, 0, 90)
    pil.fromarray(pixels).save(tmp_path / "a.png", icc_profile=odd)
    red, green, blue, alpha = read_image(tmp_path / "a.png").pixels[4, 4].tolist()
    assert green > 240
    assert max(red, blue) < 20
    assert alpha == 90
