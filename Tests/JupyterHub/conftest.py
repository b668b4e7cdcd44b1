"""A real hub with its real proxy, the shipped configuration, and a fake bridge."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from browser_client import Browser
from fake_bridge import FakeBridge, Session

CONFIG = Path(__file__).resolve().parents[2] / "config/jupyterhub/jupyterhub_config.py"
SCRATCH = os.environ.get("DIYCLOUD_TEST_SCRATCH")


@dataclass
class Hub:
    """The running hub, seen from outside."""

    process: subprocess.Popen
    url: str
    log: Path
    #: the hub itself, past its proxy
    own_url: str


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def eventually(what: Callable[[], object], within: float) -> float:
    """Wait until `what` is true; the seconds that it took."""
    begin = time.monotonic()
    while not what():
        assert time.monotonic() - begin < within, f"not true within {within} s"
        time.sleep(0.1)
    return time.monotonic() - begin


@pytest.fixture(scope="session")
def bridge() -> Iterator[FakeBridge]:
    fake = FakeBridge()
    fake.start()
    yield fake
    fake.stop()


@contextmanager
def running_hub(
    bridge: FakeBridge, place: Path, spawner: str, path: str = "", more: str = "", **settings: str
) -> Iterator[Hub]:
    """A hub with the shipped configuration, its files below `place`; `more` of it, and `settings` for it."""
    place.mkdir()
    token_file, extra, log = place / "token", place / "extra.py", place / "hub.log"
    token_file.write_text(bridge.token)
    token_file.chmod(0o600)
    extra.write_text(
        "c.JupyterHub.services.append({'name': 'outside', 'api_token': 'o' * 64})\n"
        "c.JupyterHub.load_roles.append({'name': 'outside', 'services': ['outside'],\n"
        "    'scopes': ['admin:users', 'servers', 'tokens', 'read:users']})\n"
        "c.JupyterHub.allow_named_servers = True\n"
        "c.Spawner.poll_interval = 1\n" + more
    )
    bridge.hub_port = free_port()
    environment = {
        **os.environ,
        "PATH": path + os.environ["PATH"],
        "DIYCLOUD_BRIDGE_URL": f"http://127.0.0.1:{bridge.port}",
        "DIYCLOUD_PORTAL_URL": f"http://127.0.0.1:{bridge.port}",
        "DIYCLOUD_SERVICE_TOKEN_FILE": str(token_file),
        "DIYCLOUD_JUPYTERHUB_STATE": str(place / "state"),
        "DIYCLOUD_JUPYTERHUB_PORT": str(bridge.hub_port),
        "DIYCLOUD_JUPYTERHUB_HUB_PORT": str(free_port()),
        "DIYCLOUD_JUPYTERHUB_PROXY_API_PORT": str(free_port()),
        "DIYCLOUD_JUPYTERHUB_SPAWNER": spawner,
        "DIYCLOUD_JUPYTERHUB_EXTRA_CONFIG": str(extra),
        "DIYCLOUD_JUPYTERHUB_STOP_SERVERS_AT_EXIT": "1",
        **settings,
    }
    url = f"http://127.0.0.1:{bridge.hub_port}"
    address = settings.get("DIYCLOUD_JUPYTERHUB_HUB_ADDRESS", "127.0.0.1")
    own_url = f"http://{address}:{environment['DIYCLOUD_JUPYTERHUB_HUB_PORT']}"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)],
            env=environment,
            cwd=place,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def up() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            return requests.get(url + "/jupyter/hub/health", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    try:
        eventually(up, within=60)
        yield Hub(process, url, log, own_url)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        if keep := os.environ.get("DIYCLOUD_TEST_LOG"):
            with open(keep, "a") as kept:
                kept.write(log.read_text())


@pytest.fixture(scope="session")
def hub(bridge: FakeBridge) -> Iterator[Hub]:
    if SCRATCH is None:
        pytest.skip("needs accounts of its own: run Tests/JupyterHub/run as root")
    with running_hub(bridge, Path(SCRATCH) / "hub", "DIYCloudSpawner") as running:
        yield running


@pytest.fixture
def people(bridge: FakeBridge, hub: Hub) -> Iterator[FakeBridge]:
    """Everybody as new, nobody signed in, no server running."""
    bridge.down = False
    for number, name in enumerate(["alice", "bob", "carol", "dave"]):
        bridge.add(name, 61001 + number)
    bridge.events.clear()
    bridge.calls.clear()
    bridge.faults.clear()
    yield bridge
    assert bridge.faults == []
    bridge.down = False
    bridge.assertions.clear()
    for session in list(bridge.sessions.values()):
        bridge.end_session(session)
    for name in bridge.people:
        outside(hub, "DELETE", f"/users/{name}/server")


@pytest.fixture
def browser(bridge: FakeBridge, hub: Hub) -> Callable[..., Browser]:
    """Makes browsers, signed in at the bridge when given a session."""

    def make(session: Session | None = None) -> Browser:
        made = Browser(hub.url, f"http://127.0.0.1:{bridge.port}")
        if session is not None:
            made.hold(session.cookie)
        return made

    return make


def outside(hub: Hub, method: str, path: str, **more) -> requests.Response:
    """A call of the hub's API by an outside service that may do nearly everything."""
    headers = {"Authorization": "token " + "o" * 64}
    return requests.request(method, hub.url + "/jupyter/hub/api" + path, headers=headers, timeout=60, **more)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Show what the hub said when a test failed."""
    report = (yield).get_result()
    if report.when == "call" and report.failed and "hub" in getattr(item, "funcargs", {}):
        lines = item.funcargs["hub"].log.read_text().splitlines()[-30:]
        report.sections.append(("hub log", "\n".join(lines)))
