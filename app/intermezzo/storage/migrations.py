"""Migrations: numbered pure steps that lift the document of an older file to the format of today, one at a time."""

from collections.abc import Callable, Mapping
from typing import Any

from intermezzo.storage.documents import Unsound

__all__ = ["FORMAT", "MIGRATIONS", "Migration", "migrated"]

FORMAT = 1

Migration = Callable[[dict[str, Any], str], dict[str, Any]]
MIGRATIONS: Mapping[int, Migration] = {}
"""The step from each format to the next: ``MIGRATIONS[1](document, kind)`` makes a document of format 2."""


def migrated(
    document: dict[str, Any], kind: str, *, steps: Mapping[int, Migration] = MIGRATIONS, target: int = FORMAT
) -> dict[str, Any]:
    """Return a document of the format ``target``; ``kind`` is 'project' or 'sketch'.

    Raises:
        Unsound: if it is newer than this program or no step leads on from it.
    """
    found = document.get("format")
    if not isinstance(found, int) or isinstance(found, bool):
        raise Unsound("its document does not say in which format it is.")
    if found > target:
        raise Unsound(f"it was made by a newer Intermezzo (format {found}); update Intermezzo to open it.")
    while found < target:
        if found not in steps:
            raise Unsound(f"it is in format {found}, which was never in use.")
        document = {**steps[found](document, kind), "format": found + 1}
        found += 1
    return document
