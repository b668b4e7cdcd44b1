"""The cgroup tree that the limits of a stage's people live in; unlike all else on a stage, it does not go by itself."""

import os
import re
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
#: Set by the process outside of the enclosure, whose number no other stage on this host has.
VARIABLE = "DIYCLOUD_STAGE_CGROUP"


def tree() -> str:
    """The name of this stage's tree, for `limits.cgroup`."""
    return os.environ[VARIABLE]


def found(name: str) -> list[Path]:
    """The directories of that name: one in each hierarchy of version 1, or one in version 2."""
    return [place / name for place in (ROOT, *ROOT.iterdir()) if (place / name / "cgroup.procs").exists()]


def remove(name: str, *, seconds: float) -> None:
    """Removes the trees of that name, which have to be empty; processes that were just killed may take a moment."""
    deadline = time.monotonic() + seconds
    while trees := found(name):
        for top in trees:
            for directory, _, _ in os.walk(top, topdown=False):
                with suppress(OSError):
                    os.rmdir(directory)
        if time.monotonic() > deadline:
            return
        time.sleep(0.05)


def sweep() -> None:
    """Removes what stages left behind that were killed: empty trees whose process is no more."""
    leftovers = {path.name for place in (ROOT, *ROOT.iterdir()) for path in place.glob("diycloud-stage-*")}
    for name in leftovers:
        number = re.fullmatch(r"diycloud-stage-(\d+)", name)
        if number and not Path("/proc", number[1]).exists():
            remove(name, seconds=0)
