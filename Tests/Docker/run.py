"""Runs the tests of the Docker guard with a real engine: `sudo python3 Tests/Docker/run.py [--bare] [pytest arguments]`

dockerd, its images, the people and the guard live in private mount, process and network namespaces (see
Tests/System/stage/enclosure.py): this host's engine, accounts and firewall are never touched, and nothing stays behind.

`--bare` leaves the guard out: people talk to the engine itself. What is everyday use must pass there too, and every
attempt of Tests/Docker/attempts must do its harm; so it is the proof that the tests ask for real things.

`DIYCLOUD_BRIDGE_BINARY` names the program under test; without it, the newest build.
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
        sys.exit("There is no program to test. Build it: make release")
    return str(max(built, key=lambda path: path.stat().st_mtime))


def tests() -> int:
    arguments = sys.argv[1:]
    environment = {
        **os.environ,
        "DIYCLOUD_BRIDGE_BINARY": os.environ.get("DIYCLOUD_BRIDGE_BINARY") or program(),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{HERE}:{HERE.parent / 'System'}",
    }
    if "--bare" in arguments:
        arguments.remove("--bare")
        environment["DIYCLOUD_TEST_BARE_ENGINE"] = "1"
    if not any(not argument.startswith("-") and Path(argument.split("::")[0]).exists() for argument in arguments):
        arguments.append(str(HERE))
    arguments = [str(Path(one).resolve()) if Path(one).exists() else one for one in arguments]
    python = CACHE / "venv-test" / "bin" / "python"
    command = [str(python), "-m", "pytest", "-c", str(HERE / "pytest.ini"), *arguments]
    return subprocess.run(command, cwd=HERE, env=environment).returncode


if __name__ == "__main__":
    sys.exit(run_enclosed(tests, private_network=True))
