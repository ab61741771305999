"""What each engine package is doing: ready, short of something, broken or stopped, each with its reason in one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from PySide6.QtCore import QCoreApplication

from intermezzo.core.manifest import EngineManifest
from intermezzo.core.registry import Registry
from intermezzo.jobs.requirements import install_line, lacks
from intermezzo.ui.theme import Role
from intermezzo.ui.wording import counted

__all__ = ["EngineHostView", "EngineState", "State", "engine_states", "state_words", "status_words"]

State = Literal["ready", "missing", "broken", "stopped"]
STATE_MARKS: Final[Mapping[State, tuple[str, Role]]] = {
    "ready": ("check-circle", "ok"), "missing": ("warning", "warn"), "broken": ("x-circle", "err"),
    "stopped": ("x-circle", "err"),
}  # fmt: skip


class EngineHostView(Protocol):
    """The part of the engine host that says how engines fare."""

    @property
    def device(self) -> str:
        """'cpu', 'cuda' or 'mps'."""

    @property
    def troubles(self) -> Mapping[str, str]:
        """Engines that failed while they ran, with the reason."""

    def forgive(self, engine: str) -> None:
        """Give an engine that was switched off another chance."""


@dataclass(frozen=True)
class EngineState:
    """One engine or broken package; ``remedy`` is what to do, ``command`` a line to copy into a terminal."""

    id: str
    title: str
    state: State
    reason: str = ""
    remedy: str = ""
    command: str = ""
    manifest: EngineManifest | None = None

    @property
    def is_shown(self) -> bool:
        """Whether it counts in the status line: engines for tests do not, nor what nobody has asked for yet.

        An engine over a checkpoint of the person's own is optional, so what it lacks is told in the panel alone.
        """
        manifest = self.manifest
        return manifest is None or not (manifest.hidden or (self.state == "missing" and not manifest.brings_all))


def engine_states(registry: Registry, host: EngineHostView) -> list[EngineState]:
    """Return the state of every engine that is known, those that work first, packages that are no engine last."""
    troubles, states = host.troubles, []
    for manifest in registry.engines.values():
        missing = lacks(manifest, host.device)
        if manifest.id in troubles:
            states.append(
                EngineState(
                    manifest.id, manifest.title, "stopped", troubles[manifest.id],
                    _t("Your work is safe. Try again; if it fails each time, send the report to its maker."),
                    manifest=manifest,
                )
            )  # fmt: skip
        elif missing:
            command = install_line(manifest)
            remedy = (
                _t("Install what is missing with the line below, then try again.")
                if command
                else _t("Choose another device in the preferences.")
            )
            states.append(
                EngineState(manifest.id, manifest.title, "missing", _sentence(missing), remedy, command, manifest)
            )
        else:
            states.append(EngineState(manifest.id, manifest.title, "ready", manifest=manifest))
    for name, reason in registry.broken.items():
        states.append(
            EngineState(
                name, name, "broken", reason,
                _t("Update or remove the package. The rest of the studio works without it."),
            )
        )  # fmt: skip
    order = ("ready", "missing", "stopped", "broken")
    return sorted(states, key=lambda s: (order.index(s.state), not s.is_shown))


def state_words(state: State) -> str:
    """Return a state in words."""
    words = {
        "ready": _t("ready"), "missing": _t("missing something"), "broken": _t("broken"),
        "stopped": _t("stopped working"),
    }  # fmt: skip
    return words[state]


def status_words(states: list[EngineState]) -> tuple[str, str]:
    """Return the two notes of the status line: how many engines are ready, and who is not and why ("" for nobody)."""
    shown = [state for state in states if state.is_shown]
    n_ready = sum(state.state == "ready" for state in shown)
    ready = counted(n_ready, _t("{0} engine ready"), _t("{0} engines ready"))
    off = [state for state in shown if state.state != "ready"]
    if not off:
        return ready, ""
    first = off[0]
    count = counted(len(off), _t("{0} plugin not loaded"), _t("{0} plugins not loaded"))
    return ready, f"{count}: {first.title}: {_first_sentence(first.reason)}"


def _sentence(problems: tuple[str, ...]) -> str:
    text = "; ".join(problems)
    return f"{text[:1].upper()}{text[1:]}."


def _first_sentence(text: str) -> str:
    head, mark, _ = text.partition(". ")
    return head if mark else text.rstrip(".")


def _t(text: str) -> str:
    return QCoreApplication.translate("Plugins", text)
