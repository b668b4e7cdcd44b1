#!/usr/bin/python3
"""The whole thing on a Debian 12 that boots: installed from nothing, used, installed again, looked at, taken back.

As root: run this file. Packages come from Debian and PyPI. All happens in namespaces of its own; the machine is a copy
of a tree in the cache, and is gone afterwards. `--keep` stops after the installation and waits for Enter.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "System")]

from machine import base, boot, images, network  # noqa: E402
from stage import cgroups, enclosure  # noqa: E402

REPOSITORY = HERE.parents[1]
STAGE = REPOSITORY / ".build/stage"
PROGRAM = "/srv/payload/bin/diycloud"
PASSWORD = "Wonder-land-9"
COMPONENTS = sys.argv[1:] if sys.argv[1:] and not sys.argv[1].startswith("-") else []


class Story:
    """Steps with their seconds, and what was found wrong."""

    def __init__(self, machine: boot.Machine) -> None:
        self.machine = machine
        self.failures: list[str] = []

    def step(self, title: str, body: Callable[[], object]) -> None:
        began = time.monotonic()
        try:
            body()
        except Exception as error:
            self.failures.append(title)
            print(f"FAILED {title}: {error}", flush=True)
            if title.startswith("install"):
                raise
        else:
            print(f"ok     {title} ({time.monotonic() - began:.1f} s)", flush=True)

    def diycloud(self, *arguments: str, status: int = 0, seconds: float = 1800) -> str:
        done = self.machine.run([PROGRAM, *arguments], check=False, seconds=seconds)
        if done.returncode != status:
            text = (done.stdout + done.stderr)[-6000:]
            raise AssertionError(f"diycloud {' '.join(arguments)} ended with {done.returncode}, not {status}:\n{text}")
        return done.stdout

    def visitor(self, *arguments: str) -> str:
        """Somebody at a browser, in the network of the machine."""
        python = base.CACHE.parent / "venv-test/bin/python"
        certificate = self.machine.root / "etc/diycloud-bridge/tls/server.pem"
        command = [python, HERE / "visitor.py", *arguments, certificate]
        done = subprocess.run(command, capture_output=True, text=True, timeout=400)
        if done.returncode != 0:
            raise AssertionError(done.stdout[-2000:] + done.stderr[-2000:])
        return done.stdout


def expect(condition: bool, text: str) -> None:
    if not condition:
        raise AssertionError(text)


def tell(machine: boot.Machine) -> set[str]:
    """Every path of the machine with what it is; without what packages and the system itself write."""
    found = set()
    for top in ("etc", "opt", "usr", "srv", "home", "root", "var"):
        for place, directories, files in os.walk(machine.root / top):
            for name in directories + files:
                path = Path(place, name)
                inside = "/" + str(path.relative_to(machine.root))
                if not is_changing(inside):
                    status = path.lstat()
                    found.add(f"{inside} {status.st_mode:o} {status.st_uid}:{status.st_gid}")
    return found


def is_changing(path: str) -> bool:
    return path.startswith(
        ("/var/cache", "/var/lib/apt", "/var/lib/dpkg", "/var/log", "/var/tmp", "/var/lib/systemd", "/usr/share/man",
         "/usr/share/doc", "/usr/lib/python3", "/etc/ssl/certs", "/srv/payload", "/root/.", "/srv/visitor.py")
    )  # fmt: skip


def story(machine: boot.Machine) -> list[str]:
    story = Story(machine)
    before = tell(machine)

    def plan() -> None:
        text = story.diycloud("plan", *COMPONENTS, "--profile", "minimal", "--images", "/srv/images", status=2)
        expect("create /opt/diycloud-bridge" in text, text)
        expect(tell(machine) == before, "a plan changed something")

    def install() -> None:
        text = story.diycloud("install", *COMPONENTS, "--yes", "--profile", "minimal", "--images", "/srv/images")
        expect("Done:" in text, text[-3000:])

    def again() -> None:
        text = story.diycloud("install", *COMPONENTS, "--yes")
        expect("Nothing to do." in text, text)

    def person() -> None:
        machine.shell(
            "diycloud-bridge user add alice --role admin --no-password && "
            "diycloud-bridge sync-users --wait 60 >/dev/null && "
            f"echo alice:{PASSWORD} | chpasswd"
        )
        time.sleep(1)

    def portal() -> None:
        text = story.visitor("portal", "alice", PASSWORD)
        expect("Notebooks" in text, text)

    def notebook() -> None:
        text = story.visitor("notebook", "alice", PASSWORD)
        expect("the answer is 42 for alice" in text, text)

    def container() -> None:
        machine.run(["docker", "load", "--quiet", "--input", "/srv/busybox.tar"])
        text = machine.run(
            ["runuser", "-l", "alice", "-c", "docker run --rm busybox:latest sh -c 'echo in a container as $(id -u)'"],
            check=False,
        )
        expect("in a container as 0" in text.stdout, text.stdout + text.stderr)

    def status() -> None:
        text = story.diycloud("status")
        expect("diycloud-bridge.service  runs" in text, text)

    def doctor() -> None:
        machine.run(["chmod", "o+r", "/etc/diycloud-bridge/jupyterhub.token"])
        machine.run(["systemctl", "stop", "diycloud-bridge-sync.service"])
        text = story.diycloud("doctor", status=2)
        expect("jupyterhub.token is open to every user" in text, text)
        expect("diycloud-bridge-sync.service" in text, text)
        done = machine.run([PROGRAM, "doctor", "--fix", "--yes"], check=False)
        expect(done.returncode in (0, 1, 3), done.stdout + done.stderr)
        text = machine.run([PROGRAM, "doctor"], check=False).stdout
        expect("jupyterhub.token" not in text and "diycloud-bridge-sync.service" not in text, text)

    def edited() -> None:
        machine.shell("echo '# by hand' >>/etc/nginx/snippets/diycloud-bridge-guard.conf")
        text = story.diycloud("install", *COMPONENTS, "--yes")
        expect("it was changed by hand" in text, text)
        story.diycloud("install", *COMPONENTS, "--yes", "--force")
        story.diycloud("plan", *COMPONENTS)

    def uninstall() -> None:
        story.diycloud("uninstall", "--yes")
        left = {line.split(" ")[0] for line in tell(machine) - before}
        known = ("/opt/diycloud", "/home/alice", "/var/lib/diycloud", "/etc/passwd",
                 "/etc/shadow", "/etc/group", "/etc/gshadow",
                 "/etc/sub", "/var/lib/docker", "/etc/systemd/system.control", "/var/mail", "/etc/docker", "/etc/nginx",
                 "/etc/.pwd.lock", "/var/spool/mail", "/etc/default", "/etc/init.d", "/etc/rc",
                 "/etc/logrotate.d", "/etc/ufw",
                 # What Debian keeps of a package that was removed and not purged: configuration, and being enabled.
                 "/etc/inputrc", "/etc/mime.types", "/etc/python3",
                 "/etc/systemd/system/multi-user.target.wants/nginx.service")  # fmt: skip
        foreign = sorted(path for path in left if not path.startswith(known))
        print("       left behind: " + ", ".join(sorted(path for path in left if path.startswith(known)))[:600])
        expect(not foreign, f"left behind beside data: {foreign[:40]}")
        lost = sorted(line for line in before - tell(machine) if line.split(" ")[0] not in left)
        expect(not lost, f"gone or changed: {lost[:40]}")
        expect((machine.root / "opt/diycloud/usermgmt/db/users.db").exists(), "the user store is gone")

    story.step("plan", plan)
    story.step("install", install)
    story.step("install again: nothing to do", again)
    if "--keep" in sys.argv:
        input(f"The machine is {machine.root}; Enter ends it. ")
        return []
    story.step("a person in the store has an account", person)
    story.step("they sign in and see the portal", portal)
    if not COMPONENTS or "jupyterhub" in COMPONENTS:
        story.step("a cell of their notebook runs", notebook)
    if not COMPONENTS or "docker" in COMPONENTS:
        story.step("their container runs behind the guard", container)
    story.step("status", status)
    story.step("doctor finds what is broken, and mends it", doctor)
    story.step("an administrator's edit is left alone", edited)
    story.step("uninstall leaves data", uninstall)
    return story.failures


def inside() -> int:
    with Path("/etc/hosts").open("a") as hosts:
        hosts.write(f"127.0.0.1 {boot.HOST_NAME}\n")
    with tempfile.TemporaryDirectory(dir=base.CACHE) as place:
        machine = boot.Machine(Path(place), cgroup=os.environ[cgroups.VARIABLE])
        machine.make()
        shutil.copytree(STAGE, machine.root / "srv/payload")
        (machine.root / "srv/images").mkdir()
        images.portainer(machine.root / "srv/images")
        images.busybox(machine.root / "srv/busybox.tar")
        machine.make_cgroups()
        machine.boot()
        try:
            failures = story(machine)
        finally:
            machine.stop()
    print("Everything passed." if not failures else f"Failed: {', '.join(failures)}")
    return 1 if failures else 0


def main() -> int:
    if os.geteuid() != 0:
        sys.exit("These tests need root. Run: sudo make end-to-end-tests")
    if not (STAGE / "bin/diycloud").exists():
        sys.exit('There is no payload: run "make stage" first')
    uplink = network.Uplink()
    try:
        return enclosure.run_enclosed(inside, private_network=True, announce=uplink.open)
    finally:
        uplink.close()


if __name__ == "__main__":
    sys.exit(main())
