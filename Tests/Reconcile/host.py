"""A host of its own for each test: fresh account files, an empty store, a cgroup tree that goes away again."""

import fcntl
import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

BRIDGE = os.environ["BRIDGE"]
ACCOUNT_FILES = ("passwd", "shadow", "group", "gshadow", "subuid", "subgid")


class Host:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.tree = f"dctest{os.getpid()}"
        self.store = directory / "users.db"
        self.configuration = directory / "bridge.yaml"
        self.lock = directory / "run" / "sync.lock"
        self.report = directory / "run" / "sync.json"
        self.audit = directory / "audit.log"
        (directory / "run").mkdir()
        self.configure()
        self.kept = {name: Path("/etc", name).read_bytes() for name in ACCOUNT_FILES if Path("/etc", name).exists()}
        if "diycloud-bridge" not in Path("/etc/group").read_text():
            subprocess.run(["useradd", "-r", "-U", "diycloud-bridge"], check=True)
        self.bridge("init")

    def configure(self, extra: str = "") -> None:
        self.configuration.write_text(
            f"store: {{path: {self.store}}}\n"
            f"audit: {{path: {self.audit}}}\n"
            f"limits: {{controller: cgroup, cgroup: {self.tree}}}\n"
            f"sync: {{lock: {self.lock}, report: {self.report}, interval: 30s}}\n" + extra
        )

    def close(self) -> None:
        for name, content in self.kept.items():
            Path("/etc", name).write_bytes(content)
        for home in Path("/home").iterdir():
            shutil.rmtree(home, ignore_errors=True)
        for hierarchy in Path("/sys/fs/cgroup").iterdir():
            for directory, _, _ in os.walk(hierarchy / self.tree, topdown=False):
                os.rmdir(directory)

    def command(self, *arguments: str) -> list[str]:
        return [BRIDGE, *arguments, "--config", str(self.configuration)]

    def bridge(self, *arguments: str, status: int = 0) -> str:
        result = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=120)
        assert result.returncode == status, f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result.stdout + result.stderr

    def sync(self, *arguments: str, status: int = 0) -> dict:
        command = self.command("sync-users", "--format", "json", *arguments)
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert result.returncode == status, f"{result.returncode}\n{result.stdout}\n{result.stderr}"
        return json.loads(result.stdout)

    def add(self, *names: str, role: str = "user") -> None:
        with sqlite3.connect(self.store) as store:
            for name in names:
                row = store.execute(
                    "INSERT INTO users (username, password_hash, email, role, is_active)"
                    " VALUES (?, 'PLACEHOLDER', '', ?, 1)",
                    (name, role),
                ).lastrowid
                store.execute(
                    "INSERT INTO resource_allocations (user_id, cpu_limit, mem_limit, disk_quota, gpu_access)"
                    " VALUES (?, 1.0, '2G', '5G', 0)",
                    (row,),
                )

    def sql(self, text: str, *values: object) -> None:
        with sqlite3.connect(self.store) as store:
            store.execute(text, values)

    def disable(self, name: str) -> None:
        self.sql("UPDATE users SET is_active = 0 WHERE username = ?", name)

    def is_shut(self, name: str) -> bool:
        line = next(line for line in Path("/etc/shadow").read_text().splitlines() if line.startswith(f"{name}:"))
        fields = line.split(":")
        return fields[1].startswith("!") and fields[7] == "1"

    def limit(self, name: str) -> int:
        uid = pwd.getpwnam(name).pw_uid
        return int(Path(f"/sys/fs/cgroup/memory/{self.tree}/user-{uid}/memory.limit_in_bytes").read_text())

    def run_as(self, name: str) -> subprocess.Popen:
        """A process of a person in their cgroups, as the spawner leaves one."""
        account = pwd.getpwnam(name)
        process = subprocess.Popen(["sleep", "600"], user=account.pw_uid, group=account.pw_gid)
        for hierarchy in Path("/sys/fs/cgroup").iterdir():
            own = hierarchy / self.tree / f"user-{account.pw_uid}"
            if own.is_dir():
                (own / "cgroup.procs").write_text(str(process.pid))
        return process


def until(condition, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


def held(path: Path):
    """A lock that somebody else holds."""
    file = open(path, "w")  # noqa: SIM115
    fcntl.flock(file, fcntl.LOCK_EX)
    file.write(f"{os.getpid()} 1800000000 somebody else\n")
    file.flush()
    return file
