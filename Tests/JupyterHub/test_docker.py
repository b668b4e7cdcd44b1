"""Servers in containers: a real engine, the real guard, a real hub; the bridge's grants are a stand-in's.

The image holds nothing: Python, Jupyter and their libraries are this host's own, bound read-only.
"""

from __future__ import annotations

import io
import os
import sys
import tarfile
from pathlib import Path

import pytest

from browser_client import Browser, text
from conftest import SCRATCH, eventually, free_port, outside, running_hub
from fake_bridge import FakeBridge
from kernel_client import Server

if not os.environ.get("DIYCLOUD_TEST_ENGINE"):
    pytest.skip("needs an engine of its own: run Tests/JupyterHub/run_docker.py as root", allow_module_level=True)

from rig import engine
from rig.harm import LABEL, harms
from rig.host import Host
from stage import cgroups
from stage.processes import Programs

#: the engine's own bridge, by the rig's --bip
HUB_ADDRESS = "10.212.255.1"
IMAGE = "hub-notebook:latest"
CONFIGURATION = """
c.DIYCloudDockerSpawner.read_only_volumes = {{"/usr": "/usr", "{venv}": "{venv}"}}
c.DIYCloudDockerSpawner.environment = {{"PATH": "{venv}/bin:/usr/bin", "LD_LIBRARY_PATH": "{libraries}"}}
"""


def skeleton() -> bytes:
    """A root file system of links and empty directories."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, mode in {"usr": 0o755, "etc": 0o755, "home": 0o755, "run": 0o755, "tmp": 0o1777}.items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, mode
            archive.addfile(entry)
        for name in ("bin", "lib", "lib64", "sbin"):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, f"usr/{name}"
            archive.addfile(entry)
    return out.getvalue()


@pytest.fixture(scope="module")
def here():
    """Engine, people and guard; a bridge that grants what the store has; a hub."""
    programs = Programs(Path("/var/log/stage"))
    host, bridge = Host(programs), FakeBridge()
    host.set_up()
    engine.load(host.truth, skeleton(), IMAGE)
    hub_port = free_port()
    host.configure(docker=f"  host_ports: [{hub_port}]\n")
    host.sync("--only", "docker")
    host.restart_guard()
    bridge.start()
    for person in host.people.everyone:
        bridge.add(person.name, person.uid, memory=person.memory, cores=person.cpu, cgroup=granted(person))
    more = CONFIGURATION.format(venv=sys.prefix, libraries="/usr/lib/x86_64-linux-gnu")
    settings = {
        "DIYCLOUD_JUPYTERHUB_HUB_ADDRESS": HUB_ADDRESS,
        "DIYCLOUD_JUPYTERHUB_HUB_PORT": str(hub_port),
        "DIYCLOUD_JUPYTERHUB_IMAGE": IMAGE,
    }
    with running_hub(bridge, Path(SCRATCH) / "docker", "DIYCloudDockerSpawner", more=more, **settings) as hub:
        yield host, bridge, hub
    bridge.stop()
    host.clean()
    programs.stop_all()


def granted(person) -> dict:
    place = f"{cgroups.tree()}/user-{person.uid}"
    return {"manager": "cgroup", "directories": [f"/sys/fs/cgroup/memory/{place}"], "in_force": True, "reason": None}


@pytest.fixture
def stage(here):
    """All of it, with no server of anybody's."""
    host, bridge, hub = here
    yield here
    for name in bridge.people:
        outside(hub, "DELETE", f"/users/{name}/server")
    eventually(lambda: containers(host) == [], within=20)


def containers(host) -> list[dict]:
    return host.truth.get("/containers/json", query={"all": 1}).json


def visitor(here, name: str) -> Browser:
    _, bridge, hub = here
    browser = Browser(hub.url, f"http://127.0.0.1:{bridge.port}")
    browser.hold(bridge.open_session(name).cookie)
    return browser


