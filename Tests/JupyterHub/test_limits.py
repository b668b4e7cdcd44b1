"""One limit for all that a person runs, in the kernel of this host: real servers, real kernels, real cgroups."""

import json
import os
import signal
import threading
from pathlib import Path

import pytest
import requests

import cgroups
from browser_client import text
from conftest import eventually, outside
from kernel_client import Server
from test_spawn import environment_of

MEBI = 1024**2


@pytest.fixture
def limited(people, hub):
    """Puts people into cgroups of their own: `limited(name, memory)` gives their directory of memory."""
    with cgroups.tree(*cgroups.VERSION_1) as roots:

        def limit(name: str, memory: int) -> Path:
            person = people.people[name]
            person.memory, person.cgroup = memory, cgroups.of_user(roots, person.uid, memory)
            return roots[0] / f"user-{person.uid}"

        yield limit
        for name in people.people:
            outside(hub, "DELETE", f"/users/{name}/server")
            outside(hub, "DELETE", f"/users/{name}/servers/second")


@pytest.fixture
def server(hub):
    """Starts a server over REST: `server("alice")`, `server("alice", "second")`."""

    def start(name: str, named: str = "") -> Server:
        outside(hub, "POST", f"/users/{name}")
        path = f"/users/{name}/servers/{named}" if named else f"/users/{name}/server"
        answer = outside(hub, "POST", path)
        assert answer.status_code in (201, 202), answer.text

        def ready() -> bool:
            servers = outside(hub, "GET", f"/users/{name}").json()["servers"]
            assert named in servers, hub.log.read_text()[-3000:]
            return servers[named]["ready"]

        eventually(ready, within=60)
        token = outside(hub, "POST", f"/users/{name}/tokens").json()["token"]
        return Server(hub.url, f"{name}/{named}" if named else name, token)

    return start


#: grows until something stops it, by steps that tell how far it came
HOG = "held = []\nwhile True:\n    held.append(bytearray(16 * 2**20))\n    print(len(held) * 16, flush=True)\n"


def test_two_servers_share_one_limit_and_the_kernel_ends_only_the_greedy_kernel(limited, server):
    memory = limited("alice", 1024 * MEBI)
    limited("carol", 1024 * MEBI)
    first, second, other = server("alice"), server("alice", "second"), server("carol")
    assert {path.name for path in memory.iterdir() if path.is_dir()} == {"jupyter-default", "jupyter-second"}

    modest, greedy, stranger = first.kernel(), second.kernel(), other.kernel()
    assert first.run(modest, "held = bytearray(256 * 2**20); print('held')").text == "held\n"
    assert other.run(stranger, "x = 7").replied
    heard = second.run(greedy, HOG, seconds=120, until="restarting")

    # the Lab shows "Kernel Restarting: the kernel appears to have died" for this state
    assert not heard.replied
    reached = int(heard.text.split()[-1])
    # what the first server's kernel holds counts: alone, the second could have had the rest of the limit
    assert 128 <= reached < 1024 - 256
    assert "oom_kill 1\n" in (memory / "jupyter-second/memory.oom_control").read_text()
    assert "oom_kill 0\n" in (memory / "jupyter-default/memory.oom_control").read_text()
    assert int((memory / "memory.max_usage_in_bytes").read_text()) <= 1024 * MEBI

    # all else goes on, and so does the notebook of the greedy one
    assert first.run(modest, "print(len(held) >> 20)").text == "256\n"
    assert other.run(stranger, "print(x)").text == "7\n"
    assert second.get("/api/status").status_code == 200
    assert second.run_restarted(greedy, "print('back')").text == "back\n"


def test_a_server_enters_every_hierarchy_and_leaves_nothing_behind(limited, server, hub):
    memory = limited("alice", 1024 * MEBI)
    alice = server("alice")
    pid = int(alice.run(alice.kernel(), "import os; print(os.getppid())").text)
    places = dict(line.split(":")[1:] for line in Path(f"/proc/{pid}/cgroup").read_text().split())
    place = f"/{memory.parent.name}/{memory.name}/jupyter-default"
    assert [places[name] for name in cgroups.VERSION_1] == [place] * 4
    assert outside(hub, "DELETE", "/users/alice/server").status_code == 204
    assert [path for path in memory.iterdir() if path.is_dir()] == []


DAEMON = """import subprocess, time
subprocess.run(["setsid", "--fork", "bash", "-c", "trap '' HUP TERM INT; while :; do sleep 1; done"])
while not (found := subprocess.run(["pgrep", "-f", "trap '' HUP"], capture_output=True, text=True).stdout.split()):
    time.sleep(0.05)
print(found[0])"""


@pytest.mark.parametrize("end", ["stopped", "killed"])
def test_what_a_server_detached_ends_with_it(limited, server, hub, end):
    memory = limited("carol", 1024 * MEBI)
    carol = server("carol")
    kernel = carol.kernel()
    daemon = int(carol.run(kernel, DAEMON).text)
    assert Path(f"/proc/{daemon}").exists()
    if end == "stopped":
        outside(hub, "DELETE", "/users/carol/server")
    else:
        os.kill(int(carol.run(kernel, "import os; print(os.getppid())").text), signal.SIGKILL)
    eventually(lambda: not Path(f"/proc/{daemon}").exists(), within=10)
    eventually(lambda: not (memory / "jupyter-default").exists(), within=5)


