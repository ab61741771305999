"""Cycles fall in the GUI thread alone: a worker that allocates takes no widget apart."""

import gc
import threading

from PySide6.QtCore import QObject

from intermezzo.ui.garbage import Garbage


class Ring:
    """A cycle that says in which thread it fell."""

    def __init__(self, fell_in: list[threading.Thread]) -> None:
        self.self, self.fell_in = self, fell_in

    def __del__(self) -> None:
        self.fell_in.append(threading.current_thread())


def test_a_cycle_waits_for_the_gui_thread_whatever_a_worker_allocates(qapp: object) -> None:
    gc.enable()  # as Python has it at the start of the studio
    parent, fell_in, kept = QObject(), list[threading.Thread](), list[list[int]]()
    garbage = Garbage(parent)
    try:
        Ring(fell_in)
        worker = threading.Thread(target=lambda: kept.extend([k] for k in range(100_000)))
        worker.start()
        worker.join()
        assert fell_in == []
        garbage.look()
        assert fell_in == [threading.current_thread()]
        garbage.look()
        assert gc.get_count()[0] <= gc.get_threshold()[0]
    finally:
        garbage.close()
    assert gc.isenabled()
