"""The PortAudio callback: mixes transport and audition into each block and notes what was delivered and heard.

Everything it reads is frozen and swapped by reference (``reel``, ``cue``, ``audition``, ``clicks``, ``gain``);
everything it tells is one reference too (``heard``, ``meter.level``) or one dictionary entry. It takes no lock and
synthesises nothing.
"""

import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from intermezzo.audio.meter import Meter
from intermezzo.audio.metronome import Clicks
from intermezzo.audio.reel import Reel
from intermezzo.audio.resample import Samples
from intermezzo.audio.voice import Cue, Run, Voice

__all__ = ["Heard", "Mixer"]

LONGEST_DELAY_S = 2.0
N_RUNS_KEPT = 64  # over half a second, the longest that a wireless device lags behind
N_DELIVERIES_KEPT = 1024

log = logging.getLogger(__name__)


class Heard(NamedTuple):
    """When a run of frames leaves the loudspeaker."""

    at_s: float  # clock time of its first frame
    position: int
    n_frames: int
    journey: int


class Mixer:
    """All that one stream at one rate plays.

    Args:
        reel: the sound of the transport.
        device_rate: Hz.
        clock: monotonic seconds.
        on_end: called, on the audio thread, when the transport reaches its end.
    """

    def __init__(self, reel: Reel, device_rate: int, clock: Callable[[], float], on_end: Callable[[], None]) -> None:
        self.device_rate, self._clock, self._on_end = device_rate, clock, on_end
        self.reel, self.cue = reel, Cue()
        self.audition = (reel, Cue())
        self.clicks: Clicks | None = None
        self.gain = self._gain_before = 1.0
        self.latency_s = 0.0  # of the stream, where its driver gives no better figure with each block
        self.meter = Meter(device_rate)
        self.deliveries: dict[int, float] = {}  # generation: clock time at which its first sound was delivered
        self.heard: tuple[Heard, ...] = ()
        self.n_idle = 0  # silent frames since there was something to play
        self._voice, self._audition_voice = Voice(device_rate), Voice(device_rate)

    @property
    def playing(self) -> bool:
        """Whether the transport runs and has not come to its end."""
        return self.cue.playing and self._voice.finished is not self.cue

    @property
    def position(self) -> float:
        """The device frame that is heard now, with its fraction."""
        cue, now = self.cue, self._clock()
        frame = float(cue.at)
        for heard in self.heard:
            if heard.journey == cue.journey and heard.at_s <= now:
                frame = heard.position + min((now - heard.at_s) * self.device_rate, heard.n_frames)
        return frame

    def callback(self, out: Samples, n_frames: int, times: Any, status: Any) -> None:
        """Fill one block ``out`` (n_frames, 1 or 2) for PortAudio; a fault of ours is silence and a line in the log."""
        try:
            block = self._mix(n_frames, times)
            out[:] = block if out.shape[1] == 2 else block.mean(axis=1, keepdims=True)
        except Exception:
            out[:] = 0.0
            log.exception("the audio callback failed")

    def _mix(self, n_frames: int, times: Any) -> Samples:
        now, gain = self._clock(), self.gain
        reel, cue, (audition, audition_cue) = self.reel, self.cue, self.audition
        block, was_finished = np.empty((n_frames, 2), np.float32), self._voice.finished
        runs = self._voice.fill(reel, cue, block)
        clicks = self.clicks
        if clicks is not None:
            clicks.add(runs, block)
        self._note_delivery(reel, runs, now)
        self._note_heard(runs, cue, now, times)
        if not self._audition_voice.is_done(audition_cue):
            beside = np.empty_like(block)
            self._note_delivery(audition, self._audition_voice.fill(audition, audition_cue, beside), now)
            block += beside
        if gain != self._gain_before:
            block *= np.linspace(self._gain_before, gain, n_frames, dtype=np.float32)[:, None]
        elif gain != 1.0:
            block *= np.float32(gain)
        self._gain_before = gain
        self.meter.follow(block)
        self.n_idle = 0 if runs or block.any() else self.n_idle + n_frames
        if self._voice.finished is not was_finished:
            self._on_end()
        return block

    def _note_delivery(self, reel: Reel, runs: list[Run], now: float) -> None:
        for fresh in reel.fresh:
            if fresh.generation not in self.deliveries and any(
                run.position < fresh.stop and fresh.start < run.position + run.n_frames for run in runs
            ):
                self.deliveries[fresh.generation] = now
                if len(self.deliveries) > N_DELIVERIES_KEPT:
                    del self.deliveries[next(iter(self.deliveries))]

    def _note_heard(self, runs: list[Run], cue: Cue, now: float, times: Any) -> None:
        delay_s = times.outputBufferDacTime - times.currentTime
        if not 0.0 < delay_s < LONGEST_DELAY_S:
            delay_s = self.latency_s
        start_s = now + delay_s
        new = (Heard(start_s + run.offset / self.device_rate, run.position, run.n_frames, cue.journey) for run in runs)
        self.heard = (*self.heard, *new)[-N_RUNS_KEPT:]
