"""Two servers and a shell of one person share one limit; who else is there does not feel it."""

import pytest
from commands import eventually
from people import ALICE, MEGABYTE
from slices import alive, cgroup_of

SPIN = "import time\nend = time.monotonic() + {seconds}\nwhile time.monotonic() < end: pass"
HOLD = "held = b'x' * ({megabytes} << 20)\nprint(len(held))"


@pytest.fixture(scope="module")
def kernels(servers):
    both = servers["alice"].kernel(), servers["second"].kernel()
    yield both
    for kernel in both:
        kernel.end()


def test_a_shell_is_in_the_slice_of_the_servers(servers, shell_of):
    shell = shell_of(ALICE)
    assert cgroup_of(shell.pid).startswith(f"/user.slice/{ALICE.slice.name}/session-")
    assert shell.run("ulimit -u")
    assert alive(shell.pid)


def test_together_they_use_no_more_processor_time_than_one_of_them_may(kernels, shell_of, measured):
    shell, spin = shell_of(ALICE), SPIN.format(seconds=14)
    throttled = ALICE.slice.counter("cpu.stat", "nr_throttled")
    busy = [(kernel, kernel.send(spin)) for kernel in kernels]
    shell.process.stdin.write("timeout 14 sh -c 'while :; do :; done'\n")
    eventually(lambda: ALICE.slice.cores_used(0.5) > 0.7 * ALICE.cores, within=10, what="all three to be busy")
    used = ALICE.slice.cores_used(8)
    measured(f"two kernels and a shell of alice: {used:.3f} cores of {ALICE.cores:g}")
    assert used == pytest.approx(ALICE.cores, rel=0.1)
    assert ALICE.slice.counter("cpu.stat", "nr_throttled") > throttled
    for kernel, message in busy:
        kernel.result(message)


def test_together_they_hold_no_more_memory_than_one_of_them_may(kernels, shell_of, measured):
    """Each alone would fit; the kernel counts the sum."""
    shell, slice = shell_of(ALICE), ALICE.slice
    before = slice.counter("memory.events", "oom_kill")
    free = ALICE.memory_bytes - slice.number("memory.current")
    # what is taken back under pressure (files) counts as free, too
    free += slice.counter("memory.stat", "file")
    each = free // 2 // MEGABYTE
    died = [kernel.run(HOLD.format(megabytes=each)).died for kernel in kernels]
    shell.process.stdin.write(f"python3 -c \"held = b'x' * ({each} << 20); import time; time.sleep(1)\"; echo\n")
    eventually(
        lambda: slice.counter("memory.events", "oom_kill") > before, within=30, what="the kernel to end one of three"
    )
    assert each * MEGABYTE < ALICE.memory_bytes * 0.6, "one of them alone was too much: this shows nothing"
    assert slice.number("memory.peak") <= ALICE.peak_ceiling
    peak = slice.number("memory.peak")
    measured(f"three times {each} MB within {ALICE.memory}: peak {peak} bytes, {sum(died)} kernels ended")
