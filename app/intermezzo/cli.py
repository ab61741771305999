"""The command line: reads arguments, runs a command, and turns every outcome into an exit status and one line.

Exit status: 0 done; 2 bad input, told in one line that says what to do; 1 a fault of ours or of an engine, or a promise
that `check` found broken. Nobody ever sees a traceback: it goes to the log, whose place is told.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from time import monotonic
from typing import NoReturn

from intermezzo import __version__
from intermezzo.bench_command import run_bench
from intermezzo.commands import (
    Outcome,
    analyse_medium,
    check_engines,
    convert_source,
    list_engines,
    render_sketch,
    run_source,
    show_sketch,
)
from intermezzo.core.errors import EngineError, IntermezzoError, PluginError
from intermezzo.exchange_commands import export_sketch, import_onto
from intermezzo.jobs.protocol import Progress
from intermezzo.queue_command import run_queue
from intermezzo.storage.log import log_path
from intermezzo.train_command import train_engine

__all__ = ["COMMANDS", "run"]

_SHOW_AFTER_S = 0.5
_LOG_BYTES = 1_000_000
_HIGHEST_SEED = 2**32 - 1


class _BadArguments(IntermezzoError):
    """The arguments of the command line make no sense."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say in one line what is wrong, where argparse would print the usage as well."""
        raise _BadArguments(f"{message[:1].upper()}{message[1:]}. `{self.prog} --help` tells more.")


def run(argv: Sequence[str]) -> int:
    """Run the command that ``argv`` (without the program's name) says; returns the exit status."""
    try:
        if not argv or (argv[0] not in COMMANDS and not argv[0].startswith("-")):
            return _open_studio(argv)
        arguments = _parser().parse_args(argv)
        outcome = COMMANDS[arguments.command][0](arguments, _Meter())
        _say(outcome, as_json=arguments.json)
        return outcome.status
    except _BadArguments as problem:
        return _complain(str(problem), 2)
    except IntermezzoError as problem:
        is_theirs = isinstance(problem, (EngineError, PluginError)) and problem.__cause__ is not None
        where = _logged(problem) if is_theirs else ""
        return _complain(f"{problem}{where}", problem.exit_status)
    except KeyboardInterrupt:
        return _complain("Stopped.", 1)
    except BrokenPipeError:
        # Whoever read our output has gone (`intermezzo show ... | head`); what is still unwritten goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError:
        return _complain("There is not enough memory for this. Close other programs or work on a shorter part.", 1)
    except Exception as problem:
        what = (str(problem).splitlines() or [""])[0]
        return _complain(f"This is a fault of ours ({type(problem).__name__}: {what}).{_logged(problem)}", 1)


def _open_studio(argv: Sequence[str]) -> int:
    for name in argv[:1]:
        if not _exists(name):
            raise _BadArguments(
                f"There is no file and no command {name!r}; the commands are {', '.join(COMMANDS)}. "
                "`intermezzo --help` tells more."
            )
    try:
        from intermezzo.ui.app import main
    except ImportError as problem:
        raise IntermezzoError(
            f"The window cannot be opened ({problem}). `python3 dev.py setup` installs what it needs."
        ) from problem
    return main(list(argv))


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _say(outcome: Outcome, *, as_json: bool) -> None:
    """Print what a command found, also where the terminal has no IPA or a file name is no text."""
    text = json.dumps(outcome.document, ensure_ascii=False, indent=2) if as_json else outcome.text
    coding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(coding)
    except UnicodeEncodeError:
        told = json.dumps(outcome.document, indent=2) if as_json else text
        text = told.encode(coding, "backslashreplace").decode(coding)
    print(text, flush=True)


def _complain(line: str, status: int) -> int:
    print(f"intermezzo: {' '.join(line.split())}", file=sys.stderr, flush=True)
    return status


