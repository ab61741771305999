"""Ways to hear without a loudspeaker: the callback cranked by hand, and ALSA's file plug-in under PortAudio."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from intermezzo.audio.devices import OutputDevice
from intermezzo.audio.player import Player
from intermezzo.audio.virtual import virtual_card

RATE = 24000
BLOCK = 480
DELAY_S = 0.05

Frames = NDArray[np.float32]


class CrankedPlayer(Player):
    """The real player and the real callback, with the test's hand and clock in the place of a device."""

    def __init__(self, device_rate: int | None = None) -> None:
        self.now_s = 100.0
        self.n_ends = 0
        self._forced_rate = device_rate
        super().__init__(clock=lambda: self.now_s, on_end=self._count_end)
        self.select_device(None)

    def crank(self, n_blocks: int = 1) -> Frames:
        """Let ``n_blocks`` pass in real time; return what was played, (n, 2)."""
        blocks = np.full((n_blocks, BLOCK, 2), np.nan, np.float32)
        for block in blocks:
            times = SimpleNamespace(currentTime=7.0, outputBufferDacTime=7.0 + DELAY_S)
            self._mixer.callback(block, BLOCK, times, None)
            self.now_s += BLOCK / self._mixer.device_rate
        return blocks.reshape(-1, 2)

    def _count_end(self) -> None:
        self.n_ends += 1

    def _start(self, try_again: bool = False) -> bool:
        return True

    def _choose_rate(self, rate: int) -> int:
        self._device = OutputDevice("a hand", 0, 2, self._forced_rate or rate, is_default=True)
        return self._forced_rate or rate


@pytest.fixture
def player() -> CrankedPlayer:
    return CrankedPlayer()


@pytest.fixture
def alsa_file_device(tmp_path: Path) -> Callable[..., tuple[dict[str, Any], Frames]]:
    """Run a script beside a virtual card; give back the JSON object it prints and what the card played, (n, 2).

    A process of its own, because ALSA reads its configuration when PortAudio is loaded.
    """

    def run(script: str, paced_rate: int | None = None) -> tuple[dict[str, Any], Frames]:
        environment = os.environ | virtual_card(tmp_path, paced_rate) | {"CARD": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        played = tmp_path / "played.raw"
        raw = played.read_bytes() if played.exists() else b""
        return json.loads(done.stdout), np.frombuffer(raw[: len(raw) // 8 * 8], np.float32).reshape(-1, 2)

    return run
