"""Edits: pure functions from sketch to sketch; the hands of the studio, of scripts and of tests are the same.

`curves`, `matrices`, `spans`, `regions`, `labels` and `tracks` work on any sketch type; `speech` speaks in phones,
semitones and hertz.
"""

from intermezzo.core.edits import carry, curves, labels, matrices, regions, spans, speech, tracks

__all__ = ["carry", "curves", "labels", "matrices", "regions", "spans", "speech", "tracks"]
