"""The engine host: the main function of the child process in which engines work; it knows no Qt.

It does one run at a time and answers each; only to a conversion that hands over what it has made may the client send
guests, renderings that are done in between. The client decides the order, keeps the books of what this side holds, and
kills the process when it no longer answers.
"""

import faulthandler
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from multiprocessing import connection, parent_process
from pathlib import Path
from time import perf_counter
from typing import Any

from intermezzo.core.errors import Cancelled, EngineError, IntermezzoError
from intermezzo.core.fingerprint import of_array
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo.jobs.cache import ArrayCache
from intermezzo.jobs.messages import Answer, Phase, Piece, Ready, Run, Setup, Told, Took, named
from intermezzo.jobs.pieces import Pieces, open_type, plain_made
from intermezzo.jobs.protocol import Request, Result
from intermezzo.jobs.transfer import Arrays, Parcel, open_arena, pack, seal, unpack, unseal
from intermezzo.jobs.workshop import Workshop

__all__ = ["main"]

_NICENESS = 5
_TELL_EVERY_S = 0.05
_FIRST_GUEST_S = 0.1
_FIRST_TO_DIE = "800"  # of 1000: if memory runs out, the system takes the host and leaves the window alone


def main(pipe: Any, cancelled: Any, setup: Setup) -> None:  # Any: a Connection and a shared integer, spawned
    """Serve runs until the pipe closes; ``cancelled`` holds the number of the run that is to stop."""
    _settle(setup)
    threading.Thread(target=_die_with_parent, args=(setup.log_path,), name="parent watch", daemon=True).start()
    host = _Host(pipe, cancelled, setup)
    pipe.send(Ready())
    with suppress(EOFError, OSError):
        while not host.is_closing:
            host.serve(pipe.recv())
    if not host.is_closing:
        _forget(setup.log_path)


