"""GPU devices of a host: whether there are any, and how a server that may not use them is kept from them.

Under systemd the unit's device policy does it. Elsewhere a server gets a ``/dev`` of its own, with the devices that
every program needs and no others: naming what is allowed rather than what is not covers drivers that are loaded later,
whose device numbers nobody knows yet. A user cannot undo it: mounts of a more privileged namespace are locked
(mount_namespaces(7)), and making a device node takes a privilege that they do not have (mknod(2)).
"""

from __future__ import annotations

import ctypes
import glob
import grp
import os
import stat
from contextlib import suppress

#: NVIDIA; the direct rendering manager of Intel, AMD and others; AMD's compute driver
_NODES = ("/dev/nvidia*", "/dev/dri/*", "/dev/kfd")
#: the nodes to compute with; /dev/dri/card* rule the screen
_COMPUTE = ("/dev/nvidia[0-9]*", "/dev/dri/renderD*", "/dev/kfd")

#: Environment of a server without GPU: frameworks that look here first do not try, and say so in fewer words.
NONE_VISIBLE = {"CUDA_VISIBLE_DEVICES": "", "NVIDIA_VISIBLE_DEVICES": "void", "ROCR_VISIBLE_DEVICES": ""}

#: Properties of a unit without GPU, see systemd.resource-control(5). ``closed`` leaves the standard pseudo devices.
UNIT_WITHOUT: dict[str, str] = {"DevicePolicy": "closed", "DeviceAllow": "/dev/fuse rw"}


def present() -> bool:
    """Whether the host has a GPU device that a server could open."""
    return any(glob.glob(pattern) for pattern in _NODES)


def compute_nodes() -> list[str]:
    """The devices to compute with."""
    return sorted(path for pattern in _COMPUTE for path in glob.glob(pattern))


def groups() -> list[str]:
    """The groups that may open a device to compute with, where not everybody may (``render``)."""
    found: set[str] = set()
    for path in compute_nodes():
        with suppress(OSError, KeyError):
            node = os.stat(path)
            if node.st_gid and stat.S_ISCHR(node.st_mode) and node.st_mode & 0o006 != 0o006 and node.st_mode & 0o060:
                found.add(grp.getgrgid(node.st_gid).gr_name)
    return sorted(found)


_CLONE_NEWNS = 0x20000  # unshare(2)
_RDONLY, _NOSUID, _NOEXEC, _REMOUNT, _BIND, _MOVE, _REC, _SLAVE = 1, 2, 8, 0x20, 0x1000, 0x2000, 0x4000, 0x80000

#: What a private /dev holds, if the host has it.
_FILES = ("null", "zero", "full", "random", "urandom", "tty", "fuse", "log")
_DIRECTORIES = ("pts", "shm", "mqueue", "hugepages")
_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}


class PrivateDevices:
    """A /dev without GPU for the calling process. Prepared by the hub, entered by the child between fork and exec."""

    def __init__(self, staging: str) -> None:
        """`staging`: an existing directory of root's where the new /dev is put together, out of everybody's sight."""
        # resolved here: a child of a process with threads should not load libraries
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._staging = staging
        self._own_ptmx = not os.path.islink("/dev/ptmx")
        here = {name: os.path.realpath(f"/dev/{name}") for name in (*_FILES, *_DIRECTORIES)}
        self._files = {name: path for name, path in here.items() if name in _FILES and os.path.exists(path)}
        self._directories = {name: path for name, path in here.items() if name in _DIRECTORIES and os.path.isdir(path)}

    def enter(self) -> None:
        """Leave the host's /dev for the private one, as root. Raises OSError, after which nothing may be executed."""
        staging = self._staging
        self._check(self._libc.unshare(_CLONE_NEWNS))
        # what the host mounts later (homes on demand) still arrives here; nothing goes the other way
        self._mount("none", "/", "", _REC | _SLAVE)
        self._mount("tmpfs", staging, "tmpfs", _NOSUID | _NOEXEC, "mode=755,size=64k")
        for name, path in self._files.items():
            os.close(os.open(f"{staging}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self._mount(path, f"{staging}/{name}", "", _BIND)
        for name, path in self._directories.items():
            os.mkdir(f"{staging}/{name}", 0o755)
            self._mount(path, f"{staging}/{name}", "", _BIND | _REC)
        for name, target in _LINKS.items():
            os.symlink(target, f"{staging}/{name}")
        # the kernel looks for "pts" beside the node itself, so that one bound from elsewhere finds no terminals
        if self._own_ptmx:
            os.mknod(f"{staging}/ptmx", stat.S_IFCHR, os.makedev(5, 2))
            os.chmod(f"{staging}/ptmx", 0o666)
        else:
            os.symlink("pts/ptmx", f"{staging}/ptmx")
        # nvidia-modprobe, which is set-uid root, would make nodes here too
        self._mount("none", staging, "", _REMOUNT | _RDONLY | _NOSUID | _NOEXEC)
        self._mount(staging, "/dev", "", _MOVE)

    def _mount(self, source: str, target: str, kind: str, flags: int, data: str = "") -> None:
        texts = [text.encode() or None for text in (source, target, kind, data)]
        self._check(self._libc.mount(*texts[:3], ctypes.c_ulong(flags), texts[3]))

    def _check(self, result: int) -> None:
        if result != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
