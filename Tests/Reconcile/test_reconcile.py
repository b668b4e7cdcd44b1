"""sync-users on a real host: real account files, real shadow tools, real cgroups."""

import grp
import json
import os
import pwd
import signal
import subprocess
from pathlib import Path

import pytest
from host import held, until


def changes(document: dict) -> list[tuple]:
    return [(change["area"], change["kind"], change.get("user")) for change in document["plan"]]


def test_people_get_accounts_homes_groups_and_limits_and_a_second_run_changes_nothing(host):
    host.add("ada", role="admin")
    host.add("bob")
    dry = host.sync("--dry-run", status=2)
    assert ("accounts", "create-account", "bob") in changes(dry)
    assert not host.report.exists()
    outcome = host.sync()
    assert outcome["complete"]
    assert not outcome["failed"]
    account = pwd.getpwnam("bob")
    assert account.pw_uid >= 1000
    assert account.pw_dir == "/home/bob"
    assert {"ada", "bob"} <= set(grp.getgrnam("diycloud-users").gr_mem)
    assert "ada" in grp.getgrnam("diycloud-admins").gr_mem
    assert "bob" not in grp.getgrnam("diycloud-admins").gr_mem
    for part in ("notebooks", "data"):
        assert os.stat(f"/home/bob/{part}").st_uid == account.pw_uid
    assert host.limit("bob") == 2 << 30
    files = {name: Path("/etc", name).stat().st_mtime_ns for name in ("passwd", "shadow", "group")}
    again = host.sync()
    assert again["plan"] == []
    assert again["applied"] == []
    assert files == {name: Path("/etc", name).stat().st_mtime_ns for name in files}
    assert host.sync("--dry-run")["complete"]


def test_a_quota_takes_effect_at_once_and_the_report_and_audit_log_tell_of_it(host):
    host.add("bob")
    host.sync()
    said = host.bridge("user", "set-quota", "bob", "--memory", "1G", "--cpu", "0.5")
    assert "Done on this host: set CPU 1 core → 0.5 cores, memory 2 GiB → 1 GiB" in said
    assert host.limit("bob") == 1 << 30
    report = json.loads(host.report.read_text())
    assert report["areas"]["limits"]["applied"] == 1
    assert os.stat(host.report).st_mode & 0o777 == 0o640
    assert any("memory 2 GiB → 1 GiB" in line for line in host.audit.read_text().splitlines())


def test_who_is_disabled_is_locked_and_what_they_run_ends(host):
    host.add("bob", "eve")
    host.sync()
    sleeper, other = host.run_as("bob"), host.run_as("eve")
    try:
        said = host.bridge("user", "disable", "bob")
        assert "lock and expire the account bob" in said
        assert "stop what bob runs" in said
        assert sleeper.wait(10) == -signal.SIGKILL or sleeper.returncode is not None
        assert other.poll() is None
        assert host.is_shut("bob")
        assert not host.is_shut("eve")
        host.bridge("user", "enable", "bob")
        assert not host.is_shut("bob")
        assert host.sync()["plan"] == []
    finally:
        for process in (sleeper, other):
            process.kill()
            process.wait()


def test_who_is_disabled_is_stopped_outside_of_their_cgroups_too(host):
    host.add("bob", "eve")
    host.sync()
    jobs = [subprocess.Popen(["sleep", "600"], user=pwd.getpwnam(name).pw_uid) for name in ("bob", "eve")]
    try:
        findings = {f["user"]: f for f in host.sync()["findings"] if f["kind"] == "outside-of-limits"}
        assert set(findings) == {"bob", "eve"}
        assert f"process {jobs[0].pid} (sleep)" in findings["bob"]["text"]
        assert "stop what bob runs (1 process)" in host.bridge("user", "disable", "bob")
        assert jobs[0].wait(10) == -signal.SIGKILL
        assert jobs[1].poll() is None
    finally:
        for job in jobs:
            job.kill()
            job.wait()


def test_who_is_disabled_is_stopped_where_nothing_limits_anybody(host):
    host.configuration.write_text(host.configuration.read_text().replace("controller: cgroup", "controller: none"))
    host.add("bob")
    host.sync()
    job = subprocess.Popen(["sleep", "600"], user=pwd.getpwnam("bob").pw_uid)
    try:
        assert "stop what bob runs (1 process)" in host.bridge("user", "disable", "bob")
        assert job.wait(10) == -signal.SIGKILL
    finally:
        job.kill()
        job.wait()


