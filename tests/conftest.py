"""What all tests share: no window on a screen, no file of the person's own, no chance, and nothing left running."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["QT_QPA_PLATFORM"] = os.environ.get("INTERMEZZO_TEST_PLATFORM", "offscreen")  # before anything imports Qt
_HOME = Path(tempfile.mkdtemp(prefix="intermezzo-tests-"))
for _kind in ("CACHE", "CONFIG", "STATE", "DATA"):
    os.environ[f"XDG_{_kind}_HOME"] = str(_HOME / _kind.lower())

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would hand its deafness on

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

if TYPE_CHECKING:
    from intermezzo.studio import Studio

settings.register_profile(
    "quick", max_examples=20, stateful_step_count=25, derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=500, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_unconfigure() -> None:
    """Remove the home that the tests had."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(params=[True, False], ids=["in process", "in the host"])
def studio(request: pytest.FixtureRequest) -> "Studio":
    """Return a studio whose engines work in this process, then one that has a host for them."""
    from intermezzo import Studio

    made = Studio(in_process=request.param, threads=1)
    request.addfinalizer(made.close)
    return made


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread or a child process behind; what wider fixtures started is theirs."""
    threads, children = set(threading.enumerate()), _children()
    yield
    left = [t for t in threading.enumerate() if t not in threads and not isinstance(t, threading._DummyThread)]
    for thread in left:
        thread.join(5)
    alive = [t.name for t in left if t.is_alive()]
    assert not alive, f"threads left running: {alive}"
    processes = {pid: _command(pid) for pid in _children() - children}
    stray = {pid: command for pid, command in processes.items() if command and "resource_tracker" not in command}
    assert not stray, f"child processes left running: {stray}"


def _children() -> set[int]:
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            found.update(int(pid) for pid in task.read_text().split())
        except OSError:
            continue
    return found


def _command(pid: int) -> str:
    """Return the command line of a process; '' for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""
