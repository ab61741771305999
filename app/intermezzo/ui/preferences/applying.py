"""Applies preferences to what runs: at the start all of them, later only what changed."""

from collections.abc import Callable, Mapping
from math import inf
from typing import Protocol

from intermezzo.storage.settings import Preferences
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.devices import best_device, compute_devices

__all__ = ["Playing", "apply_preferences", "device_of", "keys_of", "needs_new_host"]

_HOST_FIELDS = ("device", "threads", "cache_dir", "cache_mb")


class Playing(Protocol):
    """The part of the player that preferences change."""

    gain: float

    def select_device(self, name: str | None) -> bool:
        """Play through another device."""


class Hearing(Protocol):
    """The part of the workspace that preferences change."""

    hear_edits: bool


def device_of(preferences: Preferences) -> str:
    """Return the device that engines are to run on; one that is not there any more falls back to the processor."""
    if preferences.device == "cpu":
        return "cpu"
    devices = compute_devices()
    if preferences.device == "auto":
        return best_device(devices)
    found = next(d for d in devices if d.id == preferences.device)
    return "cpu" if found.reason else found.id


def keys_of(preferences: Preferences) -> Mapping[str, tuple[str, ...]]:
    """Return the changed shortcuts as the action book takes them."""
    return {action: tuple(keys.split()) for action, keys in preferences.shortcuts.items()}


def needs_new_host(before: Preferences, after: Preferences) -> bool:
    """Tell whether a change needs the engine host to be started anew."""
    return any(getattr(before, name) != getattr(after, name) for name in _HOST_FIELDS)


def apply_preferences(
    before: Preferences | None, after: Preferences, look: Look, workspace: Hearing, player: Playing,
    restart_host: Callable[[Preferences], None],
) -> None:  # fmt: skip
    """Bring look, playing and the engine host in line; ``before`` None applies all but the host, which is young."""
    if before is None or before.theme != after.theme:
        look.choose(after.theme)  # type: ignore[arg-type]
    look.reduce_motion = after.reduce_motion
    if before is None or before.hear_edits != after.hear_edits:
        workspace.hear_edits = after.hear_edits
    if before is None or before.level_db != after.level_db:
        player.gain = 0.0 if after.level_db == -inf else 10 ** (after.level_db / 20)
    if (before.audio_device if before is not None else "") != after.audio_device:
        player.select_device(after.audio_device or None)
    if before is not None and needs_new_host(before, after):
        restart_host(after)
