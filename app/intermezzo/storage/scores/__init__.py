"""Tunes in the files of other music programs, in and out."""
