"""`docker.user_namespace: required`: no containers where root in one is root of the host, and what the map closes.

The exploit is run on an engine without the map as well, where it works: so it is one.
"""

import io
import os
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest
from rig import engine

pytestmark = pytest.mark.guarded


@pytest.fixture(scope="module")
def unmapped(rig):
    """The rig's engine behind a guard with the product's default."""
    rig.clean()
    rig.configure(user_namespace="required")
    rig.restart_guard()
    yield rig
    rig.configure()
    rig.restart_guard()


@pytest.fixture(scope="module")
def _remapped(rig):
    _forget_networks(rig)
    second = engine.start_remapped(rig.programs)
    rig.engine_socket = rig.true_socket = engine.REMAPPED_SOCKET
    engine.make_images(rig.truth)
    rig.configure(user_namespace="required")
    rig.restart_guard()
    yield rig
    _forget_networks(rig)
    rig.engine_socket = rig.true_socket = engine.SOCKET
    engine.stop_remapped(rig.programs, second)
    rig.configure()
    rig.restart_guard()


@pytest.fixture
def remapped(_remapped):
    """A second engine, with userns-remap, behind a guard with the product's default."""
    yield _remapped
    _remapped.clean()


def _forget_networks(rig) -> None:
    """Also those that clean() leaves: their interfaces have the same names with every engine."""
    rig.clean()
    for network in rig.truth.get("/networks").json:
        if network["Name"].startswith("diycloud-"):
            assert rig.truth.delete(f"/networks/{network['Id']}").ok, network


def _device() -> bytes:
    """An archive with /dev/zero for everybody."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("node")
        entry.type, entry.mode, entry.devmajor, entry.devminor = tarfile.CHRTYPE, 0o666, 1, 5
        archive.addfile(entry)
    return out.getvalue()


def _pid(host, box: str) -> int:
    return host.truth.get(f"/containers/{box}/json").json["State"]["Pid"]


def _ids(pid: int, field: str = "Uid") -> set[int]:
    """Real, effective, saved and file system id on the host (proc_pid_status(5))."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {int(word) for word in next(line for line in lines if line.startswith(f"{field}:")).split()[1:]}


def _opened_outside(host) -> subprocess.CompletedProcess:
    """Alice puts a device into a container that runs with her own number, and opens it from her shell."""
    alice, person = host.api("alice"), host.people["alice"]
    box = alice.run("sleep", "600", User=f"{person.uid}:{person.gid}")
    put = alice.call(
        "PUT", f"/containers/{box}/archive", query={"path": "/tmp"}, body=_device(), content_type="application/x-tar"
    )
    assert put.status == 200, put
    # Seen from the host as root: the attempt does not fail for want of the node.
    node = f"/proc/{_pid(host, box)}/root/tmp/node"
    assert stat.S_ISCHR(os.stat(node).st_mode), node
    assert os.stat(node).st_mode & 0o777 == 0o666
    return host.shell("alice", "head", "-c", "4", node)


# MARK: without the map


def test_without_the_map_a_device_in_a_container_opens_from_a_shell_beside_it(host):
    # Before `unmapped`, whose guard lets no person have a container.
    done = _opened_outside(host)
    assert (done.returncode, done.stdout) == (0, "\0" * 4), done.stderr


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/info"),
        ("GET", "/version"),
        ("GET", "/containers/json"),
        ("POST", "/containers/create"),
        ("GET", "/containers/nothing/json"),
        ("POST", "/build"),
        ("POST", "/images/create?fromImage=busybox"),
        ("GET", "/images/json"),
        ("GET", "/volumes"),
        ("POST", "/volumes/create"),
        ("POST", "/networks/create"),
        ("GET", "/events"),
    ],
)
def test_without_the_map_a_person_is_told_what_is_missing(unmapped, method, path):
    body = {"Image": "busybox", "Name": "one"} if path.endswith("create") else None
    refused = unmapped.api("alice").call(method, path, body=body)
    assert refused.status == 403, refused
    assert "userns-remap" in refused.message
    assert unmapped.truth.get("/containers/json?all=1").json == []


def test_without_the_map_the_ping_of_a_person_is_answered(unmapped):
    assert unmapped.api("alice").get("/_ping").body == b"OK"


