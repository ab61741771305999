"""Orders and the line they stand in, as frozen values: every edit makes a new line that shares the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

from intermezzo.core.params import Value

__all__ = ["STATES", "Line", "Order", "State"]

State = Literal["waiting", "running", "done", "failed", "cancelled"]
STATES: Final[tuple[State, ...]] = ("waiting", "running", "done", "failed", "cancelled")


@dataclass(frozen=True)
class Order:
    """One file to be made: of a ``text``, of the file ``source``, or of the document ``stage_file`` (one of the three).

    ``number`` is unique and stays; 0 means that the line gives one. ``path`` is the file to write, whole. ``times``
    enlarges pictures (1 to 8) with ``crisp`` pixels or smoothed; ``bits`` are those of a WAV (16, 24, 32);
    ``recipe`` puts the sketch into the file. ``reason`` says why it failed, in one line.
    """

    engine: str
    path: str
    text: str = ""
    source: str = ""
    stage_file: str = ""
    seed: int = 1
    params: Mapping[str, Value] = field(default_factory=dict)
    times: int = 1
    crisp: bool = False
    bits: int = 24
    recipe: bool = True
    number: int = 0
    state: State = "waiting"
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))


@dataclass(frozen=True)
class Line:
    """The orders, first come first; ``is_paused``: nothing new begins. An unknown number changes nothing."""

    orders: tuple[Order, ...] = ()
    is_paused: bool = False
    next_number: int = 1

    def order(self, number: int) -> Order | None:
        """Return an order by its number, None if it is gone."""
        return next((order for order in self.orders if order.number == number), None)

    @property
    def next_waiting(self) -> Order | None:
        """The order that begins next, whether or not the line is paused."""
        return next((order for order in self.orders if order.state == "waiting"), None)

    def count(self, *states: State) -> int:
        """Return how many orders are in one of these states."""
        return sum(order.state in states for order in self.orders)

    def with_added(self, orders: Iterable[Order]) -> "Line":
        """Return the line with orders at its end; each waits and gets a number of its own."""
        new = [
            replace(order, number=number, state="waiting", reason="")
            for number, order in enumerate(orders, self.next_number)
        ]
        return replace(self, orders=(*self.orders, *new), next_number=self.next_number + len(new))

    def with_state(self, number: int, state: State, reason: str = "") -> "Line":
        """Return the line with one order in another state."""
        return replace(
            self,
            orders=tuple(replace(o, state=state, reason=reason) if o.number == number else o for o in self.orders),
        )

    def moved(self, number: int, place: int) -> "Line":
        """Return the line with one order at another place, counted from 0 and held within the line."""
        one = self.order(number)
        if one is None:
            return self
        others = [order for order in self.orders if order is not one]
        place = min(max(place, 0), len(others))
        return replace(self, orders=(*others[:place], one, *others[place:]))

    def removed(self, number: int) -> "Line":
        """Return the line without one order."""
        return replace(self, orders=tuple(order for order in self.orders if order.number != number))

    def retried(self, number: int) -> "Line":
        """Return the line with an order that failed or was cancelled waiting again, where it stands."""
        one = self.order(number)
        return self.with_state(number, "waiting") if one is not None and one.state in ("failed", "cancelled") else self

    def without_finished(self) -> "Line":
        """Return the line with only what waits, runs or failed."""
        return replace(self, orders=tuple(o for o in self.orders if o.state not in ("done", "cancelled")))

    def after_crash(self) -> "Line":
        """Return the line as a new program takes it up: what ran waits again."""
        return replace(
            self, orders=tuple(replace(o, state="waiting") if o.state == "running" else o for o in self.orders)
        )
