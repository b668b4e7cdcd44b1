"""The people of the rig: accounts, rows in the user store, limits. All made by the bridge itself, as on a real host."""

import pwd
from dataclasses import dataclass, field
from pathlib import Path

MiB = 1 << 20


@dataclass(frozen=True)
class Person:
    """Somebody who may, or may not, use containers."""

    name: str
    shows: str
    role: str = "user"
    active: bool = True
    cpu: float = 1
    memory: int = 512 * MiB
    gpu: bool = False

    @property
    def uid(self) -> int:
        return pwd.getpwnam(self.name).pw_uid

    @property
    def gid(self) -> int:
        return pwd.getpwnam(self.name).pw_gid

    @property
    def home(self) -> Path:
        return Path(pwd.getpwnam(self.name).pw_dir)

    def cgroup_parent(self, tree: str) -> str:
        return f"/{tree}/user-{self.uid}"


@dataclass(frozen=True)
class People:
    everyone: tuple[Person, ...] = field(
        default_factory=lambda: (
            Person("alice", "a user like most"),
            Person("bob", "another one"),
            Person("carol", "may use the GPU", gpu=True),
            Person("dave", "is disabled", active=False),
            Person("ada", "an administrator", role="admin"),
        )
    )

    def __getitem__(self, name: str) -> Person:
        return next(person for person in self.everyone if person.name == name)
