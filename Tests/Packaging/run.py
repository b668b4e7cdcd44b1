#!/usr/bin/python3
"""The Debian package in a Debian root of its own: installed, looked at, purged. As root: sudo make packaging-tests

The root is made by debootstrap once and kept in the cache; a run works in an overlay over it, in a mount namespace.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = Path("/var/cache/diycloud-bridge/packaging")
# Of this host, for which the programs were built.
SUITE = platform.freedesktop_os_release()["VERSION_CODENAME"]
EXTRA = "systemd,man-db,libpam0g,libsqlite3-0,libcrypt1,libstdc++6,zlib1g"


def debian_root() -> Path:
    """A small Debian with systemd and man, unpacked once."""
    root = CACHE / f"root-{SUITE}"
    if root.exists():
        return root
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = CACHE / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    print("packaging: unpacking Debian (once, about a minute)", flush=True)
    command = ["debootstrap", "--variant=minbase", f"--include={EXTRA}", SUITE, str(unfinished)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    unfinished.rename(root)
    return root


def inside() -> None:
    """In a mount namespace of its own: an overlay over the root, and the story in it."""
    # Not the temporary directory of the host: an overlay must not lie on an overlay.
    with tempfile.TemporaryDirectory(dir=CACHE) as place:
        for name in ("upper", "work", "root"):
            Path(place, name).mkdir(mode=0o755)
        root = f"{place}/root"
        layers = f"lowerdir={debian_root()},upperdir={place}/upper,workdir={place}/work"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, root], check=True)
        subprocess.run(["mount", "-t", "proc", "proc", f"{root}/proc"], check=True)
        subprocess.run(["mount", "--bind", "/dev/null", f"{root}/dev/null"], check=True)
        packages = REPOSITORY / ".build/packages"
        deb = max(packages.glob("*.deb"), key=lambda file: file.stat().st_mtime, default=None)
        if deb is None:
            sys.exit('There is no package: run "make deb" first')
        shutil.copy(deb, f"{root}/tmp/diycloud-bridge.deb")
        shutil.copy(Path(__file__).with_name("story.sh"), f"{root}/tmp/story.sh")
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
        }
        story = subprocess.run(["chroot", root, "bash", "/tmp/story.sh"], env=environment)
        for mount in ("dev/null", "proc", ""):
            subprocess.run(["umount", f"{root}/{mount}"], check=True)
    sys.exit(story.returncode)


def same_twice() -> None:
    """The same stage gives the same bytes."""
    packages = REPOSITORY / ".build/packages"
    stage = REPOSITORY / ".build/stage"
    with tempfile.TemporaryDirectory() as again:
        for script in ("deb.sh", "dist.sh"):
            said = subprocess.run(
                [REPOSITORY / "config/packaging" / script, stage, again],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            file = Path(said.strip())
            if file.read_bytes() != (packages / file.name).read_bytes():
                sys.exit(f"{file.name} is another one each time it is built")
            print(f"ok: {file.name} is built alike twice", flush=True)


def main() -> None:
    if os.geteuid() != 0:
        sys.exit("These tests need root. Run: sudo make packaging-tests")
    if "--inside" in sys.argv:
        inside()
    same_twice()
    debian_root()
    command = ["unshare", "--mount", "--propagation=private", "--net", sys.executable, __file__, "--inside"]
    sys.exit(subprocess.run(command).returncode)


if __name__ == "__main__":
    main()
