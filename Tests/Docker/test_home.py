"""A home in a container: nothing of root's stays in it, and nothing but it gets in."""

import os
import shutil
import stat

import pytest
from rig.two import planted

pytestmark = pytest.mark.guarded


@pytest.fixture
def alice(host):
    person = host.people["alice"]
    for made in ("planted", "rootshell", "link"):
        _remove(person.home / made)
    yield host.api("alice")
    for made in ("planted", "rootshell", "link"):
        _remove(person.home / made)


def _remove(path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _bound(host, **more) -> dict:
    home = str(host.people["alice"].home)
    return {"HostConfig": {"Binds": [f"{home}:/work"], **more.pop("HostConfig", {})}, **more}


def _of_root(host) -> list[str]:
    """What lies in alice's home that is not hers, or runs with somebody else's rights."""
    person = host.people["alice"]
    found = []
    for directory, folders, files in os.walk(person.home):
        for name in (*folders, *files):
            status = os.lstat(os.path.join(directory, name))
            if status.st_uid != person.uid or (status.st_mode & (stat.S_ISUID | stat.S_ISGID) and status.st_uid == 0):
                found.append(os.path.join(directory, name))
    return found


PLANT = "cp /bin/busybox /work/rootshell && chown 0:0 /work/rootshell && chmod 4755 /work/rootshell"


def test_the_container_runs_as_the_owner_without_any_capability(host, alice):
    box = alice.run("sh", "-c", f"id -u; grep CapEff /proc/self/status; ({PLANT}) 2>&1; sleep 600", **_bound(host))
    found = host.truth.get(f"/containers/{box}/json").json
    person = host.people["alice"]
    assert found["Config"]["User"] == f"{person.uid}:{person.gid}"
    assert alice.execute(box, "grep", "CapEff", "/proc/self/status")[1].split() == ["CapEff:", "0000000000000000"]
    assert alice.execute(box, "sh", "-c", PLANT)[0] != 0
    assert _of_root(host) == []


@pytest.mark.parametrize("user", ["0", "root", "0:0", "65534", "1", "nobody", "{uid}:0", "root:root", "+0", "00", " 0"])
def test_no_other_user_runs_where_a_home_is_bound(host, alice, user):
    user = user.replace("{uid}", str(host.people["alice"].uid))
    refused = alice.create({"Image": "busybox", "Cmd": ["id"], "User": user, **_bound(host)})
    assert refused.status in (400, 403), refused
    assert str(host.people["alice"].uid) in refused.message
    box = alice.run("sleep", "600", **_bound(host))
    status, said = alice.execute(box, "sh", "-c", PLANT, User=user)
    assert status != 0, said
    assert _of_root(host) == []


def test_an_exec_without_a_user_is_the_owners(host, alice):
    box = alice.run("sleep", "600", **_bound(host))
    assert alice.execute(box, "id", "-u") == (0, f"{host.people['alice'].uid}\n")
    assert alice.execute(box, "id", Privileged=True)[0] in (400, 403)


def test_nobody_copies_into_a_container_with_a_home(host, alice):
    box = alice.run("sleep", "600", **_bound(host))
    for path in ("/work", "/", "/tmp/../work"):
        answer = alice.call(
            "PUT",
            f"/containers/{box}/archive",
            query={"path": path},
            body=planted(),
            content_type="application/x-tar",
        )
        assert answer.status in (400, 403), answer
    assert _of_root(host) == []


@pytest.mark.parametrize("more", [{"GroupAdd": ["0"]}, {"CapAdd": ["CHOWN"]}, {"GroupAdd": ["disk"]}])
def test_no_groups_and_capabilities_where_a_home_is_bound(host, alice, more):
    answer = alice.create({"Image": "busybox", "Cmd": ["id"], **_bound(host, HostConfig=more)})
    assert answer.status in (400, 403), answer


def test_the_volumes_of_a_container_with_a_home_are_nobodys(host, alice):
    alice.run("sleep", "600", name="withhome", **_bound(host))
    answer = alice.create({"Image": "busybox", "Cmd": ["id"], "HostConfig": {"VolumesFrom": ["withhome"]}})
    assert answer.status in (400, 403), answer
    answer = alice.create({"Image": "busybox", "Cmd": ["id"], "HostConfig": {"PidMode": "container:withhome"}})
    made = answer.ok and host.truth.get(f"/containers/{answer.json['Id']}/json").json
    # A root process that sees the other's processes would reach its files through /proc/PID/root.
    assert not made or made["Config"]["User"] == f"{host.people['alice'].uid}:{host.people['alice'].gid}"


def test_an_image_with_another_user_and_an_entry_as_root_runs_as_the_owner(host, alice):
    alice.run("true", name="base")
    answer = alice.post(
        "/commit",
        query=[("container", "base"), ("repo", "alice/rooted"), ("changes", "USER root"), ("changes", f"CMD {PLANT}")],
    )
    assert answer.ok, answer
    box = alice.run(image="alice/rooted", **_bound(host), Cmd=None)
    alice.wait(box)
    assert _of_root(host) == []


def test_a_setuid_program_of_an_image_gives_nothing_there(host, alice):
    alice.run("sh", "-c", "cp /bin/busybox /bin/suid; chmod 4755 /bin/suid", name="base")
    alice.wait("base")
    assert alice.post("/commit", query={"container": "base", "repo": "alice/suid"}).ok
    box = alice.run("/bin/suid", "id", "-u", image="alice/suid", **_bound(host))
    alice.wait(box)
    assert alice.output(box) == f"{host.people['alice'].uid}\n"


@pytest.mark.parametrize("target", ["/etc", "/home/bob", "/", "/run/engine"])
def test_a_link_below_the_home_is_no_way_out(host, alice, target):
    link = host.people["alice"].home / "link"
    link.symlink_to(target)
    home = host.people["alice"].home
    for source in (f"{home}/link", f"{home}/link/", f"{home}/./link", f"{home}//link", f"{home}/link/."):
        for bind in (
            {"Binds": [f"{source}:/work"]},
            {"Mounts": [{"Type": "bind", "Source": source, "Target": "/work"}]},
        ):
            answer = alice.create({"Image": "busybox", "Cmd": ["ls", "/work"], "HostConfig": bind})
            assert answer.status in (400, 403), f"{source}: {answer}"
            assert "/home/alice" in answer.message
    # Inside of the container the link points into the container.
    box = alice.run("ls", "/work/link/", **_bound(host))
    alice.wait(box)
    assert "users.db" not in alice.output(box)
    assert host.people["bob"].home.name not in alice.output(box).split() or target == "/"
    data = alice.get(f"/containers/{box}/archive", query={"path": "/work/link/shadow"})
    assert data.status in (400, 403, 404, 500), data


def test_a_home_that_is_a_link_is_not_followed(host, alice):
    """Somebody with a home whose path is a link could bind whatever it points to; only root could have put it there."""
    person = host.people["alice"]
    aside = person.home.with_name("alice-aside")
    person.home.rename(aside)
    try:
        person.home.symlink_to("/etc")
        answer = alice.create({"Image": "busybox", "Cmd": ["ls", "/work"], **_bound(host)})
        if answer.ok:
            alice.post(f"/containers/{answer.json['Id']}/start")
            alice.wait(answer.json["Id"])
            assert "shadow" not in alice.output(answer.json["Id"])
    finally:
        person.home.unlink()
        aside.rename(person.home)


def test_the_mount_point_in_the_image_may_be_a_link_without_harm(host, alice):
    alice.run("sh", "-c", "ln -s /etc /srv/out", name="base")
    alice.wait("base")
    assert alice.post("/commit", query={"container": "base", "repo": "alice/linked"}).ok
    home = str(host.people["alice"].home)
    box = alice.run("touch", "/etc/x", image="alice/linked", HostConfig={"Binds": [f"{home}:/srv/out"]})
    alice.wait(box)
    assert not os.path.exists("/etc/x")
    (host.people["alice"].home / "x").unlink(missing_ok=True)
