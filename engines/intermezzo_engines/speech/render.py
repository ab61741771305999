"""The speech renderer: chunks of a phrase, each a pure function of its inputs, cached by their hash.

A chunk is always the same length and always computed with the same context around it, so rendering a window gives the
bits that rendering the whole would have there, and an edit costs the chunks in its footprint only. There are no
cross-fades: a chunk is a crop of one local computation. Chunks are counted from the start of their phrase (`phrasing`),
so a phrase that only moves in time costs nothing. Without weights the draft renderer answers alone.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from intermezzo.core.engine import Cache, Job
from intermezzo.core.errors import EngineError
from intermezzo.core.media import Audio
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.draft import Frames, Shape, pad_frames, render_chunk
from intermezzo_engines.speech.excitation import PulsePlan, plan_pulses
from intermezzo_engines.speech.features import HOP, SAMPLE_RATE, Floats, db_to_ln
from intermezzo_engines.speech.own_voice import load_own_voice
from intermezzo_engines.speech.phrasing import Chunk, chunks_of, phrase_starts

if TYPE_CHECKING:
    from intermezzo_engines.speech.renderer_model import RendererNet

CHUNK: Final = 64
REACH: Final = 20  # frames on each side that the network sees (RendererConfig.reach)
CONTEXT: Final = REACH + 4
FOOTPRINT: Final = (
    REACH + 1
)  # frames before and after an edit in which samples can change; see `Frames` and the manifest
WEIGHTS: Final = "speech_renderer.safetensors"
_MOST_DB: Final = np.float32(200.0)  # beyond what hands can draw; a file may hold any number
_VERSION: Final = "speech-render-3"


class ShapeNetwork:
    """The trained network, ready to shape chunks on one device."""

    def __init__(self, net: "RendererNet", device: str, key: str) -> None:
        self._net = net.to(device).eval()
        self._device = device
        self.key = key

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> "ShapeNetwork":
        """Read weights from a safetensors file.

        Raises:
            EngineError: if the file is not this network's.
        """
        from safetensors.torch import load_file

        from intermezzo_engines.speech.renderer_model import RendererNet

        net = RendererNet()
        try:
            net.load_state_dict({name: value.float() for name, value in load_file(path).items()})
        except Exception as problem:
            raise EngineError(
                f"The speech renderer's weights in {path.name} cannot be used; install them again."
            ) from problem
        if net.config.reach != REACH:
            raise EngineError(f"The speech renderer's weights in {path.name} are of another shape; install them again.")
        return cls(net, device, hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest())

    def shape(self, frames: Frames, first: int) -> Shape:
        """Return the gains and phase of the chunk at frame ``first``."""
        import torch

        start, count = first - frames.offset - 1 - REACH, CHUNK + 2 + 2 * REACH
        inputs = (
            pad_frames(frames.env_ln, start, count),
            pad_frames(frames.ap_ln, start, count),
            pad_frames(frames.f0_hz, start, count, outside=0.0),
        )
        with torch.inference_mode():
            out = self._net(*(torch.from_numpy(x)[None].to(self._device) for x in inputs))
            # Two sub-frames a frame; the chunk begins half-way through the frame before it.
            harmonic_ln, noise_ln, theta = (x[0, 2 * REACH + 1 : 2 * (count - REACH)] for x in out)
            # Here and not in the draft: torch's exponentials and sines are several times as fast as numpy's.
            harmonic = torch.polar(harmonic_ln.exp(), theta)
            return Shape(harmonic.cpu().numpy(), noise_ln.exp().cpu().numpy())


@contextmanager
def one_thread_each() -> Iterator[int]:
    """Let torch compute on one thread in this block; yields how many it might have had.

    One: chunks this small gain nothing from more, and sums keep their order whatever the preferences say. Many chunks
    are shared out among threads instead.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield threads
    finally:
        torch.set_num_threads(threads)


def default_network(device: str = "cpu") -> ShapeNetwork | None:
    """Return the network with the shipped weights, or None where they are not installed."""
    resource = files("intermezzo_assets").joinpath("weights", WEIGHTS)
    if not resource.is_file():
        return None
    with as_file(resource) as path:
        return ShapeNetwork.load(path, device)


