"""What is said of singing is in words for all that the core can say, and in another language where there is one."""

import re
from typing import get_args

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from intermezzo.core.singability import KINDS, Finding, Mend
from intermezzo.core.singability.finding import Code, Said
from intermezzo.ui.singing_words import kind_title, mend_name, sentence_of

VALUES = ("D5", "Em", "“low”")


class German(QTranslator):
    """Knows two sentences."""

    def translate(self, context: str, text: str, comment: object = None, n: int = -1) -> str:
        known = {"{0} is not in {1}": "{1} enthält {0} nicht", "Large leaps": "Große Sprünge"}
        return known.get(text, "") if context == "Singing" else ""

    def isEmpty(self) -> bool:
        return False


def finding(code: Code, *values: str) -> Finding:
    return Finding("chord", (1,), 0, Said(code, values))


@pytest.mark.parametrize("code", [code for code in get_args(Code) if code != "allow"])
def test_everything_that_can_be_said_has_words(code: Code) -> None:
    sentence = sentence_of(finding(code, *VALUES))
    assert len(sentence) > 8 and not re.search(r"[{}_]", sentence)


def test_kinds_and_their_allowances_have_words() -> None:
    for kind in KINDS:
        assert kind_title(kind)[0].isupper()
        assert mend_name(Mend(Said("allow", (kind,)), lambda s: s)).split()[0] in ("Allow", "Sing", "Let", "Hold")
    assert sentence_of(finding("chord", "D5", "Em")) == "D5 is not in Em"
    assert mend_name(Mend(Said("move", ("B4",)), lambda s: s)) == "Move to B4"


def test_another_language_orders_the_values_as_it_likes(qapp: QCoreApplication) -> None:
    german = German()
    qapp.installTranslator(german)
    try:
        assert sentence_of(finding("chord", "D5", "Em")) == "Em enthält D5 nicht"
        assert kind_title("leap") == "Große Sprünge"
    finally:
        qapp.removeTranslator(german)
