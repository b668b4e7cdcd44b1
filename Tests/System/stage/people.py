"""The people of a stage: what each is there to show, their Linux accounts and their rows in the user store."""

import hashlib
import secrets
import sqlite3
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

STORE = Path("/opt/diycloud/usermgmt/db/users.db")
USERS_OATH = Path("/etc/security/users.oath")


@dataclass
class Person:
    """Someone who may try to sign in."""

    name: str
    shows: str
    role: str = "user"
    active: bool = True
    linux_account: bool = True
    #: the Linux account has none, as `sync-users` makes it; the user store has its old SHA-256 hash
    password_in_store: bool = False
    #: what the store allows; the defaults are the platform's
    cpu_cores: float = 1
    memory: str = "2G"
    expired_password: bool = False
    password_days_left: int | None = None
    one_time_code: bool = False
    password: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    # 160 bits, what RFC 4226 §4 asks for.
    oath_secret: str = field(default_factory=lambda: secrets.token_hex(20))

    def code(self) -> str:
        """The one-time code of this moment (RFC 6238)."""
        return subprocess.run(
            ["oathtool", "--totp", self.oath_secret], check=True, capture_output=True, text=True
        ).stdout.strip()


def everyone() -> list[Person]:
    return [
        Person("alice", "a user like most, with 1.5 cores and 1 GiB", cpu_cores=1.5, memory="1G"),
        Person("carol", "an administrator", role="admin"),
        Person("bob", "disabled in the user store: refused like a wrong password", active=False),
        Person("otto", "asked for a one-time code too (pam_oath)", one_time_code=True),
        Person("erin", "has an expired password: asked for a new one", expired_password=True),
        Person("gina", "is told that her password will expire in two days", password_days_left=2),
        Person(
            "legacy",
            "only in the user store, with an old SHA-256 hash (a group has the name: no Linux account)",
            linux_account=False,
            password_in_store=True,
        ),
        Person(
            "nora",
            "has a Linux account without a password: her old one of the store becomes its password",
            password_in_store=True,
        ),
    ]


def names_of_accounts_to_make(people: list[Person]) -> list[str]:
    """Those for whom `sync-users` makes an account."""
    return [person.name for person in people if person.linux_account and person.active]


def make_strangers(people: list[Person]) -> None:
    """What sync-users finds in its way and leaves alone, so that the store alone decides about these people.

    Who is disabled has a Linux account all the same, made by somebody else: it stays unlocked, and is told of. Who has
    none is not given one as there is a group of that name.
    """
    for person in people:
        if not person.linux_account:
            subprocess.run(["groupadd", "--system", person.name], check=True)
        elif not person.active:
            subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", person.name], check=True)


def set_passwords(people: list[Person]) -> None:
    """The passwords that the people have, by the tools of the distribution."""
    passwords = "".join(f"{person.name}:{person.password}\n" for person in people if not person.password_in_store)
    subprocess.run(["chpasswd"], input=passwords, text=True, check=True)
    for person in people:
        if person.expired_password:
            subprocess.run(["chage", "--lastday", "0", person.name], check=True)
        if person.password_days_left is not None:
            subprocess.run(["chage", "--maxdays", str(person.password_days_left), person.name], check=True)
    USERS_OATH.parent.mkdir(exist_ok=True)
    USERS_OATH.touch(mode=0o600)
    USERS_OATH.write_text(
        "".join(f"HOTP/T30/6 {person.name} - {person.oath_secret}\n" for person in people if person.one_time_code)
    )


def make_pam_service(shipped: Path, people: list[Person]) -> None:
    """The shipped PAM service file; behind its authentication a one-time code for those who have one."""
    names = ":".join(person.name for person in people if person.one_time_code)
    codes = [
        f"auth [success=ignore default=1] pam_succeed_if.so quiet user in {names}",
        f"auth required pam_oath.so usersfile={USERS_OATH} window=10 digits=6",
        "auth required pam_permit.so",
    ]
    lines = shipped.read_text().splitlines()
    last = max(
        number
        for number, line in enumerate(lines)
        if line.split()[:1] == ["auth"] or line.split() == ["@include", "common-auth"]
    )
    Path("/etc/pam.d/diycloud-bridge").write_text("\n".join([*lines[: last + 1], *codes, *lines[last + 1 :], ""]))


# As the platform's own scripts make it.
SCHEMA = """
CREATE TABLE users(id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT UNIQUE NOT NULL, password_hash TEXT NOT NULL,
  email TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, last_login TIMESTAMP, role TEXT DEFAULT 'user',
  is_active BOOLEAN DEFAULT 1);
CREATE TABLE resource_allocations(id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL,
  cpu_limit REAL NOT NULL DEFAULT 1, mem_limit TEXT NOT NULL DEFAULT '2G', disk_quota TEXT NOT NULL DEFAULT '5G',
  gpu_access BOOLEAN DEFAULT 0, FOREIGN KEY (user_id) REFERENCES users(id));
CREATE TABLE sessions(id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL,
  session_token TEXT UNIQUE NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, expires_at TIMESTAMP NOT NULL,
  ip_address TEXT, user_agent TEXT, FOREIGN KEY (user_id) REFERENCES users(id));
CREATE TABLE activity_log(id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, activity_type TEXT NOT NULL,
  description TEXT, timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, ip_address TEXT,
  FOREIGN KEY (user_id) REFERENCES users(id));
"""


def make_store(people: list[Person], *, group: str) -> None:
    """The platform's user store with a row and an allocation for each person, readable by `group`."""
    STORE.parent.mkdir(parents=True)
    with sqlite3.connect(STORE) as store:
        store.executescript(SCHEMA)
        for person in people:
            digest = hashlib.sha256(person.password.encode()).hexdigest() if person.password_in_store else ""
            row = store.execute(
                "INSERT INTO users(username, password_hash, email, role, is_active) VALUES (?, ?, ?, ?, ?)",
                (person.name, digest, f"{person.name}@example.org", person.role, person.active),
            )
            store.execute(
                "INSERT INTO resource_allocations(user_id, cpu_limit, mem_limit) VALUES (?, ?, ?)",
                (row.lastrowid, person.cpu_cores, person.memory),
            )
    store.close()
    for path, mode in ((STORE.parent, "0750"), (STORE, "0640")):
        subprocess.run(["chgrp", group, str(path)], check=True)
        subprocess.run(["chmod", mode, str(path)], check=True)


def set_active(name: str, active: bool) -> None:
    """Switches a person on or off in the store, as any foreign program would."""
    with sqlite3.connect(STORE, timeout=10) as store:
        store.execute("UPDATE users SET is_active = ? WHERE username = ?", (active, name))
    store.close()


def is_locked(name: str) -> bool:
    """Whether the Linux account is locked or has expired, as shadow(5) has it."""
    fields = shadow(name)
    return fields[1].startswith("!") or fields[7] == "1"


def shadow(name: str) -> list[str]:
    """The fields of the Linux account in shadow(5)."""
    return next(line.split(":") for line in Path("/etc/shadow").read_text().splitlines() if line.startswith(f"{name}:"))
