"""Numbers are said as a German reader says them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo_engines.speech import numbers_de as numbers

ONES = (
    "null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
TENS = {
    "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80,
    "neunzig": 90,
}  # fmt: skip
SCALES = ("million", "milliarde", "billion", "billiarde", "trillion")


def value(words: tuple[str, ...]) -> int:
    """Read German number words back: the inverse of `numbers.cardinal`, written on its own."""
    if words[0] == "minus":
        return -value(words[1:])
    total = group = 0
    for word in words:
        scale = next((i for i, name in enumerate(SCALES) if word in (name, name + "n", name + "en")), None)
        if scale is not None:
            total, group = total + group * 10 ** (6 + 3 * scale), 0
        elif word.endswith("tausend"):
            head = word.removesuffix("tausend")
            total, group = total + (group + (small(head) if head else 0 if group else 1)) * 1000, 0
        elif word.endswith("hundert"):
            head = word.removesuffix("hundert")
            group += (small(head) if head else 1) * 100
        else:
            group += 1 if word in ("eins", "eine") else small(word)
    return total + group


def small(word: str) -> int:
    if word.endswith("hundert"):
        return 100 * (small(word.removesuffix("hundert")) if word != "hundert" else 1)
    ones, _, tens = word.rpartition("und")
    if tens in TENS:
        return TENS[tens] + (ONES.index(ones) if ones else 0)
    return ONES.index(word)


@given(st.integers(-(10**21) + 1, 10**21 - 1))
def test_cardinals_read_back(n: int) -> None:
    assert value(numbers.cardinal(n)) == n


@given(st.integers(0, 9999))
def test_small_cardinals_and_years_read_back(n: int) -> None:
    assert value(numbers.cardinal(n)) == n
    said = numbers.year(n)
    head, rest = small(said[0].removesuffix("hundert") or "ein") if 1100 <= n <= 1999 else 0, said[1:]
    assert (head * 100 + (value(rest) if rest else 0) if head else value(said)) == n


@given(st.integers(1, 10**9), st.sampled_from(["e", "en", "er", "es"]))
def test_ranks_end_as_asked_and_tell_their_number(n: int, ending: str) -> None:
    *head, last = numbers.ordinal(n, ending)
    assert last.endswith("t" + ending)
    stem = last.removesuffix(ending).removesuffix("t")
    irregular = {"ers": "eins", "drit": "drei", "sieb": "sieben", "ach": "acht"}
    *_, plain = numbers.cardinal(n)
    assert irregular.get(stem, stem.removesuffix("s")) in (plain, plain.removesuffix("en"), plain.removesuffix("e"))
    assert len(head) <= len(numbers.cardinal(n)) - 1


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "erste"), (3, "dritte"), (7, "siebte"), (8, "achte"), (12, "zwölfte"), (20, "zwanzigste"),
     (21, "einundzwanzigste"), (100, "hundertste"), (101, "hundert erste"), (1000, "tausendste"),
     (10**6, "millionste"), (2 * 10**6, "zwei millionste"), (10**9, "milliardste")],
)  # fmt: skip
def test_ordinals(n: int, said: str) -> None:
    assert " ".join(numbers.ordinal(n)) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [("1.234,50", "tausend zweihundert vierunddreißig komma fünf null"), ("0,5", "null komma fünf"),
     ("-3", "minus drei"), ("007", "null null sieben"), ("21000", "einundzwanzigtausend"), ("1001", "tausend eins"),
     ("101000", "hundert eintausend")],
)  # fmt: skip
def test_decimals(written: str, said: str) -> None:
    assert " ".join(numbers.decimal(written)) == said


def test_a_number_beyond_all_names_is_read_digit_by_digit() -> None:
    assert numbers.cardinal(10**21) == ("eins", *["null"] * 21)


@given(st.integers(0, 10**6), st.integers(0, 99))
def test_sums_name_their_unit_once(euros: int, cents: int) -> None:
    said = numbers.money("€", f"{euros},{cents:02d}")
    assert ("euro" in said) != ("cent" in said)


@given(st.integers(0, 24), st.integers(0, 59))
def test_clock_times_hold_hour_and_minute(hour: int, minute: int) -> None:
    said = numbers.clock(hour, minute)
    at = said.index("uhr")
    assert said[:at] == numbers.counted(str(hour))
    assert said[at + 1 :] == (numbers.cardinal(minute) if minute else ())
