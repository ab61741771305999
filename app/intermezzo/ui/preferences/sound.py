"""Where sound comes out: the device, a test tone, a new look for devices, and whether edits are heard at once."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.audio.devices import OutputDevice
from intermezzo.audio.midi_ports import MidiPorts
from intermezzo.core.errors import IntermezzoError
from intermezzo.storage.settings import Preferences
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.rows import Page, SettingRow
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.rows import SliderRow
from intermezzo.ui.widgets.switches import Switch
from intermezzo.ui.wording import counted

__all__ = ["PlayerView", "SoundPage", "tone"]

Set = Callable[..., None]
_TONE_RATE = 48_000


class PlayerView(Protocol):
    """The part of the player that the page needs."""

    @property
    def reason(self) -> str | None:
        """Why there is no sound, None where there is."""

    def devices(self, rescan: bool = False) -> tuple[OutputDevice, ...]:
        """The devices that can play, the default first."""

    def audition(self, samples: NDArray[np.float32], rate: int | None = None) -> int:
        """Play something beside the document."""


def tone(duration_s: float = 0.9, f0_hz: float = 440.0) -> NDArray[np.float32]:
    """Return a soft tone with two overtones that fades in and out; (n,) at 48 kHz, peak below 0.25."""
    at_s = np.arange(round(duration_s * _TONE_RATE)) / _TONE_RATE
    wave = sum(np.sin(2 * np.pi * f0_hz * (k + 1) * at_s) / (k + 1) ** 2 for k in range(3))
    fade = np.minimum(1.0, np.minimum(at_s / 0.02, (duration_s - at_s) / 0.4))
    samples: NDArray[np.float32] = (0.17 * wave * fade).astype(np.float32)
    return samples


class SoundPage(Page):
    """Output device, level, and hearing edits."""

    def __init__(
        self, look: Look, preferences: Preferences, set_: Set, player: PlayerView, ports: MidiPorts | None = None
    ) -> None:
        super().__init__(look, "")
        self.setAccessibleName(self.tr("Sound"))
        self._player, self._set = player, set_
        self._chosen = preferences.audio_device
        self.device = Combo(look, self.tr("Output device"))
        self.device.activated.connect(self._on_device)
        self._device_row = SettingRow(look, self.tr("Output device"), " ", self.device)
        self.add_row(self._device_row)
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.rescan = Button(look, self.tr("Look again"), icon="arrows-clockwise")
        self.rescan.clicked.connect(lambda: self.show_devices(rescan=True))
        self.test = Button(look, self.tr("Play a test tone"), icon="speaker-high")
        self.test.clicked.connect(self._play_tone)
        row.addWidget(self.rescan)
        row.addWidget(self.test)
        self._test_row = SettingRow(look, self.tr("Test"), self.tr("One soft tone, 440 Hz."), tools, width=None)
        self.add_row(self._test_row)
        spec = NumberSpec(-60.0, 12.0, 0.5, 1, "dB", 0.0)
        self.level = SliderRow(look, self.tr("Level"), spec)
        self.level.label.hide()
        self.level.set_number(preferences.level_db)
        self.level.committed.connect(lambda db: set_(level_db=float(db)))
        self.add_row(
            SettingRow(
                look, self.tr("Level"), self.tr("Of everything that is played; exports stay as they are."), self.level
            )
        )
        self.hear = Switch(look, self.tr("Hear edits at once"), on=preferences.hear_edits)
        self.hear.toggled.connect(lambda on: set_(hear_edits=on))
        hear_help = self.tr("Plays the changed stretch when you let go of a stroke, if nothing else plays.")
        self.add_row(SettingRow(look, self.tr("Hear edits at once"), hear_help, self.hear))
        self._ports, self._midi = ports, [preferences.midi_input, preferences.midi_output]
        self.midi = [Combo(look, self.tr("MIDI keyboard")), Combo(look, self.tr("MIDI output"))]
        helps = (
            self.tr("Plays and records notes of a tune."),
            self.tr("Gets the notes of a tune while it plays."),
        )
        self._midi_rows = []
        for k, (combo, text) in enumerate(zip(self.midi, helps, strict=True)):
            combo.activated.connect(lambda index, k=k: self._on_midi(k, index))
            row_of = SettingRow(look, combo.accessibleName(), text, combo)
            self._midi_rows.append(row_of)
            self.add_row(row_of)
        self._midi_names: list[list[str]] = [[""], [""]]
        self.finish()
        self.show_devices()

    def show_preferences(self, preferences: Preferences) -> None:
        """Show what was chosen elsewhere."""
        self.hear.setChecked(preferences.hear_edits)
        self.level.set_number(preferences.level_db)

    def show_devices(self, rescan: bool = False) -> None:
        """List the devices; ``rescan`` looks for those plugged in since."""
        try:
            devices, reason = self._player.devices(rescan), ""
        except IntermezzoError as problem:
            devices, reason = (), str(problem)
        default = next((d.name for d in devices if d.is_default), "")
        self._names = ["", *(d.name for d in devices)]
        titles = [
            self.tr("As the system: {0}").format(default) if default else self.tr("As the system"),
            *self._names[1:],
        ]
        if self._chosen and self._chosen not in self._names:
            self._names.append(self._chosen)
            titles.append(self.tr("{0} (not plugged in)").format(self._chosen))
        self.device.clear()
        self.device.addItems(titles)
        self.device.setCurrentIndex(self._names.index(self._chosen))
        self.device.setEnabled(bool(devices))
        self.test.setEnabled(bool(devices))
        found = counted(len(devices), self.tr("{0} device found."), self.tr("{0} devices found."))
        self._device_row.set_help(reason or (found if devices else self.tr("No sound device was found.")))
        self._show_ports()

    def _on_device(self, index: int) -> None:
        self._chosen = self._names[index]
        self._set(audio_device=self._chosen)

    def _show_ports(self) -> None:
        found = (self._ports.inputs(), self._ports.outputs()) if self._ports is not None else ((), ())
        for k, (combo, names) in enumerate(zip(self.midi, found, strict=True)):
            chosen = self._midi[k]
            titles = [self.tr("None"), *names]
            self._midi_names[k] = ["", *names]
            if chosen and chosen not in names:
                self._midi_names[k].append(chosen)
                titles.append(self.tr("{0} (not plugged in)").format(chosen))
            combo.clear()
            combo.addItems(titles)
            combo.setCurrentIndex(self._midi_names[k].index(chosen))
            combo.setEnabled(len(titles) > 1)
            if not names and self._ports is not None:
                self._midi_rows[k].set_help(self._ports.reason)

    def _on_midi(self, k: int, index: int) -> None:
        self._midi[k] = self._midi_names[k][index]
        self._set(**{("midi_input", "midi_output")[k]: self._midi[k]})

    def _play_tone(self) -> None:
        self._player.audition(tone(), _TONE_RATE)
        self._test_row.set_help(
            self._player.reason or self.tr("Playing. Nothing heard? Look at the system's own volume.")
        )
