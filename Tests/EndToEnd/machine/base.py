"""Trees of Debian: made once by debootstrap, kept in the cache under a name made from all that they are made of."""

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE = Path("/var/cache/diycloud-bridge/hosts")
SUITE = "bookworm"
#: What a server has that was put up without any task: everything else the installer has to bring itself.
SERVER = (
    "systemd,systemd-sysv,dbus,udev,libpam-systemd,iproute2,ca-certificates,sudo,procps,cron,openssh-server,"
    "nftables,apparmor,less"
)


def server() -> Path:
    """A plain server. Nobody changes it: a machine is a copy."""
    with alone():
        return debian("server", SERVER)


def debian(name: str, packages: str) -> Path:
    """The smallest Debian and these packages, complete."""
    root = CACHE / f"{name}-{SUITE}-{hashlib.sha256(f'1 {SUITE} {packages}'.encode()).hexdigest()[:12]}"
    if not root.exists():
        unfinished = root.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        print(f"machine: unpacking Debian {SUITE} with {packages} (once, about a minute)", flush=True)
        log = root.with_suffix(".log")
        command = ["debootstrap", "--variant=minbase", f"--include={packages}", SUITE, str(unfinished)]
        with log.open("w") as output:
            made = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT)
        if made.returncode != 0:
            end = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise SystemExit(f"debootstrap failed; the end of {log}:\n{end}")
        for package in (unfinished / "var/cache/apt/archives").glob("*.deb"):
            package.unlink()
        unfinished.rename(root)
    return root


def copy(tree: Path, to: Path) -> None:
    """A copy, owners, links and all."""
    subprocess.run(["cp", "--archive", "--reflink=auto", tree, to], check=True)


@contextmanager
def alone() -> Iterator[None]:
    """One run at a time works on the cache."""
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
