"""Archives for `docker load`, made without an engine: no registry can be reached from here."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

from . import base

REPOSITORY = Path(__file__).resolve().parents[3]
DOUBLE = REPOSITORY / "Tests" / "Portainer" / "double"
#: Of which the double is made; versions as in Tests/System/requirements.txt.
MODULES = ("h11", "pyjwt", "pyyaml", "trio", "werkzeug", "wsproto")
PORTAINER = "portainer/portainer-ce:2.33.5"


def portainer(directory: Path) -> Path:
    """The double of Portainer (Tests/Portainer) as the image that the product asks for."""
    wanted = [
        line
        for line in (REPOSITORY / "Tests/System/requirements.txt").read_text().splitlines()
        if line.split("==")[0] in MODULES
    ]
    code = {file.name: file.read_bytes() for file in sorted(DOUBLE.glob("*.py"))}
    key = hashlib.sha256(repr((1, base.SUITE, wanted, code)).encode()).hexdigest()[:12]
    archive = base.CACHE / f"portainer-{key}.tar"
    if not archive.exists():
        print("machine: an image of Portainer's double (once, a minute)", flush=True)
        with base.alone():
            tree = base.debian("python", "python3")
        work = base.CACHE / f"portainer-{key}.unfinished"
        shutil.rmtree(work, ignore_errors=True)
        base.copy(tree, work)
        for unwanted in ("usr/share/doc", "usr/share/locale", "usr/share/man", "var/lib/apt/lists", "var/cache/apt"):
            shutil.rmtree(work / unwanted, ignore_errors=True)
        place = work / "opt/portainer"
        pip = [base.CACHE.parent / "venv-test/bin/pip", "install", "--quiet", "--target", place, *wanted]
        subprocess.run([*pip, "--disable-pip-version-check"], check=True)
        shutil.copytree(DOUBLE, place / "double", ignore=shutil.ignore_patterns("__pycache__"))
        configuration = {
            "Entrypoint": ["python3", "-m", "double", "--data", "/data", "--port", "9000", "--address", "0.0.0.0"],
            "WorkingDir": "/opt/portainer",
            "Env": ["PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1"],
            "Volumes": {"/data": {}},
        }  # fmt: skip
        _archive(archive, PORTAINER, configuration, lambda tar: tar.add(work, arcname="."))
        shutil.rmtree(work)
    directory.mkdir(exist_ok=True)
    copy = directory / "portainer-ce-2.33.5.tar"
    os.link(archive, copy)
    return copy


def busybox(file: Path) -> None:
    """What people run in their containers here: this host's static busybox."""
    program = Path(shutil.which("busybox") or "/bin/busybox")
    applets = subprocess.run([program, "--list"], check=True, capture_output=True, text=True).stdout.split()

    def fill(tar: tarfile.TarFile) -> None:
        for name in ("bin", "etc", "root", "tmp"):
            directory = tarfile.TarInfo(name)
            directory.type, directory.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
            tar.addfile(directory)
        tar.add(program, arcname="bin/busybox", recursive=False)
        for applet in applets:
            if applet != "busybox":
                link = tarfile.TarInfo(f"bin/{applet}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                tar.addfile(link)

    _archive(file, "busybox:latest", {"Cmd": ["sh"], "Env": ["PATH=/bin"]}, fill)


def _archive(file: Path, tag: str, configuration: dict, fill: Callable[[tarfile.TarFile], None]) -> None:
    """What `docker save` writes for an image of one layer."""
    unfinished, layer = file.with_suffix(".part"), file.with_suffix(".layer")
    with tarfile.open(layer, "w") as tar:
        fill(tar)
    with layer.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    image = {
        "architecture": "amd64",
        "os": "linux",
        "config": configuration,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        "history": [{"created_by": "Tests/EndToEnd"}],
    }
    document = json.dumps(image).encode()
    name = f"{hashlib.sha256(document).hexdigest()}.json"
    manifest = [{"Config": name, "RepoTags": [tag], "Layers": ["layer.tar"]}]
    with tarfile.open(unfinished, "w") as tar:
        for path, content in ((name, document), ("manifest.json", json.dumps(manifest).encode())):
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        tar.add(layer, arcname="layer.tar")
    layer.unlink()
    unfinished.rename(file)
