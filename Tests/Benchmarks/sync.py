"""What reconciling 10,000 people costs, against a plain loop of useradd in the same run (`make bench`).

Both work on copies of this host's account files on a tmpfs, inside namespaces that go away with them. The loop gets as
much time as `sync-users` took for everything (accounts, homes, limits, checks); how far it comes is the comparison.
"""

import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "System")]

from stage.enclosure import REPOSITORY, run_enclosed  # noqa: E402

PROGRAM = os.environ.get("DIYCLOUD_BRIDGE_BINARY", str(REPOSITORY / ".build" / "release" / "diycloud-bridge"))
STORE = Path("/opt/diycloud/usermgmt/db/users.db")
CONFIGURATION = Path("/etc/diycloud-bridge/bridge.yaml")
SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT UNIQUE NOT NULL, password_hash TEXT NOT NULL,
  email TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, last_login TIMESTAMP, role TEXT DEFAULT 'user',
  is_active BOOLEAN DEFAULT 1);
CREATE TABLE resource_allocations (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL,
  cpu_limit REAL NOT NULL DEFAULT 1, mem_limit TEXT NOT NULL DEFAULT '2G', disk_quota TEXT NOT NULL DEFAULT '5G',
  gpu_access BOOLEAN DEFAULT 0, FOREIGN KEY (user_id) REFERENCES users(id));
CREATE TABLE sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL,
  session_token TEXT UNIQUE NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, expires_at TIMESTAMP NOT NULL,
  ip_address TEXT, user_agent TEXT);
CREATE TABLE activity_log (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, activity_type TEXT NOT NULL,
  description TEXT, timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, ip_address TEXT);
"""


@dataclass(frozen=True)
class Run:
    """One run of a program."""

    what: str
    status: int
    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Target:
    """Something that was wanted, what was reached, and whether that is enough."""

    what: str
    wanted: str
    reached: float
    met: bool


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--output", type=Path, default=REPOSITORY / "artefacts" / "bench" / "sync.json")
    return parser.parse_args()


def make_store(people: int) -> None:
    STORE.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(STORE) as store:
        store.executescript(SCHEMA)
        store.executemany(
            "INSERT INTO users (username, password_hash, role) VALUES (?, '', ?)",
            ((f"p{number:05}", "admin" if number % 500 == 0 else "user") for number in range(people)),
        )
        store.execute(
            "INSERT INTO resource_allocations (user_id, cpu_limit, mem_limit, disk_quota)"
            " SELECT id, 1 + id % 4, (1 + id % 8) || 'G', '5G' FROM users"
        )
    store.close()
    STORE.chmod(0o600)


def configure() -> None:
    CONFIGURATION.parent.mkdir(exist_ok=True)
    Path("/run/diycloud-bridge").mkdir(exist_ok=True)
    Path("/var/log/diycloud-bridge").mkdir(exist_ok=True)
    # A tree of its own, so that the one of a bridge on this host is left alone.
    CONFIGURATION.write_text(f"user: root\nlimits: {{controller: cgroup, cgroup: diycloud-bench-{os.getpid()}}}\n")


def take_cgroups_away() -> None:
    trees = [tree for tree in Path("/sys/fs/cgroup").glob(f"*/diycloud-bench-{os.getpid()}") if not tree.is_symlink()]
    for tree in [*trees, *Path("/sys/fs/cgroup").glob(f"diycloud-bench-{os.getpid()}")]:
        for directory, _, _ in os.walk(tree, topdown=False):
            os.rmdir(directory)


def run(what: str, *options: str) -> Run:
    started = time.monotonic()
    log = Path(f"/tmp/{what.replace(' ', '-')}.log")
    with log.open("w") as output:
        process = subprocess.Popen([PROGRAM, "sync-users", *options], stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    result = Run(what, os.waitstatus_to_exitcode(status), time.monotonic() - started, used.ru_maxrss * 1024)
    if result.status not in (0, 2):
        sys.exit(f"{what}: exit status {result.status}\n{log.read_text()[-4000:]}")
    return result


def useradd_loop(seconds: float, people: int) -> int:
    """How many accounts a loop of useradd makes in that time."""
    deadline = time.monotonic() + seconds
    for number in range(people):
        if time.monotonic() >= deadline:
            return number
        subprocess.run(["useradd", "--create-home", "--groups", "diycloud-users", f"q{number:05}"], check=True)
    return people


def measure(people: int) -> dict:
    make_store(people)
    configure()
    try:
        runs = [run("first run"), run("nothing to do"), run("dry run", "--dry-run")]
    finally:
        take_cgroups_away()
    accounts = len(re.findall(r"^p\d{5}:", Path("/etc/passwd").read_text(), re.MULTILINE))
    return {"people": people, "accounts": accounts, "runs": [asdict(run) for run in runs]}


def loop(seconds: float, people: int) -> dict:
    subprocess.run(["groupadd", "diycloud-users"], check=True)
    return {"seconds": seconds, "accounts": useradd_loop(seconds, people)}


def enclosed(body, name: str) -> dict:
    """What `body` returns, from inside an enclosure of its own, through a file that both sides see."""
    output = REPOSITORY / "artefacts" / "bench" / f".{name}.json"
    output.parent.mkdir(parents=True, exist_ok=True)

    def inside() -> int:
        output.write_text(json.dumps(body()))
        return 0

    child = os.fork()
    if child == 0:
        os._exit(run_enclosed(inside, private_network=True))
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(f"{name} did not come to its end")
    result = json.loads(output.read_text())
    output.unlink()
    return result


def main() -> int:
    chosen = arguments()
    result = enclosed(lambda: measure(chosen.people), "sync")
    first, second, dry = (Run(**values) for values in result["runs"])
    compared = enclosed(lambda: loop(first.seconds, chosen.people), "useradd")
    result["useradd_loop"] = compared
    peak = max(one.peak_bytes for one in (first, second, dry)) / 2**20
    scale = chosen.people / 10_000
    targets = [
        Target("first run, seconds", f"< {60 * scale:g}", first.seconds, first.seconds < 60 * scale),
        Target("run with nothing to do, seconds", "< 1", second.seconds, second.seconds < 1),
        Target("memory at the most, MiB", "< 200", peak, peak < 200),
        Target("accounts made", f"= {chosen.people}", result["accounts"], result["accounts"] == chosen.people),
        Target("changes left (exit status of --dry-run)", "= 0", dry.status, dry.status == 0),
        Target(
            "accounts of a useradd loop in the first run's time",
            "fewer",
            compared["accounts"],
            compared["accounts"] < chosen.people,
        ),
    ]
    result["targets"] = [asdict(target) for target in targets]
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\nReconciling {chosen.people} people ({chosen.output})")
    for target in targets:
        print(f"  {'met   ' if target.met else 'MISSED'}  {target.what}: {target.reached:.4g} (wanted {target.wanted})")
    return 1 if chosen.strict and not all(target.met for target in targets) else 0


if __name__ == "__main__":
    sys.exit(main())
