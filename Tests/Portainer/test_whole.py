"""Containers as a person meets them: from the portal through nginx and Portainer to the guard and a real engine.

Run it with `Tests/System/run.py Tests/Portainer/test_whole.py`, which encloses it. The tests follow one another on one
host.
"""

import base64
import json
import shutil
import threading
import time
from pathlib import Path

import pytest
from stage import bridge, people
from stage.enclosure import REPOSITORY
from stage.processes import Programs, StageError
from stage.stage import Stage
from stage_portainer import Portainer
from stage_whole import CERTIFICATES, PEOPLE, Whole, engine, read_until, until

STACK = """\
version: "2.4"
services:
  app: {image: busybox, command: sleep 600, mem_limit: 64m, volumes: ["data:/data"]}
volumes: {data: {}}
"""
ARTEFACTS = REPOSITORY / "artefacts" / "portainer"


@pytest.fixture(scope="session")
def whole():
    programs = Programs(Path("/var/log/stage"))
    stage = Stage(port=8088, portainer_port=9000, engine=engine.SOCKET, people=list(PEOPLE), programs=programs)
    portainer = Portainer(programs, 9000, Path("/var/lib/portainer-2.43"), "2.43")
    whole = Whole(programs, stage, portainer)
    try:
        whole.set_up()
    except (StageError, AssertionError) as problem:
        pytest.exit(f"The stage does not stand: {problem}", 1)
    yield whole
    for container in whole.truth.get("/containers/json", query={"all": 1}).json:
        whole.truth.delete(f"/containers/{container['Id']}", query={"force": 1, "v": 1})
    programs.stop_all()
    shutil.copytree(programs.logs, ARTEFACTS, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def first(whole):
    """What the first run of sync-users said."""
    return whole.sync()


@pytest.fixture
def alice(whole, first):
    return whole.visitor("alice")


@pytest.fixture
def bob(whole, first):
    return whole.visitor("bob")


def kinds(said: dict) -> list[str]:
    return sorted(finding["kind"] for finding in said["findings"])


def test_one_run_sets_everything_up(whole, first):
    assert (first["complete"], first["failed"]) == (True, [])
    assert set(kinds(first)) <= {"no-user-namespace"}
    for person in PEOPLE:
        environment = whole.environment(person.name)
        assert (environment["Status"], len(environment["UserAccessPolicies"])) == (1, 1)
    titles = {template["Title"] for template in whole.portainer.ask("GET", "/api/custom_templates").json()}
    cards = json.loads((bridge.PORTAINER_TEMPLATES / "custom.json").read_text())
    assert titles == {card["title"] for card in cards}


def test_a_second_run_changes_nothing(whole, first):
    calls = whole.portainer.data / "data" / "requests.jsonl"
    before = len(calls.read_text().splitlines())
    said = whole.sync()
    assert (said["plan"], said["applied"], said["complete"]) == ([], [], True)
    methods = {json.loads(line)["method"] for line in calls.read_text().splitlines()[before:]}
    assert methods == {"GET"}


def test_whoever_is_signed_in_at_the_portal_is_inside_as_themselves(whole, alice):
    assert alice.browser.get("/portainer/").status_code in (200, 404)  # The double has no page.
    assert alice.get("/users/me").json()["Username"] == "alice"
    assert [environment["Name"] for environment in alice.environments()] == ["diycloud-alice"]
    carol = whole.visitor("carol")
    assert carol.get("/users/me").json()["Role"] == 1


def test_each_sees_their_own_containers_with_their_own_limits(whole, alice, bob):
    hers, his = alice.start("hers", Labels={"org.diycloud.owner": "bob"}), bob.start("his")
    assert (alice.names(), bob.names()) == ({"hers"}, {"his"})
    facts = whole.truth.get(f"/containers/{hers}/json").json
    assert facts["Config"]["Labels"]["org.diycloud.owner"] == "alice"
    assert facts["HostConfig"]["CgroupParent"] == whole.cgroup_parent("alice")
    assert facts["HostConfig"]["Memory"] == 512 << 20
    assert whole.cgroup_of(hers) == f"{whole.cgroup_parent('alice')}/{hers}"
    foreign = alice.docker("GET", f"/containers/{his}/json")
    assert foreign.status_code == 404, foreign.text
    other = whole.environment("bob")["Id"]
    assert alice.get(f"/endpoints/{other}/docker/containers/json").status_code == 403


def test_a_refusal_reaches_the_page_in_words(whole, alice):
    # The guard's.
    refused = alice.docker("POST", "/containers/create", {"Image": "busybox", "HostConfig": {"OomScoreAdj": -500}})
    assert (refused.status_code // 100, refused.json()["message"][-1]) == (4, ".")
    # Portainer's own, which has none.
    refused = alice.docker("POST", "/containers/create", {"Image": "busybox", "HostConfig": {"Privileged": True}})
    assert refused.status_code == 502
    assert "did not pass this on" in refused.json()["message"]


def test_a_console_is_a_shell_and_another_persons_is_none(whole, alice, bob):
    console = alice.console(alice.exec(whole.id("hers"), "sh"))
    console.send("echo $((6 * 7)); hostname\n")
    assert "42" in read_until(console, whole.id("hers")[:12])
    console.close()

    number = bob.exec(whole.id("his"), "touch", "/seen")
    # Portainer says 101 first, and asks the guard then.
    assert read_until(alice.console(number), "never") == ""
    assert whole.truth.get(f"/exec/{number}/json").json["Running"] is False
    assert whole.truth.get("/containers/his/changes").json is None


def test_a_stack_is_the_persons_own_and_counts_on_them(whole, alice, bob):
    (environment,) = alice.environments()
    body = {"Name": "shop", "StackFileContent": STACK, "Env": []}
    made = alice.call("POST", "/stacks/create/standalone/string", body, endpointId=str(environment["Id"]))
    assert made.status_code == 200, made.text
    stack = until(
        lambda: next((row for row in [alice.get(f"/stacks/{made.json()['Id']}").json()] if row["Status"] != 3), None),
        seconds=60,
        what="the end of the deploy",
    )
    assert stack["Status"] == 1, whole.portainer.remarks()
    (listed,) = whole.truth.get(
        "/containers/json", query={"filters": '{"label":["com.docker.compose.project=shop"]}'}
    ).json
    facts = whole.truth.get(f"/containers/{listed['Id']}/json").json
    assert facts["Config"]["Labels"]["org.diycloud.owner"] == "alice"
    assert facts["HostConfig"]["Memory"] == 64 << 20
    assert whole.cgroup_of(listed["Id"]).startswith(whole.cgroup_parent("alice") + "/")
    assert listed["Names"][0].lstrip("/") in alice.names()
    assert bob.names() == {"his"}
    gone = alice.call("DELETE", f"/stacks/{stack['Id']}", endpointId=str(environment["Id"]))
    assert gone.status_code == 204, gone.text
    assert alice.names() == {"hers"}


def test_a_template_arrives_and_starts_with_its_limits(whole, alice):
    listed = alice.get("/templates").json()["templates"]
    shipped = json.loads((bridge.PORTAINER_TEMPLATES / "templates.json").read_text())["templates"]
    assert [template["title"] for template in listed] == [template["title"] for template in shipped]
    web = listed[0]
    # There is no registry here: what the page would pull stands under its name.
    engine.load(whole.truth, engine.busybox(), web["image"], 'CMD ["sleep", "600"]')
    volume = alice.docker("POST", "/volumes/create", {"Driver": "local"}).json()["Name"]
    outside, inside = web["ports"][0].split(":")
    box = alice.start(
        "web",
        Image=web["image"],
        Cmd=[],
        ExposedPorts={inside: {}},
        Labels={label["name"]: label["value"] for label in web["labels"]},
        HostConfig={
            "PortBindings": {inside: [{"HostPort": outside}]},
            "Binds": [f"{volume}:{web['volumes'][0]['container']}"],
            "RestartPolicy": {"Name": web["restart_policy"]},
        },
    )
    facts = whole.truth.get(f"/containers/{box}/json").json
    assert facts["State"]["Running"]
    assert (facts["HostConfig"]["Memory"], facts["HostConfig"]["NanoCpus"] <= 5e8) == (128 << 20, True)
    assert facts["HostConfig"]["PortBindings"][inside] == [{"HostIp": "127.0.0.1", "HostPort": outside}]
    assert alice.docker("DELETE", f"/containers/{box}", force="1", v="1").status_code == 204


def test_a_new_certificate_is_given_to_portainer_while_calls_go_on(whole, alice):
    (environment,) = alice.environments()
    held = whole.portainer.data / "data" / "tls" / str(environment["Id"]) / "cert.pem"
    old = held.read_bytes()
    statuses, done = [], threading.Event()

    def ask() -> None:
        visitor = whole.visitor("alice")
        while not done.is_set():
            answer = visitor.docker("GET", "/containers/json")
            statuses.append(answer.status_code if answer.status_code == 200 else answer.text)

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: statuses)
    for file in (CERTIFICATES / "clients").glob("alice.*"):
        file.unlink()
    said = whole.sync()
    time.sleep(1)
    done.set()
    asking.join()
    assert (said["complete"], {change["user"] for change in said["applied"] if change["user"]}) == (True, {"alice"})
    assert held.read_bytes() != old
    assert set(statuses) == {200}, f"{len(statuses)} calls"
    assert whole.sync()["plan"] == []


def test_a_new_authority_reaches_portainer_and_the_guard(whole, alice):
    shutil.rmtree(CERTIFICATES)
    said = whole.sync()
    assert said["complete"], said["failed"]
    until(lambda: alice.docker("GET", "/containers/json").status_code == 200, seconds=5, what="a call")
    again = whole.sync()
    assert again["plan"] == [], again["plan"]
    assert {whole.environment(person.name)["Status"] for person in PEOPLE} == {1}


def test_who_is_disabled_is_cut_off_and_comes_back_to_what_was_theirs(whole, alice, bob):
    console = alice.console(alice.exec(whole.id("hers"), "sh"))
    console.send("echo $((6 * 7))\n")
    assert "42" in read_until(console, "42")
    people.set_active("alice", False)
    switched = time.monotonic()
    read_until(console, "never")
    took = time.monotonic() - switched
    print(f"\nthe console of a disabled person was closed after {took:.2f} s")
    assert took < 1
    until(lambda: alice.get("/users/me").status_code == 401, seconds=2)

    assert whole.sync()["complete"]
    assert whole.environment("alice")["UserAccessPolicies"] == {}
    until(lambda: not whole.truth.get("/containers/hers/json").json["State"]["Running"], seconds=15)
    assert whole.sync()["plan"] == []
    assert bob.names() == {"his"}

    people.set_active("alice", True)
    assert whole.sync()["complete"]
    until(lambda: is_in(whole), seconds=10)
    back = whole.visitor("alice")
    assert back.names() == {"hers"}
    assert back.docker("POST", f"/containers/{whole.id('hers')}/start").status_code == 204


def is_in(whole) -> bool:
    try:
        return whole.visitor("alice").get("/users/me").status_code == 200
    except AssertionError:
        return False


def test_portainer_remarks_on_nothing_that_was_not_meant(whole, first):
    # A role that is set again ends every sign-in: that is how somebody is thrown out.
    assert whole.portainer.remarks() <= {"console-refused", "role-unchanged"}


def test_a_portainer_of_the_older_kind_in_its_place_is_set_up_and_works(whole, alice):
    whole.replace_portainer("2.23")
    assert whole.sync()["complete"]
    assert whole.sync()["plan"] == []
    visitor = whole.visitor("alice")
    assert visitor.get("/users/me").json()["Username"] == "alice"
    assert visitor.names() == {"hers"}
    console = visitor.console(visitor.exec(whole.id("hers"), "sh"))
    console.send("echo $((6 * 7))\n")
    assert "42" in read_until(console, "42")
    console.close()
    bob = whole.visitor("bob")
    # This Portainer learns from the labels whose a container is, when it is listed.
    assert bob.names() == {"his"}
    number = bob.exec(whole.id("his"), "touch", "/seen")
    assert read_until(visitor.console(number), "never") == ""
    assert whole.truth.get("/containers/his/changes").json is None
    assert whole.portainer.remarks() <= {"console-refused"}


def test_no_secret_is_in_any_log(whole, first):
    logs = "".join(path.read_text(errors="replace") for path in Path("/var/log/stage").glob("*.log"))
    logs += bridge.AUDIT_LOG.read_text()
    secrets = [bridge.PORTAINER_SECRET_FILE.read_text().strip(), whole.portainer.key]
    encoded = [base64.b64encode(secret.encode()).decode() for secret in secrets]
    assert [secret for secret in [*secrets, *encoded, "eyJ"] if secret in logs] == []
