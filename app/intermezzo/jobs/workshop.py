"""Workshop: where requests are done; it makes engines from their manifests, keeps them loaded and checks their work.

It runs inside the engine host and, for scripts and the command line, in the process itself. Whatever an engine does
wrong comes out as one IntermezzoError with the engine's name in it, the cause chained.
"""

import os
import sys
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import numpy as np

from intermezzo.core.cells import CellChoices, Cells, only_cells_changed
from intermezzo.core.edits.hands import touched_by_hand
from intermezzo.core.engine import Job
from intermezzo.core.errors import (
    Cancelled,
    EngineError,
    IntermezzoError,
    PluginError,
    SketchError,
    SourceError,
)
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Image, Text, Video
from intermezzo.core.params import Value, checked_params
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.cache import ArrayCache, EngineCache
from intermezzo.jobs.protocol import Request, Result
from intermezzo.jobs.requirements import install_line, lacks

__all__ = ["OnPiece", "Tell", "Workshop", "params_for"]

Tell = Callable[[float, str], None]
OnPiece = Callable[[Sketch], None]
_ROLES = {
    "convert": "converter", "resample": "converter", "reword": "converter", "follow": "converter",
    "infill": "converter", "choose": "converter", "analyse": "analyser", "render": "renderer", "swatches": "renderer",
}  # fmt: skip
_DOING = {
    "convert": "converting", "resample": "predicting again", "reword": "saying words anew",
    "follow": "following an edit", "infill": "making tokens anew", "choose": "looking for alternatives",
    "analyse": "analysing", "render": "rendering", "swatches": "showing its codes",
}  # fmt: skip


