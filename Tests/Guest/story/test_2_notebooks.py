"""Notebook servers by JupyterHub: where they run, and what happens to who takes too much."""

from notebooks import hub_answers
from people import ALICE, BOB
from slices import alive, cgroup_of

#: Takes memory until it is stopped, in steps that show how far it came.
HOG = """
held = []
for step in range({megabytes} // 10):
    held.append(b"x" * (10 << 20))
    print(10 * (step + 1), flush=True)
"""


def test_a_server_runs_in_its_owners_slice(servers):
    for person in (ALICE, BOB):
        found = [pid for pid in person.slice.processes() if "jupyterhub-singleuser" in command_of(pid)]
        assert found, f"no server in {person.slice.name}"
        for pid in found:
            assert cgroup_of(pid).startswith(f"/user.slice/{person.slice.name}/")


def test_two_servers_of_one_person_are_in_one_slice(servers):
    units = {cgroup_of(pid) for pid in ALICE.slice.processes() if "jupyterhub-singleuser" in command_of(pid)}
    assert len(units) == 2
    assert servers["alice"].answers()
    assert servers["second"].answers()


def test_the_limits_of_the_store_are_the_kernels(servers):
    for person in (ALICE, BOB):
        assert person.slice.cores == person.cores
        assert person.slice.number("memory.max") == person.memory_bytes


def test_a_kernel_that_takes_too_much_memory_is_ended_and_nothing_else(servers):
    greedy, modest = servers["alice"].kernel(), servers["bob"].kernel()
    before = ALICE.slice.counter("memory.events", "oom_kill")
    result = greedy.run(HOG.format(megabytes=2000))
    assert result.died, f"The kernel was not ended: {result}"
    assert ALICE.slice.counter("memory.events", "oom_kill") > before
    assert not alive(greedy.pid)
    assert ALICE.slice.number("memory.peak") <= ALICE.peak_ceiling
    # the server tells of it and gives its owner a new kernel under the same name
    assert int(greedy.run("import os; print(os.getpid())").text) != greedy.pid
    assert servers["alice"].answers()
    assert servers["second"].answers()
    assert hub_answers()
    assert modest.run("print(6 * 7)").text == "42\n"
    for kernel in (greedy, modest):
        kernel.end()


def command_of(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read().replace("\0", " ")
    except OSError:
        return ""
