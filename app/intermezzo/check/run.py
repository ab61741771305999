"""Run the generic promises and each engine's own checks, and gather everything into one JSON object."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.check import promises
from intermezzo.check.context import RunnerContext
from intermezzo.check.examples import example_of
from intermezzo.check.locality import locality
from intermezzo.check.permanence_figures import permanence_figures
from intermezzo.core.errors import IntermezzoError, ParamError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.measure import Context, Figure, figures_document
from intermezzo.core.media import Audio, Image, Media, Text, Video
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.requirements import measurable
from intermezzo.storage.audio_files import read_audio
from intermezzo.storage.film_files import read_film
from intermezzo.storage.image_files import read_image
from intermezzo.storage.sketch_file import save_sketch

__all__ = ["check_engines", "measured"]

_LOCAL_EDITS = 3
_PROMISES = "promises"


def check_engines(
    registry: Registry, names: Sequence[str], *, device: str = "cpu", data_dir: Path | None = None,
    quick: bool = False, only: Sequence[str] = (), pictures: Path | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:  # fmt: skip
    """Measure the promises of some engines (all that are not hidden where none is named).

    Args:
        only: groups of figures to measure, all where none is named: "promises" and those of the engines.
        pictures: a folder for the pictures that engines draw of what they measure; none are drawn without.

    Returns one JSON object: engine id -> promises (met or not), figures by name, seconds it all took, and what could
    not be measured.

    Raises:
        PluginError: if a name fits no engine.
        ParamError: if there is no such group.
    """
    manifests = [registry.find(name) for name in names] or measurable(registry, device)
    groups = _known(only, manifests)
    report: dict[str, Any] = {}
    for manifest in manifests:
        began_s = perf_counter()
        context = RunnerContext(
            registry, manifest, device=device, data_dir=data_dir, quick=quick, tell=tell, groups=groups,
            pictures=pictures,
        )  # fmt: skip
        figures, trouble = [], ""
        try:
            figures = _generic(context, manifest, tell) if not groups or _PROMISES in groups else []
        except IntermezzoError as problem:
            if names:
                raise
            trouble = str(problem)  # the others are measured all the same
        if manifest.check:
            try:
                figures += measured(manifest.check, context)
            except IntermezzoError as problem:
                trouble = str(problem)
        report[manifest.id] = {
            "version": manifest.version, "device": device, "promises": promises.summary(figures),
            "figures": figures_document(figures), "seconds": round(perf_counter() - began_s, 1),
            **({"trouble": trouble} if trouble else {}),
        }  # fmt: skip
    return report


def _known(only: Sequence[str], manifests: Sequence[EngineManifest]) -> frozenset[str]:
    """Return the groups that are wanted; raises ParamError, before any work, for one that no engine here has."""
    if not only:
        return frozenset()
    known = [_PROMISES]
    for reference in (manifest.check for manifest in manifests if manifest.check):
        known += getattr(import_module(reference.partition(":")[0]), "GROUPS", ())
    for name in only:
        if name not in known:
            raise ParamError(f"There is no group of figures {name!r}. Choose from {', '.join(dict.fromkeys(known))}.")
    return frozenset(only)


def measured(reference: str, context: Context) -> list[Figure]:
    """Call a 'module:function' of an engine package with a context."""
    module, _, function = reference.partition(":")
    figures: list[Figure] = list(getattr(import_module(module), function)(context))
    return figures


def _generic(context: RunnerContext, manifest: EngineManifest, tell: Callable[[str], None]) -> list[Figure]:
    source: Media | None = None
    if manifest.converts("text"):
        source = Text(manifest.examples[0].source if manifest.examples else "One, two, three.")
        tell(f"{manifest.title}: converting an example")
        sketch = context.convert(source)
    else:
        medium = next((m for media in manifest.analysed if (m := example_of(media)) is not None), None)
        if medium is None or manifest.converter:
            return []
        tell(f"{manifest.title}: analysing an example")
        sketch = context.analyse(medium)
    tell(f"{manifest.title}: obedience")
    figures = promises.obedience(context, manifest, sketch)
    tell(f"{manifest.title}: locality")
    figures += locality(context, manifest, sketch, 1 if context.quick else _LOCAL_EDITS)
    figures += promises.windows(context, manifest, sketch)
    if source is not None:
        tell(f"{manifest.title}: permanence and plurality")
        figures += permanence_figures(context, manifest, source, sketch)
        figures += promises.plurality(context, manifest, source, sketch)
    if manifest.renderer:
        tell(f"{manifest.title}: repeatability in a new process")
        figures.append(_repeatability(context, sketch))
    return figures


def _changes(film: Video) -> NDArray[np.uint8]:
    """Return the pictures of a film of which each is another than the one before it, four channels each."""
    frames = film.frames
    if frames.shape[-1] == 3:
        frames = np.concatenate([frames, np.full((*frames.shape[:3], 1), 255, np.uint8)], axis=-1)
    fresh = np.ones(len(frames), bool)
    fresh[1:] = (frames[1:] != frames[:-1]).reshape(len(frames) - 1, -1).any(axis=1)
    changes: NDArray[np.uint8] = frames[fresh]
    return changes


def _repeatability(context: Context, sketch: Sketch) -> Figure:
    """Render in a new process with an empty cache and count samples or pixels that differ from this process."""
    here = context.render(sketch)
    suffix = {"image": ".png", "video": ".apng"}.get(here.media, ".wav")
    with tempfile.TemporaryDirectory(prefix="intermezzo-check-") as folder:
        path, out = Path(folder, "check.sketch"), Path(folder, f"check{suffix}")
        save_sketch(sketch, path)
        command = [sys.executable, "-m", "intermezzo", "render", str(path), "-o", str(out), "--device", context.device]
        done = subprocess.run(
            [*command, "--seed", "1", "--bits", "32", "--cache", str(Path(folder, "cache"))],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0 and isinstance(here, Image):
            pixels = read_image(out).pixels
            apart = float(np.sum(pixels != here.pixels)) if pixels.shape == here.pixels.shape else float(pixels.size)
            return Figure("pixels_changed_in_new_process", apart, "repeatability", at_most=0.0, note="empty cache")
        if done.returncode == 0 and isinstance(here, Video):
            # Equal pictures in a row are one in the file, so what is seen is compared, not how often it is counted.
            seen, wanted = (_changes(film) for film in (read_film(out), here))
            apart = float(np.sum(seen != wanted)) if seen.shape == wanted.shape else float(wanted.size)
            return Figure("pixels_changed_in_new_process", apart, "repeatability", at_most=0.0, note="empty cache")
        if done.returncode != 0 or not isinstance(here, Audio):
            return Figure("samples_changed_in_new_process", None, "repeatability", note=done.stderr.strip()[-200:])
        there = read_audio(out)
    same_shape = there.samples.shape == here.samples.shape
    changed = float(np.sum(there.samples != here.samples)) if same_shape else float(here.n_samples)
    return Figure("samples_changed_in_new_process", changed, "repeatability", at_most=0.0, note="empty cache")
