"""The real engine: a dockerd of the tests' own, with images that need no registry."""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from stage import cgroups
from stage.processes import Program, Programs

from .api import Api

SOCKET = "/run/engine/docker.sock"
#: On the enclosure's tmpfs: an overlay on top of an overlay is nothing that the kernel allows.
DATA = Path("/var/cache/diycloud-bridge/stage/engine")


#: What is always there.
IMAGES = {"busybox:latest", "stamped:latest", "declaring:latest"}


def start(programs: Programs) -> Program:
    """dockerd with cgroup v1 or v2 by cgroupfs, all its own containers below the stage's cgroup tree."""
    Path("/run/engine").mkdir(mode=0o755)
    command = [
        "dockerd",
        f"--host=unix://{SOCKET}",
        f"--data-root={DATA}",
        "--exec-root=/run/engine/exec",
        "--pidfile=/run/engine/pid",
        "--group=docker",
        f"--cgroup-parent=/{cgroups.tree()}/engine",
        "--storage-driver=overlay2",
        "--bip=10.212.255.1/24",
        "--shutdown-timeout=1",
    ]
    program = programs.start("dockerd", command)
    programs.wait_for(program, lambda: Api(SOCKET).get("/_ping").status == 200, seconds=60, what="an answer to /_ping")
    return program


def make_images(root: Api) -> None:
    """busybox; `stamped`, whose labels say that alice owns what runs it; `declaring`, which declares a volume."""
    layer = busybox()
    load(root, layer, "busybox:latest")
    load(root, layer, "stamped:latest", 'LABEL "org.diycloud.owner"="alice"', "LABEL org.diycloud.image-owner=alice")
    load(root, layer, "declaring:latest", "VOLUME /data")


def load(root: Api, layer: bytes, name: str, *changes: str) -> None:
    repository, _, tag = name.partition(":")
    query = [("fromSrc", "-"), ("repo", repository), ("tag", tag), *(("changes", change) for change in changes)]
    answer = root.post("/images/create", query=query, body=layer, content_type="application/x-tar")
    assert answer.status == 200, answer
    assert root.get(f"/images/{name}/json").status == 200, answer


def busybox() -> bytes:
    """A root file system of one static program."""
    program = "/bin/busybox" if Path("/bin/busybox").exists() else "/usr/bin/busybox"
    applets = subprocess.run([program, "--list"], capture_output=True, text=True, check=True).stdout.split()
    files = {
        "etc/passwd": b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
        "etc/group": b"root:x:0:\nnogroup:x:65534:\n",
    }
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for directory, mode in {"bin": 0o755, "etc": 0o755, "root": 0o700, "tmp": 0o1777, "srv": 0o755}.items():
            entry = tarfile.TarInfo(directory)
            entry.type, entry.mode = tarfile.DIRTYPE, mode
            archive.addfile(entry)
        entry = archive.gettarinfo(program, "bin/busybox")
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        with open(program, "rb") as content:
            archive.addfile(entry, content)
        for applet in applets:
            if applet == "busybox":
                continue
            entry = tarfile.TarInfo(f"bin/{applet}")
            entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(entry)
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    return out.getvalue()
