"""Plays the sound of a document while it is being edited; never old sound after an edit, never a click.

The control side (any thread) builds frozen reels and cues and swaps references; the PortAudio callback takes what it
finds and only copies. So neither waits for the other: new sound enters the next block, at most 20 ms later.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from intermezzo.audio.devices import NoAudio, OutputDevice, choose_rate, find_device, output_devices, portaudio
from intermezzo.audio.meter import Level, Meter
from intermezzo.audio.metronome import Beat, Clicks
from intermezzo.audio.metronome import count_in as clicked
from intermezzo.audio.mixer import Mixer
from intermezzo.audio.reel import Reel
from intermezzo.audio.resample import Samples
from intermezzo.audio.voice import Cue

__all__ = ["Player"]

BLOCK_S = 0.02
LATENCY_S = 0.04  # asked of the device: two blocks, so that a late one is not heard
REST_AFTER_S = 30.0  # an idle stream stops, to hand the device back
MIN_LOOP_S = 0.02
FIRST_RATE = 24000

log = logging.getLogger(__name__)


class Player:
    """A transport over one sound, and an audition voice beside it; times are in seconds, edits in samples of the sound.

    Nothing here raises because of a device: ``play`` and ``available`` say whether there is sound, ``reason`` why not.

    Args:
        device: name of the output device; the default one where None.
        on_end: called when playback reaches its end, on the audio thread: return at once (emit a queued signal).
        on_trouble: called, on any thread, with one line for the person when the device fails; return at once too.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        device: str | None = None,
        on_end: Callable[[], None] = lambda: None,
        on_trouble: Callable[[str], None] = lambda line: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_end, self._on_trouble, self._clock = on_end, on_trouble, clock
        self._control = threading.RLock()  # among controllers; the callback never takes it
        self._device_name = device
        self._device: OutputDevice | None = None
        self._reason: str | None = None
        self._stream: Any = None  # sounddevice.OutputStream, which has no types
        self._ends_by_us = True
        self._generation = 0
        self._began_s = 0.0
        self._beats: Sequence[Beat] | None = None
        self._mixer = self._new_mixer(Reel.of(np.zeros(0, np.float32), FIRST_RATE, FIRST_RATE), FIRST_RATE)

    # Content ---------------------------------------------------------------------------------------------------------

    def set_sound(self, samples: Samples, rate: int) -> int:
        """Stop, and play another sound from now on: (n,) or (channels, n) at ``rate`` Hz. Returns its generation.

        Takes about 0.2 s a minute where the device refuses ``rate``: call it from a worker thread for long sounds.

        Raises:
            SourceError: if a sample is not a number.
        """
        with self._control:
            device_rate = self._rate_for(rate)
            reel = Reel.of(samples, rate, device_rate, self._generation + 1)
            self._generation += 1
            self._began_s = 0.0
            if device_rate != self._mixer.device_rate:
                self._close_stream()
                self._mixer = self._new_mixer(reel, device_rate, self._mixer)
            self._mixer.cue, self._mixer.reel = Cue(), reel
            return self._generation

    def replace(self, start_sample: int, samples: Samples) -> int:
        """Put new sound, (n,) or (channels, n), in from ``start_sample`` on; returns its generation.

        Raises:
            SourceError: if a sample is not a number, or the start is negative.
        """
        return self._edit(lambda reel, generation: reel.replaced(start_sample, samples, generation))

    def silence(self, stretches: Sequence[tuple[int, int]]) -> int:
        """Silence stretches until they are replaced: their old sound is not played again. Returns the generation."""
        return self._edit(lambda reel, generation: reel.silenced(stretches, generation))

    def set_length(self, n_samples: int) -> int:
        """Cut the sound, or lengthen it by a silent stretch, to ``n_samples``. Returns the generation."""
        return self._edit(lambda reel, generation: reel.resized(max(0, n_samples)))

    def first_delivery(self, generation: int) -> float | None:
        """Clock time at which the callback first delivered sound of ``generation``; None before, or long after."""
        return self._mixer.deliveries.get(generation)

    # Transport -------------------------------------------------------------------------------------------------------

    def play(
        self, start_s: float | None = None, stop_s: float | None = None, loop: bool = False,
        count_in: tuple[float, int] | None = None,
    ) -> bool:  # fmt: skip
        """Play from ``start_s`` to ``stop_s``, once or in a loop.

        Args:
            start_s: the playhead where None, or the start of the sound if the playhead is at its end.
            stop_s: the end of the sound where None.
            loop: go back from ``stop_s`` to ``start_s``, until told otherwise.
            count_in: seconds a beat, and how many beats are clicked before; None for none.

        Returns:
            Whether sound is coming; if not, ``reason`` says why.
        """
        with self._control:
            if start_s is None:
                start_s = self.position_s if self.position_s < self.duration_s else 0.0
            if not self._start(try_again=True):
                return False
            at, stop = self._frame(start_s), None if stop_s is None else self._frame(stop_s)
            region = (at, self._mixer.reel.n_frames if stop is None else stop) if loop else None
            self._began_s = start_s
            lead = None if count_in is None else clicked(*count_in, self._mixer.device_rate)
            self._mixer.cue = Cue(True, at, stop, self._loop(region), lead)
            return True

    def pause(self) -> None:
        """Stop where it is heard now; ``play()`` goes on from there."""
        with self._control:
            self._mixer.cue = Cue(False, self._frame(self.position_s))

    def stop(self) -> None:
        """Stop, and put the playhead back where playing began."""
        with self._control:
            self._mixer.cue = Cue(False, self._frame(self._began_s))

    def seek(self, to_s: float) -> None:
        """Move the playhead; playing goes on from there."""
        with self._control:
            self._began_s, at, cue = to_s, self._frame(to_s), self._mixer.cue
            stop = cue.stop if cue.stop is None or at < cue.stop else None
            self._mixer.cue = Cue(self.playing, at, stop, cue.loop)

    def set_loop(self, region_s: tuple[float, float] | None) -> None:
        """Loop over (start, stop) from the next time the playhead comes to its end, or no more where None."""
        with self._control:
            cue = self._mixer.cue
            region = self._loop((self._frame(region_s[0]), self._frame(region_s[1])) if region_s else None)
            stop = cue.stop if region is None else None
            self._mixer.cue = Cue(self.playing, cue.at, stop, region, cue.lead, cue.journey)

    def set_beats(self, beats: Sequence[Beat] | None) -> None:
        """Click on beats while the transport runs, each (seconds of the sound, whether a bar begins); None: do not."""
        with self._control:
            self._beats = beats
            self._mixer.clicks = None if beats is None else Clicks.of(beats, self._mixer.device_rate)

    def audition(self, samples: Samples, rate: int | None = None) -> int:
        """Play a short sound at once, beside the transport and in place of the audition before; returns its generation.

        Without a device nothing happens: only ``play`` tries again, because only that is a wish of the person's.

        Raises:
            SourceError: if a sample is not a number.
        """
        with self._control:
            self._generation += 1
            if self._start():
                mixer = self._mixer
                reel = Reel.of(samples, rate or mixer.reel.rate, mixer.device_rate, self._generation)
                mixer.audition = (reel, Cue(True))
            return self._generation

    @property
    def playing(self) -> bool:
        """Whether the transport runs."""
        return self._mixer.playing and self._reason is None

    @property
    def position_s(self) -> float:
        """What is heard now, in seconds of the sound: by the clock of the device, its latency taken off."""
        reel = self._mixer.reel
        return reel.converter.to_sound(self._mixer.position) / reel.rate

    @property
    def duration_s(self) -> float:
        """Length of the sound."""
        return self._mixer.reel.length / self._mixer.reel.rate

    @property
    def level(self) -> Level:
        """Peak and RMS, left and right, of what is played."""
        return self._mixer.meter.level

    @property
    def gain(self) -> float:
        """Factor on everything that is played; changes are smoothed over a block."""
        return self._mixer.gain

    @gain.setter
    def gain(self, gain: float) -> None:
        self._mixer.gain = gain

    # Device ----------------------------------------------------------------------------------------------------------

    @property
    def available(self) -> bool:
        """Whether a device can play. Asks PortAudio the first time (0.1 to 0.5 s): not before the window is shown."""
        with self._control:
            if self._device is None and self._reason is None:
                self.select_device(self._device_name)
            return self._reason is None

    @property
    def reason(self) -> str | None:
        """Why there is no sound, in one line that says what to do; None where there is."""
        return None if self.available else self._reason

    @property
    def device(self) -> OutputDevice | None:
        """The device in use; None until one was asked for."""
        return self._device

    def devices(self, rescan: bool = False) -> tuple[OutputDevice, ...]:
        """All devices that can play, the default first; none where PortAudio is missing. ``rescan`` stops playing."""
        with self._control:
            try:
                if rescan:
                    self._close_stream()
                    output_devices(rescan=True)
                    self.select_device(self._device_name)
                return output_devices()
            except NoAudio:
                return ()

    def select_device(self, name: str | None) -> bool:
        """Stop, and play through the device called ``name`` (None: the default one); returns whether it can play."""
        with self._control:
            position_s, reel = self.position_s, self._mixer.reel
            self._close_stream()
            self._device_name = name
            device_rate = self._choose_rate(reel.rate)
            if device_rate != self._mixer.device_rate:
                self._mixer = self._new_mixer(reel.at_rate(device_rate), device_rate, self._mixer)
            self._mixer.cue = Cue(False, self._frame(position_s))
            return self._reason is None

    def close(self) -> None:
        """Stop and let the device go; no thread remains."""
        with self._control:
            position_s = self.position_s
            self._close_stream()
            self._mixer.cue = Cue(False, self._frame(position_s))

    # -----------------------------------------------------------------------------------------------------------------

    def _edit(self, edit: Callable[[Reel, int], Reel]) -> int:
        with self._control:
            reel = edit(self._mixer.reel, self._generation + 1)
            self._generation += 1
            self._mixer.reel = reel
            return self._generation

    def _new_mixer(self, reel: Reel, device_rate: int, before: Mixer | None = None) -> Mixer:
        mixer = Mixer(reel, device_rate, self._clock, self._on_end)
        mixer.gain = before.gain if before else 1.0
        mixer.clicks = None if self._beats is None else Clicks.of(self._beats, device_rate)
        return mixer

    def _frame(self, at_s: float) -> int:
        """The device frame at ``at_s``, inside the sound."""
        reel = self._mixer.reel
        return min(max(0, reel.converter.to_device(at_s * reel.rate)), reel.n_frames)

    def _loop(self, region: tuple[int, int] | None) -> tuple[int, int] | None:
        """The loop, unless it is too short to be one."""
        long_enough = region is not None and region[1] - region[0] >= MIN_LOOP_S * self._mixer.device_rate
        return region if long_enough else None

    def _rate_for(self, rate: int) -> int:
        """The device's rate for a sound's, without asking for what is known: PortAudio takes 0.1 s to answer."""
        if self._device is None:
            return rate  # a window may be opening: it is first asked when there is something to play
        if rate == self._mixer.reel.rate and self._reason is None:
            return self._mixer.device_rate
        return self._choose_rate(rate)

    def _choose_rate(self, rate: int) -> int:
        """The device's rate for a sound's; the sound's own where there is no device."""
        try:
            self._device = find_device(self._device_name)
            device_rate = choose_rate(self._device, rate)
        except NoAudio as error:
            self._device, self._reason = None, str(error)
            return rate
        self._reason = None
        return device_rate

    def _start(self, try_again: bool = False) -> bool:
        """Make the stream run; returns whether it does. A device that failed is left alone unless told otherwise."""
        if self._stream is not None and self._stream.active and self._reason is None:
            self._mixer.n_idle = 0
            return True
        if self._reason and not try_again:
            return False
        self._close_stream()
        if (self._device is None or self._reason) and not self.select_device(self._device_name):
            return False
        device, mixer = self._device, self._mixer
        if device is None:
            return False
        sd = portaudio()

        def callback(out: Samples, n_frames: int, times: Any, status: Any) -> None:
            mixer.callback(out, n_frames, times, status)
            if mixer.n_idle > REST_AFTER_S * mixer.device_rate:
                self._ends_by_us = True
                raise sd.CallbackStop

        try:
            self._stream = sd.OutputStream(
                samplerate=mixer.device_rate,
                blocksize=round(BLOCK_S * mixer.device_rate),
                device=device.index,
                channels=device.n_channels,
                dtype="float32",
                latency=LATENCY_S,
                callback=callback,
                finished_callback=self._on_finished,
            )
            mixer.latency_s, mixer.n_idle, self._ends_by_us = self._stream.latency, 0, False
            self._stream.start()
        except (sd.PortAudioError, OSError, ValueError) as error:
            log.warning("the audio device did not start", exc_info=error)
            self._fail(f"{device.name} does not start.")
        return self._reason is None

    def _on_finished(self) -> None:
        """PortAudio has ended the stream, on its thread: because we asked, or because the device went away."""
        if not self._ends_by_us:
            self._fail(f"{self._device.name if self._device else 'The audio device'} stopped answering.")

    def _fail(self, line: str) -> None:
        self._reason = f"{line} Choose another device in Preferences > Audio, or play again."
        self._on_trouble(self._reason)

    def _close_stream(self) -> None:
        """Let the stream go, dead or alive; the meter falls to nothing."""
        stream, self._stream, self._ends_by_us = self._stream, None, True
        if stream is not None:
            stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)
            self._mixer.meter = Meter(self._mixer.device_rate)
