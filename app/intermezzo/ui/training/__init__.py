"""Training by a person: voices of their own, or whatever else an engine's manifest says it makes.

`Shelf` knows what there is, `Training` makes one in a process beside the studio, `TrainingRoom` shows both.
"""
