"""MIDI ports: keys that are heard, notes that are sent, and what is told when there is none."""

from typing import Any

from intermezzo.audio.midi_ports import Key, MidiPorts


class MockPort:
    """A port that a test plays on and looks into."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names, self.sent, self.opened, self.heard = names, [], -1, None

    def get_ports(self) -> list[str]:
        return list(self.names)

    def open_port(self, number: int) -> None:
        self.opened = number

    def close_port(self) -> None:
        self.opened = -1

    def set_callback(self, heard: Any) -> None:
        self.heard = heard

    def send_message(self, message: list[int]) -> None:
        self.sent.append(message)


class MockBackend:
    """What rtmidi is in a test."""

    def __init__(self, *names: str) -> None:
        self.names, self.ins, self.outs = names, [], []

    def MidiIn(self) -> MockPort:
        self.ins.append(MockPort(self.names))
        return self.ins[-1]

    def MidiOut(self) -> MockPort:
        self.outs.append(MockPort(self.names))
        return self.outs[-1]


def test_keys_go_down_and_up_and_all_else_is_passed_over() -> None:
    backend, keys = MockBackend("Piano"), []
    ports = MidiPorts(backend)
    assert ports.inputs() == ("Piano",) and ports.listen("Piano", keys.append)
    for message in ([0x91, 60, 90], [0xB0, 64, 127], [0x91, 60, 0], [0x81, 62, 40], [0xF8]):
        backend.ins[-1].heard((message, 0.0), None)
    assert keys == [Key(60, 90), Key(60, 0), Key(62, 0)]


def test_what_was_begun_is_ended_when_the_port_goes() -> None:
    backend = MockBackend("Synth")
    ports = MidiPorts(backend)
    assert ports.send_to("Synth") and ports.sends
    ports.press(60, 80)
    ports.press(64, 80)
    ports.release(60)
    ports.close()
    assert [0x80, 64, 0] in backend.outs[-1].sent and backend.outs[-1].opened == -1 and not ports.sends


def test_a_port_that_is_not_there_is_told_in_one_line() -> None:
    ports = MidiPorts(MockBackend())
    assert ports.inputs() == () and "Plug" in ports.reason
    assert not ports.listen("Piano", print) and ports.reason == "Piano is not plugged in."


def test_a_system_without_midi_is_no_fault() -> None:
    ports = MidiPorts()
    assert isinstance(ports.inputs(), tuple) and isinstance(ports.outputs(), tuple)
    ports.close()
