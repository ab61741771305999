"""Loading checkpoints into torch: offline, from safetensors or `torch.load(weights_only=True)`, and only if whole.

transformers and diffusers are imported here, on first use, in the engine host. Nothing is ever fetched, no code of a
checkpoint is run, and weights that are missing are an error instead of random numbers. Voices may come as pickles that
are read as weights only; parts of token engines come as safetensors or not at all.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import torch

from intermezzo.core.errors import PluginError
from intermezzo_engines.pretrained.checkpoints import Folder, has_own_vocoder
from intermezzo_engines.pretrained.token_judges import Part
from intermezzo_engines.pretrained.weights_file import weights_of, weights_trouble

__all__ = [
    "Loaded", "library", "load_acoustic", "load_part", "load_vits", "load_vocoder", "one_thread", "stamp_of",
]  # fmt: skip

_OF_DIFFUSERS: Final = ("VQModel", "UVit2DModel", "AutoencoderKL")

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
    """Return what tells a checkpoint from another at the same place: names, sizes and times of its files and parts."""
    files = sorted(p for p in (*path.iterdir(), *path.glob("*/*")) if p.is_file())
    return str(path), tuple((str(p.relative_to(path)), p.stat().st_size, p.stat().st_mtime_ns) for p in files)


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


def load_part(part: Part, device: str) -> Loaded:
    """Return a model of a checkpoint, ready to predict, from safetensors only.

    Raises:
        PluginError: if the library is not there, or the weights are pickled, cut off, not all there or of another kind.
    """
    trouble = weights_trouble(part.path)
    if trouble:
        raise PluginError(f"The checkpoint {part.path.name} cannot be loaded: {trouble}.")
    variant = "fp16" if ".fp16." in weights_of(part.path).name else None
    if part.kind in _OF_DIFFUSERS:
        return _loaded(
            "diffusers", part.kind, part.path, device, use_safetensors=True, variant=variant, low_cpu_mem_usage=False,
            torch_dtype=torch.float32,
        )  # fmt: skip
    return _loaded(
        "transformers", part.kind, part.path, device, use_safetensors=True, variant=variant, trust_remote_code=False,
        dtype=torch.float32,
    )  # fmt: skip


def library(name: str) -> Any:  # Any: a module
    """Return transformers or diffusers, quiet and offline; raises PluginError where it is not installed."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # advice to authors of models
        try:
            found = import_module(name)
            found.utils.logging.set_verbosity_error()
            found.utils.logging.disable_progress_bar()
        except (ImportError, RuntimeError) as problem:
            raise PluginError(f"{name} cannot be imported ({problem}): pip install intermezzo[pretrained].") from None
    return found


def _load(name: str, path: Path, device: str) -> Loaded:
    return _loaded(
        "transformers", name, path, device, weights_only=True, trust_remote_code=False, dtype=torch.float32
    )  # fmt: skip


def _loaded(whose: str, name: str, path: Path, device: str, **how: Any) -> Loaded:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # advice to authors of models
        kind = getattr(library(whose), name)
        try:
            model, report = kind.from_pretrained(str(path), local_files_only=True, output_loading_info=True, **how)
        except Exception as problem:  # any of dozens, by file and by version
            what = f"{type(problem).__name__}: {problem}".splitlines()[0][:200]
            raise PluginError(f"The checkpoint {path.name} cannot be loaded ({what}). Fetch it again.") from problem
    lacking = [*report.get("missing_keys", ()), *(key[0] for key in report.get("mismatched_keys", ()))]
    if lacking:
        raise PluginError(
            f"The checkpoint {path.name} lacks {len(lacking)} weights, {sorted(lacking)[0]!r} for one. Fetch it again."
        )
    return model.eval().requires_grad_(False).to(device)
