"""The disks of the guest.

| disk    | what                                                              | made anew                         |
| ------- | ----------------------------------------------------------------- | --------------------------------- |
| root    | Debian and the unit that starts the story                         | when packages or the unit change  |
| hub     | the Python environment that JupyterHub and the servers run from   | when its requirements or ours do  |
| product | the built program, config/, pam/, docs/ and the story, read only  | for each run                      |
| home    | ext4 with the quota feature, empty                                | for each run                      |
| spare-* | empty, for the story to format                                    | for each run                      |
| results | a raw tar archive that the guest writes                           | for each run                      |
"""

import shutil
import subprocess
from pathlib import Path

from .cache import CACHE, digest, kept

HERE = Path(__file__).resolve().parents[1]
REPOSITORY = HERE.parents[1]
HUB_ENVIRONMENT = Path("/var/cache/diycloud-bridge/venv-hub")
#: A machine as people run it, and what the bridge and its documentation ask for.
MACHINE = (
    "systemd-sysv libpam-systemd dbus udev kmod linux-image-cloud-amd64 procps iproute2 openssh-server openssh-client"
)
NEEDED = (
    "python3 libsqlite3-0 libcrypt1 libpam-modules openssl curl quota e2fsprogs xfsprogs nginx-light"
    " node-configurable-http-proxy"
)
PACKAGES = [*MACHINE.split(), *NEEDED.split()]
SPARE_DISKS = {"spare-a": 400, "spare-b": 400}


class DiskError(Exception):
    """A part of the guest could not be made; the text holds the end of the tool's output."""


def suite() -> str:
    """The guest is the Debian that this host is: the program and the Python environment were made for it."""
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    if release.get("ID") != "debian" or "VERSION_CODENAME" not in release:
        raise DiskError("The guest tests make a guest of the host's own release and know Debian only.")
    return release["VERSION_CODENAME"].strip('"')


def root() -> Path:
    """A directory with `disk`, `kernel` and `initrd`."""
    inside = HERE / "inside"
    tree = kept("tree", digest(suite(), *PACKAGES), _debootstrap)
    return kept("root", digest(tree.name, inside, Path(__file__)), lambda place: _root_disk(tree, inside, place))


def hub() -> Path:
    """The environment that `make hub-environment` leaves, on a disk of its own."""
    shipped = REPOSITORY / "config" / "jupyterhub"
    requirements = REPOSITORY / "config" / "demo" / "requirements-hub.txt"
    return kept(
        "hub", digest(shipped, requirements), lambda place: _file_system(place, megabytes=1200, tree=HUB_ENVIRONMENT)
    )


def product(place: Path, binary: Path, arguments: list[str]) -> Path:
    """What is tested, and the story with pytest's arguments, laid out like the repository."""
    tree = place / "product"
    tree.mkdir()
    leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    for name in ("config", "pam", "docs", "Tests/Guest", "Tests/System"):
        shutil.copytree(REPOSITORY / name, tree / name, ignore=leave_out)
    built = tree / ".build" / "release"
    built.mkdir(parents=True)
    shutil.copy(binary, built)
    (tree / "Tests/Guest/story/arguments").write_text(" ".join(arguments))
    disk = place / "product.disk"
    _file_system(disk, megabytes=400, tree=tree)
    return disk


def home(place: Path) -> Path:
    """A data disk on which user quotas are a matter of mounting."""
    disk = place / "home.disk"
    _file_system(disk, "-O", "quota", "-E", "quotatype=usrquota", megabytes=512)
    return disk


def empty(place: Path, name: str, megabytes: int) -> Path:
    """A raw disk of zeros."""
    disk = place / f"{name}.disk"
    with disk.open("wb") as file:
        file.truncate(megabytes << 20)
    return disk


def _debootstrap(place: Path) -> None:
    print("guest: unpacking Debian (once, about two minutes)", flush=True)
    log = CACHE / "debootstrap.log"
    log.unlink(missing_ok=True)
    _logged(log, ["debootstrap", "--variant=minbase", suite(), str(place)])
    # debootstrap itself knows no package that another one provides (node-safe-stable-stringify); apt does.
    (place / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (place / "usr/sbin/policy-rc.d").chmod(0o755)
    install = "apt-get update -q && apt-get install -q -y --no-install-recommends " + " ".join(PACKAGES)
    entered = 'mount -t proc proc "$0/proc" && DEBIAN_FRONTEND=noninteractive exec chroot "$0" sh -c "$1"'
    _logged(log, ["unshare", "--mount", "sh", "-c", entered, str(place), f"{install} && apt-get clean"])
    (place / "usr/sbin/policy-rc.d").unlink()


def _logged(log: Path, command: list[str]) -> None:
    with log.open("a") as output:
        status = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
    if status != 0:
        raise DiskError(f"{command[0]} ended with status {status}:\n{_end_of(log)}")


def _root_disk(tree: Path, inside: Path, place: Path) -> None:
    print("guest: making the root disk", flush=True)
    place.mkdir()
    pristine, tree = tree, place / "tree"
    subprocess.run(["cp", "--archive", "--reflink=auto", str(pristine), str(tree)], check=True)
    shutil.copytree(inside / "files", tree, dirs_exist_ok=True)
    for wanted in ("timers.target.wants", "multi-user.target.wants/e2scrub_reap.service"):
        # Nothing is to wake up in the middle of a measurement.
        path = tree / "etc/systemd/system" / wanted
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    link = tree / "etc/systemd/system/multi-user.target.wants/story.service"
    link.unlink(missing_ok=True)
    link.symlink_to("/etc/systemd/system/story.service")
    for mount_point in ("src", str(HUB_ENVIRONMENT).lstrip("/")):
        (tree / mount_point).mkdir(parents=True, exist_ok=True)
    kernels = sorted(path.name for path in (tree / "lib/modules").iterdir())
    shutil.copy(tree / "boot" / f"vmlinuz-{kernels[-1]}", place / "kernel")
    shutil.copy(tree / "boot" / f"initrd.img-{kernels[-1]}", place / "initrd")
    _file_system(place / "disk", megabytes=4096, tree=tree)
    shutil.rmtree(tree)


def _file_system(disk: Path, *options: str, megabytes: int, tree: Path | None = None) -> None:
    command = ["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", *options]
    command += ["-d", str(tree)] if tree else []
    made = subprocess.run([*command, str(disk), f"{megabytes}M"], capture_output=True, text=True)
    if made.returncode != 0:
        raise DiskError(f"{' '.join(command)} ended with status {made.returncode}:\n{made.stderr}")


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def tools_missing() -> list[str]:
    """Programs of the host that are needed and not there."""
    return [tool for tool in ("qemu-system-x86_64", "debootstrap", "mkfs.ext4") if not shutil.which(tool)]
