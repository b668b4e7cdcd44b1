"""Quotas that change while people work, and what anybody can see of them."""

import errno
import json
from pathlib import Path

import notebooks
import pytest
import shell
from browser import Browser
from commands import bridge, eventually, run
from people import ALICE, MEGABYTE

FILL = """
import os
os.makedirs("data", exist_ok=True)
written, failed = 0, 0
try:
    with open("data/big", "ab", buffering=0) as file:
        while written < {megabytes} << 20:
            written += file.write(b"x" * (1 << 18))
except OSError as error:
    failed = error.errno
print(failed, os.path.getsize("data/big"))
"""


@pytest.fixture(scope="module")
def kernel(servers):
    kernel = servers["alice"].kernel()
    yield kernel
    kernel.end()
    by_hand = shell.Shell(ALICE)
    by_hand.run("rm -f data/big")
    by_hand.close()
    bridge("user", "set-quota", "alice", "--cpu", "1", "--memory", ALICE.memory, "--disk", ALICE.disk)
    sync()


def test_a_write_in_a_notebook_stops_at_the_disk_quota(kernel):
    failed, size = map(int, kernel.run(FILL.format(megabytes=100)).text.split())
    assert failed == errno.EDQUOT
    assert 0.5 * ALICE.disk_bytes < size <= ALICE.disk_bytes


def test_usage_says_how_full_the_disk_is(kernel, servers):
    eventually(lambda: usage_of("alice")["disk"]["bytes"], within=60, what="the quota worker to answer", every=1)
    usage = usage_of("alice")
    assert usage["disk"]["limit_bytes"] == ALICE.disk_bytes
    assert usage["disk"]["bytes"] == pytest.approx(ALICE.disk_bytes, rel=0.05)
    assert usage["disk"]["in_force"] is True
    assert usage["memory"]["limit_bytes"] == ALICE.memory_bytes
    assert usage["memory"]["in_force"] is True
    assert 0 < usage["memory"]["bytes"] <= usage["memory"]["peak_bytes"] <= ALICE.peak_ceiling
    assert usage["cpu"]["limit_cores"] == ALICE.cores
    assert usage["cpu"]["in_force"] is True
    assert usage["servers"] == 2
    assert usage["tasks"]["count"] >= 4


def test_a_person_sees_their_own_usage(servers):
    browser = Browser(notebooks.ADDRESS)
    browser.sign_in(ALICE)
    answer = browser.get("/api/v1/me/usage")
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == "alice"
    assert answer.json()["disk"]["limit_bytes"] == ALICE.disk_bytes
    assert Browser(notebooks.ADDRESS).get("/api/v1/me/usage").status_code == 401


def test_usage_at_the_terminal_has_a_line_for_everybody_who_uses_something(servers):
    table = bridge("usage")
    assert "alice" in table
    assert "bob" in table


def test_more_disk_lets_the_write_go_on_at_once(kernel):
    bridge("user", "set-quota", "alice", "--disk", "80M")
    sync()
    failed, size = map(int, kernel.run(FILL.format(megabytes=20)).text.split())
    assert failed == 0
    assert size > ALICE.disk_bytes


def test_less_and_more_memory_and_processor_time_count_for_what_runs(kernel):
    pid = kernel.pid
    # A limit below what is in use ends processes at once, and not only the greediest: these are above it.
    assert ALICE.slice.number("memory.current") - ALICE.slice.counter("memory.stat", "file") < 400 * MEGABYTE
    for cores, megabytes in ((0.5, 450), (1.5, 700)):
        bridge("user", "set-quota", "alice", "--cpu", str(cores), "--memory", f"{megabytes}M")
        sync()
        assert ALICE.slice.cores == cores
        assert ALICE.slice.number("memory.max") == megabytes * MEGABYTE
        below = [f for f in ALICE.slice.directory.rglob("memory.max") if f.read_text().strip() != "max"]
        lower = [f for f in below if int(f.read_text()) < megabytes * MEGABYTE and "jupyter" in str(f)]
        assert not lower, f"a limit of its own holds a server below its owner's quota: {lower}"
        message = kernel.send("import time\nend = time.monotonic() + 8\nwhile time.monotonic() < end: pass")
        eventually(lambda: ALICE.slice.cores_used(0.5) > 0.3, within=10, what="the kernel to be busy")
        # the kernel alone is one thread; its server does a little, too
        assert 0.8 * min(cores, 1.0) < ALICE.slice.cores_used(4) < 1.1 * cores
        kernel.result(message)
    assert int(kernel.run("import os; print(os.getpid())").text) == pid


def sync() -> None:
    bridge("sync-users", "--only", "limits,disk")


def usage_of(name: str) -> dict:
    token = Path("/etc/diycloud-bridge/jupyterhub.token").read_text().strip()
    curl = f"curl -sS --unix-socket /run/diycloud-bridge/services.sock -H 'Authorization: Bearer {token}'"
    return json.loads(run(f"{curl} http://bridge/api/v1/users/{name}/usage"))
