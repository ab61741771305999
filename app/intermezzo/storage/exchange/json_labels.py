"""Labels as JSON for scripts: tiers of intervals in seconds."""

from typing import Any

from intermezzo.core.labels import Interval, Labels, Tier
from intermezzo.storage.documents import Table, Unsound, read_json, written_json

__all__ = ["read_json_labels", "written_json_labels"]


def written_json_labels(labels: Labels) -> str:
    """Return labels as one JSON table."""
    document: dict[str, Any] = {
        "duration_s": labels.duration_s,
        "tiers": [
            {
                "name": tier.name,
                "intervals": [
                    {"start_s": i.start_s, "stop_s": i.stop_s, "label": i.label} for i in tier.intervals
                ],
            }
            for tier in labels.tiers
        ],
    }  # fmt: skip
    return written_json(document).decode()


def read_json_labels(text: str) -> Labels:
    """Read what `written_json_labels` wrote; raises Unsound if it is something else."""
    document = Table(read_json(text.encode()))
    tiers = tuple(
        Tier(tier.text("name"), tuple(_interval(entry) for entry in tier.tables("intervals")))
        for tier in document.tables("tiers")
    )
    return Labels(_seconds(document, "duration_s"), tiers)


def _interval(entry: Table) -> Interval:
    start_s, stop_s = _seconds(entry, "start_s"), _seconds(entry, "stop_s")
    if stop_s < start_s:
        raise Unsound(f"an interval of {entry.where} ends before it begins.")
    return Interval(start_s, stop_s, entry.text("label"))


def _seconds(table: Table, name: str) -> float:
    value = table.entries.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < 1e6:
        raise Unsound(f"{name!r} of {table.where} is no time in seconds.")
    return float(value)