class Workshop:
    """Engines on one device, the least recently used unloaded when their ``memory_mb`` together exceed the limit.

    ``threads`` limits torch's threads where an engine uses it (0: its own choice). ``on_phase`` hears 'loading' and
    what is being done ('rendering') before it begins, so that somebody outside can say where an engine got stuck.
    """

    def __init__(
        self, registry: Registry, *, device: str = "cpu", threads: int = 0, cache: ArrayCache | None = None,
        memory_mb: int = 8192, on_phase: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        self._registry, self._device, self._threads = registry, device, threads
        for name, value in _PATIENT.items():
            os.environ.setdefault(name, value)
        self._cache = cache or ArrayCache()
        self._memory_mb = memory_mb
        self._on_phase = on_phase or (lambda _: None)
        self._loaded: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def run(self, request: Request, tell: Tell, on_piece: OnPiece | None = None) -> Result:
        """Do a request; ``tell(fraction, what)`` hears the progress and raises Cancelled to stop the work.

        ``on_piece`` hears what a conversion hands over while it works; None: nobody listens.

        Raises:
            IntermezzoError: whatever went wrong, in one line.
        """
        manifest = self._registry.find(request.engine)
        if request.kind == "unload":
            self.unload(manifest.id)
            return None
        missing = lacks(manifest, self._device)
        if missing:
            install = install_line(manifest)
            how = f" Install it with: {install}" if install else ""
            raise PluginError(f"{manifest.title} cannot run here: {'; '.join(missing)}.{how}")
        if request.kind == "warm":
            for role in ("converter", "analyser", "renderer"):
                if getattr(manifest, role):
                    self._engine(manifest, role)
            return None
        role = _ROLES[request.kind]
        params = params_for(manifest, request)
        _must_fit(manifest, request, role)
        engine = self._engine(manifest, role)
        self._on_phase(_DOING[request.kind])
        listener = (
            None if on_piece is None or request.kind != "convert" else _checking(manifest, self._registry, on_piece)
        )
        job = _Job(EngineCache(self._cache, manifest.key), tell, listener)
        tell(0.0, "")
        try:
            result: Result = _done(engine, manifest, request, params, job)
        except MemoryError as problem:
            self.unload_all()
            raise _out_of_memory(manifest) from problem
        except Cancelled:
            raise
        except IntermezzoError as problem:
            if request.kind == "render" and isinstance(problem, SourceError):
                raise EngineError(f"{manifest.title} rendered something that is no sound. {problem}") from problem
            raise
        except (Exception, SystemExit, GeneratorExit) as problem:
            if _is_out_of_memory(problem):
                self.unload_all()
                raise _out_of_memory(manifest) from problem
            what = f"{type(problem).__name__}: {problem}".splitlines()[0]
            raise EngineError(
                f"{manifest.title} failed while {_DOING[request.kind]} ({what}). Your sketch is untouched."
            ) from problem
        _must_keep_promises(manifest, self._registry, request, result)
        return result

    def flush(self) -> None:
        """Write what engines put into the cache to disk."""
        self._cache.flush()

    def unload(self, engine_id: str) -> None:
        """Free one engine's memory."""
        for engine in {id(e): e for e in self._loaded.pop(engine_id, {}).values()}.values():
            with suppress(Exception):
                if hasattr(engine, "unload"):
                    engine.unload()

    def unload_all(self) -> None:
        """Free the memory of all engines."""
        for engine_id in tuple(self._loaded):
            self.unload(engine_id)

    def _engine(self, manifest: EngineManifest, role: str) -> Any:  # Any: a plugin's class
        address: str = getattr(manifest, role)
        if not address:
            verb = {"converter": "convert", "analyser": "analyse recordings", "renderer": "render"}[role]
            raise PluginError(f"{manifest.title} cannot {verb}.")
        roles = self._loaded.setdefault(manifest.id, {})
        self._loaded.move_to_end(manifest.id)
        if address not in roles:
            self._make_room(manifest)
            self._on_phase("loading")
            roles[address] = self._load(manifest, role, address)
        return roles[address]

    def _load(self, manifest: EngineManifest, role: str, address: str) -> Any:  # Any: a plugin's class
        module_name, _, class_name = address.partition(":")
        try:
            engine = getattr(import_module(module_name), class_name)()
            torch = sys.modules.get("torch")
            if torch is not None:
                _must_have(torch, self._device)
                if self._threads > 0:
                    # More than there are cores is slower, and very many end the process.
                    torch.set_num_threads(min(self._threads, os.cpu_count() or 1))
            if not callable(getattr(engine, _METHODS[role], None)):
                raise TypeError(f"{class_name} has no method {_METHODS[role]!r}")
            engine.load(self._device)
        except MemoryError as problem:
            raise _out_of_memory(manifest) from problem
        except (Cancelled, _NoDevice):
            raise
        except (Exception, SystemExit, GeneratorExit) as problem:
            if _is_out_of_memory(problem):
                raise _out_of_memory(manifest) from problem
            what = f"{type(problem).__name__}: {problem}".splitlines()[0]
            raise PluginError(f"{manifest.title} cannot be loaded ({what}). Its author can mend it.") from problem
        return engine

    def _make_room(self, manifest: EngineManifest) -> None:
        """Unload the least recently used others until the new engine fits."""
        needed = {i: self._registry.engines[i].memory_mb for i in self._loaded}
        for engine_id in tuple(self._loaded):
            if sum(needed.values()) <= self._memory_mb or engine_id == manifest.id:
                continue
            self.unload(engine_id)
            del needed[engine_id]


# Read by OpenMP, GNU's and Intel's, when torch brings it along. By itself a thread that waits for another spins, and
# where others compute it takes the core from the one that it waits for. Measured on two cores at a load of 6 to 10: a
# film of a text took 0.8 to 1.0 s with one thread, 3.0 to 5.7 s with two that spin; at a load of 4 it took 0.65 s with
# one and 0.62 s with two that sleep. Speech, whose phrases are done side by side, gains by the second core.
_PATIENT = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}
_METHODS = {"converter": "convert", "analyser": "analyse", "renderer": "render"}


class _NoDevice(PluginError):
    """The device that was chosen is not there."""


def _must_have(torch: Any, device: str) -> None:  # Any: a module that the studio itself never imports
    there = {"cuda": lambda: torch.cuda.is_available(), "mps": lambda: torch.backends.mps.is_available()}
    if device in there and not there[device]():
        name = {"cuda": "NVIDIA GPU", "mps": "Apple GPU"}[device]
        raise _NoDevice(f"PyTorch finds no {name} to work with here. Choose the device 'cpu'.")


