"""Loading checkpoints into torch: offline, from safetensors or `torch.load(weights_only=True)`, and only if whole.

transformers is imported here, on first use, in the engine host. Nothing is ever fetched, no code of a checkpoint is
run, and weights that are missing are an error instead of random numbers.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from intermezzo.core.errors import PluginError
from intermezzo_engines.pretrained.checkpoints import Folder, has_own_vocoder

__all__ = ["Loaded", "load_acoustic", "load_vits", "load_vocoder", "one_thread", "stamp_of"]

Loaded = Any  # a module of transformers, which has no types of use


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute in one thread without gradients: sums then come in the same order in every process."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(threads)


def stamp_of(path: Path) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """Return what tells a checkpoint from another at the same place: names, sizes and times of its files."""
    files = sorted(p for p in path.iterdir() if p.is_file())
    return str(path), tuple((p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in files)


def load_acoustic(path: Path, device: str) -> Loaded:
    """Return the FastSpeech2ConformerModel of a folder, ready to predict."""
    together = has_own_vocoder(Folder.read(path))
    name = "FastSpeech2ConformerWithHifiGan" if together else "FastSpeech2ConformerModel"
    model = _load(name, path, device)
    return model.model if together else model


def load_vocoder(path: Path, device: str) -> Loaded:
    """Return the HiFi-GAN of a folder: a vocoder alone, or the one that was saved with an acoustic model."""
    folder = Folder.read(path)
    model = _load(folder.architecture, path, device)
    return model.vocoder if has_own_vocoder(folder) else model


def load_vits(path: Path, device: str) -> Loaded:
    """Return the VitsModel of a folder, ready to predict."""
    return _load("VitsModel", path, device)


def _load(name: str, path: Path, device: str) -> Loaded:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # advice to authors of models
        try:
            import transformers
        except ImportError as problem:
            raise PluginError(
                f"transformers cannot be imported ({problem}): pip install intermezzo[pretrained]."
            ) from None
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        try:
            model, report = getattr(transformers, name).from_pretrained(
                str(path), local_files_only=True, weights_only=True, trust_remote_code=False, output_loading_info=True,
                dtype=torch.float32,
            )  # fmt: skip
        except Exception as problem:  # any of dozens, by file and by version
            what = f"{type(problem).__name__}: {problem}".splitlines()[0][:200]
            raise PluginError(f"The checkpoint {path.name} cannot be loaded ({what}). Fetch it again.") from problem
    lacking = [*report.get("missing_keys", ()), *(key[0] for key in report.get("mismatched_keys", ()))]
    if lacking:
        raise PluginError(
            f"The checkpoint {path.name} lacks {len(lacking)} weights, {sorted(lacking)[0]!r} for one. Fetch it again."
        )
    return model.eval().requires_grad_(False).to(device)
