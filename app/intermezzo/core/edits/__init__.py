"""Edits: pure functions from sketch to sketch; the hands of the studio, of scripts and of tests are the same.

`curves`, `matrices`, `spans` and `regions` work on any sketch type; `speech` speaks in phones, semitones and hertz.
"""

from intermezzo.core.edits import carry, curves, matrices, regions, spans, speech

__all__ = ["carry", "curves", "matrices", "regions", "spans", "speech"]
