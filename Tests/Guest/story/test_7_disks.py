"""Homes on other kinds of disks: what the findings say, and `--enable-disk-quota`."""

import errno
import pwd
import shutil
from pathlib import Path

import pytest
from commands import bridge, bridge_json, run
from people import MEGABYTE, Person, add

XENA = Person("xena", 1.0, "256M", "20M")
ERIN = Person("erin", 1.0, "256M", "20M")
HOMES = {XENA: ("spare-a", "mkfs.xfs -q -f"), ERIN: ("spare-b", "mkfs.ext4 -q -F")}


@pytest.fixture(scope="module")
def other_disks(synced):
    """Homes on disks of their own, in fstab, that know no quotas yet."""
    run("systemctl stop diycloud-bridge-sync.service", expect=None)
    for person in HOMES:
        add(person)
    bridge("sync-users", "--only", "accounts")
    for person, (disk, make) in HOMES.items():
        device, home = f"/dev/disk/by-id/virtio-{disk}", Path(pwd.getpwnam(person.name).pw_dir)
        run(f"{make} {device}")
        with open("/etc/fstab", "a") as fstab:
            kind = "xfs" if "xfs" in make else "ext4"
            fstab.write(f"{device} {home} {kind} defaults 0 2\n")
        kept = Path("/root") / person.name
        shutil.move(home, kept)
        home.mkdir()
        run(f"systemctl daemon-reload && mount {home} && cp -a {kept}/. {home}/ && chown --reference={kept} {home}")


def test_the_findings_say_what_an_administrator_must_do(other_disks):
    bridge("sync-users", "--only", "accounts,limits,disk", expect=None)
    report = bridge_json("sync-users", "--only", "disk", expect=None)
    for person in HOMES:
        findings = [f for f in report["findings"] if f["area"] == "disk" and f"/home/{person.name}" in str(f)]
        assert findings, f"nothing is said of {person.name}: {report}"
        assert all(finding.get("remedy") for finding in findings)
    assert fill(XENA) == 0, "nothing is in force, and nobody said that it was"


def test_fstab_stays_as_it_is_without_being_asked_for(other_disks):
    assert "quota" not in "".join(line for line in Path("/etc/fstab").read_text().splitlines() if "spare" in line)


def test_enable_disk_quota_shows_its_plan_first(other_disks):
    before = Path("/etc/fstab").read_text()
    plan = bridge("sync-users", "--enable-disk-quota", "--dry-run", "--only", "disk", expect=2)
    assert "/home/erin" in plan
    assert "fstab" in plan
    assert Path("/etc/fstab").read_text() == before


def test_enable_disk_quota_makes_the_limit_bite(other_disks):
    bridge("sync-users", "--enable-disk-quota", "--only", "disk", expect=None)
    bridge("sync-users", "--only", "disk", expect=None)
    assert "quota" in next(line for line in Path("/proc/mounts").read_text().splitlines() if " /home/erin " in line)
    assert fill(ERIN) == errno.EDQUOT
    assert list(Path("/etc").glob("fstab*?")), "no backup of fstab"
    run("mount --fake --all --verbose")


def fill(person: Person) -> int:
    """Writes more than the person may have as them; the error number that stopped it, or 0."""
    code = f"""
import os
try:
    with open(os.path.expanduser("~/big"), "wb", buffering=0) as file:
        for _ in range({2 * person.disk_bytes // MEGABYTE}):
            file.write(b"x" * {MEGABYTE})
    print(0)
except OSError as error:
    print(error.errno)
"""
    status = int(run(["runuser", "-l", person.name, "-c", "python3 -"], text=code))
    run(f"rm -f /home/{person.name}/big")
    return status
