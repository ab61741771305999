"""The log as records: each line with its time, level, origin and text; lines of a traceback stay with their record."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

__all__ = ["LEVELS", "LogRecord", "matching", "parsed"]

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# As storage.log writes it: time, process, level, logger and message.
_LINE: Final = re.compile(
    r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:[.,]\d+)? (\d+) (DEBUG|INFO|WARNING|ERROR|CRITICAL) ([\w.]+): (.*)$"
)

# As the command line writes a fault of ours: the moment in UTC and the version, then the traceback.
_FAULT: Final = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z (intermezzo .*)$")


@dataclass(frozen=True)
class LogRecord:
    """One thing that happened; ``more`` holds further lines, such as a traceback."""

    day: str
    time: str
    level: str
    origin: str
    text: str
    more: str = ""

    @property
    def whole(self) -> str:
        """The record as it stands in the log."""
        head = f"{self.day} {self.time} {self.level} {self.origin}: {self.text}".strip()
        return f"{head}\n{self.more}" if self.more else head


def parsed(lines: Iterable[str]) -> list[LogRecord]:
    """Read the lines of a log, oldest first; a line that is no record belongs to the record before it."""
    records: list[LogRecord] = []
    more: list[str] = []

    def finish() -> None:
        if more and records:
            records[-1] = replace(records[-1], more="\n".join(more))
        more.clear()

    for line in lines:
        found = _LINE.match(line)
        if found is not None:
            finish()
            day, time, _, level, origin, text = found.groups()
            records.append(LogRecord(day, time, level, origin.removeprefix("intermezzo."), text))
        elif (fault := _FAULT.match(line)) is not None:
            finish()
            records.append(LogRecord(fault[1], fault[2], "ERROR", "command line", fault[3]))
        elif records:
            more.append(line)
        elif line.strip():
            # The log was cut in the middle of a record.
            records.append(LogRecord("", "", "INFO", "", line))
    finish()
    return records


def matching(records: Iterable[LogRecord], least: str, words: str) -> list[LogRecord]:
    """Return the records of at least a level in which all words occur, in any case."""
    wanted = words.casefold().split()
    lowest = LEVELS.index(least)
    return [
        record for record in records
        if LEVELS.index(record.level) >= lowest and all(word in record.whole.casefold() for word in wanted)
    ]  # fmt: skip
