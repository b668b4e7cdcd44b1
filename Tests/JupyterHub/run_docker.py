"""Runs the tests of servers in containers (root): `python3 Tests/JupyterHub/run_docker.py [pytest arguments]`

A real engine, the real guard and a real hub in the enclosure of Tests/Docker/run.py; Tests/JupyterHub/run makes the
Python environment of the hub. `DIYCLOUD_BRIDGE_BINARY` names the program under test, else it is the newest build.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "System"))

from stage.enclosure import CACHE, REPOSITORY, run_enclosed  # noqa: E402

VENV = Path(os.environ.get("DIYCLOUD_HUB_VENV", CACHE / "venv-hub"))


def program() -> str:
    built = [REPOSITORY / ".build" / kind / "diycloud-bridge" for kind in ("release", "debug")]
    built = [path for path in built if path.exists()]
    if not built:
        sys.exit("There is no program to test. Build it: make release")
    return str(max(built, key=lambda path: path.stat().st_mtime))


def tests() -> int:
    scratch = Path("/run/diycloud-hub-tests")
    scratch.mkdir(mode=0o755)
    rooms = (REPOSITORY / "config/jupyterhub/src", HERE.parent / "Docker", HERE.parent / "System")
    environment = {
        **os.environ,
        "DIYCLOUD_BRIDGE_BINARY": os.environ.get("DIYCLOUD_BRIDGE_BINARY") or program(),
        "DIYCLOUD_TEST_SCRATCH": str(scratch),
        "DIYCLOUD_TEST_ENGINE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": ":".join(map(str, rooms)),
        "PATH": f"{VENV}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    }
    arguments = ["-p", "no:cacheprovider", "-p", "no:asyncio", "-c", str(HERE / "pytest.ini"), *sys.argv[1:]]
    command = [str(VENV / "bin/python"), "-m", "pytest", *arguments, str(HERE / "test_docker.py")]
    return subprocess.run(command, cwd=HERE, env=environment).returncode


if __name__ == "__main__":
    sys.exit(run_enclosed(tests, private_network=True))
