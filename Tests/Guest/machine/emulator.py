"""One boot of the guest: qemu without a network, its text on this terminal, its results on a disk."""

import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import disks

MEMORY_MEGABYTES = 2560
PROCESSORS = 2


@dataclass
class Outcome:
    """What the guest left in its results: the story's exit status (None: none came) and the files."""

    status: int | None
    directory: Path
    reason: str = ""


def run(root: Path, hub: Path, binary: Path, results: Path, *, arguments: list[str], seconds: int) -> Outcome:
    """Boots, waits for the power to go off, unpacks the results. The cached disks stay as they are."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=disks.CACHE) as scratch:
        place = Path(scratch)
        written = disks.empty(place, "results", 64)
        drives = [
            ("root", root / "disk", "snapshot=on"),
            ("hub", hub, "readonly=on"),
            ("product", disks.product(place, binary, arguments), "readonly=on"),
            ("home", disks.home(place), "cache=unsafe"),
            ("results", written, "cache=unsafe"),
            *((name, disks.empty(place, name, size), "cache=unsafe") for name, size in disks.SPARE_DISKS.items()),
        ]
        command = _command(root, drives, console=results / "console.log")
        try:
            status = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=seconds).returncode
            reason = f"qemu ended with status {status}"
        except subprocess.TimeoutExpired:
            reason = f"the guest was not done after {seconds} s"
        sys.stdout.flush()
        return _unpack(written, results, reason)


def _command(root: Path, drives: list[tuple[str, Path, str]], console: Path) -> list[str]:
    command = ["qemu-system-x86_64", "-accel", "tcg,thread=multi,tb-size=1024", "-cpu", "max"]
    command += ["-smp", str(PROCESSORS), "-m", str(MEMORY_MEGABYTES), "-nic", "none", "-display", "none", "-no-reboot"]
    command += ["-kernel", str(root / "kernel"), "-initrd", str(root / "initrd"), "-append"]
    command += ["root=/dev/disk/by-id/virtio-root rw console=ttyS0 quiet panic=1 systemd.show_status=0 net.ifnames=0"]
    for name, path, option in drives:
        command += ["-drive", f"file={path},format=raw,if=none,id={name},{option}"]
        command += ["-device", f"virtio-blk-pci,drive={name},serial={name}"]
    # First port: kernel and systemd, into a file. Second: the story, for whoever is watching.
    return [*command, "-serial", f"file:{console}", "-serial", "stdio"]


def _unpack(archive: Path, results: Path, reason: str) -> Outcome:
    try:
        with tarfile.open(archive) as tar:
            # Debian 12's Python knows no filter=; what is unpacked was written by our own guest.
            tar.extractall(results)
        return Outcome(int((results / "status").read_text()), results)
    except (tarfile.TarError, OSError, ValueError) as problem:
        return Outcome(None, results, f"{reason}, and left no results ({problem})")