def _logged(problem: BaseException) -> str:
    """Write the traceback to the log of the studio; returns where that is, as the end of a sentence."""
    try:
        handler = RotatingFileHandler(log_path(), maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8", delay=True)
    except (OSError, IntermezzoError):
        return ""
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    error = (type(problem), problem, problem.__traceback__)
    record = logging.LogRecord("intermezzo.cli", logging.ERROR, __file__, 0, str(problem), None, error)
    try:
        handler.emit(record)
    finally:
        handler.close()
    return f" The report is in {handler.baseFilename}"


class _Meter:
    """One line of progress on a terminal, once the work takes longer than half a second."""

    def __init__(self) -> None:
        self._began_s = monotonic()
        self._is_shown = False

    def __call__(self, progress: Progress) -> None:
        """Show how far the work is."""
        left_s = progress.seconds_left or 0.0
        left = "" if left_s < 0.5 else f", {left_s:.0f} s left" if left_s < 120 else f", {left_s / 60:.0f} min left"
        self.line(f"{progress.what or 'Working'} {100 * progress.fraction:.0f} %{left}")

    def line(self, text: str) -> None:
        """Show what is being done."""
        if sys.stderr.isatty() and monotonic() - self._began_s > _SHOW_AFTER_S:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
            self._is_shown = True

    def step(self, text: str) -> None:
        """Show what is being done in work of minutes: a line each where no terminal is, so that a log is not silent."""
        if sys.stderr.isatty():
            self.line(text)
        else:
            print(f"{monotonic() - self._began_s:6.1f} s  {text}", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._is_shown = False


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="intermezzo", description="Draw on the sketch between source and output, and be obeyed.",
        epilog="Without a command, `intermezzo [FILE]` opens the studio.",
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"intermezzo {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for name, (_, fill, help_text) in COMMANDS.items():
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.add_argument("--json", action="store_true", help="print one JSON object")
        fill(command)
    return parser


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _HIGHEST_SEED:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {_HIGHEST_SEED}, not {text!r}")
    return int(text)


def _threads(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 1024:
        raise argparse.ArgumentTypeError(f"threads are a whole number from 0 (all cores) to 1024, not {text!r}")
    return int(text)


def _takes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"there can be 1 to 100 takes, not {text!r}")
    return int(text)


def _times(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 8:
        raise argparse.ArgumentTypeError(f"a picture is written 1 to 8 times as large, not {text!r}")
    return int(text)


def _work_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--device", default="cpu", choices=("cpu", "cuda", "mps"), help="where to compute")
    command.add_argument("--threads", type=_threads, default=0, metavar="N", help="threads to use (0: all cores)")
    command.add_argument(
        "--cache", "--set-cache", dest="cache", type=Path, metavar="DIR", help="keep results here for the next time"
    )


def _set_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set", dest="settings", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the engine"
    )


def _fill_engines(command: argparse.ArgumentParser) -> None:
    command.add_argument("--all", action="store_true", help="also those that are made for tests")
    command.add_argument("--device", default="cpu", choices=("cpu", "cuda", "mps"), help="where they are to compute")


def _fill_convert(command: argparse.ArgumentParser) -> None:
    command.add_argument("engine", metavar="ENGINE", help="task or id, as `intermezzo engines` lists them")
    command.add_argument("source", metavar="SOURCE", help="a file, - for standard input, or the text itself")
    command.add_argument(
        "-o", dest="output", type=Path, required=True, metavar="S.sketch", help="the sketch, or project, to write"
    )
    command.add_argument("--seed", type=_seed, default=1, metavar="N", help="which sample of the distribution")
    command.add_argument(
        "--takes", type=_takes, default=1, metavar="K",
        help="write K sketches of different seeds: S-1.sketch, S-2.sketch ..., or one project that holds them all",
    )  # fmt: skip
    _guide_option(command)
    _dictionary_option(command)
    _set_options(command)
    _work_options(command)


def _guide_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--guide", type=Path, metavar="REC.wav",
        help="a recording in which the same text is spoken: its timing, melody and loudness are copied",
    )  # fmt: skip


def _dictionary_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--dictionary", type=Path, metavar="FILE",
        help="how words are said: lines of word, language and /IPA/ or letters, with tabs between them",
    )  # fmt: skip


def _fill_analyse(command: argparse.ArgumentParser) -> None:
    command.add_argument("engine", metavar="ENGINE", help="task or id")
    command.add_argument(
        "source",
        metavar="MEDIA",
        help="a sound, picture, film or score, - for a sound on standard input, or a sketch to go on from",
    )
    command.add_argument("-o", dest="output", type=Path, required=True, metavar="S.sketch", help="the sketch to write")
    command.add_argument(
        "--part", default="", metavar="NAME", help="which part of a score: a piece of its name, or its number from 1"
    )
    command.add_argument(
        "--text", type=Path, metavar="FILE", help="what is said in it (.txt, .srt, .lab): its words are found"
    )
    _set_options(command)
    _work_options(command)