class _Job(Job):
    """The studio's side of one piece of work, as an engine sees it."""

    def __init__(self, cache: EngineCache, tell: Tell, on_piece: OnPiece | None = None) -> None:
        self.cache = cache
        self._tell, self._on_piece = tell, on_piece
        self._fraction = 0.0

    def progress(self, fraction: float, what: str = "") -> None:
        self._fraction = max(self._fraction, min(float(fraction), 1.0))
        self._tell(self._fraction, what)

    def partial(self, piece: Sketch) -> None:
        if self._on_piece is not None:
            self._on_piece(piece)


def _checking(manifest: EngineManifest, registry: Registry, on_piece: OnPiece) -> OnPiece:
    """Return a listener that lets only pieces of the right kind through; others raise EngineError."""

    def check(piece: Sketch) -> None:
        if not isinstance(piece, Sketch) or not registry.sketch_types[manifest.sketch].admits(piece.type):
            raise EngineError(f"{manifest.title} handed over no {manifest.sketch} sketch. Its author can mend it.")
        on_piece(piece)

    return check


def params_for(manifest: EngineManifest, request: Request) -> dict[str, Value]:
    """Return the parameters for the stage of a request: those given, checked, and defaults for the rest.

    Raises:
        ParamError: if a name belongs to no stage of the engine or a value does not fit.
    """
    checked = checked_params(manifest.params, request.params)
    stage = {"converter": "convert", "analyser": "analyse", "renderer": "render"}[_ROLES[request.kind]]
    return {p.name: checked[p.name] for p in manifest.params_of(stage)}


def _must_fit(manifest: EngineManifest, request: Request, role: str) -> None:
    if role == "converter" and request.kind == "resample" and not manifest.resamples:
        raise PluginError(f"{manifest.title} cannot predict a part again.")
    if request.kind == "reword" and not (manifest.rewords and isinstance(request.source, Text)):
        raise PluginError(f"{manifest.title} cannot say other words in a part.")
    if request.kind == "follow" and not manifest.follows:
        raise PluginError(f"{manifest.title} cannot follow edits.")
    gift = {"infill": manifest.infills, "choose": manifest.chooses, "swatches": manifest.swatches}
    if not gift.get(request.kind, True):
        raise PluginError(f"{manifest.title} cannot do this: it is no engine over tokens, or not a full one.")
    if request.kind == "swatches":
        return
    if request.kind in ("convert", "analyse"):
        wanted = (manifest.source,) if request.kind == "convert" else manifest.analysed
        given = "nothing" if request.source is None or isinstance(request.source, Cells) else request.source.media
        if wanted and given not in wanted:
            media = " or ".join(wanted)
            raise SourceError(f"{manifest.title} starts from {media} when {_DOING[request.kind]}, not from {given}.")
        if isinstance(request.source, Audio) and not request.source.n_samples:
            raise SourceError("The sound is empty; choose one that is longer.")
        return
    if request.sketch is None or request.sketch.type.id != manifest.sketch:
        kind = "no sketch" if request.sketch is None else f"a {request.sketch.type.title} sketch"
        raise SketchError(f"{manifest.title} works on {manifest.sketch} sketches, this is {kind}.")
    if request.kind in ("infill", "choose"):
        if not isinstance(request.source, Cells):
            raise SketchError("Say which tokens are meant.")
        request.source.fit(request.sketch)
        return
    if request.kind == "follow":
        before = request.before
        if before is None or before.type != request.sketch.type or before.n_frames != request.sketch.n_frames:
            raise SketchError("Hand over the sketch before the edit too: one of the same kind and length.")
        return
    if request.window is not None:
        start, stop = request.window
        if not 0 <= start < stop <= request.sketch.n_frames:
            n_frames = request.sketch.n_frames
            raise SketchError(f"Frames {start} to {stop} are not inside the sketch of {n_frames} frames.")
    elif request.kind in ("resample", "reword"):
        raise SketchError("Say which stretch is to be predicted again.")


