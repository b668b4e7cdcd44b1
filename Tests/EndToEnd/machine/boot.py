"""A machine: a tree of Debian with real systemd, in systemd-nspawn, with cgroups and a network of its own."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import base, network

CGROUPS = Path("/sys/fs/cgroup")
INSIDE = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "TERM": "dumb",
    "LANG": "C.UTF-8",
}
HOST_NAME = "cloud.example.test"

# Before systemd looks: the hierarchies of cgroups are mounted read-only but for one;
# no limit would bite then, and no engine start.
FIRST_PROCESS = """\
#!/bin/sh
mount -o remount,rw /sys/fs/cgroup
for hierarchy in /sys/fs/cgroup/*/; do
    mountpoint -q "$hierarchy" && mount -o remount,rw,bind "$hierarchy"
done
mount -o remount,ro /sys/fs/cgroup
# A container with a root of its own may mount /proc only where all of /proc can be seen (mount_namespaces(7)).
awk '$2 ~ "^/proc/" { print $2 }' /proc/self/mounts | while read -r covered; do umount "$covered"; done
exec /lib/systemd/systemd
"""


class MachineError(Exception):
    """The machine did not come up, or a command in it failed."""


class Machine:
    """A copy of the base, booted. To be used inside an enclosure (Tests/System/stage), whose end is its end."""

    def __init__(self, place: Path, *, cgroup: str) -> None:
        self.place = place
        self.root = place / "root"
        self._cgroup = cgroup
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0

    # Making and booting

    def make(self) -> None:
        base.copy(base.server(), self.root)
        self._file("etc/hostname", "cloud\n")
        self._file("etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {HOST_NAME} cloud\n::1 localhost\n")
        self._file("etc/resolv.conf", f"nameserver {network.RESOLVER}\n")
        # As on this host: where packages come from, and whom to trust on the way.
        sources = Path("/etc/apt/sources.list.d/debian.sources")
        if sources.exists():
            shutil.copy(sources, self.root / "etc/apt/sources.list.d/debian.sources")
            (self.root / "etc/apt/sources.list").unlink(missing_ok=True)
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", self.root / "etc/ssl/certs/ca-certificates.crt")
        if Path("/etc/pip.conf").exists():
            shutil.copy("/etc/pip.conf", self.root / "etc/pip.conf")
        self._file("sbin/first-process", FIRST_PROCESS, mode=0o755)
        # Its own name service and clock are this host's; a container has no consoles.
        for unit in ("systemd-timesyncd.service", "systemd-resolved.service", "getty.target", "ssh.service"):
            self._link("/dev/null", f"etc/systemd/system/{unit}")

    def boot(self, *, seconds: float = 60) -> None:
        """Returns when systemd says that it runs."""
        command = [
            "systemd-nspawn", "--quiet", f"--directory={self.root}", "--machine=cloud", "--register=no", "--keep-unit",
            "--network-namespace-path=/proc/self/ns/net", "--resolv-conf=off", "--timezone=off", "--link-journal=no",
            "--capability=all", "--system-call-filter=add_key keyctl bpf perf_event_open @keyring @mount",
            "--bind=/dev/fuse", "--console=pipe", "--kill-signal=SIGRTMIN+3", "/sbin/first-process",
        ]  # fmt: skip
        log = (self.place / "console.log").open("wb")
        environment = {**os.environ, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "1"}
        self._nspawn = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, preexec_fn=self._enter_cgroups
        )
        deadline = time.monotonic() + seconds
        while not (leader := self._find_leader()):
            self._still_up(deadline)
        self._leader = leader
        while True:
            state = self.run(["systemctl", "is-system-running"], check=False).stdout.strip()
            if state in ("running", "degraded"):
                break
            self._still_up(deadline)
        if state != "running":
            failed = self.run(["systemctl", "--failed", "--plain", "--no-legend"], check=False).stdout
            raise MachineError(f"The machine came up with failed units:\n{failed}")

    def stop(self) -> None:
        if self._nspawn is None:
            return
        self._nspawn.terminate()
        try:
            self._nspawn.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        self._nspawn = None

    # In it

    def run(
        self,
        command: Sequence[str],
        *,
        check: bool = True,
        shown: bool = False,
        input: str | None = None,
        environment: Mapping[str, str] = {},
        seconds: float = 1800,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command in the machine, as root; `shown` lets its output through to the terminal."""
        told = [f"{name}={value}" for name, value in {**INSIDE, **environment}.items()]
        where = [
            "nsenter",
            f"--target={self._leader}",
            "--mount",
            "--uts",
            "--ipc",
            "--pid",
            "--cgroup",
            "--root",
            "--wd=/root",
        ]
        output = None if shown else subprocess.PIPE
        done = subprocess.run(
            [*where, "env", "-i", *told, *command], input=input, stdin=subprocess.DEVNULL if input is None else None,
            stdout=output, stderr=output, text=True, timeout=seconds, preexec_fn=self._enter_cgroups,
        )  # fmt: skip
        if check and done.returncode != 0:
            said = "" if shown else f"\n{done.stdout}{done.stderr}"
            raise MachineError(f"{' '.join(command)} ended with {done.returncode}{said}")
        return done

    def shell(self, script: str, **options) -> str:
        return self.run(["bash", "-euo", "pipefail", "-c", script], **options).stdout or ""

    # How

    def _file(self, path: str, text: str, *, mode: int = 0o644) -> None:
        file = self.root / path
        file.unlink(missing_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def _link(self, target: str, path: str) -> None:
        link = self.root / path
        link.unlink(missing_ok=True)
        link.symlink_to(target)

    def _hierarchies(self) -> list[Path]:
        return [path for path in CGROUPS.iterdir() if (path / "cgroup.procs").exists()]

    def make_cgroups(self) -> None:
        for hierarchy in self._hierarchies():
            ours = hierarchy / self._cgroup
            ours.mkdir(exist_ok=True)
            for name in ("cpuset.cpus", "cpuset.mems"):
                if (ours / name).exists():
                    (ours / name).write_text((hierarchy / name).read_text())

    def _enter_cgroups(self) -> None:
        for hierarchy in self._hierarchies():
            (hierarchy / self._cgroup / "cgroup.procs").write_text("0")

    def _find_leader(self) -> int:
        """The first process of the machine, as it is numbered here."""
        assert self._nspawn is not None
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
            except OSError:
                continue
            numbers = next((line.split()[1:] for line in text.splitlines() if line.startswith("NSpid:")), [])
            if len(numbers) > 1 and numbers[-1] == "1" and "Name:\tsystemd\n" in text:
                return int(status.parent.name)
        return 0

    def _still_up(self, deadline: float) -> None:
        assert self._nspawn is not None
        if self._nspawn.poll() is not None or time.monotonic() > deadline:
            text = (self.place / "console.log").read_text(errors="replace")
            raise MachineError("The machine did not come up. The end of its console:\n" + text[-3000:])
        time.sleep(0.1)
