"""The leaf of a server, in the real hierarchies of this host."""

import asyncio
import os
import subprocess
import time
from pathlib import Path

import pytest

import cgroups
from conftest import SCRATCH, eventually
from diycloud_jupyterhub.cgroup import Leaf, leaf_name

pytestmark = pytest.mark.skipif(SCRATCH is None, reason="run Tests/JupyterHub/run as root")


@pytest.fixture(params=["version 1", "version 2"])
def directories(request):
    with cgroups.tree(*(cgroups.VERSION_1 if request.param == "version 1" else ["unified"])) as roots:
        yield tuple(map(str, roots))


def start_in(leaf: Leaf, *command: str) -> subprocess.Popen:
    entry = asyncio.run(leaf.make(5))
    try:
        return subprocess.Popen(command, preexec_fn=entry.enter)
    finally:
        entry.close()


def test_a_process_enters_before_it_runs(directories):
    leaf = Leaf(directories, "jupyter-default")
    process = start_in(leaf, "grep", "-c", "/jupyter-default$", "/proc/self/cgroup")
    assert process.wait() == 0
    process = start_in(leaf, "sleep", "100")
    assert leaf.holds(process.pid) and not leaf.holds(os.getpid())
    asyncio.run(leaf.clear(5))
    assert process.wait() == -9
    assert not any(Path(directory, leaf.name).exists() for directory in directories)


def test_processes_that_fork_as_fast_as_they_can_are_all_ended(directories):
    leaf = Leaf(directories, "jupyter-default")
    # each ends at once and leaves a detached child behind
    code = "import os\nwhile True:\n    if os.fork(): os._exit(0)\n    os.setsid()\n"
    start_in(leaf, "/usr/bin/python3", "-c", code).wait()
    time.sleep(0.3)
    asyncio.run(leaf.clear(5))
    assert not any(Path(directory, leaf.name).exists() for directory in directories)


def test_what_an_earlier_hub_left_in_a_leaf_of_the_same_name_is_ended_first(directories):
    leaf = Leaf(directories, "jupyter-lab")
    left = start_in(leaf, "sleep", "100")
    fresh = start_in(leaf, "sleep", "100")
    assert left.wait() == -9 and leaf.holds(fresh.pid)
    asyncio.run(leaf.clear(5))
    assert fresh.wait() == -9


def test_clearing_twice_or_where_nothing_is_does_nothing(directories):
    asyncio.run(Leaf(directories, "jupyter-a").clear(5))
    asyncio.run(Leaf((*directories, "/sys/fs/cgroup/no-such-directory"), "jupyter-a").clear(5))


def test_a_leaf_that_cannot_be_made_everywhere_is_made_nowhere(directories):
    leaf = Leaf((*directories, directories[0] + "/no-such-user"), "jupyter-default")
    with pytest.raises(FileNotFoundError):
        asyncio.run(leaf.make(5))
    assert not Path(directories[0], leaf.name).exists()


def test_a_directory_that_is_no_cgroup_or_not_only_roots_is_refused():
    plain = Path(SCRATCH) / os.urandom(4).hex()
    plain.mkdir()
    with pytest.raises(FileNotFoundError):
        asyncio.run(Leaf((str(plain),), "jupyter-default").make(5))
    assert list(plain.iterdir()) == []
    with cgroups.tree("pids") as (root,):
        os.chown(root, 61003, 61003)
        with pytest.raises(PermissionError):
            asyncio.run(Leaf((str(root),), "jupyter-default").make(5))


def test_no_two_servers_share_a_name():
    names = ["", "default", "_64_efault", "a", "A", "a_b", "a-b", "a/b", "..", "é", "a b", "_"]
    leaves = [leaf_name(name) for name in names]
    assert len(set(leaves)) == len(names)
    assert leaves[0] == "jupyter-default" and leaf_name("second") == "jupyter-second"
    assert all("/" not in leaf and leaf.isascii() for leaf in leaves)


def test_a_fork_storm_does_not_outlive_the_test():
    eventually(lambda: not list(cgroups.ROOT.glob(f"*/diycloud-test-{os.getpid()}-*")), within=5)
