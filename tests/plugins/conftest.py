"""`installed_plugin`: somebody else's engine, installed as a package of its own, for tests in a subprocess."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parent / "packages"


@dataclass(frozen=True)
class InstalledPlugin:
    """Where a plugin is installed, and the environment in which a new Python process finds it."""

    folder: Path
    environment: Mapping[str, str]

    def python(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run Python with the plugin installed; warnings are errors."""
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments], env=dict(self.environment), cwd=cwd, capture_output=True,
            text=True, timeout=100, check=False,
        )  # fmt: skip

    def intermezzo(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the command line with the plugin installed."""
        return self.python("-m", "intermezzo", *arguments, cwd=cwd)


@pytest.fixture(scope="session")
def installed_plugin(tmp_path_factory: pytest.TempPathFactory) -> InstalledPlugin:
    """Build the package `chimes` with pip, without any network, and install it into a folder of its own."""
    folder = tmp_path_factory.mktemp("plugin")
    source = shutil.copytree(PACKAGES / "chimes", folder / "source")  # building leaves its litter in the source
    target = folder / "site"
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps",
            "--disable-pip-version-check", "--target", str(target), str(source),
        ],
        check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    shutil.rmtree(source)
    path = os.pathsep.join(filter(None, (str(target), os.environ.get("PYTHONPATH"))))
    return InstalledPlugin(target, {**os.environ, "PYTHONPATH": path})