def test_a_server_is_a_container_within_its_owners_limits_and_goes_with_its_stop(stage):
    host, _, hub = stage
    alice = host.people["alice"]
    answer = visitor(stage, "alice").start_server("alice")
    assert answer.status_code == 200 and "/user/alice/lab" in answer.url, f"{text(answer)}\n{hub.log.read_text()}"

    found = host.truth.get("/containers/jupyter-alice/json").json
    # a second opinion; besides her home there is her runtime directory, and what stands in for an image
    harm = harms(host.truth, found["Id"], alice, host.cgroup_parent("alice"))
    paths = {f"/run/diycloud-jupyter/{alice.uid}", "/usr", sys.prefix}
    assert harm == {f"path of the host {path}" for path in paths}
    assert found["Config"]["Labels"][LABEL] == "alice" and found["HostConfig"]["CapDrop"] == ["ALL"]
    (network,) = found["NetworkSettings"]["Networks"].values()
    assert host.truth.get(f"/networks/{network['NetworkID']}").json["Name"] == "diycloud-alice"

    # what the kernel says
    memory = Path("/sys/fs/cgroup/memory" + host.cgroup_parent("alice")) / found["Id"]
    pid = found["State"]["Pid"]
    assert str(pid) in (memory / "cgroup.procs").read_text().split()
    assert int((memory / "memory.limit_in_bytes").read_text()) == alice.memory
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    assert status["Uid"].split() == [str(alice.uid)] * 4 and int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"

    # hers, for her own docker, too; and her home is her home
    assert host.api("alice").get("/containers/jupyter-alice/json").ok
    assert host.api("bob").get("/containers/jupyter-alice/json").status == 404
    server = Server(hub.url, "alice", outside(hub, "POST", "/users/alice/tokens").json()["token"])
    wrote = server.run(server.kernel(), "import os; print(open(os.path.expanduser('~/note'), 'w').write('hers'))")
    assert wrote.text == "4\n"
    assert (alice.home / "note").read_text() == "hers" and (alice.home / "note").stat().st_uid == alice.uid

    assert outside(hub, "DELETE", "/users/alice/server").status_code in (202, 204)
    eventually(lambda: containers(host) == [], within=15)


def test_who_takes_the_name_of_somebodys_container_does_not_keep_their_server_from_starting(stage):
    host, _, hub = stage
    host.api("alice").run(name="jupyter-bob")
    answer = visitor(stage, "bob").start_server("bob")
    assert answer.status_code == 200 and "/user/bob/lab" in answer.url, hub.log.read_text()
    owners = {one["Names"][0].strip("/").partition("jupyter-bob")[2]: one["Labels"][LABEL] for one in containers(host)}
    assert owners.pop("") == "alice" and list(owners.values()) == ["bob"]
    host.api("alice").delete("/containers/jupyter-bob", query={"force": 1})


def test_a_server_that_runs_ends_with_the_switch_off_of_its_owner(stage):
    host, bridge, hub = stage
    visitor(stage, "bob").start_server("bob")
    assert len(containers(host)) == 1, hub.log.read_text()
    bridge.disable("bob")
    eventually(lambda: containers(host) == [], within=10)
    bridge.people["bob"].active = True


def test_a_disabled_person_is_refused_with_a_sentence_by_the_bridge(stage):
    host, bridge, _ = stage
    browser = visitor(stage, "carol")
    browser.go("/jupyter/hub/home")
    bridge.people["carol"].spawn_refusal = "Your account is disabled."
    assert "Your account is disabled." in text(browser.start_server("carol"))
    bridge.people["carol"].spawn_refusal = None
    assert containers(host) == []


def test_a_person_whom_the_bridge_takes_for_active_is_still_refused_by_the_guard(stage):
    """Disabled in the store a moment after the grant."""
    host, _, _ = stage
    answer = visitor(stage, "dave").start_server("dave")
    assert "is nobody who may have containers" in text(answer)
    assert containers(host) == []


def test_without_the_guard_no_server_starts_and_its_owner_is_told(stage):
    host, _, hub = stage
    host.programs.stop(host.guard)
    try:
        answer = visitor(stage, "carol").start_server("carol")
        assert "Containers cannot be started just now" in text(answer), hub.log.read_text()
    finally:
        host.start_guard()
    assert containers(host) == []
