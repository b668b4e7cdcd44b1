"""A person is switched off while they work; diycloud-bridge-sync.service and the bridge run."""

import pwd
import subprocess
import time
from pathlib import Path

import notebooks
import pytest
import requests
from browser import Browser
from commands import bridge, eventually, run
from people import ALICE, BOB, Person
from shell import ssh
from slices import alive

#: Seconds. Five are promised and held to on the host itself (Tests/System/test_limits.py); an emulated processor is
#: several times slower, and more so when the host has other work. What was measured is printed.
PATIENCE = 20


@pytest.fixture(scope="module")
def watching(servers):
    run("systemctl enable --now diycloud-bridge-sync.service")
    eventually(
        lambda: run("systemctl is-active diycloud-bridge-sync.service", expect=None).strip() == "active",
        within=60,
        what="diycloud-bridge-sync.service",
    )


def test_a_change_of_the_store_is_in_force_without_a_command(watching, measured):
    bridge("user", "set-quota", "bob", "--memory", "512M")
    took = eventually(
        lambda: BOB.slice.text("memory.max") == str(512 << 20), within=20, what="bob's new limit to be in force"
    )
    measured(f"a changed quota was in force {took:.1f} s after it was typed")


def test_switching_somebody_off_ends_all_that_they_run(watching, servers, shell_of, measured):
    browser = Browser(notebooks.ADDRESS)
    browser.sign_in(ALICE)
    assert browser.get("/api/v1/me").status_code == 200
    shell, kernel = shell_of(ALICE), servers["alice"].kernel()
    # what does not mind a polite signal
    stubborn = int(shell.run("sh -c 'trap \"\" TERM HUP INT; while :; do sleep 1; done' >/dev/null 2>&1 & echo $!"))
    running = ALICE.slice.processes()
    assert {shell.pid, kernel.pid, stubborn} <= set(running)
    started = time.monotonic()
    bridge("user", "disable", "alice")
    said = time.monotonic()
    eventually(lambda: browser.get("/api/v1/me").status_code == 401, within=PATIENCE, what="no session at the bridge")
    measured(
        f"the session at the bridge ended {time.monotonic() - said:.1f} s after the command ({said - started:.1f} s)"
    )
    eventually(lambda: not any(map(alive, running)), within=PATIENCE, what=f"an end of {len(running)} processes")
    took = time.monotonic() - started
    measured(f"servers, kernels and shell ended {took:.1f} s after the command was typed")
    assert servers["bob"].answers()


def test_who_is_switched_off_has_no_way_back(watching):
    eventually(lambda: shadow(ALICE)[1].startswith("!"), within=20, what="a locked password")
    eventually(lambda: shadow(ALICE)[7] not in ("", "-1"), within=20, what="an expired account")
    assert subprocess.run([*ssh(ALICE), "true"], capture_output=True).returncode != 0
    answer = requests.post(
        f"{notebooks.HUB}/api/users/alice/tokens",
        json={"auth": {"username": "alice", "password": ALICE.password}},
        timeout=60,
    )
    assert answer.status_code == 403
    assert pwd.getpwnam("alice").pw_dir == "/home/alice"


def test_switching_on_again_brings_everything_back(watching, accounts):
    bridge("user", "enable", "alice")
    eventually(
        lambda: subprocess.run([*ssh(ALICE), "true"], capture_output=True).returncode == 0,
        within=30,
        what="alice to get in again",
    )
    account = notebooks.sign_in(ALICE)
    account.start().ready()
    assert ALICE.slice.number("memory.max") == ALICE.memory_bytes


def shadow(person: Person) -> list[str]:
    """The fields of their line, shadow(5)."""
    lines = Path("/etc/shadow").read_text().splitlines()
    return next(line.split(":") for line in lines if line.startswith(f"{person.name}:"))
