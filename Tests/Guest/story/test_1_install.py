"""A host as the platform left it, and the bridge put on it as its documentation says."""

import grp
import pwd
import re
from pathlib import Path

from commands import bridge, bridge_json, run
from people import ADA, ALICE, BOB, DORA, account_files


def test_it_runs_once_it_is_installed_as_its_documentation_says(installed):
    assert run("systemctl is-active diycloud-bridge").strip() == "active"
    run("curl -sSf --unix-socket /run/diycloud-bridge/services.sock http://localhost/readyz")
    bridge("check-config")


def test_a_dry_run_says_what_would_change_and_changes_nothing(installed):
    before = account_files()
    plan = bridge("sync-users", "--dry-run", expect=2)
    for person in (ALICE, BOB, ADA):
        assert person.name in plan
    assert account_files() == before
    assert not Path("/etc/systemd/system.control").exists()
    assert list(Path("/home").iterdir()) in ([], [Path("/home/lost+found")])


def test_the_first_run_gives_everybody_an_account_a_slice_and_a_disk_quota(installed, synced):
    for person in (ALICE, BOB, ADA):
        account = pwd.getpwnam(person.name)
        assert account.pw_uid >= 1000
        assert account.pw_dir == f"/home/{person.name}"
        assert {"notebooks", "data"} <= {path.name for path in Path(account.pw_dir).iterdir()}
        assert person.name in grp.getgrnam("diycloud-users").gr_mem
        shown = run(f"systemctl show {person.slice.name} -p MemoryMax -p CPUQuotaPerSecUSec -p TasksMax")
        assert f"MemoryMax={person.memory_bytes}\n" in shown
        assert f"CPUQuotaPerSecUSec={person.cores:g}s\n" in shown
        assert hard_limit(person.name) == person.disk_bytes
    assert grp.getgrnam("diycloud-admins").gr_mem == ["ada"]
    assert not {"ada", "alice", "bob"} & set(grp.getgrnam("sudo").gr_mem)


def test_somebody_who_was_switched_off_before_gets_no_way_in(synced):
    accounts = {entry.pw_name for entry in pwd.getpwall()}
    if DORA.name in accounts:
        assert run(f"getent shadow {DORA.name}").split(":")[1].startswith(("!", "*"))


def test_a_second_run_has_nothing_to_do(synced):
    before = account_files()
    bridge("sync-users", "--only", "accounts,limits,disk", "--dry-run", expect=0)
    report = bridge_json("sync-users", "--only", "accounts,limits,disk")
    assert account_files() == before
    assert isinstance(report, dict)


def hard_limit(name: str) -> int:
    """In bytes, by quota(1)'s own tool."""
    rows = run(["quota", "-u", "-p", "-w", name], expect=None)
    blocks = re.search(r"^\s+/dev/\S+\s+\d+\*?\s+(\d+)\s+(\d+)", rows, re.M)
    return int(blocks[2]) * 1024
