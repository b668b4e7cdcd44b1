"""Servers as transient units, with a stand-in for systemd that notes what it was asked and starts the program."""

from pathlib import Path

import pytest

from browser_client import Browser
from conftest import SCRATCH, eventually, outside, running_hub
from fake_bridge import FakeBridge
from test_spawn import environment_of

STAND_IN = Path(__file__).with_name("fake-systemd")


pytestmark = pytest.mark.skipif(SCRATCH is None, reason="run Tests/JupyterHub/run as root")
IN_FORCE = {"manager": "systemd", "directories": [], "in_force": True, "reason": None}


@pytest.fixture(scope="module")
def here():
    """A hub of its own whose servers are units, and its bridge."""
    bridge = FakeBridge()
    bridge.start()
    with running_hub(bridge, Path(SCRATCH) / "systemd", "DIYCloudSystemdSpawner", path=f"{STAND_IN}:") as hub:
        yield bridge, hub
    bridge.stop()


def started(here, name, server=""):
    """Start a server; what systemd-run was asked, and the process."""
    _, hub = here
    outside(hub, "POST", f"/users/{name}")
    answer = outside(hub, "POST", f"/users/{name}/servers/{server}" if server else f"/users/{name}/server")
    assert answer.status_code in (201, 202), answer.text
    # the number is the hub's own
    pattern = f"jupyter-*-{server}-named.pid" if server else f"jupyter-{name}-singleuser.pid"
    eventually(lambda: list(Path("/run/fake-systemd").glob(pattern)), within=30)
    (file,) = Path("/run/fake-systemd").glob(pattern)
    return file.with_suffix(".arguments").read_text().splitlines(), int(file.read_text())


def test_a_server_is_a_unit_in_its_users_slice_which_alone_is_limited(here):
    bridge, hub = here
    bridge.add("alice", 61001, cores=0.5, cgroup=IN_FORCE)
    browser = Browser(hub.url, f"http://127.0.0.1:{bridge.port}")
    browser.hold(bridge.open_session("alice").cookie)
    answer = browser.start_server("alice")
    assert answer.status_code == 200 and "/user/alice/lab" in answer.url, hub.log.read_text()
    arguments = Path("/run/fake-systemd/jupyter-alice-singleuser.arguments").read_text().splitlines()
    for expected in (
        "--slice=user-61001.slice",
        "--uid=61001",
        "--gid=61001",
        "--property=NoNewPrivileges=yes",
        "--property=OOMPolicy=continue",
        "--property=KillMode=control-group",
        "--property=TasksMax=infinity",
        "--property=DevicePolicy=closed",
        "--property=DeviceAllow=/dev/fuse rw",
    ):
        assert expected in arguments
    assert not any("MemoryMax" in argument or "CPUQuota" in argument for argument in arguments)
    found = environment_of("alice", hub)
    assert found["MEM_LIMIT"] == str(2 * 1024**3) and found["CPU_LIMIT"] == "0.5" and "DIYCLOUD_LIMITS" not in found
    bridge.disable("alice")
    pid = int(Path("/run/fake-systemd/jupyter-alice-singleuser.pid").read_text())
    eventually(lambda: not Path(f"/proc/{pid}").exists(), within=5)


def test_where_the_slice_is_not_limited_the_unit_is_and_its_owner_is_told(here):
    bridge, hub = here
    bridge.add("bob", 61002, cores=0.5, cgroup={**IN_FORCE, "in_force": False, "reason": "memory: no such controller"})
    arguments, _ = started(here, "bob")
    assert f"--property=MemoryMax={2 * 1024**3}" in arguments and "--property=CPUQuota=50%" in arguments
    assert "--slice=user-61002.slice" in arguments
    eventually(lambda: "DIYCLOUD_LIMITS" in environment_of("bob", hub), within=10)
    assert environment_of("bob", hub)["DIYCLOUD_LIMITS"] == "not in force: memory: no such controller"


def test_two_servers_of_one_person_are_two_units_and_a_gpu_is_theirs_when_allowed(here):
    bridge, _ = here
    bridge.add("carol", 61003, cgroup=IN_FORCE, gpu=True)
    arguments, first = started(here, "carol")
    assert not any("Device" in argument for argument in arguments)
    assert "--slice=user-61003.slice" in started(here, "carol", "second")[0]
    assert Path(f"/proc/{first}").exists()
