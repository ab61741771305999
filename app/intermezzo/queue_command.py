"""Works off a batch: a CSV table or a folder of sources, one file for each; failures are told one by one."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.core.registry import discover
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Progress
from intermezzo.outputs import Outcome
from intermezzo.queue.batch import BadRows, orders_of_folder, orders_of_table
from intermezzo.queue.work import Work

if TYPE_CHECKING:
    from intermezzo.commands import Meter

__all__ = ["run_queue"]


def run_queue(arguments: Namespace, meter: Meter) -> Outcome:
    """Make every file of a batch; nothing begins unless every row is right, and one that fails stops no other.

    Raises:
        BadRows: if a row is wrong; all of them are told on standard error.
        FileError: if the table or the folder cannot be used.
    """
    registry = discover()
    engine, suffix = arguments.engine or "", arguments.format
    is_folder = arguments.batch.is_dir()
    if is_folder and not engine:
        raise FileError("A folder of sources needs --engine: which engine is to make something of them?")
    into = arguments.output.absolute()
    if into.exists() and not into.is_dir():
        raise FileError(f"{arguments.output} is a file; -o names the folder of the results.")
    try:
        orders = (orders_of_folder if is_folder else orders_of_table)(arguments.batch, engine, into, registry, suffix)
    except BadRows as problem:
        for line in problem.lines[1:]:
            print(f"intermezzo: {arguments.batch.name}, {line}", file=sys.stderr)
        raise
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FileError(f"The folder {into} cannot be made: {problem.strerror}. Choose another with -o.") from None
    runner = InlineRunner(registry, device=arguments.device, threads=arguments.threads, cache_dir=arguments.cache)
    done: list[dict[str, Any]] = []
    lines, status = list[str](), 0
    try:
        for k, order in enumerate(orders):
            numbered = replace(order, number=k + 1, recipe=arguments.recipe, bits=arguments.bits)

            def tell(progress: Progress, k: int = k) -> None:
                whole = Progress((k + progress.fraction) / len(orders), f"File {k + 1} of {len(orders)},")
                meter(whole)

            try:
                document = Work(numbered, runner, registry, tell).do()
                lines.append(str(document["path"]))
            except IntermezzoError as problem:
                document = {"path": order.path, "error": str(problem)}
                lines.append(f"{order.path}: {problem}")
                status = max(status, problem.exit_status)
            done.append(document)
    finally:
        runner.close()
        meter.clear()
    n_failed = sum("error" in document for document in done)
    lines.append(f"{len(done) - n_failed} of {len(done)} files made")
    return Outcome({"files": done, "failed": n_failed}, lines, status)
