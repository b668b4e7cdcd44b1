"""Sessions come and go, systemd reads its files again; the limit stays."""

from commands import eventually, run
from people import ADA, ALICE
from slices import alive


def test_a_limit_outlives_the_end_of_every_session(servers, shell_of):
    before = ALICE.slice.limits()
    shell = shell_of(ALICE)
    run("loginctl terminate-user alice")
    eventually(lambda: not shell.open, within=20, what="alice's shell to end")
    assert ALICE.slice.limits() == before


def test_notebook_servers_outlive_it_too(servers):
    assert servers["alice"].answers()
    assert servers["second"].answers()


def test_a_limit_outlives_a_reload_of_systemd(servers):
    before = ALICE.slice.limits()
    run("systemctl daemon-reload")
    assert ALICE.slice.limits() == before
    assert ALICE.slice.number("memory.max") == ALICE.memory_bytes


def test_a_later_session_is_within_the_same_limit(servers, shell_of):
    shell = shell_of(ALICE)
    assert shell.pid in ALICE.slice.processes()
    assert alive(shell.pid)
    assert ALICE.slice.number("memory.max") == ALICE.memory_bytes


def test_a_limit_is_there_before_the_first_session(synced, shell_of):
    """ada was never here."""
    shell = shell_of(ADA)
    assert shell.pid in ADA.slice.processes()
    assert ADA.slice.number("memory.max") == ADA.memory_bytes
    assert ADA.slice.cores == ADA.cores
