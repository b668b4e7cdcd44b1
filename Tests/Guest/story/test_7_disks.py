"""Homes on file systems that hold nobody to anything yet: what the findings say, and `--enable-disk-quota`."""

import errno
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import bridge, bridge_json, run
from people import MEGABYTE, Person, add_to
from stage.people import SCHEMA


@dataclass(frozen=True)
class DataDisk:
    """A disk for homes in fstab, and a store of its own whose one person lives there."""

    kind: str
    disk: str
    make: str
    person: Person

    @property
    def place(self) -> Path:
        return Path("/srv") / self.kind

    @property
    def configuration(self) -> Path:
        return Path(f"/etc/diycloud-bridge/{self.kind}.yaml")

    def sync(self, *words: str) -> list[str]:
        return ["sync-users", "--config", str(self.configuration), "--only", "accounts,disk", *words]

    def set_up(self) -> None:
        self.place.mkdir()
        device = f"/dev/disk/by-id/virtio-{self.disk}"
        run(f"{self.make} {device}")
        with open("/etc/fstab", "a") as fstab:
            fstab.write(f"{device} {self.place} {self.kind} defaults,nofail 0 2\n")
        run(f"systemctl daemon-reload && mount {self.place}")
        store = Path(f"/opt/{self.kind}.db")
        with sqlite3.connect(store) as connection:
            connection.executescript(SCHEMA)
            add_to(connection, self.person)
        connection.close()
        self.configuration.write_text(
            f"store:\n  path: {store}\n"
            f"accounts:\n  home: {self.place}\n  group: {self.kind}-users\n  admin_group: {self.kind}-admins\n"
            f"sync:\n  lock: /run/{self.kind}.lock\n  report: /run/{self.kind}.json\n"
        )

    def write_too_much(self) -> int:
        """As the person who lives there; the number of the error that stopped it, or 0."""
        home, times = self.place / self.person.name, 2 * self.person.disk_bytes // MEGABYTE
        code = f"""
try:
    with open("{home}/big", "wb", buffering=0) as file:
        for _ in range({times}):
            file.write(b"x" * {MEGABYTE})
    print(0)
except OSError as error:
    print(error.errno)
"""
        status = int(run(["runuser", "-u", self.person.name, "--", "python3", "-"], text=code))
        (home / "big").unlink()
        return status


DISKS = [
    DataDisk("xfs", "spare-a", "mkfs.xfs -q -f", Person("xena", 1.0, "256M", "20M")),
    DataDisk("ext4", "spare-b", "mkfs.ext4 -q -F", Person("erin", 1.0, "256M", "20M")),
]


@pytest.fixture(scope="module", params=DISKS, ids=lambda disk: disk.kind)
def data_disk(request, installed):
    request.param.set_up()
    return request.param


def test_a_limit_that_is_not_in_force_is_a_finding_that_says_what_to_do(data_disk):
    before = Path("/etc/fstab").read_text()
    report = bridge_json(*data_disk.sync(), expect=None)
    findings = [finding for finding in report["findings"] if finding["area"] == "disk"]
    assert findings, report
    assert all(str(data_disk.place) in finding["text"] for finding in findings)
    assert all("--enable-disk-quota" in finding["remedy"] for finding in findings)
    assert not [change for change in report["applied"] if change["area"] == "disk"]
    assert data_disk.write_too_much() == 0
    assert Path("/etc/fstab").read_text() == before


def test_enable_disk_quota_first_shows_what_it_would_do(data_disk):
    before = Path("/etc/fstab").read_text()
    plan = bridge(*data_disk.sync("--enable-disk-quota", "--dry-run"), expect=2)
    assert str(data_disk.place) in plan
    assert "/etc/fstab" in plan
    assert Path("/etc/fstab").read_text() == before


def test_enable_disk_quota_makes_the_limit_bite(data_disk):
    before = Path("/etc/fstab").read_text()
    bridge(*data_disk.sync("--enable-disk-quota", "--yes"))
    assert data_disk.write_too_much() == errno.EDQUOT
    copies = [file for file in Path("/etc").glob("fstab?*") if file.read_text() == before]
    assert copies, "no copy of fstab as it was"
    report = bridge_json(*data_disk.sync())
    assert (report["plan"], report["failed"]) == ([], [])


def test_the_limit_is_there_after_the_next_boot(data_disk):
    """fstab says it now: mounted, and switched on by the unit that systemd starts for it."""
    run(f"umount {data_disk.place} && mount {data_disk.place}")
    # It fails where something is on already (Debian 12, ext4 with the quota feature), having done the rest.
    run("systemctl restart quotaon.service", expect=None)
    assert data_disk.write_too_much() == errno.EDQUOT
