"""The `intermezzo` command. Light on purpose: a spawned engine host imports this module again."""

import sys
from multiprocessing import freeze_support

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run one command, or open the studio; returns the exit status."""
    freeze_support()
    from intermezzo.cli import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
