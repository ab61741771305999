"""What can compute here, found without torch: the processor by name, NVIDIA cards through their driver, Apple's GPU."""

import ctypes
import os
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import QCoreApplication

__all__ = ["ComputeDevice", "best_device", "compute_devices", "cuda_cards", "device_for", "processor_name"]

_PROC_CARDS = Path("/proc/driver/nvidia/gpus")


@dataclass(frozen=True)
class ComputeDevice:
    """``id`` as the engine host takes it; ``reason`` says why it cannot be used, "" where it can."""

    id: str
    title: str
    what: str
    reason: str = ""


def compute_devices() -> tuple[ComputeDevice, ...]:
    """Return the three kinds of device, those that this computer lacks with the reason."""
    cores = os.cpu_count() or 1
    cpu = ComputeDevice("cpu", "CPU", f"{processor_name()}, {cores} {_t('threads')}")
    return cpu, _cuda(), _mps()


def best_device(devices: tuple[ComputeDevice, ...]) -> str:
    """Return what 'auto' stands for: a graphics card where there is one, else the processor."""
    return next((d.id for d in devices if d.id != "cpu" and not d.reason), "cpu")


def device_for(choice: str) -> str:
    """Return the device that a choice ('auto', 'cpu', 'cuda' or 'mps') means here; what is gone falls back to 'cpu'."""
    if choice == "cpu":
        return "cpu"
    devices = compute_devices()
    if choice == "auto":
        return best_device(devices)
    return next((d.id for d in devices if d.id == choice and not d.reason), "cpu")


def _cuda() -> ComputeDevice:
    cards, title = cuda_cards(), "NVIDIA GPU"
    if not cards:
        return ComputeDevice("cuda", title, "", _t("No NVIDIA driver answers on this computer."))
    what = ", ".join(cards)
    build = _torch_build()
    if build == "":
        return ComputeDevice("cuda", title, what, _t("The Python package torch is not installed."))
    if "cpu" in build:
        return ComputeDevice(
            "cuda", title, what, _t("The installed torch ({0}) is the build for processors only.").format(build)
        )
    return ComputeDevice("cuda", title, what)


def _mps() -> ComputeDevice:
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return ComputeDevice("mps", "Apple GPU", processor_name())
    return ComputeDevice("mps", "Apple GPU", "", _t("Only on Macs with Apple silicon."))


def _torch_build() -> str:
    try:
        return version("torch")
    except PackageNotFoundError:
        return ""


def cuda_cards() -> tuple[str, ...]:
    """Return the names of the NVIDIA cards that the driver knows; on Linux read from its files, which takes no time."""
    if sys.platform == "darwin":
        return ()
    if sys.platform.startswith("linux") and _PROC_CARDS.is_dir():
        named = (_model(card / "information") for card in sorted(_PROC_CARDS.iterdir()))
        return tuple(name for name in named if name)
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        count = ctypes.c_int()
        if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
            return ()
        names = []
        for index in range(count.value):
            device, name = ctypes.c_int(), ctypes.create_string_buffer(128)
            if not driver.cuDeviceGet(ctypes.byref(device), index):
                driver.cuDeviceGetName(name, len(name), device)
                names.append(name.value.decode(errors="replace"))
        return tuple(names)
    except (OSError, AttributeError):
        return ()


def _model(information: Path) -> str:
    try:
        lines = information.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("Model:")), "")


def processor_name() -> str:
    """Return the processor's name as its maker gives it, or its kind where the system does not tell."""
    if sys.platform.startswith("linux"):
        try:
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
                if line.startswith("model name"):
                    return " ".join(line.partition(":")[2].split())
        except OSError:
            pass
    return platform.processor() or platform.machine()


def _t(text: str) -> str:
    return QCoreApplication.translate("Preferences", text)
