"""Between a check and what follows it: two persons who want one name at the same time, and names that change hands."""

import threading
import time
from collections.abc import Callable

import pytest
from rig.harm import LABEL

pytestmark = pytest.mark.guarded
SECONDS = 3


def _together(*jobs: Callable[[], None], seconds: float = SECONDS) -> int:
    """Repeats each job in a thread of its own; returns how often they ran in all. What one of them raises is raised."""
    end, problems, turns = time.monotonic() + seconds, [], [0]

    def repeat(job: Callable[[], None]) -> None:
        try:
            while time.monotonic() < end and not problems:
                job()
                turns[0] += 1
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=repeat, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return turns[0]


def test_a_volume_name_belongs_to_one_person_at_a_time(host):
    shared = []

    def fight(name: str) -> Callable[[], None]:
        api = host.api(name)

        def once() -> None:
            made = api.create(
                {"Image": "busybox", "Cmd": ["true"], "HostConfig": {"Binds": ["prize:/data"]}}, f"{name}-fights"
            )
            assert made.status in (200, 201, 409), made
            if made.ok:
                mounts = host.truth.get(f"/containers/{made.json['Id']}/json").json["Mounts"]
                volume = host.truth.get("/volumes/prize").json
                if (volume.get("Labels") or {}).get(LABEL) != name:
                    shared.append((name, volume, mounts))
                api.delete(f"/containers/{made.json['Id']}", query={"force": 1})
            api.delete("/volumes/prize")

        return once

    assert _together(fight("alice"), fight("bob")) > 20
    assert not shared, shared[:3]


def test_a_volume_made_at_once_by_two_is_one_persons(host):
    def fight(name: str) -> Callable[[], None]:
        api = host.api(name)

        def once() -> None:
            made = api.post("/volumes/create", body={"Name": "prize"})
            assert made.status in (200, 201, 409), made
            if made.ok:
                seen = api.get("/volumes/prize")
                # Who made it has it until they take it away themselves.
                assert seen.ok, seen
                assert seen.json["Labels"][LABEL] == name
                assert api.delete("/volumes/prize").ok

        return once

    assert _together(fight("alice"), fight("bob")) > 20


def test_a_container_name_that_changes_hands_is_nobodys_way_in(host):
    """bob's container takes and gives back the name that alice uses all the time."""
    box = host.api("bob").run(name="bobs-box")
    hers = host.api("alice").run(name="alices-box")
    bob, alice = host.api("bob"), host.api("alice")
    # A second name of hers, so that the name is free in turns.
    free = threading.Lock()

    def bobs_turn() -> None:
        with free:
            bob.post(f"/containers/{box}/rename", query={"name": "prize"})
        time.sleep(0.005)
        with free:
            bob.post(f"/containers/{box}/rename", query={"name": "bobs-box"})
            alice.post(f"/containers/{hers}/rename", query={"name": "prize"})
        time.sleep(0.005)
        with free:
            alice.post(f"/containers/{hers}/rename", query={"name": "alices-box"})

    def alices_turn() -> None:
        answer = alice.get("/containers/prize/json")
        assert answer.status == 404 or answer.json["Id"] == hers, answer
        made = alice.post("/containers/prize/exec", body={"Cmd": ["id"]})
        assert made.status in (201, 404), made
        if made.ok:
            assert host.truth.get(f"/exec/{made.json['Id']}/json").json["ContainerID"] == hers
        answer = alice.call("HEAD", "/containers/prize/archive", query={"path": "/etc"})
        assert answer.status in (200, 404)
        answer = alice.post("/containers/prize/pause")
        if answer.ok:
            alice.post(f"/containers/{hers}/unpause")

    paused = []

    def look() -> None:
        if host.truth.get(f"/containers/{box}/json").json["State"]["Paused"]:
            paused.append(1)

    assert _together(bobs_turn, alices_turn, alices_turn, look) > 50
    assert not paused
    assert not host.truth.get(f"/containers/{box}/json").json["ExecIDs"]


def test_a_name_is_taken_away_while_another_container_wants_its_namespaces(host):
    alice, bob = host.api("alice"), host.api("bob")
    wrong = []

    def bobs_turn() -> None:
        made = bob.create({"Image": "busybox", "Cmd": ["sleep", "60"]}, "prize")
        if made.ok:
            bob.post(f"/containers/{made.json['Id']}/start")
            bob.delete(f"/containers/{made.json['Id']}", query={"force": 1})

    def alices_turn() -> None:
        made = alice.create({"Image": "busybox", "Cmd": ["sleep", "60"]}, "prize")
        if made.ok:
            alice.post(f"/containers/{made.json['Id']}/start")
        for mode in ("PidMode", "IpcMode", "NetworkMode"):
            user = alice.create({"Image": "busybox", "Cmd": ["id"], "HostConfig": {mode: "container:prize"}})
            if user.ok:
                used = host.truth.get(f"/containers/{user.json['Id']}/json").json["HostConfig"][mode]
                # Only by id: a name would be looked up again at the start.
                if used.removeprefix("container:") != (made.json["Id"] if made.ok else ""):
                    wrong.append((mode, used))
                alice.delete(f"/containers/{user.json['Id']}", query={"force": 1})
        if made.ok:
            alice.delete(f"/containers/{made.json['Id']}", query={"force": 1})

    _together(bobs_turn, alices_turn)
    assert not wrong, wrong[:3]


def test_the_first_network_of_a_person_is_made_once(host):
    api = host.api("carol")

    def once() -> None:
        made = api.create({"Image": "busybox", "Cmd": ["true"]})
        assert made.ok, made
        api.delete(f"/containers/{made.json['Id']}")

    assert _together(once, once, once, once, seconds=2) > 8
    names = [network["Name"] for network in host.truth.get("/networks").json]
    assert names.count("diycloud-carol") == 1


def test_people_who_come_at_once_get_networks_that_do_not_overlap(host):
    subnets = []

    def make(name: str) -> Callable[[], None]:
        api = host.api(name)

        def once() -> None:
            made = api.post("/networks/create", body={"Name": f"{name}-{threading.get_ident()}"})
            assert made.ok or made.status in (403, 409), made
            if made.ok:
                found = host.truth.get(f"/networks/{made.json['Id']}").json
                subnets.append(found["IPAM"]["Config"][0]["Subnet"])
                assert api.delete(f"/networks/{made.json['Id']}").ok

        return once

    _together(make("alice"), make("alice"), make("bob"), make("carol"))
    assert subnets
    assert all(subnet.startswith("10.213.") for subnet in subnets)


def test_an_exec_of_a_container_that_is_replaced_stays_with_its_owner(host):
    alice, bob = host.api("alice"), host.api("bob")
    made = bob.run(name="prize")
    number = bob.post(f"/containers/{made}/exec", body={"Cmd": ["id"], "AttachStdout": True}).json["Id"]
    bob.delete(f"/containers/{made}", query={"force": 1})
    alice.run(name="prize")
    for method, path in (("GET", f"/exec/{number}/json"), ("POST", f"/exec/{number}/start")):
        assert alice.call(method, path, body={} if method == "POST" else None).status == 404
