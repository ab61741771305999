"""MIDI ports: a keyboard that is played, an instrument that is sent to, by name; python-rtmidi where it finds any.

What a keyboard sends arrives on a thread of the library's own: whoever listens returns at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from intermezzo.core.errors import IntermezzoError

__all__ = ["Backend", "Key", "MidiPorts"]

_NOTE_OFF, _NOTE_ON, _CONTROL = 0x80, 0x90, 0xB0
_ALL_NOTES_OFF = 123
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Key:
    """A key that went down, or up where ``velocity`` is 0; ``pitch`` is the MIDI note."""

    pitch: int
    velocity: int


class Backend(Protocol):
    """What is used of the module rtmidi."""

    def MidiIn(self) -> Any:  # Any: rtmidi has no types
        """Return a port to listen at."""

    def MidiOut(self) -> Any:
        """Return a port to send to."""


class MidiPorts:
    """One input and one output at a time; nothing here raises because of a port, ``reason`` says what is the matter."""

    def __init__(self, backend: Backend | None = None) -> None:
        self._backend, self._asked = backend, backend is not None
        self._in: Any = None
        self._out: Any = None
        self._sounding: set[int] = set()
        self.reason = ""

    def inputs(self) -> tuple[str, ...]:
        """Return the names of keyboards that are plugged in."""
        return self._names("MidiIn")

    def outputs(self) -> tuple[str, ...]:
        """Return the names of instruments that can be sent to."""
        return self._names("MidiOut")

    def listen(self, name: str, on_key: Callable[[Key], None]) -> bool:
        """Hear a keyboard from now on, '' for none; returns whether it is there. ``on_key`` is called on its thread."""
        _close(self._in)
        self._in = None
        if not name:
            return True

        def heard(event: tuple[list[int], float], _: object) -> None:
            message = event[0]
            kind = message[0] & 0xF0 if message else 0
            if len(message) >= 3 and kind in (_NOTE_ON, _NOTE_OFF):
                on_key(Key(message[1], message[2] if kind == _NOTE_ON else 0))

        self._in = self._opened("MidiIn", name)
        if self._in is not None:
            self._in.set_callback(heard)
        return self._in is not None

    def send_to(self, name: str) -> bool:
        """Send to an instrument from now on, '' for none; returns whether it is there."""
        self.silence()
        _close(self._out)
        self._out = self._opened("MidiOut", name) if name else None
        return not name or self._out is not None

    @property
    def sends(self) -> bool:
        """Whether there is an instrument to send to."""
        return self._out is not None

    def press(self, pitch: int, velocity: int) -> None:
        """Let a note begin on the instrument."""
        if self._send([_NOTE_ON, pitch, velocity]):
            self._sounding.add(pitch)

    def release(self, pitch: int) -> None:
        """Let a note end."""
        self._send([_NOTE_OFF, pitch, 0])
        self._sounding.discard(pitch)

    def silence(self) -> None:
        """End all notes."""
        for pitch in sorted(self._sounding):
            self._send([_NOTE_OFF, pitch, 0])
        if self._sounding:
            self._send([_CONTROL, _ALL_NOTES_OFF, 0])
        self._sounding.clear()

    def close(self) -> None:
        """End all notes and let both ports go."""
        self.silence()
        _close(self._in)
        _close(self._out)
        self._in = self._out = None

    def _names(self, kind: str) -> tuple[str, ...]:
        try:
            port = self._make(kind)
            names = tuple(str(name) for name in port.get_ports())
            _close(port)
        except _NoMidi as problem:
            self.reason = str(problem)
            return ()
        self.reason = "" if names else "No MIDI port was found. Plug an instrument in and look again."
        return names

    def _opened(self, kind: str, name: str) -> Any:
        try:
            port = self._make(kind)
            names = port.get_ports()
            if name not in names:
                raise _NoMidi(f"{name} is not plugged in.")
            port.open_port(names.index(name))
        except _NoMidi as problem:
            self.reason = str(problem)
            return None
        except Exception as problem:
            log.warning("a MIDI port did not open", exc_info=problem)
            self.reason = f"{name} does not open; another program may hold it."
            return None
        self.reason = ""
        return port

    def _make(self, kind: str) -> Any:
        if not self._asked:
            self._asked = True
            try:
                import rtmidi

                self._backend = rtmidi
            except ImportError:
                self._backend = None
        if self._backend is None:
            raise _NoMidi("MIDI ports need python-rtmidi. Install it with: pip install python-rtmidi")
        try:
            return getattr(self._backend, kind)()
        except Exception as problem:  # its own error type, when the system has no MIDI at all
            raise _NoMidi("This system has no MIDI ports.") from problem

    def _send(self, message: list[int]) -> bool:
        if self._out is None:
            return False
        try:
            self._out.send_message(message)
        except Exception as problem:
            log.warning("a MIDI instrument went away", exc_info=problem)
            _close(self._out)
            self._out = None
            self.reason = "The MIDI instrument went away. Choose it again in Preferences > Sound."
            return False
        return True


class _NoMidi(IntermezzoError):
    """There are no ports, or not this one."""


def _close(port: Any) -> None:
    if port is not None:
        try:
            port.close_port()
            if hasattr(port, "delete"):
                port.delete()
        except Exception as problem:
            log.warning("a MIDI port did not close", exc_info=problem)