def _settle(setup: Setup) -> None:
    """Make the process a quiet neighbour: Ctrl+C is the studio's business, output goes to the log."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    log = os.open(setup.log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    sys.stdout.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    faulthandler.enable()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    if setup.threads > 0:
        # Read by the BLAS and OpenMP libraries that engines bring along when they are first loaded.
        for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ[name] = str(setup.threads)
    if sys.platform.startswith("linux"):
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_DIE)
        if setup.memory_limit_mb > 0:
            import resource

            limit = setup.memory_limit_mb * 2**20
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _die_with_parent(log_path: str) -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        _forget(log_path)
        os._exit(0)


def _forget(log_path: str) -> None:
    """Take the log away in the place of a studio that went without a word."""
    with suppress(OSError):
        Path(log_path).unlink()


class _Host:
    def __init__(self, pipe: Any, cancelled: Any, setup: Setup) -> None:  # Any: see `main`
        self._pipe, self._cancelled, self._setup = pipe, cancelled, setup
        self._sending = threading.Lock()
        self._items: dict[int, Any] = {}
        self._arrays: Arrays = {}
        self._last: dict[str, Any] = {}  # layers of the last result, with their arrays, until the client numbers them
        self._last_arrays: Arrays = {}
        self._types: dict[bytes, SketchType] = {}
        self._arena_in, self._arena_out = open_arena(setup.arena_in), open_arena(setup.arena_out)
        self._number = 0
        self._n_segments = 0
        self.is_closing = False
        registry = Registry(setup.engines, setup.sketch_types, setup.broken)
        folder = Path(setup.cache_folder) if setup.cache_folder else None
        cache = ArrayCache(folder, disk_bytes=setup.cache_mb * 10**6)
        self._workshop = Workshop(
            registry, device=setup.device, threads=setup.threads, cache=cache, on_phase=self._on_phase
        )

    def serve(self, message: Run | None) -> None:
        """Do a run and answer it, whatever happens; None: the client is going."""
        if message is None:
            self.is_closing = True
            return
        self._number = message.number
        began_s = perf_counter()
        pieces = Pieces(self._arrays) if message.streams else None
        try:
            request = self._request(message)
            began_s = perf_counter()
            tell = _teller(self, message.number, pieces)
            hand_over = None if pieces is None else lambda piece: self._hand_over(message.number, pieces, piece)
            result = self._workshop.run(request, tell, hand_over)
            self._number = message.number
            answer = self._answer(message, request, result, perf_counter() - began_s, pieces)
        except IntermezzoError as problem:
            answer = self._failure(message, problem, perf_counter() - began_s)
        except Exception as problem:  # a fault of the host itself
            own = EngineError("The engine host stumbled over a fault of its own. Your sketch is untouched.")
            own.__cause__ = problem
            answer = replace(self._failure(message, own, perf_counter() - began_s), is_own_fault=True)
        self._send(answer)
        self._workshop.flush()

    def _hand_over(self, number: int, pieces: Pieces, piece: Sketch) -> None:
        is_first = not pieces
        layers, new = pieces.add(piece)
        # Never in the arena: a guest's answer may still lie there.
        self._send(Piece(number, plain_made(piece), layers, self._sealed(new, None), open_type(piece)))
        if is_first:
            self._pipe.poll(_FIRST_GUEST_S)  # the beginning is heard before more is made
        self.welcome(number)

    def welcome(self, number: int) -> None:
        """Do the runs that the client has sent meanwhile, then go on with run ``number``; raises Cancelled."""
        while not self.is_closing and self._pipe.poll():
            self.serve(self._pipe.recv())
        self._number = number
        if self.is_closing or self.stop_wanted(number):
            raise Cancelled("Stopped.")

    def _request(self, message: Run) -> Request:
        if message.adopted:
            self._arrays.update(self._last_arrays)
            self._items.update((serial, self._last[name]) for name, serial in message.adopted.items())
        self._last, self._last_arrays = {}, {}
        for serial in message.forget_items:
            self._items.pop(serial, None)
        for key in message.forget_arrays:
            self._arrays.pop(key, None)
        self._arrays.update(unseal(message.parcel, self._arena_in))
        if message.parcel.is_own:
            self._send(Took(message.number))
        for serial, blob in message.blobs.items():
            self._items[serial] = unpack(blob, self._arrays)[0]
        return Request(
            message.kind, message.engine, message.params, message.seed,
            None if message.source is None else self._items[message.source],
            self._sketch(message.sketch_type, message.layers, message.made),
            self._sketch(message.sketch_type, message.before, message.before_made), message.window,
        )  # fmt: skip

    def _sketch(self, kind: bytes, serials: Mapping[str, int], made: bytes) -> Sketch | None:
        if not serials:
            return None
        sketch_type = self._types.get(kind) or pickle.loads(kind)
        self._types = {kind: sketch_type}
        layers = {name: self._items[serial] for name, serial in serials.items()}
        return Sketch(sketch_type, layers, Made(*pickle.loads(made)))

    def _answer(self, message: Run, request: Request, result: Result, seconds: float, pieces: Pieces | None) -> Answer:
        if result is None:
            return Answer(message.number, seconds)
        if not isinstance(result, Sketch):
            medium, arrays = pack(result)
            return Answer(message.number, seconds, medium=medium, parcel=self._sealed(arrays, self._arena_out))
        if pieces is not None and pieces.are(result):
            return Answer(message.number, seconds, made=plain_made(result), is_joined=True)
        before = request.sketch.layers.items() if request.sketch else ()
        given = {id(layer): message.layers[name] for name, layer in before}
        layers: dict[str, int | bytes] = {}
        for name, layer in result.layers.items():
            if id(layer) in given:
                layers[name] = given[id(layer)]
                continue
            layers[name], arrays = pack(layer)
            self._last[name] = layer
            self._last_arrays.update(arrays)
        # The client holds the arrays of the sketch that it sent: while the run lasts, they need not go back.
        sent = request.sketch.layers.values() if request.sketch else ()
        held = {of_array(array) for layer in sent for array in layer.parts()[1].values()}
        new = {key: array for key, array in self._last_arrays.items() if key not in held}
        arena = self._arena_out if pieces is None else None
        return Answer(
            message.number, seconds, made=plain_made(result), layers=layers, sketch_type=open_type(result),
            parcel=self._sealed(new, arena),
        )  # fmt: skip

    def _failure(self, message: Run, problem: IntermezzoError, seconds: float) -> Answer:
        report = "".join(traceback.format_exception(problem)) if not isinstance(problem, Cancelled) else ""
        return Answer(message.number, seconds, error=named(problem), report=report)

    def _sealed(self, arrays: Arrays, arena: Any) -> Parcel:  # Any: shared memory or None
        parcel = seal(arrays, f"{self._setup.segments}h{self._n_segments}", arena)
        self._n_segments += parcel.is_own
        return parcel

    def _on_phase(self, doing: str) -> None:
        self._send(Phase(self._number, doing))

    def _send(self, message: object) -> None:
        with self._sending:
            self._pipe.send(message)

    def stop_wanted(self, number: int) -> bool:
        """Tell whether the client wants this run to stop."""
        return bool(self._cancelled.value == number)

    def told(self, number: int, fraction: float, what: str) -> None:
        """Pass progress on."""
        self._send(Told(number, fraction, what))


def _teller(host: _Host, number: int, pieces: Pieces | None) -> Any:
    last_s = 0.0

    def tell(fraction: float, what: str) -> None:
        nonlocal last_s
        if host.stop_wanted(number):
            raise Cancelled("Stopped.")
        if pieces:
            host.welcome(number)
        now_s = perf_counter()
        if now_s - last_s >= _TELL_EVERY_S:
            last_s = now_s
            host.told(number, fraction, what)

    return tell