def _fill_render(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "sketch",
        type=Path,
        metavar="S.sketch",
        help="the sketch to render, or a project, a sound with its recipe, a score",
    )
    _fill_output(command)
    command.add_argument(
        "--split", choices=("whole", "sentences", "chapters"), default="whole",
        help="one file each, in the folder that -o names; chapters begin at headings",
    )  # fmt: skip
    command.add_argument(
        "--takes", default="", metavar="LIST",
        help="takes of a project, one file each in the folder that -o names: all, or 1,3,sketch",
    )  # fmt: skip
    command.add_argument(
        "--name", default="", metavar="PATTERN",
        help="what the files are called, of {title} {n} {chapter} {text}, or of takes {title} {take} {seed} and any "
        "parameter, as {voice}; the ending says the format (default: {title}-{n}.wav)",
    )  # fmt: skip
    command.add_argument("--engine", metavar="ENGINE", help="another engine than the one that made the sketch")
    command.add_argument("--seed", type=_seed, metavar="N", help="another seed than the one of the sketch")
    _set_options(command)
    _work_options(command)


def _fill_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("engine", metavar="ENGINE", help="task or id")
    command.add_argument("source", metavar="SOURCE", help="a file, - for standard input, or the text itself")
    _fill_output(command)
    command.add_argument("--seed", type=_seed, default=1, metavar="N", help="which sample of the distribution")
    command.add_argument(
        "--takes", type=_takes, default=1, metavar="K", help="write K of different seeds: OUT-1.wav, OUT-2.wav ..."
    )
    _guide_option(command)
    _dictionary_option(command)
    _set_options(command)
    _work_options(command)


def _fill_output(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-o",
        dest="output",
        type=Path,
        required=True,
        metavar="OUT",
        help="the file to write: a sound, of tunes also a score, of pictures .png .webp .ico .svg, of films .gif .apng "
        ".webp .mp4 .webm",
    )
    command.add_argument(
        "--times", type=_times, default=1, metavar="N", help="write a picture N times as large, 1 to 8"
    )
    command.add_argument("--crisp", action="store_true", help="with square pixels, not smoothed between them")
    command.add_argument("--bits", type=int, choices=(16, 24, 32), default=24, help="of a WAV file; 32 are floats")
    command.add_argument(
        "--labels", type=_names, default=(), metavar="A,B",
        help="also write labels or scores beside it: textgrid, lab, audacity, srt, vtt, midi, musicxml, abc, json ...",
    )  # fmt: skip
    command.add_argument(
        "--no-recipe", dest="recipe", action="store_false",
        help="do not put the sketch into the file (all but OGG, ICO, SVG and WebM carry it and open as projects)",
    )  # fmt: skip


def _fill_show(command: argparse.ArgumentParser) -> None:
    command.add_argument("sketch", type=Path, metavar="S.sketch", help="the sketch to show")
    command.add_argument("--picture", type=Path, metavar="P.png", help="also draw it")


def _fill_export(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "sketch", type=Path, metavar="S.sketch", help="a sketch, a project, a sound with its recipe, or a score"
    )
    command.add_argument(
        "-o", dest="output", type=Path, required=True, metavar="OUT",
        help="its ending says the format: .TextGrid .lab .txt (Audacity) .srt .vtt .labels.json .PitchTier "
        ".IntensityTier .csv .f0 .json, and of tunes .mid .musicxml .mxl .abc .ustx .ust .chords .svg .pdf",
    )  # fmt: skip
    command.add_argument("--format", metavar="ID", help="another form of the same ending, as textgrid-short")
    command.add_argument("--layer", default="", metavar="NAME", help="this layer only")
    command.add_argument("--title", default="", metavar="TITLE", help="the title of a score")
    command.add_argument("--text", type=Path, metavar="FILE", help="the source text, for the signs in subtitles")
    command.add_argument("--words", type=_words, default=0, metavar="N", help="words a subtitle (0: a sentence)")
    command.add_argument("--word-times", action="store_true", help="in .vtt, the time of each word too")


