"""How good the picture tokeniser is on held-out emoji: beside JPEG and WebP, its codes, its locality, its inverse."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from intermezzo.core.measure import Context, Figure
from intermezzo_engines.image.model import CELL_PX, LEVELS, SIDE_CELLS, Tokeniser
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.image.refine import refined
from intermezzo_engines.tokens.fsq import n_codes

__all__ = ["figures", "psnr_db"]

_BATCH = 16
_SWEEPS = 2  # what the analyser does unless it is told otherwise


def figures(context: Context, net: Tokeniser, held_out: list[Picture]) -> list[Figure]:
    """Measure on pictures that were not learned from."""
    shown = torch.from_numpy(np.stack([p.pixels for p in held_out])).permute(0, 3, 1, 2).float() / 255
    context.progress(f"{len(held_out)} held-out emoji through the tokeniser")
    plain = _batched(net.encode, shown)
    best = _batched(lambda part: refined(net, part, net.encode(part), _SWEEPS), shown)
    drawn_plain, drawn = _batched(net.decode, plain), _batched(net.decode, best)
    note = f"{len(held_out)} held-out emoji, on white"
    found = [
        Figure("psnr_64px_db", psnr_db(shown, drawn, 2), "quality", at_least=28.0, note=f"{note}, as analysed"),
        Figure("psnr_128px_db", psnr_db(shown, drawn, 1), "quality", note=f"{note}, as analysed"),
        Figure("psnr_64px_unrefined_db", psnr_db(shown, drawn_plain, 2), "quality", note="encoder alone"),
        Figure("psnr_128px_unrefined_db", psnr_db(shown, drawn_plain, 1), "quality", note="encoder alone"),
    ]
    found += _peers(held_out, shown)
    counts = torch.bincount(best.flatten(), minlength=n_codes(LEVELS)).double()
    chance = counts / counts.sum()
    bits = float(-(chance[chance > 0] * chance[chance > 0].log2()).sum())
    size = bits * SIDE_CELLS**2 / 8
    found += [
        Figure("codes_used_percent", 100 * float((counts > 0).double().mean()), "quality", at_least=80.0, note=note),
        Figure("bits_per_token", bits, "quality", note=f"entropy; {size:.0f} bytes a picture"),
        Figure(
            "tokens_back_percent", 100 * float((_batched(net.encode, drawn) == best).double().mean()), "obedience",
            note="encode(decode(tokens)), encoder alone",
        ),
    ]  # fmt: skip
    corrected = _batched(lambda part: refined(net, part, net.encode(part), _SWEEPS), drawn)
    found.append(
        Figure(
            "tokens_back_corrected_percent", 100 * float((corrected == best).double().mean()), "obedience",
            at_least=90.0, note="after one pass of the analyser",
        )
    )  # fmt: skip
    found.append(_locality(net, best))
    return found


def _batched(work: Callable[[Tensor], Tensor], whole: Tensor) -> Tensor:
    with torch.inference_mode():
        return torch.cat([work(whole[k : k + _BATCH]) for k in range(0, len(whole), _BATCH)])


def psnr_db(wanted: Tensor, drawn: Tensor, shrink: int) -> float:
    """Return the mean PSNR in dB of premultiplied pictures (n, 4, h, w) laid on white, both made smaller alike."""
    a, b = (functional.avg_pool2d(x[:, :3] + 1 - x[:, 3:], shrink) for x in (wanted, drawn))
    error = (a - b).pow(2).mean(dim=(1, 2, 3)).clamp_min(1e-10)
    return float((-10 * error.log10()).mean())


def _peers(held_out: list[Picture], shown: Tensor) -> list[Figure]:
    """Return what JPEG and WebP reach in as many bytes as the codes take, or in the fewest that they can do with."""
    allowed = round(np.log2(n_codes(LEVELS)) * SIDE_CELLS**2 / 8)
    found = []
    for kind in ("JPEG", "WEBP"):
        drawn, sizes = [], []
        for picture in held_out:
            pixels, size = _squeezed(picture.pixels, kind, allowed)
            drawn.append(pixels)
            sizes.append(size)
        back = torch.from_numpy(np.stack(drawn)).permute(0, 3, 1, 2).float() / 255
        back = torch.cat([back, torch.ones_like(back[:, :1])], dim=1)
        note = f"quality for {allowed} bytes, at least what it needs: {np.mean(sizes):.0f} bytes on average"
        found += [
            Figure(f"psnr_64px_{kind.lower()}_db", psnr_db(shown, back, 2), "peer", note=note),
            Figure(f"psnr_128px_{kind.lower()}_db", psnr_db(shown, back, 1), "peer", note=note),
        ]
    return found


def _squeezed(pixels: NDArray[np.uint8], kind: str, allowed: int) -> tuple[NDArray[np.uint8], int]:
    from PIL import Image as pil

    white = pixels[..., :3].astype(np.uint16) + 255 - pixels[..., 3:]
    image = pil.fromarray(white.clip(0, 255).astype(np.uint8))
    best = b""
    for quality in (90, 75, 60, 45, 30, 20, 12, 6, 3, 1):
        file = io.BytesIO()
        image.save(file, kind, quality=quality, **({"method": 6} if kind == "WEBP" else {"optimize": True}))
        best = file.getvalue()
        if len(best) <= allowed:
            break
    return np.asarray(pil.open(io.BytesIO(best)).convert("RGB")), len(best)


def _locality(net: Tokeniser, codes: Tensor) -> Figure:
    """Count pixels outside the stated 3 x 3 cells that a change of one token changes, bit by bit."""
    random = np.random.default_rng(5)
    outside = 0
    for k in range(24):
        one = codes[k % len(codes)][None].clone()
        row, column = random.integers(0, SIDE_CELLS, 2).tolist()
        other = one.clone()
        other[0, row, column] = int(random.integers(0, n_codes(LEVELS)))
        with torch.inference_mode():
            differs = (net.decode(one) != net.decode(other)).any(dim=1)[0].numpy()
        top, left = max(row - 1, 0) * CELL_PX, max(column - 1, 0) * CELL_PX
        differs[top : (row + 2) * CELL_PX, left : (column + 2) * CELL_PX] = False
        outside += int(differs.sum())
    return Figure("pixels_changed_outside_token_footprint", float(outside), "locality", at_most=0.0, note="24 tokens")
