"""The mel contract: everything that acoustic model and vocoder must mean alike, and what is known of it.

A configuration of transformers says little of it. A folder may say the rest in a `mel.json` with the field names of
`MelContract`, or in the preprocessor_config.json that speech checkpoints of transformers carry. What nobody says is
not compared: the check refuses what is known to be wrong, and does not pretend to know more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from intermezzo_engines.pretrained.checkpoints import Folder

__all__ = ["MelContract", "contract_of"]

_WORDS = {
    "sample_rate_hz": ("sample rate", "Hz"), "n_fft": ("FFT length", "samples"), "win_samples": ("window", "samples"),
    "hop_samples": ("hop", "samples"), "bands": ("mel bands", ""), "fmin_hz": ("lowest band edge", "Hz"),
    "fmax_hz": ("highest band edge", "Hz"), "log_base": ("base of the logarithm", ""),
}  # fmt: skip
_CLOSE = 1e-3


@dataclass(frozen=True)
class MelContract:
    """How a mel spectrogram is made; None where nobody says."""

    sample_rate_hz: float | None = None
    n_fft: float | None = None
    win_samples: float | None = None
    hop_samples: float | None = None
    bands: float | None = None
    fmin_hz: float | None = None
    fmax_hz: float | None = None
    log_base: float | None = None

    def against(self, other: MelContract) -> str:
        """Return the first thing in which two contracts are known to differ, as a half sentence; else nothing."""
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if mine is None or theirs is None or abs(mine - theirs) <= _CLOSE * max(abs(mine), abs(theirs)):
                continue
            name, unit = _WORDS[field.name]
            return f"its {name} is {mine:g} {unit}".rstrip() + f" where {theirs:g} belongs"
        return ""

    def unknown(self) -> tuple[str, ...]:
        """Return the names of what nobody says."""
        return tuple(_WORDS[field.name][0] for field in fields(self) if getattr(self, field.name) is None)


def contract_of(folder: Folder, own: MelContract) -> MelContract:
    """Return ``own`` with all that the folder's preprocessor_config.json and mel.json say; raises ValueError."""
    return _told(_prepared(own, folder.json("preprocessor_config.json")), folder.json("mel.json"))


def _told(contract: MelContract, said: Mapping[str, Any]) -> MelContract:
    known = {field.name for field in fields(MelContract)}
    unknown = sorted(set(said) - known)
    if unknown:
        raise ValueError(f"mel.json does not know {unknown[0]!r}; it has {', '.join(sorted(known))}")
    return replace(contract, **{name: float(value) for name, value in said.items()})


def _prepared(contract: MelContract, said: Mapping[str, Any]) -> MelContract:
    rate = said.get("sampling_rate")
    if rate is None:
        return contract
    # SpeechT5 counts its hop and window in milliseconds, all others in samples.
    scale = rate / 1000 if said.get("feature_extractor_type") == "SpeechT5FeatureExtractor" else 1.0
    read = {
        "sample_rate_hz": rate, "n_fft": said.get("n_fft"), "hop_samples": _times(said.get("hop_length"), scale),
        "win_samples": _times(said.get("win_length"), scale), "bands": said.get("num_mel_bins"),
        "fmin_hz": said.get("fmin"), "fmax_hz": said.get("fmax"),
    }  # fmt: skip
    return replace(contract, **{name: float(value) for name, value in read.items() if value is not None})


def _times(value: Any, scale: float) -> float | None:  # Any: what a file says
    return None if value is None else float(value) * scale