def _words(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 100:
        raise argparse.ArgumentTypeError(f"words are a whole number from 0 to 100, not {text!r}")
    return int(text)


def _fill_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("sketch", type=Path, metavar="S.sketch", help="a sketch, a sound with its recipe, or .json")
    command.add_argument(
        "files", type=Path, nargs="*", metavar="FILE", help=".TextGrid, .lab, .srt, .PitchTier, .csv and so on"
    )
    command.add_argument("-o", dest="output", type=Path, required=True, metavar="S2.sketch", help="the sketch to write")
    command.add_argument("--format", metavar="ID", help="what the files are, where the ending does not say (audacity)")
    command.add_argument(
        "--how", choices=("auto", "stretch", "place"), default="auto",
        help="stretch the sound to the boundaries, or place them over it (auto: place them on recordings)",
    )  # fmt: skip
    command.add_argument("--layer", default="", metavar="NAME", help="draw points on this curve")


def _fill_measure(command: argparse.ArgumentParser) -> None:
    command.add_argument("engines", nargs="*", metavar="ENGINE", help="task or id; all where none is named")
    command.add_argument("--data", type=Path, metavar="DIR", help="folder of held-out recordings")
    command.add_argument("--quick", action="store_true", help="fewer cases")
    command.add_argument("--device", default="cpu", choices=("cpu", "cuda", "mps"), help="where to compute")


def _fill_bench(command: argparse.ArgumentParser) -> None:
    _fill_measure(command)
    command.add_argument(
        "--compare",
        action="store_true",
        help="instead compare candidates for one job under one budget (ENGINE: tokens)",
    )
    command.add_argument(
        "--budget", type=_seconds, default=50.0, metavar="SECONDS", help="of training for each candidate (default: 50)"
    )
    command.add_argument(
        "--weights",
        type=Path,
        metavar="DIR",
        help="load candidates that are kept here; keep here those that are trained",
    )
    command.add_argument("--out", type=Path, metavar="P.png", help="also draw the comparison")
    command.add_argument("--dark", action="store_true", help="draw it on black")


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0.1 <= found <= 86_400:
        raise argparse.ArgumentTypeError(f"a budget is 0.1 to 86400 seconds, not {text!r}")
    return found


def _fill_check(command: argparse.ArgumentParser) -> None:
    _fill_measure(command)
    command.add_argument("--only", type=_names, default=(), metavar="A,B", help="measure these groups of figures only")
    command.add_argument("--pictures", type=Path, metavar="DIR", help="also draw what is measured, into this folder")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _fill_queue(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "batch", type=Path, metavar="FILE.csv|FOLDER",
        help="a table with the columns source or text, seed, takes, file, engine, and any parameter by its name; or a "
        "folder of sources",
    )  # fmt: skip
    command.add_argument("-o", dest="output", type=Path, required=True, metavar="FOLDER", help="where the files go")
    command.add_argument("--engine", metavar="ENGINE", help="task or id, where a row names none")
    command.add_argument("--format", default="", metavar=".END", help="the ending of the files, as .flac or .webp")
    command.add_argument("--bits", type=int, choices=(16, 24, 32), default=24, help="of a WAV file; 32 are floats")
    command.add_argument(
        "--no-recipe", dest="recipe", action="store_false", help="do not put the sketch into the files"
    )
    _work_options(command)


def _fill_train(command: argparse.ArgumentParser) -> None:
    command.add_argument("engine", metavar="ENGINE", help="task or id")
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of recordings, or of the data")
    command.add_argument("--out", type=Path, metavar="DIR", help="where the result goes (default: ./TASK-weights)")
    command.add_argument("--device", default="cpu", choices=("cpu", "cuda", "mps"), help="where to compute")
    command.add_argument("--look", action="store_true", help="only tell what is in the folder")
    command.add_argument(
        "--progress-lines", action="store_true", help="tell the progress in lines of JSON on standard error"
    )
    _set_options(command)


_Command = tuple[Callable[[argparse.Namespace, _Meter], Outcome], Callable[[argparse.ArgumentParser], None], str]

COMMANDS: dict[str, _Command] = {
    "engines": (list_engines, _fill_engines, "List engines: ready, or broken and why, or what they lack."),
    "convert": (convert_source, _fill_convert, "Make a sketch from a source."),
    "analyse": (analyse_medium, _fill_analyse, "Make a sketch from a recording or a score."),
    "render": (render_sketch, _fill_render, "Make the output of a sketch."),
    "run": (run_source, _fill_run, "Convert a source and render it."),
    "queue": (run_queue, _fill_queue, "Make a file of each row of a CSV table, or of each source in a folder."),
    "show": (show_sketch, _fill_show, "Tell what is in a sketch."),
    "export": (export_sketch, _fill_export, "Write a sketch as labels, subtitles, points, a score or JSON."),
    "import": (import_onto, _fill_import, "Draw labels or points of another program on a sketch."),
    "check": (check_engines, _fill_check, "Measure the five promises."),
    "bench": (run_bench, _fill_bench, "Measure speed and memory, beside the named peers."),
    "train": (train_engine, _fill_train, "Train an engine: on your own recordings, or its weights again."),
}

logging.captureWarnings(True)  # a warning of a library is no line for the person at the terminal
