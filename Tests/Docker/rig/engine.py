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


#: A second engine, whose root of a container is nobody on the host.
REMAPPED_SOCKET = "/run/remapped/docker.sock"
REMAPPED_DATA = DATA.with_name("remapped")
REMAPPED_BRIDGE = "remapped0"
#: Its uids and gids on the host: what useradd gave the people of the rig lies far below.
REMAPPED_IDS = range(1_000_000, 1_065_536)

#: What is always there.
IMAGES = {"busybox:latest", "stamped:latest", "declaring:latest"}


def start(programs: Programs) -> Program:
    """dockerd with cgroup v1 or v2 by cgroupfs, all its own containers below the stage's cgroup tree."""
    return _start(programs, "dockerd", SOCKET, DATA, "--bip=10.212.255.1/24")


def start_remapped(programs: Programs) -> Program:
    """The same with `userns-remap`, beside the first; its account and its ids are made where they are missing."""
    if subprocess.run(["getent", "passwd", "dockremap"], capture_output=True).returncode:
        subprocess.run(["useradd", "--system", "--user-group", "dockremap"], check=True)
        for path in (Path("/etc/subuid"), Path("/etc/subgid")):
            others = [line for line in path.read_text().splitlines() if not line.startswith("dockremap:")]
            path.write_text("\n".join([*others, f"dockremap:{REMAPPED_IDS.start}:{len(REMAPPED_IDS)}", ""]))
    # docker0 is the first engine's.
    for arguments in (
        ["link", "add", REMAPPED_BRIDGE, "type", "bridge"],
        ["addr", "add", "10.212.254.1/24", "dev", REMAPPED_BRIDGE],
        ["link", "set", REMAPPED_BRIDGE, "up"],
    ):
        subprocess.run(["ip", *arguments], check=True)
    more = [f"--bridge={REMAPPED_BRIDGE}", "--userns-remap=default"]
    return _start(programs, "dockerd-remapped", REMAPPED_SOCKET, REMAPPED_DATA, *more)


def stop_remapped(programs: Programs, program: Program) -> None:
    programs.stop(program, seconds=20)
    subprocess.run(["ip", "link", "del", REMAPPED_BRIDGE], check=True)


def _start(programs: Programs, name: str, socket: str, data: Path, *more: str) -> Program:
    run = Path(socket).parent
    run.mkdir(mode=0o755, exist_ok=True)
    command = [
        "dockerd",
        f"--host=unix://{socket}",
        f"--data-root={data}",
        f"--exec-root={run}/exec",
        f"--pidfile={run}/pid",
        "--group=docker",
        f"--cgroup-parent=/{cgroups.tree()}/engine",
        "--storage-driver=overlay2",
        "--shutdown-timeout=1",
        *more,
    ]
    program = programs.start(name, command)
    programs.wait_for(program, lambda: Api(socket).get("/_ping").status == 200, seconds=60, what="an answer to /_ping")
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
