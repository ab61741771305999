"""A sound card made of a pipe (Linux): a real PortAudio stream with nothing plugged in, for tests and benches.

ALSA's file plug-in writes what is played into a pipe; this same file, run as a script with the standard library only,
reads the pipe at the pace of a loudspeaker and keeps what it reads. Without pacing, ALSA writes to a plain file as fast
as it can: good for what is played, not for when.
"""

import os
import shlex
import sys
import time
from pathlib import Path

__all__ = ["virtual_card"]

SHARE_S = 0.005  # the reader takes 5 ms at a time
SMALLEST_PIPE, LARGEST_PIPE = 4096, 65536
F_SETPIPE_SZ = 1031
BYTES_PER_FRAME = 8  # float32, stereo

PINNED = "format FLOAT_LE rate 48000 channels 1"  # else ALSA reads the samples as whatever it likes best

CONFIG = """\
pcm.!default {{ type plug slave {{ pcm "card" {pinned} }} }}
pcm.card {{ type file slave.pcm "nowhere" file "{target}" format "raw" infile "{source}" }}
pcm.nowhere {{ type null }}
ctl.!default {{ type null }}
"""


def virtual_card(folder: Path, paced_rate: int | None = None, heard: Path | None = None) -> dict[str, str]:
    """Describe a card whose sound ends up in ``folder/played.raw``: float32, stereo, at the rate of the stream.

    Args:
        folder: an existing folder; its path must be free of quotation marks.
        paced_rate: play in real time at this rate in Hz; as fast as possible where None.
        heard: raw float32 samples, mono at 48 kHz, that its microphone hears; silence where None.

    Returns:
        The environment variables to set before PortAudio is loaded.
    """
    played = folder.resolve() / "played.raw"
    target = str(played)
    if paced_rate is not None:
        script = [sys.executable, "-S", str(Path(__file__).resolve()), target, str(paced_rate * BYTES_PER_FRAME)]
        target = "|exec " + shlex.join(script)
    config = folder.resolve() / "asound.conf"
    config.write_text(
        CONFIG.format(target=target, source=heard or "/dev/zero", pinned=PINNED if heard else ""), encoding="utf-8"
    )
    return {"ALSA_CONFIG_PATH": str(config)}


def _listen(played: str, bytes_per_s: int) -> None:
    """Copy standard input to ``played`` at a steady pace until it ends."""
    import fcntl  # not there on Windows, where nobody runs this

    with Path(played).open("wb", buffering=0) as output:
        while True:
            try:
                fcntl.fcntl(0, F_SETPIPE_SZ, SMALLEST_PIPE)
                break
            except OSError:  # refused while the pipe holds more than that
                output.write(os.read(0, LARGEST_PIPE))
        due_s = time.monotonic()
        while share := os.read(0, int(bytes_per_s * SHARE_S)):
            output.write(share)
            due_s = max(due_s + len(share) / bytes_per_s, time.monotonic() - 0.05)
            time.sleep(max(0.0, due_s - time.monotonic()))


if __name__ == "__main__":
    _listen(sys.argv[1], int(sys.argv[2]))
