"""Parameters of engines as plain data, from which the studio makes forms and the command line checks `--set`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from intermezzo.core.errors import ParamError
from intermezzo.core.pronunciations import read_dictionary

__all__ = ["Param", "Value", "checked_params", "parsed_setting"]

Value = float | int | str | bool
_BOOLS = {word: on for on, words in ((True, "true yes on 1"), (False, "false no off 0")) for word in words.split()}
_KINDS: dict[str, type] = {
    "float": float, "int": int, "choice": str, "text": str, "folder": str, "dictionary": str, "bool": bool,
}  # fmt: skip
_STAGES = ("convert", "render", "analyse", "sketch", "train")


@dataclass(frozen=True)
class Param:
    """One setting: ``kind`` float, int, choice, text, folder, dictionary or bool; range and ``step`` in ``unit``; help.

    A folder holds a checkpoint of the person's own ('' = none chosen); ``accepts`` is the 'module:function' that says
    which fit (models.py). A dictionary holds lines of pronunciations (pronunciations.py) in the languages ``choices``;
    the studio fills it with those that concern the source, and no form shows it.

    ``languages`` says of each of the ``choices`` which language it reads, as "en"; empty where it does not matter.

    ``tempo`` says how lengths answer to a number: 1 they grow with it (seconds a letter), -1 they shrink (speed), 0 not
    at all. ``transport`` is a short word ("Lead") for a choice of the stage 'render' that stands beside the transport.
    ``zero`` is the word for a number's 0 ("auto"), where that means that something else decides.
    ``moves`` names the layers whose whole level it moves (a voice: the pitch). Hand edits follow both.
    """

    name: str
    title: str
    kind: str
    default: Value
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""
    stage: str = "convert"
    accepts: str = ""
    tempo: int = 0
    moves: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    transport: str = ""
    zero: str = ""

    def __post_init__(self) -> None:
        if self.kind not in _KINDS or self.stage not in _STAGES:
            raise ParamError(f"Parameter {self.name!r}: kind {self.kind!r} or stage {self.stage!r} is unknown.")
        if self.tempo not in (-1, 0, 1) or (self.tempo and self.kind not in ("float", "int")):
            raise ParamError(f"Parameter {self.name!r}: tempo is 1, -1 or 0, and only a number has one.")
        object.__setattr__(self, "choices", tuple(self.choices))
        object.__setattr__(self, "moves", tuple(self.moves))
        object.__setattr__(self, "languages", tuple(self.languages))
        if self.transport and (self.kind != "choice" or self.stage != "render"):
            raise ParamError(f"Parameter {self.name!r}: beside the transport there are choices of the stage 'render'.")
        if self.zero and self.kind not in ("float", "int"):
            raise ParamError(f"Parameter {self.name!r}: only a number has a word for its zero.")
        if self.languages and len(self.languages) != len(self.choices):
            raise ParamError(f"Parameter {self.name!r}: each of its choices needs one of its languages.")
        object.__setattr__(self, "default", self.checked(self.default))

    def checked(self, value: Any) -> Value:  # Any: what a file, a form or a script hands in
        """Return the value in its own type.

        Raises:
            ParamError: if it has another type, is no choice, or lies outside the range.
        """
        wanted = _KINDS[self.kind]
        if self.kind in ("float", "int"):
            return self._number(value)
        if not isinstance(value, (str, bool)) or not isinstance(value, wanted):
            raise ParamError(f"{self.title} takes a {self.kind}, not {_shown(value)}.")
        if self.kind == "dictionary":
            read_dictionary(str(value), self.title)
        if self.kind == "choice" and value not in self.choices:
            raise ParamError(f"{self.title} is one of {', '.join(self.choices)}, not {_shown(value)}.")
        return value

    def _number(self, value: Any) -> float | int:
        whole = isinstance(value, int) and not isinstance(value, bool)
        fits = whole and abs(value) < 2**63 if self.kind == "int" or whole else isinstance(value, float)
        if not fits or not isfinite(value):
            raise ParamError(f"{self.title} takes a {self.kind}, not {_shown(value)}.")
        number: float | int = float(value) if self.kind == "float" else value
        low = -inf if self.low is None else self.low
        high = inf if self.high is None else self.high
        if not low <= number <= high:
            reach = f"at most {high:g}" if low == -inf else f"at least {low:g}" if high == inf else ""
            reach = reach or f"{low:g} to {high:g}"
            raise ParamError(f"{self.title} is {reach} {self.unit}".rstrip() + f", not {number:g}.")
        return number

    def parsed(self, text: str) -> Value:
        """Read a value that was typed.

        Raises:
            ParamError: if the text is no value of this parameter.
        """
        try:
            if self.kind == "bool":
                return _BOOLS[text.strip().lower()]
            return self.checked({"float": float, "int": int}.get(self.kind, str)(text))
        except (ValueError, KeyError):
            wanted = "yes or no" if self.kind == "bool" else f"a {self.kind}"
            raise ParamError(f"{self.title} takes {wanted}, not {_shown(text)}.") from None


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python refuses to spell out integers of over 4300 digits
        text = "such a long number"
    return text if len(text) <= 60 else text[:59] + "…"


def checked_params(params: Sequence[Param], given: Mapping[str, Any]) -> dict[str, Value]:
    """Return all parameters with their values: those given, checked, and defaults for the rest.

    Raises:
        ParamError: if a name is unknown or a value does not fit.
    """
    known = {p.name: p for p in params}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ParamError(f"There is no parameter {unknown[0]!r}; there are {', '.join(known) or 'none'}.")
    return {name: p.checked(given[name]) if name in given else p.default for name, p in known.items()}


def parsed_setting(params: Sequence[Param], setting: str) -> tuple[str, Value]:
    """Read one ``name=value`` of the command line.

    Raises:
        ParamError: if it has another shape or the parameter does not exist.
    """
    name, equals, text = setting.partition("=")
    found = next((p for p in params if p.name == name), None)
    if not equals or found is None:
        names = ", ".join(p.name for p in params) or "none"
        raise ParamError(f"--set takes name=value, not {setting!r}; the names here are {names}.")
    return name, found.parsed(text)
