"""Servers as transient units, with a stand-in for systemd that notes what it was asked and starts the program."""

from pathlib import Path

import pytest

from browser_client import Browser
from conftest import SCRATCH, eventually, running_hub
from fake_bridge import FakeBridge

STAND_IN = Path(__file__).with_name("fake-systemd")


@pytest.mark.skipif(SCRATCH is None, reason="run Tests/JupyterHub/run as root")
def test_a_server_is_a_unit_in_its_users_slice_within_the_limits():
    bridge = FakeBridge()
    bridge.start()
    bridge.add("alice", 61001, cores=0.5)
    with running_hub(bridge, Path(SCRATCH) / "systemd", "DIYCloudSystemdSpawner", path=f"{STAND_IN}:") as hub:
        browser = Browser(hub.url, f"http://127.0.0.1:{bridge.port}")
        browser.hold(bridge.open_session("alice").cookie)
        answer = browser.start_server("alice")
        assert answer.status_code == 200 and "/user/alice/lab" in answer.url, hub.log.read_text()
        arguments = Path("/run/fake-systemd/jupyter-alice-singleuser.arguments").read_text().splitlines()
        for expected in (
            "--slice=user-61001.slice",
            "--uid=61001",
            "--gid=61001",
            f"--property=MemoryMax={2 * 1024**3}",
            "--property=CPUQuota=50%",
            "--property=NoNewPrivileges=yes",
        ):
            assert expected in arguments
        bridge.disable("alice")
        pid = int(Path("/run/fake-systemd/jupyter-alice-singleuser.pid").read_text())
        eventually(lambda: not Path(f"/proc/{pid}").exists(), within=5)
    bridge.stop()
