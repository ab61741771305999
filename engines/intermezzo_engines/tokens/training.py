"""The one training loop of the token engines: AdamW, a rate that rises and falls, checkpoints that it goes on from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import monotonic
from typing import TypeVar

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

__all__ = ["Course", "halved", "trained", "write_weights"]

Tell = Callable[[float, str], None]
Net = TypeVar("Net", bound=nn.Module)


@dataclass(frozen=True)
class Course:
    """How long and how fast a network learns.

    ``rate`` is reached after ``rise`` steps and held for a sixth of the way, then it falls in a straight line.
    The way ends after ``steps`` or after ``seconds``, whichever is sooner: on a lent machine time is what is given.
    ``half``: products in bfloat16. ``every`` so many steps a checkpoint is written and a line is told.
    """

    steps: int
    rate: float
    rise: int = 200
    second_beta: float = 0.96
    decay: float = 0.03
    half: bool = True
    every: int = 100
    seconds: float = inf


def trained(
    net: Net, loss_of: Callable[[Net], Tensor], course: Course, checkpoint: Path, device: str, what: str, tell: Tell
) -> Net:  # fmt: skip
    """Train a network, or go on from ``checkpoint``; returns it, ready for use.

    Args:
        net: on the device.
        loss_of: draws a batch and returns its loss.
        course: see `Course`.
        checkpoint: is written now and then, and read where it exists.
        device: where the network is.
        what: the name of what is trained, for the lines told.
        tell: is given the share that is done and a line.
    """
    optimiser = torch.optim.AdamW(
        net.parameters(),
        course.rate,
        betas=(0.9, course.second_beta),
        weight_decay=course.decay,
        fused=device == "cuda",
    )
    first, before_s = 0, 0.0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        first, before_s = int(state["step"]), float(state["seconds"])
    began = monotonic() - before_s
    recent = torch.zeros((), device=device)
    step = first
    while (share := max(step / course.steps, (monotonic() - began) / course.seconds)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = course.rate * min(1.0, (step + 1) / course.rise, 1.2 * (1 - share))
        with torch.autocast(device, torch.bfloat16, enabled=course.half):
            loss = loss_of(net.train())
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        recent = loss.detach() if step == first + 1 else 0.98 * recent + 0.02 * loss.detach()
        if step % course.every == 0 or step == course.steps:
            saved = {
                "net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step,
                "seconds": monotonic() - began,
            }  # fmt: skip
            partial = checkpoint.with_suffix(".partial")
            torch.save(saved, partial)
            partial.replace(checkpoint)
            tell(min(share, 1.0), f"{what}, step {step:,}, {monotonic() - began:.0f} s, loss {recent.item():.4f}")
    return net.eval()


def halved(net: nn.Module) -> dict[str, Tensor]:
    """Return weights as float16, on the processor."""
    state = {k: v.detach().cpu().contiguous() for k, v in net.state_dict().items()}
    return {k: v.to(torch.float16) if v.is_floating_point() else v for k, v in state.items()}


def write_weights(parts: dict[str, Tensor], path: Path) -> None:
    """Write a weights file; it is there as a whole or not at all."""
    partial = path.with_suffix(".partial")
    save_file(parts, partial)
    partial.replace(path)