def test_who_calls_is_locked_and_not_stopped_in_the_middle_of_it(host, monkeypatch):
    host.add("bob")
    host.sync()
    job = subprocess.Popen(["sleep", "600"], user=pwd.getpwnam("bob").pw_uid)
    monkeypatch.setenv("SUDO_UID", str(pwd.getpwnam("bob").pw_uid))
    try:
        said = host.bridge("user", "disable", "bob")
        assert "was called by uid" in said
        assert host.is_shut("bob")
        assert job.poll() is None
        monkeypatch.delenv("SUDO_UID")
        host.sync()
        assert job.wait(10) == -signal.SIGKILL
    finally:
        job.kill()
        job.wait()


def test_a_role_takes_effect_at_once(host):
    host.add("bob")
    host.sync()
    host.bridge("user", "set-role", "bob", "admin")
    assert "bob" in grp.getgrnam("diycloud-admins").gr_mem
    host.bridge("user", "set-role", "bob", "user")
    assert "bob" not in grp.getgrnam("diycloud-admins").gr_mem


def test_deleting_tells_what_became_of_the_account(host):
    host.add("bob")
    host.sync()
    said = host.bridge("user", "delete", "--yes", "bob")
    assert "lock and expire the account bob" in said
    assert host.is_shut("bob")


def test_switching_off_tells_of_an_account_that_is_not_ours(host):
    subprocess.run(["useradd", "-m", "dora"], check=True)
    host.add("dora")
    assert "stays usable: usermod -L -e 1 dora" in host.bridge("user", "disable", "dora")
    assert "stays as it is" in host.bridge("user", "set-role", "dora", "admin")
    assert not host.is_shut("dora")


def test_who_is_gone_from_the_store_is_locked_and_keeps_everything(host):
    host.add("bob", "eve")
    host.sync()
    Path("/home/bob/data/work").write_text("mine")
    host.sql("DELETE FROM users WHERE username = 'bob'")
    outcome = host.sync()
    assert ("accounts", "disable-account", "bob") in changes(outcome)
    assert host.is_shut("bob")
    assert Path("/home/bob/data/work").read_text() == "mine"
    host.add("bob")
    host.sync()
    assert not host.is_shut("bob")


def test_a_lost_store_locks_nobody_unless_it_is_meant(host):
    names = [f"p{number}" for number in range(8)]
    host.add(*names)
    host.sync()
    host.sql("DELETE FROM users")
    outcome = host.sync()
    assert outcome["plan"] == []
    assert [finding["kind"] for finding in outcome["findings"] if finding["area"] == "accounts"] == ["mass-disable"]
    host.sync("--allow-mass-disable")
    assert all(host.is_shut(name) for name in names)


def test_a_store_that_cannot_be_read_changes_nothing(host):
    host.add("bob")
    host.sync()
    before = Path("/etc/shadow").read_bytes()
    host.store.write_bytes(b"this is no database" * 100)
    assert "Nothing was changed" in host.bridge("sync-users", status=1)
    assert Path("/etc/shadow").read_bytes() == before


def test_a_stranger_of_the_same_name_stays_as_they_are_until_adopted(host):
    subprocess.run(["useradd", "-m", "dora"], check=True)
    before = Path("/etc/shadow").read_bytes()
    host.add("dora")
    host.disable("dora")
    outcome = host.sync()
    (finding,) = [finding for finding in outcome["findings"] if finding["area"] == "accounts"]
    assert finding["kind"] == "foreign-account"
    assert "user adopt dora" in finding["remedy"]
    assert next(line for line in before.splitlines() if line.startswith(b"dora:")) in Path("/etc/shadow").read_bytes()
    assert "uid" in host.bridge("user", "adopt", "dora")
    host.sync()
    assert host.is_shut("dora")


@pytest.mark.parametrize("name", ["root", "daemon", "nosuch"])
def test_what_is_no_persons_account_is_never_adopted(host, name):
    before = Path("/etc/group").read_bytes()
    host.bridge("user", "adopt", name, status=1)
    assert Path("/etc/group").read_bytes() == before


def test_an_account_that_lets_nobody_log_in_is_adopted_by_force_only(host):
    subprocess.run(["useradd", "-s", "/usr/sbin/nologin", "dora"], check=True)
    host.add("dora")
    assert "--force" in host.bridge("user", "adopt", "dora", status=1)
    host.bridge("user", "adopt", "dora", "--force")
    assert "dora" in grp.getgrnam("diycloud-users").gr_mem


def test_an_account_that_the_old_platform_lost_the_row_of_is_told_of(host):
    subprocess.run(["useradd", "-m", "-U", "-s", "/bin/bash", "old"], check=True)
    account = pwd.getpwnam("old")
    for part in ("notebooks", "data"):
        os.mkdir(f"/home/old/{part}")
        os.chown(f"/home/old/{part}", account.pw_uid, account.pw_gid)
    outcome = host.sync()
    assert [f["user"] for f in outcome["findings"] if f["kind"] == "unclaimed"] == ["old"]
    host.add("old")
    assert ("accounts", "adopt-account", "old") in changes(host.sync())
    assert "old" in grp.getgrnam("diycloud-users").gr_mem


