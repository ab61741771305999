"""Numbers are said as an American reader says them."""

import pytest

from intermezzo_engines.speech import numbers


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "zero"), (13, "thirteen"), (40, "forty"), (85, "eighty five"), (100, "one hundred"), (-7, "minus seven"),
        (1_000_001, "one million one"), (12_345, "twelve thousand three hundred forty five"),
    ],
)  # fmt: skip
def test_cardinals(n: int, said: str) -> None:
    assert " ".join(numbers.cardinal(n)) == said


def test_a_number_beyond_all_names_is_read_digit_by_digit() -> None:
    assert numbers.cardinal(10**21) == ("one", *["zero"] * 21)


@pytest.mark.parametrize(
    ("n", "said"), [(1, "first"), (12, "twelfth"), (20, "twentieth"), (33, "thirty third"), (100, "one hundredth")]
)
def test_ordinals(n: int, said: str) -> None:
    assert " ".join(numbers.ordinal(n)) == said


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (1984, "nineteen eighty four"), (1906, "nineteen oh six"), (1900, "nineteen hundred"),
        (2005, "two thousand five"), (2024, "twenty twenty four"), (2000, "two thousand"), (800, "eight hundred"),
    ],
)  # fmt: skip
def test_years(n: int, said: str) -> None:
    assert " ".join(numbers.year(n)) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [("1,234.50", "one thousand two hundred thirty four point five zero"), (".5", "zero point five"),
     ("-3", "minus three"), ("007", "zero zero seven")],
)  # fmt: skip
def test_decimals(written: str, said: str) -> None:
    assert " ".join(numbers.decimal(written)) == said


@pytest.mark.parametrize(
    ("symbol", "amount", "scale", "said"),
    [
        ("$", "1", "", "one dollar"), ("$", "3.50", "", "three dollars fifty cents"), ("£", "0.01", "", "one penny"),
        ("€", "2.5", "million", "two point five million euros"), ("¥", "500", "", "five hundred yen"),
        ("$", "0.00", "", "zero dollars"),
    ],
)  # fmt: skip
def test_money(symbol: str, amount: str, scale: str, said: str) -> None:
    assert " ".join(numbers.money(symbol, amount, scale)) == said


def test_clock_times() -> None:
    assert " ".join(numbers.clock(3, 0)) == "three o'clock"
    assert " ".join(numbers.clock(15, 5)) == "fifteen oh five"
    assert " ".join(numbers.clock(9, 30, "a.m")) == "nine thirty a. m."


def test_every_roman_numeral_reads_back_and_nonsense_does_not() -> None:
    assert [numbers.roman_value(t) for t in ("IV", "XIX", "MCMXCIX", "XVI")] == [4, 19, 1999, 16]
    assert [numbers.roman_value(t) for t in ("IIII", "VX", "", "ABC", "iv")] == [None] * 5
