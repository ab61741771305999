"""Input devices by name and the rate to open them at; sounddevice is imported on first use."""

from dataclasses import dataclass

from intermezzo.audio.devices import FALLBACK_RATE, NoAudio, portaudio

__all__ = ["Microphone", "find_microphone", "microphones", "recording_rate"]

_WHERE = "then choose it in Preferences > Sound"


@dataclass(frozen=True)
class Microphone:
    """A device that can record: ``name`` is stored in the preferences, ``index`` holds until the next scan."""

    name: str
    index: int
    default_rate: int
    is_default: bool


def microphones() -> tuple[Microphone, ...]:
    """All devices that can record, the default first.

    Raises:
        NoAudio: if PortAudio is missing or fails.
    """
    sd = portaudio()
    try:
        default = sd.default.device[0]
        apis = sd.query_hostapis()
        found = [(index, info) for index, info in enumerate(sd.query_devices()) if info["max_input_channels"] > 0]
    except sd.PortAudioError as error:
        raise NoAudio(f"Recording is off: the audio system does not answer ({error.args[0]}).") from error
    if default < 0:
        default = next((api["default_input_device"] for api in apis), -1)
    several = len({info["hostapi"] for _, info in found}) > 1
    devices = (
        Microphone(
            f"{info['name']} ({apis[info['hostapi']]['name']})" if several else info["name"], index,
            round(info["default_samplerate"]), index == default,
        )
        for index, info in found
    )  # fmt: skip
    return tuple(sorted(devices, key=lambda device: not device.is_default))


def find_microphone(name: str | None) -> Microphone:
    """The microphone called ``name``; the default one where it is None or no longer there.

    Raises:
        NoAudio: if nothing can record.
    """
    devices = microphones()
    if not devices:
        raise NoAudio(f"There is no microphone. Plug one in, {_WHERE}.")
    return next((device for device in devices if device.name == name), devices[0])


def recording_rate(device: Microphone) -> int:
    """The rate in Hz to record at: 48 kHz, else the device's own.

    Raises:
        NoAudio: if the device accepts neither.
    """
    sd = portaudio()
    for rate in (FALLBACK_RATE, device.default_rate):
        try:
            sd.check_input_settings(device.index, 1, "float32", samplerate=rate)
        except (sd.PortAudioError, ValueError) as error:
            refusal = str(error.args[0]).rstrip(".") if error.args else type(error).__name__
        else:
            return rate
    raise NoAudio(f"{device.name} does not open ({refusal}). Free it or plug in another, {_WHERE}.")
