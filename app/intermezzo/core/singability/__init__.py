"""What a singer would stumble over in a melody/1 sketch, and how to mend it: findings, each with mends and a name."""

from intermezzo.core.singability.batch import allow_all, mend_all
from intermezzo.core.singability.finding import KINDS, VOICES, Finding, Kind, Limits, Mend, limits_of
from intermezzo.core.singability.findings import findings_of, mends_of

__all__ = [
    "KINDS",
    "VOICES",
    "Finding",
    "Kind",
    "Limits",
    "Mend",
    "allow_all",
    "findings_of",
    "limits_of",
    "mend_all",
    "mends_of",
]
