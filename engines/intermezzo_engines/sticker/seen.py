"""Which motion a film shows: of all frames the best as the content, and the pose of that content in every other one.

A pose is looked for by trying turns and sizes on small pictures, and is then improved by going downhill (Adam on the
squared difference) on larger ones. The opacity of a frame is what fits best once the rest is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.sticker.motions import REST, moved

__all__ = ["content_of", "poses_seen"]

_COARSE_PX: Final = 32
_FINE_PX: Final = 64
_TURNS: Final = 24
_DOWNHILL: Final = ((40, 0.02), (40, 0.008))  # steps on small and larger pictures, and how far one goes
_UNITS: Final = (1.0, 1.0, 120.0, 1.0, 1.0)  # of a pose for one step: a third of a turn counts like the whole side
_LOST: Final = 0.02  # of the content's mass: a frame with less shows nothing


def content_of(frames: Tensor) -> int:
    """Return the number of the frame that shows the content best: whole, in the middle, of usual size, opaque, early.

    ``frames`` (n, 4, side, side), premultiplied, 0 to 1.
    """
    alpha = frames[:, 3]
    mass = alpha.mean(dim=(1, 2))
    usual = mass[mass > _LOST * mass.max()].median().clamp_min(1e-6)
    at = torch.linspace(-1, 1, alpha.shape[-1])
    x = (alpha.mean(dim=1) * at).mean(dim=1) / mass.clamp_min(1e-6)
    y = (alpha.mean(dim=2) * at).mean(dim=1) / mass.clamp_min(1e-6)
    rim = torch.cat([alpha[:, :2].flatten(1), alpha[:, -2:].flatten(1), alpha[:, :, :2].flatten(1),
                     alpha[:, :, -2:].flatten(1)], dim=1).mean(dim=1)  # fmt: skip
    peak = alpha.flatten(1).amax(dim=1)
    cost = (x.abs() + y.abs()) + 0.7 * (mass.clamp_min(1e-6) / usual).log().abs() + 2 * rim + 3 * (1 - peak)
    cost = cost + 0.01 * torch.arange(len(frames)) / len(frames)
    return int(cost.argmin())


def poses_seen(
    frames: Tensor, content: int, tell: Callable[[float], None] = lambda share: None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the pose of the content in each frame, float32 (n, 6), and how well it fits, float32 (n,), 1 is exact.

    Args:
        frames: (n, 4, side, side), premultiplied, 0 to 1.
        content: the number of the frame that is the content.
        tell: is called with the share that is done.
    """
    small, fine = (functional.adaptive_avg_pool2d(frames, side) for side in (_COARSE_PX, _FINE_PX))
    tell(0.0)
    table = _downhill(small, content, _tried(small, content), *_DOWNHILL[0])
    for by in (1, -1):  # where little is seen, a neighbour tells where to look
        tell(0.4 - 0.1 * by)
        beside, beyond = table.roll(by, dims=0), table.roll(2 * by, dims=0)
        for start in (beside, 2 * beside - beyond):
            tried = _downhill(small, content, start, *_DOWNHILL[0])
            better = _errors(small, content, tried) < _errors(small, content, table) - 1e-5
            table = torch.where(better[:, None], tried, table)
    tell(0.7)
    table = _downhill(fine, content, table, *_DOWNHILL[1])
    drawn, fade = _faded(fine, content, table)
    left = (drawn - fine).pow(2).mean(dim=(1, 2, 3))
    whole = fine.pow(2).mean(dim=(1, 2, 3))
    fits = torch.where(whole > 1e-6, (1 - (left / whole.clamp_min(1e-6)).sqrt()).clamp(0, 1), torch.ones_like(whole))
    found = torch.cat([table, fade[:, None]], dim=1)
    found = torch.where((fade < _LOST)[:, None], torch.tensor([*REST[:5], 0.0]), found)
    found[content] = torch.tensor(REST)
    return _unwound(found.numpy()), fits.numpy().astype(np.float32)


def _tried(small: Tensor, content: int) -> Tensor:
    """Return for each frame the best of some turns, with shift and size as its moments say, (n, 5)."""
    alpha = small[:, 3]
    mass = alpha.mean(dim=(1, 2)).clamp_min(1e-5)
    at = (torch.arange(alpha.shape[-1]) + 0.5) / alpha.shape[-1] - 0.5
    x, y = (alpha.mean(dim=1) * at).mean(dim=1) / mass, (alpha.mean(dim=2) * at).mean(dim=1) / mass
    off_x, off_y = at[None, None] - x[:, None, None], at[None, :, None] - y[:, None, None]
    wide, high = (torch.sqrt((alpha * off**2).mean(dim=(1, 2)) / mass).clamp_min(1e-3) for off in (off_x, off_y))
    wide, high = (wide / wide[content]).clamp(0.2, 3), (high / high[content]).clamp(0.2, 3)
    sizes = ((torch.ones_like(x), torch.ones_like(x)), (wide, high), ((wide * high).sqrt(), (wide * high).sqrt()))
    best = torch.tensor([REST[:5]]).repeat(len(small), 1)
    least = torch.full((len(small),), torch.inf)
    for turn in torch.linspace(-180, 180, _TURNS + 1)[:-1].tolist():
        for width, height in sizes:
            angle = torch.tensor(turn * torch.pi / 180)
            cx, cy = x[content] * width, y[content] * height  # where its middle comes to lie by turn and size alone
            across = x - (cx * torch.cos(angle) - cy * torch.sin(angle))
            down = y - (cx * torch.sin(angle) + cy * torch.cos(angle))
            tried = torch.stack([across, down, torch.full_like(x, turn), width, height], dim=1)
            # A turn that is no better than none is not taken: round things look alike in all of them.
            error = _errors(small, content, tried) + 1e-4 * abs(turn) / 180
            better = error < least
            best[better], least[better] = tried[better], error[better]
    return best


def _downhill(shown: Tensor, content: int, table: Tensor, steps: int, pace: float) -> Tensor:
    units = torch.tensor(_UNITS)
    free = (table / units).clone().requires_grad_()
    optimiser = torch.optim.Adam([free], lr=pace)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = pace * (1 - step / steps)
        optimiser.zero_grad()
        # Each frame goes its own way: a sum, so that none is slowed by the others.
        _errors(shown, content, free * units).sum().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return (free * units).detach()


def _errors(shown: Tensor, content: int, table: Tensor) -> Tensor:
    drawn, _ = _faded(shown, content, table)
    return (drawn - shown).pow(2).mean(dim=(1, 2, 3))


def _faded(shown: Tensor, content: int, table: Tensor) -> tuple[Tensor, Tensor]:
    """Return the content in some poses (n, 5), as opaque as fits each frame best, and that opacity, (n,)."""
    poses = torch.cat([table, torch.ones(len(table), 1)], dim=1)
    drawn = moved(shown[content : content + 1], poses[None])[0]
    both = (drawn * shown).sum(dim=(1, 2, 3))
    fade = (both / drawn.pow(2).sum(dim=(1, 2, 3)).clamp_min(1e-6)).clamp(0, 1).detach()
    return drawn * fade[:, None, None, None], fade


def _unwound(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return poses whose turn goes on from frame to frame instead of falling back by a whole turn."""
    turn = np.degrees(np.unwrap(np.radians(table[:, 2].astype(np.float64))))
    turn -= 360 * np.round(turn[0] / 360)
    return np.concatenate([table[:, :2], turn[:, None].astype(np.float32), table[:, 3:]], axis=1).astype(np.float32)
