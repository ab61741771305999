"""Set up and run Intermezzo from a clone with nothing but Python 3.11 or newer: `python3 dev.py run` or `test`.

Only the standard library. It makes `.venv`, installs the project in it with constraints.txt, says in one line which
system packages are missing (as root on Debian it installs them), and then starts what was asked for:

    run [FILE ...]   open the studio           (all other arguments go to the `intermezzo` command)
    test [ARGS ...]  lint, types, import contracts and tests; with ARGS only pytest with them
    setup            make everything ready and stop
"""

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "intermezzo.stamp"
CPU_TORCH = "https://download.pytorch.org/whl/cpu"

# What Qt and PortAudio open at run time: library -> Debian package (shared/reference/qt.md, section 2).
LIBRARIES = {
    "GL": "libgl1", "EGL": "libegl1", "xkbcommon": "libxkbcommon0", "dbus-1": "libdbus-1-3",
    "fontconfig": "libfontconfig1", "glib-2.0": "libglib2.0-0", "portaudio": "libportaudio2",
    "xcb-cursor": "libxcb-cursor0", "xcb-icccm": "libxcb-icccm4", "xcb-keysyms": "libxcb-keysyms1",
    "xcb-shape": "libxcb-shape0", "xcb-xkb": "libxcb-xkb1", "xcb-render-util": "libxcb-render-util0",
    "xcb-image": "libxcb-image0", "xcb-util": "libxcb-util1", "xcb-randr": "libxcb-randr0",
    "xkbcommon-x11": "libxkbcommon-x11-0",
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036  # reached with any Python the user has
        print(f"Intermezzo needs Python 3.11 or newer, this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in ("run", "test", "setup"):
        print("Usage: python3 dev.py run [FILE] | test [pytest arguments] | setup", file=sys.stderr)
        return 2
    system_packages()
    if not environment():
        return 1
    if command == "run":
        return subprocess.call([str(PYTHON), "-m", "intermezzo", *rest])
    return test(rest) if command == "test" else 0


def system_packages() -> None:
    """Install or name the shared libraries that are missing on Linux."""
    if not sys.platform.startswith("linux"):
        return
    missing = sorted({package for name, package in LIBRARIES.items() if not ctypes.util.find_library(name)})
    try:
        import ensurepip as _  # noqa: F401  # Debian puts it into a package of its own
    except ImportError:
        missing.append("python3-venv")
    if not missing:
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        print(f"Installing system packages: {' '.join(missing)}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.call([apt, "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL)
        if subprocess.call([apt, "install", "-y", "-qq", *missing], env=quiet, stdout=subprocess.DEVNULL) == 0:
            return
    print(f"Missing system packages: sudo apt install {' '.join(missing)}", file=sys.stderr, flush=True)


def environment() -> bool:
    """Make `.venv` and install the project in it, once for each state of its files; False if that failed."""
    wanted = hashlib.sha256(sys.version.encode())
    for name in ("pyproject.toml", "constraints.txt"):
        wanted.update((ROOT / name).read_bytes())
    if STAMP.exists() and STAMP.read_text() == wanted.hexdigest():
        return True
    print("Preparing .venv (the first time this takes a few minutes) ...", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "-c",
        str(ROOT / "constraints.txt"),
    ]
    if sys.platform.startswith("linux") and reachable(CPU_TORCH):
        # Without this the same torch brings 5 GB of CUDA; pip prefers the local version 2.13.0+cpu.
        pip += ["--extra-index-url", CPU_TORCH]
    if subprocess.call([*pip, "-e", f"{ROOT}[dev]"]) != 0:
        print("The installation failed; the lines above say why. Run the command again to go on.", file=sys.stderr)
        return False
    measuring(pip)
    STAMP.write_text(wanted.hexdigest())
    return True


def reachable(index: str) -> bool:
    """Tell whether a package index answers; pip would ask one that does not again and again for every package."""
    try:
        urllib.request.urlopen(index, timeout=5).close()
    except OSError:
        return False
    return True


def measuring(pip: list[str]) -> None:
    """Install the independent estimators for `check` and `bench`; they build from C and are not needed to work."""
    built = subprocess.call([*pip, "setuptools<81", "wheel", "cython", "numpy"]) == 0
    if not built or subprocess.call([*pip, "-e", f"{ROOT}[measure]"]) != 0:
        print("pyworld, pesq or pocketsphinx could not be built: `check` leaves their figures out.", file=sys.stderr)


def test(rest: list[str]) -> int:
    """Run linters, type checker, import contracts and tests; returns the first status that is not 0."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # or every process that a test starts compiles the project again
    beside = str(min(os.cpu_count() or 1, 4))  # processes of tests, each with one thread
    steps = [
        ["-m", "ruff", "check", "."],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "mypy"],
        ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
        ["-m", "pytest", "-n", beside, "--dist", "loadfile", "-m", "not paced"],
        ["-m", "pytest", "-m", "paced", "tests/audio"],
    ]
    if rest:
        steps = [["-m", "pytest", *rest]]
    worst = 0
    for step in steps:
        print("$ " + " ".join(step[1:] if step[0] == "-m" else ["lint-imports"]), flush=True)
        status = subprocess.call([str(PYTHON), *step], cwd=ROOT, env=env)
        worst = worst or status
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