def _done(
    engine: Any, manifest: EngineManifest, request: Request, params: dict[str, Value], job: Job
) -> Any:  # Any: a plugin's class in, and who knows what out
    if request.kind == "convert":
        return engine.convert(request.source, params, seed=request.seed, job=job)
    if request.kind == "analyse":
        return engine.analyse(request.source, params, job=job)
    if request.kind == "resample":
        start, stop = request.window or (0, 0)
        return engine.resample(request.sketch, start, stop, params, seed=request.seed, job=job)
    if request.kind == "infill":
        assert isinstance(request.source, Cells)  # `_must_fit` has seen to it, as below
        return engine.infill(request.sketch, request.source.masks, params, seed=request.seed, job=job)
    if request.kind == "choose":
        assert isinstance(request.source, Cells)
        name, mask = next((n, m) for n, m in request.source.masks.items() if m.any())
        cell = tuple(int(place) for place in np.argwhere(mask)[0])
        return engine.alternatives(request.sketch, name, cell, params, job=job)
    if request.kind == "swatches":
        shown = np.asarray(engine.swatches(request.sketch))
        return Image(shown.reshape(-1, *shown.shape[2:]))
    if request.kind == "reword":
        start, stop = request.window or (0, 0)
        return engine.reword(request.sketch, start, stop, request.source, params, seed=request.seed, job=job)
    if request.kind == "follow":
        return engine.follow(request.before, request.sketch, params, seed=request.seed, job=job)
    return engine.render(request.sketch, params, seed=request.seed, window=request.window, job=job)


def _must_keep_promises(manifest: EngineManifest, registry: Registry, request: Request, result: Any) -> None:
    """Refuse what an engine returned if it is not what its manifest says; raises EngineError."""
    if request.kind in ("choose", "swatches"):
        if not isinstance(result, CellChoices if request.kind == "choose" else Image):
            raise EngineError(f"{manifest.title} returned nothing to choose from. Its author can mend it.")
        return
    if request.kind != "render":
        if not isinstance(result, Sketch) or not registry.sketch_types[manifest.sketch].admits(result.type):
            raise EngineError(f"{manifest.title} returned no {manifest.sketch} sketch. Its author can mend it.")
        sketch = request.sketch
        if request.kind not in ("convert", "analyse") and sketch is not None and sketch.type != result.type:
            raise EngineError(f"{manifest.title} returned a sketch of another shape. Its author can mend it.")
        if request.kind in ("resample", "follow", "infill") and sketch and result.n_frames != sketch.n_frames:
            raise EngineError(f"{manifest.title} changed the length of what it should only predict again.")
        if request.kind == "infill" and sketch and isinstance(request.source, Cells):
            beside = only_cells_changed(sketch, result, request.source)
            if beside:
                raise EngineError(
                    f"{manifest.title} changed {beside.lower()} outside the mask. Its author can mend it."
                )
        touched = touched_by_hand(sketch, result) if request.kind == "follow" and sketch else ""
        if touched:
            raise EngineError(f"{manifest.title} changed {touched.lower()} that were edited or locked by hand.")
        return
    if not isinstance(result, (Audio, Text, Image, Video)) or result.media != manifest.output:
        raise EngineError(f"{manifest.title} returned no {manifest.output}. Its author can mend it.")
    sketch = request.sketch
    if isinstance(result, Audio) and sketch is not None and sketch.type.sounds:
        start, stop = request.window or (0, sketch.n_frames)
        wanted = sketch.sample(stop) - sketch.sample(start)
        if result.n_samples != wanted or result.sample_rate != sketch.type.sample_rate:
            raise EngineError(
                f"{manifest.title} rendered {result.n_samples} samples at {result.sample_rate} Hz where "
                f"{wanted} at {sketch.type.sample_rate} Hz belong. Its author can mend it."
            )


def _is_out_of_memory(problem: BaseException) -> bool:
    # Torch raises RuntimeError subclasses of its own; the name and the words are all there is to go by.
    return type(problem).__name__ == "OutOfMemoryError" or "can't allocate memory" in str(problem)


def _out_of_memory(manifest: EngineManifest) -> EngineError:
    asks = f" It says that it needs {manifest.memory_mb} MB." if manifest.memory_mb else ""
    return EngineError(
        f"{manifest.title} ran out of memory.{asks} Close other programs or work on a shorter part. "
        "Your sketch is untouched."
    )