def render_frames(
    env_ln: Floats,
    ap_ln: Floats,
    f0_hz: Floats,
    *,
    seed: int,
    window: tuple[int, int] | None = None,
    offset: int = 0,
    starts: Sequence[int] = (0,),
    network: ShapeNetwork | None = None,
    cache: Cache | None = None,
    progress: Callable[[float], None] | None = None,
) -> Floats:
    """Return the samples of a stretch of frames, ``(stop - start) * HOP`` float32, not limited to full scale.

    Args:
        env_ln: ``(T, N_BANDS)`` natural log.
        ap_ln: ``(T, N_AP)`` natural log.
        f0_hz: ``(T,)`` Hz, 0 unvoiced.
        seed: seed of the noise.
        window: absolute frames ``(start, stop)``; all where None.
        offset: absolute frame of the first row, where the arrays are a slice cut by `needed_frames`.
        starts: first frame of each phrase, absolute and rising from 0.
        network: shapes the draft; None renders the draft itself.
        cache: keeps chunks by the hash of what they are made from.
        progress: called with a share of the work done, 0 to 1.
    """
    start, stop = window if window is not None else (offset, offset + len(f0_hz))
    if stop <= start:
        return np.zeros(0, np.float32)
    frames = Frames(env_ln, ap_ln, f0_hz, plan_pulses(f0_hz), offset)
    chunks = list(chunks_of(starts, start, stop, CHUNK))
    parts: list[Floats] = []
    with one_thread_each() as n_threads, _workers(min(n_threads, len(chunks))) as share_out:
        # Only a few chunks ahead, so that a cancelled render has little left to finish.
        for index in range(0, len(chunks), n_threads):
            if progress is not None:
                progress(index / len(chunks))
            group = chunks[index : index + n_threads]
            parts += share_out(lambda chunk: _chunk(frames, chunk, seed, network, cache), group)
    lead = (start - chunks[0].first) * HOP
    return np.concatenate(parts)[lead : lead + (stop - start) * HOP]


@contextmanager
def _workers(n: int) -> Iterator[Callable[[Callable[[Chunk], Floats], Sequence[Chunk]], Iterable[Floats]]]:
    """Yield a ``map`` that works on ``n`` threads; torch computes on one thread in each of them."""
    if n < 2:
        yield map
        return
    import torch

    with ThreadPoolExecutor(n, "render", initializer=torch.set_num_threads, initargs=(1,)) as pool:
        yield pool.map


def needed_frames(f0_hz: Floats, start: int, stop: int, starts: Sequence[int] = (0,)) -> tuple[int, int]:
    """Return the frames ``(first, last)`` that suffice to render ``start .. stop``: whole chunks, context, whole
    voiced run."""
    chunks = list(chunks_of(starts, start, stop, CHUNK))
    first = max(chunks[0].first - CONTEXT, 0)
    silent = np.flatnonzero(f0_hz[: first + 1] <= 0)
    first = min(first, int(silent[-1]) + 1 if len(silent) else 0)
    return first, min(chunks[-1].stop + CONTEXT, len(f0_hz))


def _chunk(frames: Frames, chunk: Chunk, seed: int, network: ShapeNetwork | None, cache: Cache | None) -> Floats:
    n_samples = (chunk.stop - chunk.first) * HOP
    if chunk.end is not None and chunk.stop == chunk.end:
        frames = _without_rest(frames, chunk.end + CONTEXT)
    key = ""
    if cache is not None:
        key = _key(frames, chunk, seed, network)
        known = cache.get(key)
        if known is not None and known.shape == (n_samples,):
            return np.asarray(known, np.float32)
    shape = network.shape(frames, chunk.first) if network is not None else None
    # Always the whole length, so that the sums of the network keep their order; what lies beyond the phrase is cut off.
    samples = render_chunk(frames, chunk.first, CHUNK, seed, shape, (chunk.start, chunk.end))[:n_samples]
    if cache is not None:
        cache.put(key, samples)
    return samples


def _without_rest(frames: Frames, stop: int) -> Frames:
    """Return the frames before ``stop``, absolute: what the chunk at the end of a phrase must not depend on is gone."""
    n, plan = stop - frames.offset, frames.plan
    if n > len(frames.f0_hz):
        return frames
    hops = (plan.start_hz, plan.end_hz, plan.start_gate, plan.end_gate, plan.phase)
    cut = PulsePlan(*(part[:n] for part in hops))  # without the last hop, which a slice of the sketch sees otherwise
    return Frames(frames.env_ln[:n], frames.ap_ln[:n], frames.f0_hz[:n], cut, frames.offset)


