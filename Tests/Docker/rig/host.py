"""The whole rig: engine, people, guard, and the ways in."""

import os
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from stage import cgroups
from stage.processes import Program, Programs

from . import engine
from .api import Api
from .people import People, Person

BARE = os.environ.get("DIYCLOUD_TEST_BARE_ENGINE") == "1"
BINARY = Path("/opt/diycloud-bridge/bin/diycloud-bridge")
ETC = Path("/etc/diycloud-bridge")
STORE = Path("/opt/diycloud/usermgmt/db/users.db")
GUARD_USER = "diycloud-docker"
SOCKET = "/run/diycloud-bridge/docker.sock"
TLS_PORT = 2376

CONFIGURATION = """\
store: {{path: {store}}}
limits: {{controller: cgroup, cgroup: {tree}}}
sync: {{interval: 30s}}
"""
DOCKER = """\
docker:
  engine: {engine}
  address: 127.0.0.1:{port}
  subnet_prefix: 26
  user_namespace: {user_namespace}
  home_binds: true
"""


def clients() -> list[str]:
    """The `docker` programs of this machine: Debian's, and a newer one where there is one."""
    found = {Path(path).resolve(): path for path in ("/usr/local/bin/docker", "/usr/bin/docker") if Path(path).exists()}
    return list(found.values())


