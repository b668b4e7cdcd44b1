"""Cgroups of this host's own hierarchies, made as sync-users would, for tests to put processes into."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
VERSION_1 = ("memory", "cpu", "cpuacct", "pids")


@contextmanager
def tree(*hierarchies: str) -> Iterator[list[Path]]:
    """An empty tree in each hierarchy, taken away at the end."""
    name = f"diycloud-test-{os.getpid()}-{os.urandom(4).hex()}"
    roots = [ROOT / hierarchy / name for hierarchy in hierarchies]
    try:
        for root in roots:
            root.mkdir()
        yield roots
    finally:
        for root in roots:
            remove(root)


def remove(root: Path) -> None:
    """Remove a tree that nothing runs in any more, and everything in it if something does."""
    for directory, _, _ in os.walk(root, topdown=False):
        for _ in range(100):
            try:
                os.rmdir(directory)
                break
            except FileNotFoundError:
                break
            except OSError:
                for pid in Path(directory, "cgroup.procs").read_text().split():
                    with suppress(ProcessLookupError):
                        os.kill(int(pid), 9)
                time.sleep(0.05)


def of_user(roots: list[Path], uid: int, memory: int) -> dict:
    """The directories of a user, limited; as a spawn grant names them."""
    directories = [root / f"user-{uid}" for root in roots]
    for directory in directories:
        directory.mkdir(exist_ok=True)
        for file, value in {"memory.limit_in_bytes": memory, "pids.max": 1024}.items():
            if (directory / file).exists():
                (directory / file).write_text(str(value))
    return {"manager": "cgroup", "directories": [str(path) for path in directories], "in_force": True, "reason": None}