def _key(frames: Frames, chunk: Chunk, seed: int, network: ShapeNetwork | None) -> str:
    """Hash everything that `_chunk` reads: frames with context, pulse phases, place in the phrase, seed and weights."""
    digest = hashlib.blake2b(digest_size=20)
    place, left = chunk.first - chunk.start, -1 if chunk.end is None else chunk.end - chunk.first
    if left > CHUNK + CONTEXT:
        left = -1  # so far off that no noise of the next phrase is read
    digest.update(f"{_VERSION} {network.key if network else 'draft'} {seed} {place} {left}".encode())
    local, plan = chunk.first - frames.offset, frames.plan
    start, count = local - 1 - REACH, CHUNK + 3 + 2 * REACH
    for values, outside in ((frames.env_ln, None), (frames.ap_ln, None), (frames.f0_hz, 0.0)):
        digest.update(np.ascontiguousarray(pad_frames(values, start, count, outside)).tobytes())
    hops = slice(max(local - 1, 0), max(local + CHUNK + 4, 0))
    for part in (plan.start_hz, plan.end_hz, plan.start_gate, plan.end_gate, plan.phase):
        digest.update(part[hops].tobytes())
    return digest.hexdigest()


class SpeechRenderer:
    """Renders speech sketches; the studio's Renderer protocol."""

    def __init__(self) -> None:
        self._network: ShapeNetwork | None = None
        self._own: dict[str, ShapeNetwork] = {}
        self._device = "cpu"

    def load(self, device: str) -> None:
        """Read the shipped weights onto a device; without weights the draft renderer is used."""
        self._network, self._device = default_network(device), device
        self._own.clear()

    def _chosen(self, sketch: Sketch) -> ShapeNetwork | None:
        """Return the network of the voice that a sketch is in."""
        folder = str(sketch.made.params.get("own_voice", ""))
        if not folder:
            return self._network
        if folder not in self._own:
            self._own[folder] = ShapeNetwork.load(load_own_voice(Path(folder)).renderer, self._device)
        return self._own[folder]

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Audio:
        """Render frames ``window``, or all, of a speech sketch to 24 kHz mono, held within full scale."""
        start, stop = window if window is not None else (0, sketch.n_frames)
        start, stop = max(start, 0), min(stop, sketch.n_frames)
        if stop <= start:
            return Audio(np.zeros((1, 0), np.float32), SAMPLE_RATE)
        starts = phrase_starts(sketch.phones)
        first, last = needed_frames(sketch.pitch.values, start, stop, starts)
        env_ln, ap_ln, f0_hz = sketch_frames(sketch, first, last)
        network = self._chosen(sketch) if params.get("quality", "network") != "draft" else None
        samples = render_frames(
            env_ln,
            ap_ln,
            f0_hz,
            seed=seed,
            window=(start, stop),
            offset=first,
            starts=starts,
            network=network,
            cache=job.cache,
            progress=lambda share: job.progress(share, "Rendering"),
        )
        return Audio(soft_limit(samples)[None], SAMPLE_RATE)


def sketch_frames(sketch: Sketch, start: int, stop: int) -> tuple[Floats, Floats, Floats]:
    """Return frames ``start:stop`` of a speech sketch as ``(env_ln, ap_ln, f0_hz)``, energy edits included as gain."""
    with np.errstate(over="ignore"):
        gain_db = np.clip(sketch.energy.values[start:stop] - sketch.energy.base[start:stop], -_MOST_DB, _MOST_DB)
        env_ln = db_to_ln(np.clip(sketch.envelope.window(start, stop) + gain_db[:, None], -2 * _MOST_DB, _MOST_DB))
    ap_ln = db_to_ln(np.clip(sketch.breath.window(start, stop), -60.0, 0.0))
    return env_ln, ap_ln, np.asarray(sketch.pitch.values[start:stop], np.float32)


def soft_limit(samples: Floats) -> Floats:
    """Return samples bent smoothly into -1 .. 1: unchanged up to 0.9, sample by sample, so that nothing leaks in
    time."""
    size = np.abs(samples)
    bent = 0.9 + 0.1 * np.tanh((size - 0.9) / 0.1)
    return np.where(size > 0.9, np.copysign(bent, samples), samples).astype(np.float32)