@pytest.mark.parametrize("who", ["root", "ada"])
def test_without_the_map_root_and_administrators_go_through(unmapped, who):
    api = unmapped.api(who)
    box = api.run("id", "-u")
    assert api.wait(box) == 0
    assert api.output(box) == "0\n"
    assert api.delete(f"/containers/{box}").status == 204


def test_without_the_map_the_sync_tells_it(unmapped):
    said = unmapped.sync("--only", "docker")
    assert "docker: People get no containers" in said
    assert "userns-remap" in said


# MARK: with the map


def test_with_the_map_that_device_opens_no_more(remapped):
    done = _opened_outside(remapped)
    assert done.returncode != 0, done.stdout
    assert "Permission denied" in done.stderr


def test_with_the_map_root_of_a_container_is_nobody_on_the_host(remapped, docker):
    done = remapped.shell("alice", docker, "run", "--rm", "busybox", "id", "-u")
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
    box = remapped.api("alice").run("sleep", "600")
    for field in ("Uid", "Gid"):
        assert _ids(_pid(remapped, box), field) == {engine.REMAPPED_IDS.start}
    found = remapped.truth.get(f"/containers/{box}/json").json["HostConfig"]
    assert found["CgroupParent"] == remapped.cgroup_parent("alice")
    cgroup = Path(f"/proc/{_pid(remapped, box)}/cgroup").read_text()
    assert f"{remapped.cgroup_parent('alice')}/{box}" in cgroup


def test_with_the_map_the_sync_tells_nothing_of_it(remapped):
    assert "userns-remap" not in remapped.sync("--only", "docker")


def test_with_the_map_nobody_leaves_it(remapped):
    refused = remapped.api("alice").create({"Image": "busybox", "HostConfig": {"UsernsMode": "host"}})
    assert refused.status == 403, refused
    assert "--userns" in refused.message


def test_with_the_map_a_setuid_file_in_a_volume_is_not_roots(remapped):
    alice = remapped.api("alice")
    plant = "cp /bin/busybox /data/shell && chown 0:0 /data/shell && chmod 4755 /data/shell"
    volume = {"HostConfig": {"Binds": ["things:/data"]}}
    assert alice.wait(alice.run("sh", "-c", plant, **volume)) == 0
    again = alice.run("stat", "-c", "%u %a", "/data/shell", **volume)
    assert alice.wait(again) == 0
    assert alice.output(again) == "0 4755\n"
    left = Path(remapped.truth.get("/volumes/things").json["Mountpoint"]) / "shell"
    assert left.stat().st_mode & stat.S_ISUID
    assert left.stat().st_uid == left.stat().st_gid == engine.REMAPPED_IDS.start


def test_with_the_map_builds_and_networks_work(remapped, docker):
    context = remapped.folder("alice", "context")
    (context / "Dockerfile").write_text("FROM busybox\nRUN id -u > /said\n")
    built = remapped.shell("alice", docker, "build", "-t", "alice/said:1", str(context))
    assert built.returncode == 0, built.stderr
    alice = remapped.api("alice")
    reader = alice.run("cat", "/said", image="alice/said:1")
    assert alice.wait(reader) == 0
    assert alice.output(reader) == "0\n"
    assert alice.post("/networks/create", body={"Name": "own"}).ok
    own = {"HostConfig": {"NetworkMode": "own"}}
    alice.run("sh", "-c", "mkdir /srv/w && echo hello > /srv/w/a && httpd -f -p 80 -h /srv/w", name="web", **own)
    fetch = "for i in 1 2 3 4 5 6 7 8 9; do wget -qO- http://web/a && exit; sleep 1; done; exit 1"
    asker = alice.run("sh", "-c", fetch, **own)
    assert alice.wait(asker) == 0, alice.output(asker)
    assert alice.output(asker).endswith("hello\n")


def test_with_the_map_the_container_with_the_home_is_the_persons_own(remapped):
    alice, person = remapped.api("alice"), remapped.people["alice"]
    folder = remapped.folder("alice", "bound")
    command = "echo here > /work/bound/made; exec sleep 600"
    box = alice.run("sh", "-c", command, HostConfig={"Binds": [f"{person.home}:/work"]})
    assert _ids(_pid(remapped, box)) == {person.uid}
    assert os.readlink(f"/proc/{_pid(remapped, box)}/ns/user") == os.readlink("/proc/self/ns/user")
    assert alice.execute(box, "touch", "/work/bound/more") == (0, "")
    for name in ("made", "more"):
        assert (folder / name).stat().st_uid == person.uid
