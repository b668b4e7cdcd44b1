"""A host as the platform left it, and the bridge put on it as its documentation says."""

import grp
import pwd
import re
from pathlib import Path

from commands import bridge, bridge_json, run
from people import ADA, ALICE, BOB, DORA, account_files

#: JupyterHub is still on its way up.
HOST = ("--only", "accounts,limits,disk")


def test_it_runs_once_it_is_installed_as_its_documentation_says(installed):
    assert run("systemctl is-active diycloud-bridge").strip() == "active"
    run("curl -sSf --unix-socket /run/diycloud-bridge/services.sock http://localhost/readyz")


def test_a_dry_run_says_what_would_change_and_changes_nothing(installed):
    before = account_files()
    plan = bridge("sync-users", *HOST, "--dry-run", expect=2)
    for person in (ALICE, BOB, ADA):
        assert person.name in plan
    report = bridge_json("sync-users", *HOST, "--dry-run", expect=2)
    assert {change["user"] for change in report["plan"] if "user" in change} >= {"alice", "bob", "ada"}
    assert account_files() == before
    assert not Path("/etc/systemd/system.control").exists()
    assert [path.name for path in Path("/home").iterdir()] == ["lost+found"]


def test_the_first_run_gives_everybody_an_account_a_slice_and_a_disk_quota(synced):
    for person in (ALICE, BOB, ADA):
        account = pwd.getpwnam(person.name)
        assert account.pw_uid >= 1000
        assert account.pw_dir == f"/home/{person.name}"
        assert {"notebooks", "data"} <= {path.name for path in Path(account.pw_dir).iterdir()}
        assert person.name in grp.getgrnam("diycloud-users").gr_mem
        shown = run(f"systemctl show {person.slice.name} -p MemoryMax -p CPUQuotaPerSecUSec")
        assert f"MemoryMax={person.memory_bytes}\n" in shown
        assert f"CPUQuotaPerSecUSec={person.cores:g}s\n" in shown
        assert hard_limit(person.name) == person.disk_bytes
    assert grp.getgrnam("diycloud-admins").gr_mem == ["ada"]
    assert not {"ada", "alice", "bob"} & set(grp.getgrnam("sudo").gr_mem)


def test_somebody_who_was_switched_off_before_gets_no_way_in(synced):
    if DORA.name in {entry.pw_name for entry in pwd.getpwall()}:
        assert run(f"getent shadow {DORA.name}").split(":")[1].startswith(("!", "*"))


def test_a_second_run_has_nothing_to_do(synced):
    before = account_files()
    assert bridge_json("sync-users", *HOST, "--dry-run")["plan"] == []
    report = bridge_json("sync-users", *HOST)
    assert (report["plan"], report["applied"], report["failed"]) == ([], [], [])
    assert report["complete"] is True
    assert account_files() == before


def hard_limit(name: str) -> int:
    """In bytes, as repquota(8) has it."""
    row = re.search(rf"^{name}\s+\S+\s+\d+\s+\d+\s+(\d+)", run("repquota -u /home"), re.M)
    return int(row[1]) * 1024
