"""Runs the system tests inside an enclosure of their own: `python3 Tests/System/run.py [pytest arguments]`."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from stage.enclosure import CACHE, REPOSITORY, run_enclosed  # noqa: E402


def tests() -> int:
    python = CACHE / "venv-test" / "bin" / "python"
    return subprocess.run(
        [
            python,
            "-m",
            "pytest",
            "-c",
            str(HERE / "pytest.ini"),
            "--rootdir",
            str(HERE),
            *(sys.argv[1:] or [str(HERE)]),
        ],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(HERE)},
    ).returncode


if __name__ == "__main__":
    sys.exit(run_enclosed(tests, private_network=True))
