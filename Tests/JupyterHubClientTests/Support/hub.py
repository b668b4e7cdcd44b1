"""A real JupyterHub with its real proxy: the shipped configuration, and a stand-in for the bridge.

``hub.py DIRECTORY``, in a network namespace of its own (servers run as root here). Says ``ready`` when the hub answers,
and ends when its standard input does. In DIRECTORY: ``people.json`` (``{"alice": {"role": "admin", "active": true}}``,
may change at any time), ``sync.token``, ``half.token``, ``outside.token``, ``hub.log``.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY / "Tests/JupyterHub"))

from fake_bridge import FakeBridge, Person  # noqa: E402

PORT, HUB_PORT, PROXY_PORT = 8000, 8081, 8001


class Bridge(FakeBridge):
    """Its people are what the file says now."""

    file: Path
    _read: tuple[float, dict[str, Person]] = (0.0, {})

    @property
    def people(self) -> dict[str, Person]:
        changed = self.file.stat().st_mtime_ns
        if changed != self._read[0]:
            entries = json.loads(self.file.read_text()).items()
            self._read = changed, {name: Person(name, 60000, f"pw-{name}", **entry) for name, entry in entries}
        return self._read[1]

    @people.setter
    def people(self, people: dict[str, Person]) -> None:
        """The base class starts with nobody."""


def main(place: Path) -> None:
    if len(Path("/proc/net/route").read_text().splitlines()) > 1:
        sys.exit("this hub must not be reachable: run Tests/unit-tests.sh, or `Tests/in-private-network swift test …`")
    bridge = Bridge()
    bridge.file = place / "people.json"
    bridge.start()
    token_file = place / "bridge.token"
    token_file.write_text(bridge.token)
    environment = {
        **os.environ,
        "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": f"{REPOSITORY}/config/jupyterhub/src",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DIYCLOUD_BRIDGE_URL": f"http://127.0.0.1:{bridge.port}",
        "DIYCLOUD_SERVICE_TOKEN_FILE": str(token_file),
        "DIYCLOUD_SYNC_TOKEN_FILE": str(place / "sync.token"),
        "DIYCLOUD_JUPYTERHUB_STATE": str(place / "state"),
        "DIYCLOUD_JUPYTERHUB_PORT": str(PORT),
        "DIYCLOUD_JUPYTERHUB_HUB_PORT": str(HUB_PORT),
        "DIYCLOUD_JUPYTERHUB_PROXY_API_PORT": str(PROXY_PORT),
        "DIYCLOUD_JUPYTERHUB_EXTRA_CONFIG": str(Path(__file__).with_name("extra_config.py")),
        "DIYCLOUD_JUPYTERHUB_STOP_SERVERS_AT_EXIT": "1",
        "DIYCLOUD_TEST_PLACE": str(place),
    }
    with (place / "hub.log").open("w") as log:
        hub = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(REPOSITORY / "config/jupyterhub/jupyterhub_config.py")],
            env=environment,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(hub, place)
        print("ready", flush=True)
        sys.stdin.read()
    finally:
        hub.send_signal(signal.SIGTERM)
        hub.wait(60)


def wait_for(hub: subprocess.Popen, place: Path) -> None:
    for _ in range(900):
        if hub.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/jupyter/hub/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit((place / "hub.log").read_text())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
