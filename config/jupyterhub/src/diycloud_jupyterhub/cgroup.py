"""The cgroup of one server, a leaf below its user's: made before the server starts, emptied and removed after it ended.

The user's directory carries the limits and is the bridge's to make; the leaf carries none. It is there so that all that
a server started ends with it, daemons included, and so that the bridge can count servers. Works on hierarchies of
version 2 and version 1 alike.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import string
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from .home import open_root_only

_PLAIN = frozenset(string.ascii_letters + string.digits + "-")
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_GONE = (errno.ENOENT, errno.ENODEV)


def leaf_name(server: str) -> str:
    """``jupyter-default`` for the server without a name, else ``jupyter-`` and the name, escaped: none collide."""
    if not server:
        return "jupyter-default"
    escaped = "".join(letter if letter in _PLAIN else f"_{ord(letter):x}_" for letter in server)
    if escaped == "default":
        escaped = "_64_efault"
    return "jupyter-" + escaped[:200]


class Entry:
    """The open door of a leaf: made by the hub, used once by the child between fork and exec."""

    def __init__(self, doors: list[int]) -> None:
        self._doors = doors

    def enter(self) -> None:
        """Move the calling process in. Only writes to open files, so that it may run in a child. Raises OSError."""
        for door in self._doors:
            os.write(door, b"0")

    def try_to_enter(self) -> None:
        """Move in wherever the kernel lets the calling process: for a server whose limits do not hold anyway."""
        for door in self._doors:
            with suppress(OSError):
                os.write(door, b"0")

    def close(self) -> None:
        """Close the door on the hub's side."""
        for door in self._doors:
            os.close(door)
        self._doors = []


@dataclass(frozen=True)
class Leaf:
    """A leaf of that name in each of a user's directories. Every method raises OSError for what the kernel refuses."""

    directories: tuple[str, ...]
    name: str

    async def make(self, seconds: float) -> Entry:
        """Make the leaf new and open it. Whatever an earlier hub left in one of that name is ended first."""
        await self.clear(seconds)
        doors: list[int] = []
        try:
            for directory in self.directories:
                doors.append(self._make_in(directory))
        except OSError:
            Entry(doors).close()
            await self.clear(seconds)
            raise
        return Entry(doors)

    def _make_in(self, directory: str) -> int:
        parent = open_root_only(directory)
        try:
            # a directory that is no cgroup would take a leaf too, and hold nothing
            os.stat("cgroup.procs", dir_fd=parent, follow_symlinks=False)
            os.mkdir(self.name, 0o755, dir_fd=parent)
            return os.open(f"{self.name}/cgroup.procs", os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
        finally:
            os.close(parent)

    def holds(self, pid: int) -> bool:
        """Whether the process is in the leaf, in every hierarchy."""
        return all(pid in _processes(f"{directory}/{self.name}/cgroup.procs") for directory in self.directories)

    async def clear(self, seconds: float) -> None:
        """End every process in the leaf and remove it. Raises TimeoutError when something stays for so many seconds."""
        deadline = time.monotonic() + seconds
        with ExitStack() as stack:
            leaves: list[tuple[int, int]] = []
            for directory in self.directories:
                with suppress(FileNotFoundError):
                    parent = open_root_only(directory)
                    stack.callback(os.close, parent)
                    leaf = os.open(self.name, _DIRECTORY, dir_fd=parent)
                    stack.callback(os.close, leaf)
                    leaves.append((parent, leaf))
            for _, leaf in leaves:
                # nothing may start what is not seen below
                _write(leaf, "pids.max", b"0")
            while leaves:
                # by the open leaf: a new one of the same name is none of our business
                if not any([_end(leaf) for _, leaf in leaves]):
                    leaves = [(parent, leaf) for parent, leaf in leaves if not self._remove(parent)]
                if leaves and time.monotonic() > deadline:
                    raise TimeoutError(errno.ETIMEDOUT, f"processes do not leave the cgroup {self.name}")
                if leaves:
                    await asyncio.sleep(0.02)

    def _remove(self, parent: int) -> bool:
        try:
            os.rmdir(self.name, dir_fd=parent)
        except OSError as error:
            if error.errno == errno.EBUSY:
                return False
            if error.errno not in _GONE:
                raise
        return True


def _end(leaf: int) -> bool:
    """Kill what is in there now. Whether there was anything."""
    pids = _processes("cgroup.procs", leaf)
    if pids and not _write(leaf, "cgroup.kill", b"1"):
        with ExitStack() as stack:
            held: dict[int, int] = {}
            for pid in pids:
                with suppress(ProcessLookupError):
                    held[pid] = os.pidfd_open(pid)
                    stack.callback(os.close, held[pid])
            # a number that is still listed now is that of the process we hold, and not of a stranger who got it since
            for pid in held.keys() & set(_processes("cgroup.procs", leaf)):
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(held[pid], signal.SIGKILL)
    return bool(pids)


def _processes(path: str, directory: int | None = None) -> list[int]:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
    except OSError as error:
        if error.errno in _GONE:
            return []
        raise
    with os.fdopen(file, "rb") as lines:
        try:
            # 0 is a process of another pid namespace, which no one here can name
            return [int(line) for line in lines if int(line)]
        except OSError as error:
            if error.errno in _GONE:
                return []
            raise


def _write(directory: int, name: str, text: bytes) -> bool:
    """Write to a file of the leaf if the kernel has it there."""
    try:
        file = os.open(name, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
    except OSError as error:
        if error.errno in _GONE:
            return False
        raise
    try:
        os.write(file, text)
    except OSError as error:
        if error.errno not in _GONE:
            raise
    finally:
        os.close(file)
    return True
