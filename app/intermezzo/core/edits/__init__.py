"""Edits: pure functions from sketch to sketch; the hands of the studio, of scripts and of tests are the same.

`speech` speaks in phones, semitones and hertz; `tune` makes sketches of tunes and tunes of sketches; `grids` edits a
grid of tokens; all others work on any sketch type.
"""

from intermezzo.core.edits import carry, curves, grids, labels, matrices, regions, spans, speech, splice, tracks, tune

__all__ = ["carry", "curves", "grids", "labels", "matrices", "regions", "spans", "speech", "splice", "tracks", "tune"]
