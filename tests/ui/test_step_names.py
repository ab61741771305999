"""Names of steps: said in the language of the person, whatever signs their parts have."""

from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from intermezzo.ui.step_names import counted_notes, step_name


class German(QTranslator):
    """Knows one name."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, comment: str | None = None, n: int = -1) -> str:  # type: ignore[override]
        return "{0} auf {1:.0f} ms dehnen" if (context, source) == ("Steps", "Stretch {0} to {1:.0f} ms") else ""


def test_a_step_is_named_in_the_language_of_the_person(qtbot: QtBot) -> None:
    words = "Stretch {0} to {1:.0f} ms"
    assert step_name(words, "{a", 80.4) == "Stretch {a to 80 ms"
    german = German()
    QCoreApplication.installTranslator(german)
    try:
        assert step_name(words, "{a", 80.4) == "{a auf 80 ms dehnen"
    finally:
        QCoreApplication.removeTranslator(german)
    assert counted_notes(1) == "1 note" and counted_notes(3) == "3 notes"
