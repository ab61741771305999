"""What a singer would stumble over in a melody/1 sketch, and how to mend it: findings, each with mends and a name.

What a finding is stands here. Who searches imports `findings`, and who mends many at once imports `batch`.
"""

from intermezzo.core.singability.finding import KINDS, VOICES, Finding, Kind, Limits, Mend, limits_of

__all__ = ["KINDS", "VOICES", "Finding", "Kind", "Limits", "Mend", "limits_of"]
