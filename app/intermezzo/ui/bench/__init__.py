"""Benches that need the real user interface; `intermezzo bench` runs each in its own process."""
