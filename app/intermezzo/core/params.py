"""Parameters of engines as plain data, from which the studio makes forms and the command line checks `--set`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intermezzo.core.errors import ParamError

__all__ = ["Param", "Value", "checked_params", "parsed_setting"]

Value = float | int | str | bool
_KINDS: dict[str, type] = {"float": float, "int": int, "choice": str, "text": str, "bool": bool}


@dataclass(frozen=True)
class Param:
    """One setting: ``kind`` float, int, choice, text or bool; range and ``step`` in ``unit``; one sentence of help."""

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

    def __post_init__(self) -> None:
        if self.kind not in _KINDS or self.stage not in ("convert", "render", "analyse"):
            raise ParamError(f"Parameter {self.name!r}: kind {self.kind!r} or stage {self.stage!r} is unknown.")
        object.__setattr__(self, "choices", tuple(self.choices))
        object.__setattr__(self, "default", self.checked(self.default))

    def checked(self, value: Any) -> Value:  # Any: what a file, a form or a script hands in
        """Return the value in its own type.

        Raises:
            ParamError: if it has another type, is no choice, or lies outside the range.
        """
        wanted = _KINDS[self.kind]
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)) or value != value:
            raise ParamError(f"{self.title} takes a {self.kind}, not {value!r}.")
        if self.kind == "choice" and value not in self.choices:
            raise ParamError(f"{self.title} is one of {', '.join(self.choices)}, not {value!r}.")
        if self.kind in ("float", "int"):
            low = -float("inf") if self.low is None else self.low
            high = float("inf") if self.high is None else self.high
            if not low <= value <= high:
                raise ParamError(f"{self.title} goes from {low:g} to {high:g} {self.unit}".rstrip() + f", not {value:g}.")
        result: Value = value
        return result

    def parsed(self, text: str) -> Value:
        """Read a value that was typed.

        Raises:
            ParamError: if the text is no value of this parameter.
        """
        try:
            if self.kind == "bool":
                return {"true": True, "yes": True, "on": True, "1": True}.get(text.lower(), False)
            return self.checked({"float": float, "int": int}.get(self.kind, str)(text))
        except ValueError:
            raise ParamError(f"{self.title} takes a {self.kind}, not {text!r}.") from None


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
