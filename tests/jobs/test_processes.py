"""The host among other processes: Ctrl+C, a parent that is killed, and a clean end without any warning."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")

UNRULY = Path(__file__).parents[1] / "plugins" / "packages" / "unruly"
SCRIPT = """
import sys
from importlib.metadata import EntryPoint
from intermezzo.core.media import Text
from intermezzo.core.registry import GROUP, discover
from intermezzo.studio import Studio

def told(progress):
    print("working", studio._runner.pid, flush=True)

if __name__ == "__main__":
    registry = discover([EntryPoint("unruly", "unruly_engines:engines.toml", GROUP)])
    with Studio(in_process=False, registry=registry) as studio:
        sketch = studio.convert("slow", "one two three")
        try:
            studio.render(sketch, engine=sys.argv[1], on_progress=told)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    print("closed", flush=True)
"""


def started(tmp_path: Path, engine: str) -> subprocess.Popen[str]:
    """Run the script with warnings as errors, in a process group of its own."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    (tmp_path / "tmp").mkdir()
    path = os.pathsep.join(filter(None, (str(UNRULY), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(tmp_path / "tmp")}
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(script), engine], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment, start_new_session=True,
    )  # fmt: skip


def host_pid(process: subprocess.Popen[str]) -> int:
    """Wait until the host works; returns its process id."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("working"), (line, process.stderr and process.stderr.read())
    return int(line.split()[1])


def test_a_studio_in_a_script_ends_without_a_word(tmp_path: Path) -> None:
    process = started(tmp_path, "chatters")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and err == "" and out.splitlines()[-1] == "closed"


def test_ctrl_c_stops_the_work_and_nobody_prints_a_traceback(tmp_path: Path) -> None:
    process = started(tmp_path, "slow")
    host_pid(process)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and err == "" and out.splitlines()[-2:] == ["interrupted", "closed"]


@pytest.mark.parametrize("engine", ["slow", "hangs"])
def test_the_host_dies_with_its_studio(tmp_path: Path, engine: str) -> None:
    process = started(tmp_path, engine)
    descriptor = os.pidfd_open(host_pid(process))
    try:
        process.kill()
        ended, _, _ = select.select([descriptor], [], [], 30)
        assert ended, "the host outlived its studio"
        assert list((tmp_path / "tmp").iterdir()) == [], "its log stayed"
    finally:
        os.close(descriptor)
        process.communicate(timeout=60)


def test_a_script_without_a_main_guard_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text("from intermezzo import Studio\nStudio(in_process=False).convert('mock', 'la')\n")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1
    assert "belongs under `if __name__ == '__main__':`" in done.stderr


def test_a_script_that_forgets_to_close_leaves_nothing(tmp_path: Path) -> None:
    script = tmp_path / "forgetful.py"
    script.write_text(
        "from intermezzo import Studio\nif __name__ == '__main__':\n"
        "    print(Studio(in_process=False).convert('mock', 'la').n_frames)\n"
    )
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "28\n", "")
