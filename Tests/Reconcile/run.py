"""Runs the tests of reconciliation on a real, overlaid host: `sudo python3 Tests/Reconcile/run.py [pytest arguments]`.

`BRIDGE` names the program under test; without it, the newest build.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "System"))

from stage.enclosure import CACHE, REPOSITORY, run_enclosed  # noqa: E402


def program() -> str:
    built = [REPOSITORY / ".build" / kind / "diycloud-bridge" for kind in ("release", "debug")]
    built = [path for path in built if path.exists()]
    if not built:
        sys.exit("There is no program to test. Build it: swift build --product diycloud-bridge")
    return str(max(built, key=lambda path: path.stat().st_mtime))


def tests() -> int:
    python = CACHE / "venv-test" / "bin" / "python"
    arguments = sys.argv[1:] or [str(HERE)]
    environment = {**os.environ, "BRIDGE": os.environ.get("BRIDGE") or program(), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--rootdir", str(HERE), *arguments]
    return subprocess.run(command, cwd=HERE, env=environment).returncode


if __name__ == "__main__":
    sys.exit(run_enclosed(tests, private_network=True))
