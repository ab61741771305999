"""`intermezzo bench`: speed and memory from real runs, each in a process of its own, beside the named peers."""

from intermezzo.bench.run import bench_engines

__all__ = ["bench_engines"]