@dataclass
class Host:
    programs: Programs
    people: People = field(default_factory=People)
    #: what the guard believes to be the engine's socket
    engine_socket: str = engine.SOCKET
    #: the engine's socket
    true_socket: str = engine.SOCKET
    guard: Program | None = None
    #: in homes, to be taken away
    folders: list[Path] = field(default_factory=list)

    # MARK: ways in

    @property
    def socket(self) -> str:
        """Where people's programs go: the guard, or the engine itself with --bare."""
        return engine.SOCKET if BARE else SOCKET

    @property
    def truth(self) -> Api:
        """The engine itself, as root: what really is."""
        return Api(self.true_socket)

    def api(self, name: str) -> Api:
        """The Docker API as that person; `root` past no rules but through the guard."""
        return Api(self.socket, 0 if name == "root" else self.people[name].uid)

    def shell(self, name: str, *command: str, **more) -> subprocess.CompletedProcess:
        """A program of that person, with their docker."""
        return subprocess.run(
            self.as_person(name, *command),
            **{"capture_output": True, "text": True, "timeout": 120, "env": self.environment(name), **more},
        )

    def as_person(self, name: str, *command: str) -> list[str]:
        if name == "root":
            return list(command)
        person = self.people[name]
        return ["setpriv", f"--reuid={person.uid}", f"--regid={person.gid}", "--init-groups", *command]

    def environment(self, name: str) -> dict[str, str]:
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": "/root" if name == "root" else str(self.people[name].home),
            "LANG": "C.UTF-8",
            "DOCKER_HOST": f"unix://{self.socket}",
            # BuildKit wants /session, which is a way around every rule; the classic builder is the documented one.
            "DOCKER_BUILDKIT": "0",
        }

    def cgroup_parent(self, name: str) -> str:
        return self.people[name].cgroup_parent(cgroups.tree())

    def folder(self, name: str, folder: str) -> Path:
        """A fresh directory in somebody's home."""
        person = self.people[name]
        path = person.home / folder
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        os.chown(path, person.uid, person.gid)
        self.folders.append(path)
        return path

    # MARK: setting up

    def set_up(self) -> None:
        """Raises StageError, which holds the end of the log of what did not come up."""
        os.umask(0o022)
        self._install()
        self._make_people()
        engine.start(self.programs)
        engine.make_images(self.truth)
        if BARE:
            os.chmod(engine.SOCKET, 0o666)
        else:
            self.sync("--only", "docker")
            self.start_guard()

    def _install(self) -> None:
        subprocess.run(["useradd", "--system", "--user-group", "diycloud-bridge"], check=True)
        subprocess.run(["groupadd", "--system", "--force", "docker"], check=True)
        groups = "docker,diycloud-bridge"
        subprocess.run(["useradd", "--system", "--user-group", "--groups", groups, GUARD_USER], check=True)
        for path, mode, owner in (
            ("/var/lib/diycloud-bridge", 0o711, "diycloud-bridge"),
            ("/var/log/diycloud-bridge", 0o750, "diycloud-bridge"),
            ("/run/diycloud-bridge", 0o755, "root"),
            ("/var/lib/diycloud-docker", 0o700, GUARD_USER),
        ):
            Path(path).mkdir(mode=mode, exist_ok=True)
            shutil.chown(path, owner, owner)
        ETC.mkdir(mode=0o755)
        BINARY.parent.mkdir(parents=True)
        shutil.copy(os.environ["DIYCLOUD_BRIDGE_BINARY"], BINARY)
        self.configure()

    def configure(self, *, docker: str = "", user_namespace: str = "optional") -> None:
        """`docker`: more lines of that section, indented by two."""
        text = CONFIGURATION.format(store=STORE, tree=cgroups.tree())
        if not BARE:
            text += DOCKER.format(engine=self.engine_socket, port=TLS_PORT, user_namespace=user_namespace)
            text += docker
        (ETC / "bridge.yaml").write_text(text)

    def _make_people(self) -> None:
        STORE.parent.mkdir(parents=True)
        self.bridge("init")
        for person in self.people.everyone:
            self._insert(person)
        # Whom the store has disabled gets no account; dave had one before.
        self.sync("--only", "accounts,limits")
        for person in self.people.everyone:
            if not person.active:
                self.sql("UPDATE users SET is_active = 0 WHERE username = ?", person.name)
        self.sync("--only", "accounts,limits")

    def _insert(self, person: Person) -> None:
        with sqlite3.connect(STORE) as store:
            row = store.execute(
                "INSERT INTO users (username, password_hash, email, role, is_active) VALUES (?, '', '', ?, 1)",
                (person.name, person.role),
            ).lastrowid
            store.execute(
                "INSERT INTO resource_allocations (user_id, cpu_limit, mem_limit, disk_quota, gpu_access)"
                " VALUES (?, ?, ?, '5G', ?)",
                (row, person.cpu, f"{person.memory >> 20}M", person.gpu),
            )
        store.close()

    # MARK: what an administrator does

    def sql(self, text: str, *values: object) -> None:
        """A change of the store, as any foreign program would make it."""
        with sqlite3.connect(STORE, timeout=10) as store:
            store.execute(text, values)
        store.close()

    def bridge(self, *arguments: str, status: int = 0) -> str:
        command = [str(BINARY), *arguments, "--config", str(ETC / "bridge.yaml")]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        assert result.returncode == status, f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result.stdout + result.stderr

    def sync(self, *arguments: str) -> str:
        return self.bridge("sync-users", *arguments)

    def start_guard(self) -> Program:
        command = [str(BINARY), "docker-guard", "--config", str(ETC / "bridge.yaml")]
        self.guard = self.programs.start("docker-guard", command)
        self.programs.wait_for(
            self.guard, lambda: Api(SOCKET).get("/_ping").status == 200, seconds=30, what="an answer to /_ping"
        )
        return self.guard

    def restart_guard(self) -> None:
        if BARE:
            return
        self.programs.stop(self.guard)
        self.start_guard()

    def guard_memory(self) -> int:
        """Resident bytes of the guard (proc_pid_status(5))."""
        lines = Path(f"/proc/{self.guard_pid()}/status").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:"))

    def guard_pid(self) -> int:
        """The process that serves; root's, which was started, only holds its sockets."""
        parent = str(self.guard.process.pid)
        # Any of its threads may have started the child.
        tasks = Path("/proc", parent, "task").glob("*/children")
        children = [int(child) for task in tasks for child in task.read_text().split()]
        assert len(children) == 1, children
        return children[0]

    # MARK: cleaning

    def clean(self) -> None:
        """Takes away every container, network and volume, every image but those of the rig, and folders in homes."""
        while self.folders:
            shutil.rmtree(self.folders.pop(), ignore_errors=True)
        root = self.truth
        for container in root.get("/containers/json", query={"all": 1}).json:
            root.delete(f"/containers/{container['Id']}", query={"force": 1, "v": 1})
        for network in root.get("/networks").json:
            if network["Name"] not in ("bridge", "host", "none") and not network["Name"].startswith("diycloud-"):
                root.delete(f"/networks/{network['Id']}")
        for volume in root.get("/volumes").json["Volumes"] or ():
            root.delete(f"/volumes/{volume['Name']}", query={"force": 1})
        for image in root.get("/images/json", query={"all": 1}).json:
            tags = set(image["RepoTags"] or ()) - {"<none>:<none>"}
            for tag in tags - engine.IMAGES if tags else [image["Id"]]:
                root.delete(f"/images/{tag}", query={"force": 1})
        if not all(root.get(f"/images/{name}/json").ok for name in engine.IMAGES):
            self.restore_images()

    def restore_images(self) -> None:
        """The rig's images where somebody has taken them away or others in their place."""
        engine.make_images(self.truth)
