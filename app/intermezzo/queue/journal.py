"""The journal: the line of the render queue as JSON beside the settings, written whole after every change."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from intermezzo.core.errors import FileError
from intermezzo.core.params import Value
from intermezzo.queue.orders import STATES, Line, Order
from intermezzo.storage.atomic import write_atomically
from intermezzo.storage.documents import LARGEST_DOCUMENT, Table, Unsound, read_json, written_json

__all__ = ["Journal"]

_VERSION: Final = 1
_NAME: Final = "queue.json"


class Journal:
    """``folder`` holds the journal and, in ``queue/``, the documents of stages that wait to be exported."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _NAME
        self.documents = folder / "queue"

    def load(self) -> Line:
        """Return the line as it was left; what ran when the program died waits again. No journal: an empty line.

        Raises:
            FileError: if it is damaged or newer than this program; it is then set aside beside itself, not lost.
        """
        try:
            if self.path.stat().st_size > LARGEST_DOCUMENT:
                raise Unsound("it is far too large.")
            return _line(Table(read_json(self.path.read_bytes()))).after_crash()
        except FileNotFoundError:
            return Line()
        except OSError as problem:
            raise FileError(f"The render queue cannot be read: {problem.strerror or problem}.") from None
        except Unsound as problem:
            aside = self.path.with_suffix(".damaged.json")
            self.path.replace(aside)
            raise FileError(f"The render queue could not be read: {problem} It was set aside as {aside}.") from None

    def save(self, line: Line) -> None:
        """Write the line whole, and forget the documents that no order needs any more.

        Raises:
            FileError: if it cannot be written; what was there before stays.
        """
        document = {
            "version": _VERSION, "paused": line.is_paused, "next": line.next_number,
            "orders": [_written(order) for order in line.orders],
        }  # fmt: skip
        write_atomically(self.path, written_json(document))
        needed = {order.stage_file for order in line.orders}
        if self.documents.is_dir():
            for path in self.documents.glob("*.intermezzo"):
                if str(path) not in needed:
                    path.unlink(missing_ok=True)


def _written(order: Order) -> dict[str, Any]:
    return {
        "number": order.number, "state": order.state, "reason": order.reason, "engine": order.engine,
        "path": order.path, "text": order.text, "source": order.source, "stage": order.stage_file,
        "seed": order.seed, "params": dict(order.params), "times": order.times, "crisp": order.crisp,
        "bits": order.bits, "recipe": order.recipe,
    }  # fmt: skip


def _line(table: Table) -> Line:
    if table.whole("version") > _VERSION:
        raise Unsound("it was written by a newer Intermezzo.")
    orders = tuple(_order(entry) for entry in table.tables("orders"))
    numbers = [order.number for order in orders]
    if len(set(numbers)) != len(numbers):
        raise Unsound("two orders have the same number.")
    return Line(orders, _flag(table, "paused"), max([table.whole("next", 1), *(n + 1 for n in numbers)]))


def _order(table: Table) -> Order:
    params: dict[str, Value] = {}
    for name, value in table.table("params").entries.items():
        if not isinstance(value, (str, int, float, bool)):
            raise Unsound(f"the parameter {name!r} of an order is no value.")
        params[name] = value
    order = Order(
        table.text("engine"), table.text("path"), table.text("text"), table.text("source"), table.text("stage"),
        table.whole("seed", 0, 2**32 - 1), params, table.whole("times", 1, 8), _flag(table, "crisp"),
        table.whole("bits", 16, 32), _flag(table, "recipe"), table.whole("number", 1), "waiting", table.text("reason"),
    )  # fmt: skip
    state = next((known for known in STATES if known == table.text("state")), None)
    if state is None or order.bits not in (16, 24, 32):
        raise Unsound("an order makes no sense.")
    return replace(order, state=state)


def _flag(table: Table, name: str) -> bool:
    value = table.entries.get(name)
    if not isinstance(value, bool):
        raise Unsound(f"{name!r} of {table.where} is neither true nor false.")
    return value
