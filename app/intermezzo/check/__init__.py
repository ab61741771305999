"""`intermezzo check`: the five promises measured for any engine, and the engine's own figures beside them."""

from intermezzo.check.run import check_engines

__all__ = ["check_engines"]
