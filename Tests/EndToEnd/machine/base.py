"""A plain Debian server's tree: made once by debootstrap, kept in the cache under a name made from all that it is made of."""

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
PACKAGES = (
    "systemd,systemd-sysv,dbus,udev,libpam-systemd,iproute2,ca-certificates,sudo,procps,cron,openssh-server,"
    "nftables,apparmor,less"
)


def tree() -> Path:
    """The directory of the base, complete; nobody changes it."""
    name = f"debian-{SUITE}-{hashlib.sha256(f'1 {SUITE} {PACKAGES}'.encode()).hexdigest()[:12]}"
    root = CACHE / name
    with _alone():
        if not root.exists():
            unfinished = CACHE / f"{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            print("machine: unpacking Debian 12 (once, about a minute)", flush=True)
            log = CACHE / f"{name}.log"
            command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(unfinished)]
            with log.open("w") as output:
                made = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT)
            if made.returncode != 0:
                raise SystemExit(f"debootstrap failed; the end of {log}:\n" + "\n".join(_tail(log)))
            for package in (unfinished / "var/cache/apt/archives").glob("*.deb"):
                package.unlink()
            unfinished.rename(root)
    return root


def copy(base: Path, to: Path) -> None:
    """A copy, owners, links and all."""
    subprocess.run(["cp", "--archive", "--reflink=auto", base, to], check=True)


@contextmanager
def _alone() -> Iterator[None]:
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _tail(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-15:]
