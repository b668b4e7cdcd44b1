"""Prepares a user's home and runtime directory before their server starts. A program of its own, standard library only.

As root it makes what only root can make, in directories that only root can change, and never follows a link on the
way. Then it becomes the user, for good, and only then touches anything inside the home: whatever links a user laid
there, they lead nowhere the user could not have gone. Nothing is ever overwritten.

Reads a JSON object from stdin (the fields of `Request`), writes one to stdout (the fields of `Report`).
"""

from __future__ import annotations

import json
import os
import stat
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass

#: More than this in a template is somebody's mistake, not a welcome.
TEMPLATE_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """Whose home, and what it should start with."""

    user: str
    uid: int
    gid: int
    home: str
    #: directory that holds one runtime directory per user, outside every home; made when missing
    runtime_base: str
    #: copied into the home of somebody who has none of its `notebooks` yet; "" for nothing
    template: str
    #: copied into a home that had to be made; "" for nothing
    skeleton: str


@dataclass
class Report:
    """What was found and done."""

    runtime_dir: str
    #: the template was copied just now: this is a new user
    welcomed: bool = False
    #: set when the home takes no writes: a stand-in for ~/.jupyter, so that the server starts nevertheless
    config_dir: str | None = None
    #: what went wrong without stopping anything
    trouble: str = ""


Tree = list[tuple[str, bytes | None]]


def prepare(request: Request) -> Report:
    """Do it all. Ends up with the user's rights. Raises OSError when not even the runtime directory can be had."""
    # what root makes here is for users to pass through, whatever mask the hub runs with
    os.umask(0o022)
    report = Report(runtime_dir=_make_runtime_directory(request))
    skeleton: Tree = []
    if not os.path.lexists(request.home):
        _make_home(request)
        skeleton = _read_tree(request.skeleton)
    template = _read_tree(request.template)
    _become(request)
    try:
        _write_tree(request.home, skeleton)
        if _is_new(request.home):
            _write_tree(request.home, template)
            report.welcomed = bool(template)
    except OSError as error:
        report.trouble = str(error)
    try:
        # Jupyter writes this marker itself, and does not start when it cannot (see migrate_config in jupyter_core)
        _mark_migrated(os.path.join(request.home, ".jupyter"))
    except OSError as error:
        report.trouble = report.trouble or str(error)
        report.config_dir = os.path.join(report.runtime_dir, "config")
        _mark_migrated(report.config_dir)
    return report


def _is_new(home: str) -> bool:
    """Whether nobody has worked here: no `notebooks`, or the empty one of a new account that never had a server."""
    notebooks = os.path.join(home, "notebooks")
    if not os.path.lexists(notebooks):
        return True
    if os.path.lexists(os.path.join(home, ".jupyter")) or os.path.islink(notebooks) or not os.path.isdir(notebooks):
        return False
    return not os.listdir(notebooks)


def _make_runtime_directory(request: Request) -> str:
    """``BASE/UID``, mode 0700, the user's. Outside the home, so that a full home still lets a server start."""
    os.makedirs(request.runtime_base, mode=0o755, exist_ok=True)
    base = open_root_only(request.runtime_base)
    name = str(request.uid)
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=base)
    _give(base, name, request)
    os.close(base)
    return os.path.join(request.runtime_base, name)


def _make_home(request: Request) -> None:
    parent_path, name = os.path.split(request.home.rstrip("/"))
    parent = open_root_only(parent_path)
    os.mkdir(name, 0o700, dir_fd=parent)
    _give(parent, name, request)
    os.close(parent)


def _give(parent: int, name: str, request: Request) -> None:
    directory = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    try:
        owner = os.fstat(directory).st_uid
        if owner not in (os.geteuid(), request.uid):
            raise PermissionError(f"{name} belongs to uid {owner}")
        if owner != request.uid:
            os.fchown(directory, request.uid, request.gid)
        os.fchmod(directory, 0o700)
    finally:
        os.close(directory)


def open_root_only(path: str) -> int:
    """Open a directory of which every part is root's and nobody else's to change."""
    trusted = {0, os.geteuid()}
    directory = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    # links above (such as /home -> /var/home) are root's, or the walk over the resolved path would refuse them
    for part in [part for part in os.path.realpath(path).split("/") if part]:
        below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
        os.close(directory)
        directory = below
        status = os.fstat(directory)
        if status.st_uid not in trusted or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            os.close(directory)
            raise PermissionError(f"others than root can change {path}")
    return directory


def _become(request: Request) -> None:
    os.umask(0o077)
    os.chdir("/")
    if os.geteuid() == request.uid:
        return
    os.setgroups(os.getgrouplist(request.user, request.gid))
    os.setresgid(request.gid, request.gid, request.gid)
    os.setresuid(request.uid, request.uid, request.uid)


def _read_tree(root: str) -> Tree:
    """Directories (None) and regular files of a tree, with paths relative to it, parents first."""
    tree: Tree = []
    left = TEMPLATE_LIMIT
    for directory, names, files in os.walk(root) if root else ():  # a missing tree is an empty one
        names.sort()
        here = os.path.relpath(directory, root)
        if here != ".":
            tree.append((here, None))
        for name in sorted(files):
            path = os.path.join(directory, name)
            if not stat.S_ISREG(os.lstat(path).st_mode):
                continue
            with open(path, "rb") as file:
                content = file.read(left + 1)
            left -= len(content)
            if left < 0:
                raise ValueError(f"{root} holds more than {TEMPLATE_LIMIT} bytes")
            tree.append((os.path.normpath(os.path.join(here, name)), content))
    return tree


def _write_tree(home: str, tree: Tree) -> None:
    for name, content in tree:
        path = os.path.join(home, name)
        try:
            if content is None:
                os.mkdir(path)
                continue
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)


def _mark_migrated(config_dir: str) -> None:
    os.makedirs(config_dir, mode=0o700, exist_ok=True)
    os.close(os.open(os.path.join(config_dir, "migrated"), os.O_WRONLY | os.O_CREAT, 0o600))


def main() -> int:
    """Read the request, prepare, report. Exit code 1 with the reason on stderr when a server could not start."""
    try:
        report = prepare(Request(**json.load(sys.stdin)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(error, file=sys.stderr)
        return 1
    json.dump(asdict(report), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