def test_without_the_place_that_was_promised_no_server_starts(people, limited, browser, hub):
    limited("carol", 1024 * MEBI)
    people.people["carol"].cgroup["directories"].append("/sys/fs/cgroup/memory/no-such-tree/user-61003")
    visitor = browser(people.open_session("carol"))
    assert "limits could not be put in force" in text(visitor.start_server("carol"))
    assert outside(hub, "POST", "/users/carol/server").status_code == 503


def test_a_server_that_the_kernel_does_not_let_in_is_not_started_outside(people, limited, browser):
    memory = limited("carol", 1024 * MEBI)
    # a version 1 cpuset without CPUs takes no process
    with cgroups.tree("cpuset") as (root,):
        people.people["carol"].cgroup["directories"].append(str(root))
        visitor = browser(people.open_session("carol"))
        assert "limits could not be put in force" in text(visitor.start_server("carol"))
        assert [path for path in [*memory.iterdir(), *root.iterdir()] if path.is_dir()] == []
        with pytest.raises(AssertionError):
            environment_of("carol", None)


def test_without_a_promise_a_server_starts_where_the_kernel_lets_it_in(people, limited, server, hub):
    memory = limited("carol", 1024 * MEBI)
    with cgroups.tree("cpuset") as (root,):
        place = people.people["carol"].cgroup
        people.people["carol"].cgroup = {**place, "in_force": False, "directories": [str(root), *place["directories"]]}
        server("carol")
        assert (memory / "jupyter-default/cgroup.procs").read_text()
        assert "DIYCLOUD_LIMITS" in environment_of("carol", hub)
        outside(hub, "DELETE", "/users/carol/server")


def not_in_force(manager: str, reason: str | None) -> dict:
    return {"manager": manager, "directories": [], "in_force": False, "reason": reason}


@pytest.mark.parametrize(
    "cgroup, why",
    [
        (None, "the bridge does not say where they would hold"),
        (not_in_force("none", "limits.controller is none"), "limits.controller is none"),
        (not_in_force("cgroup", "memory: no such controller"), "memory: no such controller"),
        ({"manager": "systemd", "directories": [], "in_force": True, "reason": None}, "outside of systemd's slices"),
    ],
)
def test_limits_that_are_not_in_force_are_told(people, server, hub, cgroup, why):
    people.people["carol"].cgroup = cgroup
    people.people["carol"].spawn_delay = 1
    events = []

    def follow() -> None:
        headers = {"Authorization": "token " + "o" * 64}
        url = f"{hub.url}/jupyter/hub/api/users/carol/server/progress"
        # before the start there is nothing to follow
        while not any(event.get("ready") for event in events):
            with requests.get(url, headers=headers, stream=True, timeout=60) as stream:
                if stream.status_code == 200:
                    events.extend(json.loads(line[5:]) for line in stream.iter_lines() if line.startswith(b"data:"))

    follower = threading.Thread(target=follow)
    follower.start()
    server("carol")
    follower.join(60)
    assert any("Your limits are not in force: " in event["message"] and why in event["message"] for event in events)
    told = environment_of("carol", hub)["DIYCLOUD_LIMITS"]
    assert told.startswith("not in force: ") and why in told
    assert "The limits of carol" in hub.log.read_text()


OPEN = """import os, errno
for path in ["/dev/nvidia0", "/dev/dri/renderD128"]:
    try: os.open(path, os.O_RDWR)
    except OSError as error: print(errno.errorcode[error.errno], end=" ")
print(os.environ.get("CUDA_VISIBLE_DEVICES"))
os.openpty(); open(f"/dev/shm/diycloud-{os.getuid()}", "w"); open("/dev/null", "w"); open("/dev/urandom", "rb").read(1)
import multiprocessing; multiprocessing.Lock()"""


def test_gpu_devices_are_hidden_or_open_as_the_bridge_says(people, limited, server):
    limited("alice", 1024 * MEBI)
    limited("carol", 1024 * MEBI)
    people.people["carol"].gpu = True
    without, having = server("alice"), server("carol")
    assert without.run(without.kernel(), OPEN).text == "ENOENT ENOENT \n"
    # allowed: it is the missing driver that says no
    assert having.run(having.kernel(), OPEN).text == "ENXIO ENXIO None\n"
    answer = requests.post(f"{without.base}/api/terminals", headers=without.headers, timeout=30)
    assert answer.status_code == 200, answer.text


def test_the_labs_own_display_shows_memory_and_cpu_against_the_limits(people, limited, server):
    limited("alice", 1024 * MEBI)
    people.people["alice"].cores = 1.5
    alice = server("alice")
    shown = alice.get("/api/metrics/v1").json()
    assert shown["limits"]["memory"]["rss"] == 1024 * MEBI and shown["limits"]["cpu"]["cpu"] == 1.5
    assert shown["rss"] > 0 and "cpu_percent" in shown
    settings = alice.get("/lab/api/settings/@jupyter-server/resource-usage:topbar-item").json()
    assert settings["schema"]["properties"]["enable"]["default"] is True
