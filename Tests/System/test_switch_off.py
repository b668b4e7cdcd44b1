"""Who may no longer be let in is out, by whatever program that was said; and what breaks lets nobody in."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser import Browser
from client import get
from stage import bridge, people
from stage.people import Person

PROGRAM = str(bridge.BINARY)


@pytest.fixture
def dora(host):
    """Somebody of her own for each test: a Linux account and a row in the store."""
    person = Person("dora", "is there for one test")
    subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", person.name], check=True)
    subprocess.run(["chpasswd"], input=f"{person.name}:{person.password}\n", text=True, check=True)
    command("user", "add", person.name, "--no-password")
    # The bridge may still believe in the dora of the test before.
    time.sleep(1)
    yield person
    # The account files may be locked for a moment by a worker of PAM.
    removal = ["userdel", "--force", "--remove", person.name]
    until(lambda: subprocess.run(removal, capture_output=True).returncode == 6, 10, "the account goes")
    command("user", "delete", person.name, "--yes", check=False)


def command(*arguments: str, check: bool = True) -> str:
    result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert not check or result.returncode == 0, result.stderr
    return result.stdout


def signed_in(host, person: Person) -> Browser:
    browser = Browser(host.address)
    assert browser.sign_in(person).status_code == 303
    assert status(host, browser) == 200
    return browser


def status(host, browser: Browser) -> int:
    return get(host.port, "/echo/x", browser.cookie).status


def until(condition, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not after {seconds} s: {what}"
        time.sleep(0.05)


@pytest.mark.parametrize(
    "change",
    [
        ["usermod", "--lock", "dora"],
        ["chage", "--expiredate", "1", "dora"],
        ["userdel", "--force", "dora"],
    ],
    ids=["locked", "expired", "deleted"],
)
def test_f45_a_linux_account_that_is_locked_expired_or_gone_is_out_within_five_seconds(host, dora, change):
    browser = signed_in(host, dora)
    subprocess.run(change, check=True, capture_output=True)
    until(lambda: status(host, browser) == 401, 5, f"401 after {' '.join(change)}")
    assert Browser(host.address).sign_in(dora).status_code == 401


@pytest.mark.parametrize(
    "arguments",
    [["disable", "dora"], ["delete", "dora", "--yes"], ["set-role", "dora", "admin"]],
    ids=["disabled", "deleted", "another-role"],
)
def test_f45_what_the_administrator_says_counts_within_a_second(host, dora, arguments):
    browser = signed_in(host, dora)
    command("user", *arguments)
    until(lambda: status(host, browser) == 401, 1, f"401 after user {' '.join(arguments)}")


def test_a_new_role_comes_with_a_new_session_only(host, dora):
    browser = signed_in(host, dora)
    assert get(host.port, "/staff/x", browser.cookie).status == 403
    command("user", "set-role", "dora", "admin")
    until(lambda: status(host, browser) == 401, 1, "401 for the session of the old role")
    assert get(host.port, "/staff/x", signed_in(host, dora).cookie).status == 200


def test_a_revoked_session_is_out_within_a_second(host, dora):
    browser = signed_in(host, dora)
    assert "dora" in command("session", "list", "--user", "dora")
    command("session", "revoke", "--user", "dora")
    until(lambda: status(host, browser) == 401, 1, "401 after session revoke")


@contextmanager
def moved_away(path: Path):
    elsewhere = path.with_suffix(".elsewhere")
    path.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(path)


def test_a11_without_the_store_nobody_is_let_in_and_everybody_is_back_with_it(host, dora):
    browser = signed_in(host, dora)
    with moved_away(people.STORE):
        until(lambda: status(host, browser) == 403, 1, "403 without the store")
        assert bridge.readiness()[0] == 503
        assert "user store missing" in bridge.readiness()[1]
        assert Browser(host.address).sign_in(dora).status_code == 503
    until(lambda: status(host, browser) == 200, 2, "200 with the store back")
    assert bridge.readiness()[0] == 200


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\x00" + os.urandom(8192)])
def test_a11_a_store_that_is_no_store_lets_nobody_in(host, dora, content):
    browser = signed_in(host, dora)
    with moved_away(people.STORE):
        people.STORE.write_bytes(content)
        people.STORE.chmod(0o644)
        try:
            until(lambda: status(host, browser) == 403, 1.5, "403 with a damaged store")
            assert bridge.readiness()[0] == 503
        finally:
            people.STORE.unlink()
    until(lambda: status(host, browser) == 200, 2, "200 with the store back")


def test_a12_a_worker_killed_in_the_middle_of_a_conversation_is_a_clean_try_again(host):
    otto = host.person("otto")
    browser = Browser(host.address)
    challenge = browser.sign_in(otto)
    assert "One-time password" in challenge.text
    workers = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and b"pam-worker" in _command_line(entry)
    ]
    assert workers
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    started = time.monotonic()
    answer = browser.submit(challenge, "/login/answer", answer=otto.code())
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert time.monotonic() - started < 5
    assert "One-time password" in Browser(host.address).sign_in(otto).text


def _command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_g59_a_ban_is_seen_and_lifted_by_the_administrator(host):
    assert "Nobody is banned" in command("regulation", "list", "--banned")
    command("regulation", "lift", "--account", "nobodyatall")


def test_a_changed_configuration_counts_after_sighup_and_a_broken_one_changes_nothing(host, dora):
    browser = signed_in(host, dora)
    assert get(host.port, "/staff/x", browser.cookie).status == 403
    file = bridge.ETC / "bridge.yaml"
    before = file.read_text()
    try:
        file.write_text(before.replace("roles: [admin]", "roles: [user, admin]"))
        host.bridge.process.send_signal(signal.SIGHUP)
        until(lambda: get(host.port, "/staff/x", browser.cookie).status == 200, 2, "200 by the new rule")
        file.write_text(before + "\nsesion: {}\n")
        host.bridge.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert get(host.port, "/staff/x", browser.cookie).status == 200
    finally:
        file.write_text(before)
        host.bridge.process.send_signal(signal.SIGHUP)
    until(lambda: get(host.port, "/staff/x", browser.cookie).status == 403, 2, "403 by the old rule")


def test_the_service_has_no_privilege_and_never_loads_libpam(host):
    child = next(
        entry
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit()
        and b"serve" in _command_line(entry)
        and (entry / "status").read_text().split("PPid:\t")[1].split()[0] == str(host.bridge.process.pid)
    )
    facts = dict(line.split(":\t", 1) for line in (child / "status").read_text().splitlines() if ":\t" in line)
    assert "0" not in facts["Uid"].split() + facts["Gid"].split()
    assert {facts[name].strip("0") for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {""}
    assert facts["NoNewPrivs"] == "1"
    assert "libpam" not in (child / "maps").read_text()
