"""Somebody else's engine, with a sketch type of its own."""
