"""Computers on which PortAudio cannot start: everything but sound works, and one calm line says why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import numpy as np
from intermezzo.audio.player import Player
player = Player()
player.set_sound(np.zeros((1, 2400), np.float32), 24000)
print(player.available, player.play(0.0), player.reason, sep="|")
player.close()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ALSA is Linux")
@pytest.mark.parametrize(
    "content", [None, "", "import os  # no configuration at all {"], ids=["missing", "empty", "odd"]
)
def test_an_alsa_without_configuration_costs_the_sound_and_nothing_else(tmp_path: Path, content: str | None) -> None:
    config = tmp_path / "alsa.conf"
    if content is not None:
        config.write_text(content)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "ALSA_CONFIG_PATH": str(config)},
    )  # fmt: skip
    assert done.returncode == 0 and "Traceback" not in done.stderr, done
    available, played, reason = done.stdout.strip().split("|")
    assert (available, played) == ("False", "False") and reason.startswith("Sound is off")
