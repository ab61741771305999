"""Where engines compute: the device, with what it really is, and how many threads."""

import os
from collections.abc import Callable

from PySide6.QtGui import QStandardItemModel

from intermezzo.storage.settings import Preferences
from intermezzo.ui.compute_devices import ComputeDevice, best_device
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.rows import Page, SettingRow
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Label

Set = Callable[..., None]


class ComputingPage(Page):
    """Device and threads; a change starts the engine host anew, and work that waits goes on there."""

    def __init__(
        self, look: Look, preferences: Preferences, set_: Set, devices: tuple[ComputeDevice, ...], running_on: str
    ) -> None:
        super().__init__(look, "")
        self.setAccessibleName(self.tr("Computing"))
        self._devices = devices
        best = next(d for d in devices if d.id == best_device(devices))
        options = [self.tr("Automatic: {0}").format(best.title), *(d.title for d in devices)]
        self.device = Combo(look, self.tr("Device"), options)
        self._ids = ["auto", *(d.id for d in devices)]
        model = self.device.model()
        for index, device in enumerate(devices, start=1):
            if device.reason and isinstance(model, QStandardItemModel):
                model.item(index).setEnabled(False)
        self.device.setCurrentIndex(self._ids.index(preferences.device))
        self.device.activated.connect(lambda i: set_(device=self._ids[i]))
        self.add_row(
            SettingRow(
                look, self.tr("Device"), self.tr("Where engines compute. A change applies at once."), self.device
            )
        )
        self._states: dict[str, Label] = {}
        for device in devices:
            self._states[device.id] = Label(look, "", "value", "t3")
            self.add_row(SettingRow(look, device.title, device.what, self._states[device.id], width=None))
        self.show_running(running_on)
        cores = os.cpu_count() or 1
        counts = [0, *range(1, cores + 1)]
        if preferences.threads not in counts:
            counts.append(preferences.threads)
        names = [self.tr("Automatic: {0}").format(cores), *(str(n) for n in counts[1:])]
        self.threads = Combo(look, self.tr("Threads"), names)
        self.threads.setCurrentIndex(counts.index(preferences.threads))
        self.threads.activated.connect(lambda i: set_(threads=counts[i]))
        help_line = self.tr("For the processor. Automatic uses all cores, and gives way to the window.")
        self.add_row(SettingRow(look, self.tr("Threads"), help_line, self.threads))
        self.finish()

    def show_running(self, running_on: str) -> None:
        """Say which device engines run on now."""
        for device in self._devices:
            label = self._states[device.id]
            in_use = device.id == running_on
            label.set_text(device.reason or (self.tr("in use") if in_use else self.tr("available")))
            label.set_ink("t3" if device.reason else "ok" if in_use else "t2")
            label.set_icon("check-circle" if in_use else "", "ok")
