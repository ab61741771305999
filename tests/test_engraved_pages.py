"""The command line writes engraved pages: SVG by the engraver alone, PDF without a window or a screen."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from drawn_tune import tune_sketch

from intermezzo.storage.sketch_file import save_sketch


@pytest.fixture(scope="module")
def sketch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tune") / "song.sketch"
    save_sketch(tune_sketch(repeat=12), path)
    return path


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "intermezzo", *arguments], capture_output=True, text=True, timeout=100, check=False
    )


@pytest.mark.parametrize(("command", "name"), [("render", "song.svg"), ("export", "song.pdf")])
def test_a_tune_becomes_pages(sketch: Path, tmp_path: Path, command: str, name: str) -> None:
    output = tmp_path / name
    done = _run(command, str(sketch), "-o", str(output), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"path": str(output), "format": output.suffix[1:]}
    content = output.read_bytes()
    if output.suffix == ".pdf":
        assert content.startswith(b"%PDF-") and content.count(b"/Type /Page\n") == 2
    else:
        assert content.count(b'class="page"') == 2
        assert b'width="210mm" height="594mm"' in content


def test_a_sketch_without_a_tune_is_refused_in_a_line(tmp_path: Path) -> None:
    from drawn_sketch import drawn_sketch

    path = tmp_path / "speech.sketch"
    save_sketch(drawn_sketch(), path)
    done = _run("export", str(path), "-o", str(tmp_path / "speech.pdf"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == "intermezzo: A speech sketch holds no tune."
    assert not (tmp_path / "speech.pdf").exists()
