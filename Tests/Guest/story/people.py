"""The people of the story, their rows in the platform's store, and what the machine says of them."""

import pwd
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from commands import run
from slices import Slice
from stage.people import SCHEMA, STORE

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Person:
    """Someone in the store. Sizes as the platform's scripts write them."""

    name: str
    cores: float
    memory: str
    disk: str
    role: str = "user"
    active: bool = True

    @property
    def password(self) -> str:
        return f"the password of {self.name}"

    @property
    def uid(self) -> int:
        return pwd.getpwnam(self.name).pw_uid

    @property
    def slice(self) -> Slice:
        return Slice(self.uid)

    @property
    def peak_ceiling(self) -> int:
        """The most that `memory.peak` may say: the kernel lets a process that is dying have a few pages more (it
        charges what may not fail beyond the limit); one page over was seen."""
        return self.memory_bytes + 64 * 4096

    @property
    def memory_bytes(self) -> int:
        return int(self.memory.rstrip("M")) * MEGABYTE

    @property
    def disk_bytes(self) -> int:
        return int(self.disk.rstrip("M")) * MEGABYTE


ALICE = Person("alice", 1.0, "600M", "50M")
BOB = Person("bob", 2.0, "500M", "60M")
ADA = Person("ada", 1.0, "256M", "40M", role="admin")
#: Switched off before any of this was installed.
DORA = Person("dora", 1.0, "256M", "40M", active=False)
EVERYONE = (ALICE, BOB, ADA, DORA)


def make_store() -> None:
    """The platform's user store as it is found: root's."""
    STORE.parent.mkdir(parents=True)
    with sqlite3.connect(STORE) as store:
        store.executescript(SCHEMA)
        for person in EVERYONE:
            add_to(store, person)
    store.close()


def add(person: Person) -> None:
    """One more person, as the platform's own script adds them."""
    with sqlite3.connect(STORE, timeout=10) as store:
        add_to(store, person)
    store.close()


def add_to(store: sqlite3.Connection, person: Person) -> None:
    row = store.execute(
        "INSERT INTO users(username, password_hash, email, role, is_active) VALUES (?, '', ?, ?, ?)",
        (person.name, f"{person.name}@example.org", person.role, person.active),
    )
    store.execute(
        "INSERT INTO resource_allocations(user_id, cpu_limit, mem_limit, disk_quota) VALUES (?, ?, ?, ?)",
        (row.lastrowid, person.cores, person.memory, person.disk),
    )


def give_passwords(*people: Person) -> None:
    """The administrator's `passwd`, for several."""
    run(["chpasswd"], text="".join(f"{person.name}:{person.password}\n" for person in people))


def account_files() -> dict[str, str]:
    """What must not change where nothing is to change."""
    files = ("passwd", "shadow", "group", "gshadow", "subuid", "subgid")
    return {name: path.read_text() for name in files if (path := Path("/etc") / name).exists()}
