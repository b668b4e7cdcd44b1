"""What the kernel says of a person's slice: cgroup v2 as systemd lays it out."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

TOP = Path("/sys/fs/cgroup/user.slice")


@dataclass(frozen=True)
class Slice:
    """`user-<uid>.slice`; its files are read from the kernel each time."""

    uid: int

    @property
    def name(self) -> str:
        return f"user-{self.uid}.slice"

    @property
    def directory(self) -> Path:
        return TOP / self.name

    @property
    def exists(self) -> bool:
        return self.directory.is_dir()

    def text(self, file: str) -> str:
        return (self.directory / file).read_text().strip()

    def number(self, file: str) -> int:
        """Of a file that holds one number; `max` fails."""
        return int(self.text(file))

    def counter(self, file: str, name: str) -> int:
        """Of a file that holds `name value` lines."""
        return int(dict(line.split() for line in self.text(file).splitlines())[name])

    @property
    def cores(self) -> float:
        """The processor limit; `max` is infinite."""
        quota, period = self.text("cpu.max").split()
        return float("inf") if quota == "max" else int(quota) / int(period)

    def limits(self) -> tuple[float, str, str]:
        """Cores, memory and tasks in force."""
        return self.cores, self.text("memory.max"), self.text("pids.max")

    def processes(self) -> list[int]:
        """Of the whole tree."""
        found = (file.read_text().split() for file in self.directory.rglob("cgroup.procs"))
        return [int(pid) for pids in found for pid in pids]

    def cores_used(self, seconds: float) -> float:
        """Measured from now on, by the kernel's own account."""
        before, started = self.counter("cpu.stat", "usage_usec"), time.monotonic()
        time.sleep(seconds)
        used, elapsed = self.counter("cpu.stat", "usage_usec") - before, time.monotonic() - started
        return used / 1e6 / elapsed


def cgroup_of(pid: int) -> str:
    """The place of a process in the one hierarchy there is."""
    return Path(f"/proc/{pid}/cgroup").read_text().strip().removeprefix("0::")


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z" and os.path.exists(f"/proc/{pid}")