def test_a_second_run_says_who_is_at_work(host):
    host.add("bob")
    lock = held(host.lock)
    try:
        said = host.bridge("sync-users", status=1)
        assert str(os.getpid()) in said
        assert "somebody else" in said
        assert "--wait" in said
        assert "bob" not in Path("/etc/passwd").read_text()
        host.bridge("sync-users", "--dry-run", status=2)
        waiting = subprocess.Popen(host.command("sync-users", "--wait=60"), stdout=subprocess.DEVNULL)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(1)
    finally:
        lock.close()
    assert waiting.wait(30) == 0
    assert pwd.getpwnam("bob")


def test_nobody_without_rights_can_hold_the_lock(host):
    host.add("bob")
    host.sync()
    for part in (host.directory, host.lock.parent):
        os.chmod(part, 0o755)
    host.lock.with_name("sync.lock.watch").write_text("1 1 left behind\n")
    for path in (host.lock, host.lock.with_name("sync.lock.watch")):
        path.chmod(0o644)
    assert "takes effect within" not in host.bridge("user", "set-quota", "bob", "--memory", "1G")
    with subprocess.Popen(["setpriv", "--reuid=61234", "--clear-groups", "flock", host.lock, "sleep", "600"]) as thief:
        assert thief.wait(10) != 0


def test_a_symbolic_link_in_place_of_the_lock_is_not_followed(host):
    victim = host.directory / "victim"
    victim.write_text("keep")
    os.symlink(victim, host.lock)
    host.bridge("sync-users", status=1)
    assert victim.read_text() == "keep"


def test_wrong_words_are_told_with_the_right_ones(host):
    host.add("alice")
    assert "Did you mean alice?" in host.bridge("sync-users", "--user", "alcie", status=1)
    assert "The areas are" in host.bridge("sync-users", "--only", "disks", status=64)
    assert "portainer.url is not set" in host.bridge("sync-users", "--only", "portainer", status=1)
    assert "jupyterhub.api is not set" in host.bridge("sync-users", "--only", "jupyterhub", status=1)


def test_killed_at_any_moment_the_next_run_finishes(host):
    names = [f"k{number}" for number in range(14)]
    host.add(*names)
    for tenths in range(1, 9):
        process = subprocess.Popen(
            host.command("sync-users"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(tenths * 0.04)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    outcome = host.sync()
    assert outcome["complete"], outcome
    assert host.sync()["plan"] == []
    assert set(names) <= set(grp.getgrnam("diycloud-users").gr_mem)
    assert len({pwd.getpwnam(name).pw_uid for name in names}) == len(names)


@pytest.fixture
def watch(host):
    host.add("bob")
    log = open(host.directory / "watch.log", "w")  # noqa: SIM115
    process = subprocess.Popen(host.command("sync-users", "--watch"), stderr=log)
    until(lambda: "ready" in (host.directory / "watch.log").read_text())
    yield process
    process.terminate()
    assert process.wait(10) == 0, (host.directory / "watch.log").read_text()
    log.close()


def test_the_watch_follows_each_change_of_the_store(host, watch):
    assert pwd.getpwnam("bob")
    host.add("late")
    until(lambda: "late:" in Path("/etc/passwd").read_text(), 5)
    sleeper = host.run_as("bob")
    host.disable("bob")
    until(lambda: host.is_shut("bob"), 5)
    assert sleeper.wait(5) is not None
    assert "takes effect within a second" in host.bridge("user", "set-quota", "late", "--memory", "1G")
    until(lambda: host.limit("late") == 1 << 30, 5)
    assert "Another watch" in host.bridge("sync-users", "--watch", status=1)
    assert host.sync()["plan"] == []


def test_the_watch_tries_again_soon_what_it_could_not_do(host, watch):
    lock = Path("/etc/passwd.lock")
    lock.write_text(str(os.getpid()))
    try:
        host.disable("bob")
        until(lambda: "could not lock" in (host.directory / "watch.log").read_text(), 30)
        assert not host.is_shut("bob")
    finally:
        lock.unlink()
    # Long before sync.interval (30 s) comes round.
    until(lambda: host.is_shut("bob"), 8)


def test_the_watch_looks_at_everybody_when_it_is_told_to(host, watch):
    subprocess.run(["usermod", "-L", "-e", "1", "bob"], check=True)
    watch.send_signal(signal.SIGHUP)
    until(lambda: not host.is_shut("bob"), 5)


def test_it_needs_root_and_says_so(host):
    os.chmod(host.directory, 0o755)
    result = subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", *host.command("sync-users")], capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "needs root" in result.stderr
