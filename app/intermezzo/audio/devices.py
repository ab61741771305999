"""Output devices by name and the rate to open them at; the only door to sounddevice, imported on first use."""

import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from intermezzo.core.errors import IntermezzoError

__all__ = ["NoAudio", "OutputDevice", "choose_rate", "find_device", "output_devices", "portaudio"]

FALLBACK_RATE = 48000
_AHEAD_S = 20.0


class NoAudio(IntermezzoError):
    """There is no way to play sound; everything else works."""


@dataclass(frozen=True)
class OutputDevice:
    """A device that can play: ``name`` is stored in the preferences, ``index`` holds until the next scan."""

    name: str
    index: int
    n_channels: int
    default_rate: int
    is_default: bool


@cache
def portaudio() -> ModuleType:
    """The sounddevice module.

    Raises:
        NoAudio: if it or the PortAudio library is missing.
    """
    if _is_deadly():
        raise NoAudio("Sound is off: the audio system of this computer is not set up (PortAudio crashes on it).")
    try:
        import sounddevice
    except ImportError as error:
        raise NoAudio(
            "Sound is off: the Python package sounddevice is missing. Run `python3 dev.py run` again."
        ) from error
    except OSError as error:
        raise NoAudio(
            "Sound is off: the PortAudio library is missing. On Debian and Ubuntu: apt install libportaudio2."
        ) from error
    except Exception as error:  # PortAudio's own, of the very module that is being imported
        raise NoAudio(f"Sound is off: the audio system does not answer ({_reason(error)}).") from error
    module: ModuleType = sounddevice
    return module


@cache
def _is_deadly() -> bool:
    """Tell whether PortAudio ends or blocks its process here, as it does where ALSA finds no configuration.

    A child is sent ahead, since nothing in this process could survive that.
    """
    if not sys.platform.startswith("linux") or getattr(sys, "frozen", False):
        return False
    try:
        ahead = subprocess.run([sys.executable, "-c", "import sounddevice"], capture_output=True, timeout=_AHEAD_S)
    except OSError:
        return False
    except subprocess.TimeoutExpired:
        return True
    return ahead.returncode < 0


def output_devices(rescan: bool = False) -> tuple[OutputDevice, ...]:
    """All devices that can play, the default first.

    Args:
        rescan: look for devices plugged in since; no stream may be open.

    Raises:
        NoAudio: if PortAudio is missing or fails.
    """
    sd = portaudio()
    try:
        if rescan:
            # PortAudio lists devices once; these private calls are sounddevice's documented way to list them again.
            sd._terminate()
            sd._initialize()
        default = sd.default.device[1]
        if default < 0:
            default = next((api["default_output_device"] for api in sd.query_hostapis()), -1)
        found = [(index, info) for index, info in enumerate(sd.query_devices()) if info["max_output_channels"] > 0]
        apis = [api["name"] for api in sd.query_hostapis()]
    except sd.PortAudioError as error:
        raise NoAudio(f"Sound is off: the audio system does not answer ({_reason(error)}).") from error
    several = len({info["hostapi"] for _, info in found}) > 1
    devices = (
        OutputDevice(
            name=f"{info['name']} ({apis[info['hostapi']]})" if several else info["name"],
            index=index,
            n_channels=min(2, info["max_output_channels"]),
            default_rate=round(info["default_samplerate"]),
            is_default=index == default,
        )
        for index, info in found
    )
    return tuple(sorted(devices, key=lambda device: not device.is_default))


def find_device(name: str | None) -> OutputDevice:
    """The device called ``name``; the default device where it is None or no longer there.

    Raises:
        NoAudio: if nothing can play.
    """
    devices = output_devices()
    if not devices:
        raise NoAudio("Sound is off: no audio output was found. Plug one in, then choose it in Preferences > Audio.")
    return next((device for device in devices if device.name == name), devices[0])


def choose_rate(device: OutputDevice, rate: int) -> int:
    """The rate in Hz to open ``device`` at: that of the sound, else 48 kHz, else the device's own.

    Raises:
        NoAudio: if the device accepts none of them.
    """
    sd = portaudio()
    for candidate in (rate, FALLBACK_RATE, device.default_rate):
        try:
            sd.check_output_settings(device.index, device.n_channels, "float32", samplerate=candidate)
        except (sd.PortAudioError, ValueError) as error:
            refusal = error
        else:
            return candidate
    raise NoAudio(
        f"Sound is off: {device.name} does not open ({_reason(refusal)}). Choose another device in Preferences > Audio."
    )


def _reason(error: Exception) -> str:
    """PortAudio's own short words."""
    return str(error.args[0]).rstrip(".") if error.args else type(error).__name__
