"""Parameters: what forms, files and `--set` may say."""

import pytest

from intermezzo.core.errors import ParamError
from intermezzo.core.params import Param, checked_params, parsed_setting

SPEED = Param("speed", "Speed", "float", 1, low=0.5, high=2, unit="x")
COUNT = Param("count", "Count", "int", 3, low=1)
VOICE = Param("voice", "Voice", "choice", "low", choices=["low", "high"])
LOUD = Param("loud", "Loud", "bool", False)
NAME = Param("name", "Name", "text", "")
ALL = (SPEED, COUNT, VOICE, LOUD, NAME)


def test_values_come_back_in_their_own_type() -> None:
    assert SPEED.default == 1.0
    assert isinstance(SPEED.checked(2), float)
    assert COUNT.checked(7) == 7
    assert VOICE.checked("high") == "high"
    assert LOUD.checked(True) is True
    assert checked_params(ALL, {"speed": 2}) == {"speed": 2.0, "count": 3, "voice": "low", "loud": False, "name": ""}


@pytest.mark.parametrize(
    ("param", "value", "said"),
    [
        (SPEED, 2.5, "0.5 to 2 x, not 2.5"), (SPEED, "fast", "takes a float"), (SPEED, float("nan"), "nan"),
        (SPEED, True, "takes a float"), (SPEED, 10**400, "long number|1000000"), (SPEED, None, "None"),
        (COUNT, 0, "at least 1, not 0"), (COUNT, 2.0, "takes a int"), (COUNT, True, "True"),
        (COUNT, [10**5000], "such a long number"),
        (Param("x", "X", "float", 0.0, high=3), 4.0, "at most 3"), (Param("x", "X", "float", 0.0), float("inf"), "inf"),
        (VOICE, "loud", "low, high"), (VOICE, ["low"], "takes a choice"), (LOUD, 1, "takes a bool"), (NAME, 5, "text"),
        (NAME, ["x" * 500], "…"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused_in_one_line(param: Param, value: object, said: str) -> None:
    with pytest.raises(ParamError, match=said) as refusal:
        param.checked(value)
    assert len(str(refusal.value)) < 200


def test_typed_text_is_read() -> None:
    assert SPEED.parsed("1.5") == 1.5
    assert COUNT.parsed("12") == 12
    assert NAME.parsed("a=b") == "a=b"
    assert [LOUD.parsed(t) for t in ("yes", "On", "1", "TRUE", "no", "off", "0", "false")] == [True] * 4 + [False] * 4
    assert parsed_setting(ALL, "name=a=b") == ("name", "a=b")
    for param, text in ((SPEED, "fast"), (COUNT, "1.5"), (LOUD, "maybe"), (COUNT, "9" * 5000), (SPEED, "inf")):
        with pytest.raises(ParamError):
            param.parsed(text)


@pytest.mark.parametrize("setting", ["speed", "pace=2", "=2", ""])
def test_settings_of_another_shape_are_refused_with_the_names_there_are(setting: str) -> None:
    with pytest.raises(ParamError, match="speed, count"):
        parsed_setting(ALL, setting)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ParamError, match="'pace'"):
        checked_params(ALL, {"pace": 1})
    with pytest.raises(ParamError, match="none"):
        checked_params((), {"pace": 1})


@pytest.mark.parametrize(
    "fields",
    [{"kind": "colour"}, {"stage": "dance"}, {"default": 5.0, "high": 3}, {"kind": "choice", "default": "x"}],
)
def test_a_parameter_that_makes_no_sense_is_refused(fields: dict) -> None:
    with pytest.raises(ParamError):
        Param(**{"name": "x", "title": "X", "kind": "float", "default": 0.0, **fields})


def test_only_a_number_has_a_word_for_its_zero() -> None:
    assert Param("tempo", "Tempo", "float", 0.0, zero="auto").zero == "auto"
    with pytest.raises(ParamError, match="only a number"):
        Param("name", "Name", "text", "", zero="auto")
