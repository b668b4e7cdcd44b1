"""One limit for all that a person runs: notebook and containers share it, and it follows the store."""

import os
import subprocess
from pathlib import Path

import pytest
from rig.api import until
from rig.people import MiB
from stage import cgroups

pytestmark = pytest.mark.guarded
#: Holds this many bytes until it is ended: tail keeps them, waiting for the end of its input.
HOLD = ("sh", "-c", "mkfifo /f; (head -c {} /dev/zero; sleep 600) >/f & exec tail -c {} /f")


def _hold(count: int) -> list[str]:
    return [part.replace("{}", str(count)) for part in HOLD]


@pytest.fixture
def alice(host):
    yield host.api("alice")
    host.clean()
    person = host.people["alice"]
    host.bridge("user", "set-quota", "alice", "--memory", f"{person.memory >> 20}M", "--cpu", str(person.cpu))
    host.sync("--only", "limits")


def _group(host, controller: str) -> Path:
    place = Path("/sys/fs/cgroup", controller)
    return (place if place.is_dir() else place.parent) / cgroups.tree() / f"user-{host.people['alice'].uid}"


def _notebook(host, program: str) -> subprocess.Popen:
    """A process of alice in her cgroups, as the spawner leaves one."""
    person = host.people["alice"]
    process = subprocess.Popen(
        [
            "/usr/bin/python3",
            "-c",
            f"import sys; sys.stdin.readline(); {program}; print('there', flush=True); sys.stdin.read()",
        ],
        user=person.uid,
        group=person.gid,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    for hierarchy in Path("/sys/fs/cgroup").iterdir():
        own = hierarchy / cgroups.tree() / f"user-{person.uid}"
        if own.is_dir():
            # A person's own cgroup holds processes beside its children in version 1 only; that is where these run.
            (own / "cgroup.procs").write_text(str(process.pid))
    process.stdin.write(b"\n")
    process.stdin.flush()
    return process


def test_a_container_lies_in_its_owners_cgroup(host, alice):
    box = alice.run("sleep", "600")
    pid = host.truth.get(f"/containers/{box}/json").json["State"]["Pid"]
    lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    places = {line.split(":", 2)[1]: line.split(":", 2)[2] for line in lines}
    assert places["memory"] == f"/{cgroups.tree()}/user-{host.people['alice'].uid}/{box}"
    assert places["pids"] == places["cpu"] == places["memory"]


def test_a_notebook_and_a_container_have_one_memory(host, alice):
    host.bridge("user", "set-quota", "alice", "--memory", "100M")
    group = _group(host, "memory")
    assert int((group / "memory.limit_in_bytes").read_text()) == 100 * MiB
    notebook = _notebook(host, "x = bytearray(60 << 20)")
    assert notebook.stdout.readline() == b"there\n"
    box = alice.run(*_hold(60 * MiB))

    def dead() -> list[str]:
        running = host.truth.get(f"/containers/{box}/json").json["State"]["Running"]
        return (["notebook"] if notebook.poll() is not None else []) + ([] if running else ["container"])

    until(dead, seconds=20, what="an end of one of two with 60 MB each in 100 MB")
    assert len(dead()) == 1
    peak = int((group / "memory.max_usage_in_bytes").read_text())
    print(f"\npeak of notebook and container together: {peak:,} bytes of {100 * MiB:,}")
    assert peak <= 100 * MiB
    notebook.kill()
    notebook.wait()


def test_two_containers_have_one_memory_too(host, alice):
    host.bridge("user", "set-quota", "alice", "--memory", "100M")
    boxes = [alice.run(*_hold(60 * MiB)) for _ in range(2)]

    def running() -> int:
        return sum(host.truth.get(f"/containers/{box}/json").json["State"]["Running"] for box in boxes)

    until(lambda: running() == 1, seconds=20)


def test_another_persons_memory_is_not_hers(host, alice):
    host.bridge("user", "set-quota", "alice", "--memory", "100M")
    hers, his = alice.run(*_hold(60 * MiB)), host.api("bob").run(*_hold(60 * MiB))
    until(lambda: int((_group(host, "memory") / "memory.usage_in_bytes").read_text()) > 55 * MiB)
    for box in (hers, his):
        assert host.truth.get(f"/containers/{box}/json").json["State"]["Running"]


def test_a_lowered_quota_reaches_containers_that_run_with_their_own_numbers(host, alice):
    asked = {"HostConfig": {"NanoCpus": 1_000_000_000, "Memory": 256 * MiB}}
    box = alice.run("sh", "-c", "while :; do :; done", **asked)
    host.bridge("user", "set-quota", "alice", "--cpu", "0.5", "--memory", "128M")
    host.sync("--only", "limits")
    quota = int((_group(host, "cpu") / "cpu.cfs_quota_us").read_text())
    period = int((_group(host, "cpu") / "cpu.cfs_period_us").read_text())
    assert quota / period == 0.5
    assert int((_group(host, "memory") / "memory.limit_in_bytes").read_text()) == 128 * MiB
    used = _group(host, "cpuacct") / "cpuacct.usage"
    before, start = int(used.read_text()), os.times().elapsed
    until(lambda: os.times().elapsed - start > 2)
    share = (int(used.read_text()) - before) / 1e9 / (os.times().elapsed - start)
    print(f"\ncores that a busy container of a person with 0.5 takes: {share:.2f}")
    assert share < 0.6
    assert host.truth.get(f"/containers/{box}/json").json["State"]["Running"]


def test_a_lowered_quota_is_what_the_next_container_gets(host, alice):
    host.bridge("user", "set-quota", "alice", "--cpu", "0.5", "--memory", "128M")
    until(lambda: alice.get("/info").json["MemTotal"] == 128 * MiB)
    box = alice.run("sleep", "600")
    limits = host.truth.get(f"/containers/{box}/json").json["HostConfig"]
    assert limits["Memory"] == limits["MemorySwap"] == 128 * MiB
    answer = alice.post(f"/containers/{box}/update", body={"Memory": 512 * MiB, "MemorySwap": 512 * MiB})
    limits = host.truth.get(f"/containers/{box}/json").json["HostConfig"]
    assert limits["Memory"] <= 128 * MiB, answer


@pytest.mark.parametrize(
    "change",
    [
        {"Memory": 0, "MemorySwap": -1},
        {"MemorySwap": -1},
        {"NanoCpus": 64_000_000_000},
        {"CpuQuota": -1},
        {"PidsLimit": -1},
        {"PidsLimit": 0},
        {"PidsLimit": 10_000_000},
        {"OomKillDisable": True},
        {"memory": 8 << 30, "memoryswap": 8 << 30},
        {"Memory": 8 << 30, "MemorySwap": 8 << 30},
    ],
    ids=str,
)
def test_no_update_lifts_a_limit(host, alice, change):
    box = alice.run("sleep", "600")
    answer = alice.post(f"/containers/{box}/update", body=change)
    limits = host.truth.get(f"/containers/{box}/json").json["HostConfig"]
    person = host.people["alice"]
    assert 0 < limits["Memory"] <= person.memory, answer
    assert 0 <= limits["MemorySwap"] <= limits["Memory"], answer
    assert limits["NanoCpus"] <= person.cpu * 1e9, answer
    assert 0 < (limits["PidsLimit"] or 0) < 100_000, answer
    assert not limits["OomKillDisable"], answer


def test_processes_have_an_end(host, alice):
    box = alice.run("sh", "-c", "for i in $(seq 60); do sleep 600 & done; wait", HostConfig={"PidsLimit": 20})
    until(lambda: "fork" in alice.output(box), seconds=15)
    assert int((_group(host, "pids") / "pids.current").read_text()) <= 40


def test_labels_of_a_template_are_limits(host, alice):
    box = alice.run("sleep", "600", Labels={"org.diycloud.memory": "64m", "org.diycloud.cpus": "0.25"})
    limits = host.truth.get(f"/containers/{box}/json").json["HostConfig"]
    assert limits["Memory"] == 64 * MiB
    box = alice.run("sleep", "600", Labels={"org.diycloud.memory": "64g"})
    assert host.truth.get(f"/containers/{box}/json").json["HostConfig"]["Memory"] <= host.people["alice"].memory


def test_the_gpu_is_for_who_may_use_it(host):
    request = {"DeviceRequests": [{"Count": -1, "Capabilities": [["gpu"]]}]}
    refused = host.api("alice").create({"Image": "busybox", "Cmd": ["true"], "HostConfig": request})
    assert refused.status in (400, 403)
    assert "GPU" in refused.message
    # The engine accepts it at create; without a driver it says so at the start.
    assert host.api("carol").create({"Image": "busybox", "Cmd": ["true"], "HostConfig": request}).ok
    other = {"DeviceRequests": [{"Driver": "other", "Capabilities": [["gpu"]]}]}
    assert not host.api("carol").create({"Image": "busybox", "Cmd": ["true"], "HostConfig": other}).ok


def test_what_containers_and_volumes_take_is_counted_where_no_driver_limits_it(host):
    alice = host.api("alice")
    host.bridge("user", "set-quota", "alice", "--disk", "10M")
    try:
        body = {
            "Image": "busybox",
            "Cmd": ["dd", "if=/dev/zero", "of=/data/x", "bs=1M", "count=20"],
            "HostConfig": {"Binds": ["counted:/data"]},
        }
        made = alice.create(body, "counted")
        assert made.ok, made
        box = made.json["Id"]
        assert alice.post(f"/containers/{box}/start").ok
        assert alice.post(f"/containers/{box}/wait").json["StatusCode"] == 0
        told = host.sync("--only", "docker")
        assert "Containers and volumes of alice take 20" in told, told
    finally:
        host.bridge("user", "set-quota", "alice", "--disk", "5G")
        host.clean()
