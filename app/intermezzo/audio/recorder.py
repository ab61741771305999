"""Records a microphone: a level meter, a second before the button was pressed, and a file that outlives a crash.

The callback only measures and hands blocks on; a thread of ours writes them. The file is Sun AU, float32, mono: its
header may leave the length open, so what was written before a crash is a whole recording.
"""

import logging
import os
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.audio.devices import NoAudio, portaudio
from intermezzo.audio.meter import Level, Meter
from intermezzo.audio.microphones import find_microphone, recording_rate
from intermezzo.core.media import Audio

__all__ = ["PRE_ROLL_S", "Recorder", "left_recordings", "read_left"]

PRE_ROLL_S = 1.0
BLOCK_S = 0.02
CLIPS_FROM = 0.999
_MAGIC = b".snd"
_FLOAT32 = 6
_HEADER = struct.Struct(">4s5I")
_log = logging.getLogger(__name__)

Samples = NDArray[np.float32]


class Recorder:
    """One recording after the other from one device; nothing here raises because of a device except `open`.

    Args:
        folder: where what is recorded is kept until it is used or thrown away.
        on_trouble: called on any thread with one line when the device or the disk fails; return at once.
    """

    def __init__(self, folder: Path, on_trouble: Callable[[str], None] = lambda line: None) -> None:
        self._folder, self._on_trouble = folder, on_trouble
        self._stream: Any = None  # sounddevice.InputStream, which has no types
        self.rate = 0
        self._meter = Meter(1)
        self._ring: deque[Samples] = deque()
        self._blocks: list[Samples] = []
        self._queue: SimpleQueue[Samples | None] = SimpleQueue()
        self._writer: threading.Thread | None = None
        self._state = "off"  # 'listening', 'begin' until the next block, 'recording'
        self.has_clipped = False
        self.n_lost = 0
        self.path: Path | None = None

    # Device

    def open(self, device: str | None = None) -> None:
        """Listen to a microphone, so that its level shows and the second before a recording is there.

        Raises:
            NoAudio: if there is none, or it does not open.
        """
        if self._stream is not None:
            return
        chosen = find_microphone(device)
        self.rate = recording_rate(chosen)
        sd = portaudio()
        self.start_at(self.rate)
        try:
            self._stream = sd.InputStream(
                device=chosen.index, channels=1, samplerate=self.rate, dtype="float32",
                blocksize=round(BLOCK_S * self.rate), callback=self.take, finished_callback=self._on_finished,
            )  # fmt: skip
            self._stream.start()
        except (sd.PortAudioError, ValueError) as error:
            self.close()
            raise NoAudio(f"{chosen.name} does not record ({error.args[0]}). Is another program using it?") from error

    def start_at(self, rate: int) -> None:
        """Get ready for blocks of ``rate`` samples a second."""
        self.rate, self._meter = rate, Meter(rate)
        self._ring.clear()
        self._state = "listening"

    def close(self) -> None:
        """Let the microphone go; a recording that runs is stopped and kept."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)
        self.stop()
        self._state = "off"

    def _on_finished(self) -> None:
        if self._stream is not None:  # nobody closed it: unplugged
            self._on_trouble("The microphone is gone. What was recorded is kept; plug it in to go on.")

    # Recording

    def take(self, block: Samples, n: int, times: object, status: Any) -> None:
        """Take one block (n, 1) of the device; on its own thread, so it only copies."""
        mono = np.array(block[:, 0], np.float32)
        self._meter.follow(np.repeat(mono[:, None], 2, axis=1))
        if status is not None and getattr(status, "input_overflow", False):
            self.n_lost += 1
        if self._state == "begin":
            for before in self._ring:
                self._hand_on(before)
            self._ring.clear()
            self._state = "recording"
        if self._state == "recording":
            self._hand_on(mono)
            return
        self._ring.append(mono)
        while sum(map(len, self._ring)) - len(self._ring[0]) >= PRE_ROLL_S * self.rate:
            self._ring.popleft()

    def _hand_on(self, block: Samples) -> None:
        self.has_clipped |= bool(np.abs(block).max(initial=0.0) >= CLIPS_FROM)
        self._blocks.append(block)
        self._queue.put(block)

    def record(self, *, pre_roll: bool = True) -> None:
        """Record from now on, with the second before it unless ``pre_roll`` is off (after a count-in)."""
        self.stop()
        self.discard()
        if not pre_roll:
            self._ring.clear()
        self.has_clipped, self.n_lost = False, 0
        self._queue = SimpleQueue()
        self.path = self._folder / f"recording-{os.getpid()}-{time.time() * 1000:.0f}.au"
        self._writer = threading.Thread(target=self._write, args=(self.path, self._queue), daemon=True, name="record")
        self._writer.start()
        self._state = "begin"

    def stop(self) -> Audio | None:
        """Stop, and return what was recorded, if anything; the microphone stays open."""
        if self._state in ("begin", "recording"):
            self._state = "listening"
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
            self._writer = None
        return self.audio

    def discard(self) -> None:
        """Throw the last recording away, or let its file go because it is safe in the project."""
        self._blocks = []
        if self.path is not None:
            self.path.unlink(missing_ok=True)
            self.path = None

    def _write(self, path: Path, queue: "SimpleQueue[Samples | None]") -> None:
        try:
            with path.open("wb") as file:
                file.write(_HEADER.pack(_MAGIC, _HEADER.size, 0xFFFFFFFF, _FLOAT32, self.rate, 1))
                while (block := queue.get()) is not None:
                    file.write(block.astype(">f4").tobytes())
                    file.flush()
        except OSError as problem:
            _log.warning("recording: %s", problem)
            self._on_trouble(f"The recording is not kept on the disk: {problem.strerror}. It goes on in memory.")

    # What there is

    @property
    def is_recording(self) -> bool:
        """Whether what is heard is kept."""
        return self._state in ("begin", "recording")

    @property
    def audio(self) -> Audio | None:
        """What was recorded so far, mono."""
        blocks = list(self._blocks)
        return Audio(np.concatenate(blocks)[None], self.rate) if blocks else None

    @property
    def duration_s(self) -> float:
        """Length of what was recorded so far, the second before it included."""
        return sum(map(len, list(self._blocks))) / self.rate if self.rate else 0.0

    @property
    def level(self) -> Level:
        """Peak and RMS of what the microphone hears, as shares of full scale."""
        return self._meter.level

    def peaks(self, n: int) -> Samples:
        """Return the largest magnitude in each of ``n`` equal parts of what was recorded, oldest first."""
        loudest = np.array([np.abs(block).max(initial=0.0) for block in list(self._blocks)], np.float32)
        if not len(loudest):
            return np.zeros(n, np.float32)
        edges = np.linspace(0, len(loudest), n + 1)
        return np.array([loudest[int(a) : max(int(b), int(a) + 1)].max() for a, b in pairwise(edges)])


def left_recordings(folder: Path) -> list[Path]:
    """Return recordings that programs left which run no more, newest first."""
    found = []
    for path in folder.glob("recording-*-*.au"):
        pid = path.name.split("-")[1]
        if pid.isdigit() and int(pid) != os.getpid() and not _runs(int(pid)) and path.stat().st_size > _HEADER.size:
            found.append(path)
    return sorted(found, key=lambda path: -path.stat().st_mtime)


def read_left(path: Path) -> Audio | None:
    """Return what a recording that was left holds, None if it is none of ours or damaged."""
    try:
        content = path.read_bytes()
        magic, start, _, coding, rate, channels = _HEADER.unpack_from(content)
    except (OSError, struct.error):
        return None
    if (magic, start, coding, channels) != (_MAGIC, _HEADER.size, _FLOAT32, 1) or not rate:
        return None
    whole = (len(content) - start) // 4
    samples = np.frombuffer(content, ">f4", whole, start).astype(np.float32)
    return Audio(samples[None], rate) if whole and np.isfinite(samples).all() else None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
