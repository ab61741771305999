"""The sound of a document as the audio callback reads it: frozen, in chunks, ready at the rate of the device.

An edit makes a new reel that shares every untouched chunk with the old one, so the callback, which holds a reference
to one reel, never sees a half-written sound and never waits. Stale stretches are *gaps*: silent, with ramps outside
their edges. A join that would click is a gap of no length. The ramps are computed from the untouched sound, so they
vanish without a trace as soon as the gap is filled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from intermezzo.audio.resample import RateConverter, Samples
from intermezzo.core.errors import SourceError

__all__ = ["RAMP_S", "Fresh", "Gap", "Reel", "falling", "rising"]

RAMP_S = 0.003
CHUNK = 4096
CLICK_RATIO, CLICK_FLOOR = 2.0, 0.002  # a jump stands out if it beats twice its neighbours, and -54 dB


def rising(n: int) -> Samples:
    """Equal-power ramp (n, 1) from near 0 to near 1; its reverse falls, and their squares add to 1."""
    return np.sin(0.5 * np.pi * (np.arange(n, dtype=np.float32)[:, None] + 0.5) / n).astype(np.float32)


def falling(n: int) -> Samples:
    """The reverse of :func:`rising`."""
    return rising(n)[::-1]


class Gap(NamedTuple):
    """A stale stretch of input samples, ``start`` to before ``stop``; equal where only a click is hidden."""

    start: int
    stop: int


class Fresh(NamedTuple):
    """A stretch of device frames that was changed by ``generation``."""

    generation: int
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class Reel:
    """A sound of ``length`` samples at ``rate`` Hz with 1 or 2 channels, and what the device plays of it."""

    rate: int
    length: int
    n_channels: int
    converter: RateConverter
    chunks: tuple[Samples, ...]  # each (chunk_length, n_channels), untouched sound, 0 where stale
    heard: tuple[Samples, ...]  # the same with ramps, at the device's rate: all that the callback reads
    gaps: tuple[Gap, ...] = ()
    fresh: tuple[Fresh, ...] = ()

    @classmethod
    def of(cls, samples: Samples, rate: int, device_rate: int, generation: int = 0) -> Self:
        """A reel of ``samples``, (n,) or (channels, n), full scale 1.0; more than 2 channels are mixed to one.

        Raises:
            SourceError: if a sample is not a number.
        """
        frames = _frames(samples)
        empty = cls(rate, 0, frames.shape[1], RateConverter(rate, device_rate), (), ())
        return empty.resized(len(frames)).replaced(0, frames.T, generation)

    @property
    def chunk_length(self) -> int:
        """Input samples in a chunk: a whole number of the converter's steps."""
        return self.converter.down * max(1, CHUNK // self.converter.down)

    @property
    def n_frames(self) -> int:
        """Length in device frames."""
        return self.converter.to_device(self.length)

    def read(self, start: int, out: Samples) -> None:
        """Copy device frames from ``start`` into ``out`` (n, 2); silence outside the sound."""
        size = self.chunk_length * self.converter.up // self.converter.down
        _read(self.heard, size, start, out)

    def at_rate(self, device_rate: int) -> Self:
        """The same sound and gaps for a device at another rate."""
        bare = replace(
            self, converter=RateConverter(self.rate, device_rate), chunks=(), heard=(), length=0, gaps=(), fresh=()
        )
        whole = np.empty((self.length, self.n_channels), np.float32)
        _read(self.chunks, self.chunk_length, 0, whole)
        return bare.resized(self.length).replaced(0, whole.T, 0)._with(gaps=self.gaps)

    def resized(self, length: int) -> Self:
        """The sound cut, or lengthened by a stale stretch, to ``length`` samples."""
        size = self.chunk_length
        n_chunks = -(-length // size)
        chunks = (self.chunks + (self._silence(size),) * (n_chunks - len(self.chunks)))[:n_chunks]
        quiet = self._silence(size * self.converter.up // self.converter.down)
        heard = (self.heard + (quiet,) * (n_chunks - len(self.heard)))[:n_chunks]
        resized = replace(self, length=length, chunks=chunks, heard=heard)
        if length > self.length:
            # What was added is silent already: only the ramp into it is heard anew.
            return resized._with(gaps=_add(self.gaps, Gap(self.length, length)), touched=((self.length, self.length),))
        gaps = tuple(Gap(gap.start, min(gap.stop, length)) for gap in self.gaps if gap.start < length)
        beyond = np.zeros((n_chunks * size - length, self.n_channels), np.float32)
        return resized._written(length, beyond)._with(gaps=gaps, seams=(length,), touched=((length, n_chunks * size),))

    def replaced(self, start: int, samples: Samples, generation: int) -> Self:
        """The sound with ``samples``, (n,) or (channels, n), from ``start`` on; longer where they reach beyond its end.

        A sound of one channel that gets two is one of two from then on.

        Raises:
            SourceError: if a sample is not a number, or ``start`` is negative.
        """
        if self.n_channels == 1 and np.ndim(samples) == 2 and len(samples) == 2:
            return self._in_stereo().replaced(start, samples, generation)
        frames = _frames(samples, self.n_channels)
        if start < 0:
            raise SourceError("New sound cannot begin before the start of the sketch.")
        stop = start + len(frames)
        longer = self.resized(stop) if stop > self.length else self
        written = longer._written(start, frames)
        gaps = _subtract(longer.gaps, Gap(start, stop))
        return written._with(gaps=gaps, seams=(start, stop), touched=((start, stop),), generation=generation)

    def silenced(self, stretches: Iterable[tuple[int, int]], generation: int) -> Self:
        """The sound with silence in each stretch of samples; nothing of what was there remains in the reel."""
        inside = [(max(0, start), min(stop, self.length)) for start, stop in stretches]
        inside = [(start, stop) for start, stop in inside if stop > start]
        if not inside:
            return self
        chunks, gaps = list(self.chunks), self.gaps
        for start, stop in inside:
            self._put_silence(chunks, start, stop)
            gaps = _add(gaps, Gap(start, stop))
        return replace(self, chunks=tuple(chunks))._with(gaps=gaps, touched=inside, generation=generation)

    def _in_stereo(self) -> Self:
        """The same on two channels; chunks that were shared, as silence is, still are."""
        wide = {
            id(chunk): np.repeat(chunk, 2, axis=1) for chunk in {id(c): c for c in self.chunks + self.heard}.values()
        }
        chunks, heard = (tuple(wide[id(chunk)] for chunk in kind) for kind in (self.chunks, self.heard))
        return replace(self, n_channels=2, chunks=chunks, heard=heard)

    def _written(self, start: int, frames: Samples) -> Self:
        """The reel with ``frames`` (n, n_channels) in its chunks; what is heard is not yet brought up to date."""
        chunks = list(self.chunks)
        self._put(chunks, start, frames)
        return replace(self, chunks=tuple(chunks))

    def _put(self, chunks: list[Samples], start: int, frames: Samples) -> None:
        """Put ``frames`` into copies of the chunks of a list."""
        size, stop = self.chunk_length, start + len(frames)
        for index in range(start // size, -(-stop // size)):
            origin = index * size
            a, b = max(start, origin), min(stop, origin + size)
            if b - a == size:
                chunks[index] = frames[a - start : b - start].copy()
                continue
            chunk = chunks[index].copy()
            chunk[a - origin : b - origin] = frames[a - start : b - start]
            chunks[index] = chunk

    def _put_silence(self, chunks: list[Samples], start: int, stop: int) -> None:
        """Put silence into a list of chunks: one that all share, so that silencing an hour copies no sound."""
        size = self.chunk_length
        first, last = -(-start // size), stop // size
        if last <= first:
            self._put(chunks, start, self._silence(stop - start))
            return
        self._put(chunks, start, self._silence(first * size - start))
        self._put(chunks, last * size, self._silence(stop - last * size))
        chunks[first:last] = (self._silence(size),) * (last - first)

    def _silence(self, n: int) -> Samples:
        return np.zeros((n, self.n_channels), np.float32)

    def _with(
        self,
        gaps: tuple[Gap, ...],
        seams: Iterable[int] = (),
        touched: Sequence[tuple[int, int]] | None = None,
        generation: int | None = None,
    ) -> Self:
        """The reel with these gaps, a gap of no length at every seam that clicks, and heard again where ``touched``."""
        edges = {edge for gap in gaps for edge in gap}
        gaps = tuple(sorted({*gaps, *(Gap(seam, seam) for seam in seams if seam not in edges and self._clicks(seam))}))
        cut, heard, fresh, to_device = replace(self, gaps=gaps), list(self.heard), self.fresh, self.converter.to_device
        for start, stop in touched or ((0, self.length),):
            cut._hear_again(heard, start, stop)
            if generation is not None:
                fresh = (*fresh[-31:], Fresh(generation, to_device(start), to_device(stop)))
        return replace(cut, heard=tuple(heard), fresh=fresh)

    def _hear_again(self, heard: list[Samples], start: int, stop: int) -> None:
        """Make what the device plays anew in a list of it, where samples ``start`` to ``stop`` are heard."""
        size, reach, gaps = self.chunk_length, self.converter.reach, self.gaps
        margin = self._n_ramp + reach
        at, end = max(0, start - margin) // size, min(len(heard), -(-(stop + margin) // size))
        # The chunks that lie in a gap with all that reaches into them are one silence.
        inside = [(max(-(-(gap.start + reach) // size), at), min((gap.stop - reach) // size, end)) for gap in gaps]
        quiet = self._silence(size * self.converter.up // self.converter.down)
        for first, last in [*(part for part in inside if part[0] < part[1]), (end, end)]:
            for index in range(at, first):
                heard[index] = self.converter.convert(self._shaped(index * size - reach, (index + 1) * size + reach))
            heard[first:last] = (quiet,) * (last - first)
            at = last

    def _shaped(self, start: int, stop: int) -> Samples:
        """Input samples ``start`` to ``stop``, (n, n_channels), with the ramps outside every gap."""
        shaped = np.empty((stop - start, self.n_channels), np.float32)
        _read(self.chunks, self.chunk_length, start, shaped)
        n = self._n_ramp
        for gap in self.gaps:
            if gap.stop + n <= start or gap.start - n >= stop:
                continue
            for origin, ramp in ((gap.start - n, falling(n)), (gap.stop, rising(n))):
                a, b = max(origin, start), min(origin + n, stop)
                if a < b:
                    shaped[a - start : b - start] *= ramp[a - origin : b - origin]
        return shaped

    def _clicks(self, seam: int) -> bool:
        """Whether the jump at ``seam`` stands out from the sound's own jumps within a ramp's length either side."""
        around = np.empty((2 * self._n_ramp, self.n_channels), np.float32)
        _read(self.chunks, self.chunk_length, seam - self._n_ramp, around)
        jumps = np.abs(np.diff(around, axis=0)).max(axis=1)
        jump, jumps[self._n_ramp - 1] = float(jumps[self._n_ramp - 1]), 0.0
        return jump > CLICK_RATIO * float(jumps.max()) + CLICK_FLOOR

    @property
    def _n_ramp(self) -> int:
        return max(2, round(RAMP_S * self.rate))


def _read(chunks: tuple[Samples, ...], size: int, start: int, out: Samples) -> None:
    """Copy rows from ``start`` on out of equal chunks into ``out``; zeros before the first and after the last."""
    done = 0
    while done < len(out):
        index, offset = divmod(start + done, size)
        n = min(size - offset, len(out) - done)
        out[done : done + n] = chunks[index][offset : offset + n] if 0 <= index < len(chunks) else 0.0
        done += n


def _frames(samples: Samples, n_channels: int | None = None) -> Samples:
    """(n, 1 or 2) float32 from (n,) or (channels, n)."""
    frames = np.atleast_2d(np.asarray(samples, np.float32)).T
    if not np.isfinite(frames).all():
        raise SourceError("The sound contains values that are no numbers, so it is not played.")
    wanted = n_channels or (2 if frames.shape[1] == 2 else 1)
    if frames.shape[1] in (1, wanted):
        return np.broadcast_to(frames, (len(frames), wanted)) if n_channels else frames
    return np.repeat(frames.mean(axis=1, keepdims=True, dtype=np.float32), wanted, axis=1)


def _subtract(gaps: tuple[Gap, ...], filled: Gap) -> tuple[Gap, ...]:
    """The gaps that remain once ``filled`` has sound, without seams that lie in it or on its edges."""
    kept: list[Gap] = []
    for gap in gaps:
        if gap.stop < filled.start or gap.start > filled.stop:
            kept.append(gap)
            continue
        pieces = (Gap(gap.start, min(gap.stop, filled.start)), Gap(max(gap.start, filled.stop), gap.stop))
        kept.extend(piece for piece in pieces if piece.start < piece.stop)
    return tuple(kept)


def _add(gaps: tuple[Gap, ...], gap: Gap) -> tuple[Gap, ...]:
    """The gaps with one more, merged with those that it touches."""
    apart = [other for other in gaps if other.stop < gap.start or other.start > gap.stop]
    joined = [other for other in gaps if other not in apart]
    start, stop = min([gap.start, *(g.start for g in joined)]), max([gap.stop, *(g.stop for g in joined)])
    return tuple(sorted([*apart, Gap(start, stop)]))
