"""Owners are what the guard has set, not what a label says; and root may act for somebody else, within their limits."""

import json

import pytest
from rig.harm import LABEL, harms

pytestmark = pytest.mark.guarded


def test_a_container_of_root_is_not_alices_because_its_image_says_so(host):
    box = host.truth.run(image="stamped", name="roots-box")
    assert host.truth.get(f"/containers/{box}/json").json["Config"]["Labels"][LABEL] == "alice"
    alice = host.api("alice")
    assert alice.get("/containers/json", query={"all": 1}).json == []
    for reference in (box, box[:12], "roots-box"):
        assert alice.get(f"/containers/{reference}/json").status == 404
        assert alice.post(f"/containers/{reference}/exec", body={"Cmd": ["id"]}).status == 404
        assert alice.post(f"/containers/{reference}/kill").status == 404
    assert host.truth.get(f"/containers/{box}/json").json["State"]["Running"]


def test_a_container_of_root_through_the_guard_is_not_alices_because_its_image_says_so(host):
    box = host.api("root").run(image="stamped", name="roots-box")
    assert host.api("alice").get(f"/containers/{box}/json").status == 404


def test_bobs_container_of_an_image_with_alices_label_is_bobs(host):
    box = host.api("bob").run(image="stamped", name="bobs-box")
    found = host.truth.get(f"/containers/{box}/json").json
    assert found["Config"]["Labels"][LABEL] == "bob"
    assert host.api("alice").get(f"/containers/{box}/json").status == 404
    assert host.api("bob").get(f"/containers/{box}/json").ok


def test_an_image_that_alice_labels_does_not_make_bobs_containers_hers(host):
    alice, bob = host.api("alice"), host.api("bob")
    alice.run("true", name="base")
    for change in (f"LABEL {LABEL}=bob", "LABEL org.diycloud.image-owner=bob"):
        answer = alice.post("/commit", query={"container": "base", "repo": "alice/trap", "changes": change})
        if answer.ok:
            labels = host.truth.get("/images/alice/trap/json").json["Config"]["Labels"] or {}
            assert labels.get("org.diycloud.image-owner") == "alice"
            box = bob.run("sleep", "60", image="alice/trap")
            assert host.truth.get(f"/containers/{box}/json").json["Config"]["Labels"][LABEL] == "bob"
            assert alice.get(f"/containers/{box}/json").status == 404


def test_alice_does_not_take_away_an_image_that_only_says_it_is_hers(host):
    """`stamped` was put there by root, with alice as its owner in its labels."""
    answer = host.api("alice").delete("/images/stamped")
    ours = host.truth.get("/images/stamped/json")
    assert ours.ok or answer.ok, "gone in spite of a refusal"


def test_an_image_of_bob_is_usable_by_alice_but_not_removable(host):
    bob, alice = host.api("bob"), host.api("alice")
    bob.run("true", name="base")
    assert bob.post("/commit", query={"container": "base", "repo": "bob/tool"}).ok
    alice.run("true", image="bob/tool", name="user")
    assert alice.delete("/images/bob/tool").status in (403, 404, 409)
    host.api("alice").delete("/containers/user", query={"force": 1})
    bob.delete("/containers/base", query={"force": 1})
    assert bob.delete("/images/bob/tool").ok


@pytest.mark.parametrize("by", ["root", "ada"])
def test_who_may_do_everything_may_start_what_others_may_not(host, by):
    api = host.api(by)
    made = api.create({"Image": "busybox", "Cmd": ["true"], "HostConfig": {"Privileged": True}})
    assert made.ok, made
    assert host.truth.get(f"/containers/{made.json['Id']}/json").json["HostConfig"]["Privileged"]


def test_root_starts_a_container_for_alice_within_her_limits(host):
    """What JupyterHub's DockerSpawner does."""
    api = host.api("root")
    body = {"Image": "busybox", "Cmd": ["sleep", "600"], "Labels": {LABEL: "alice"}}
    made = api.create(body, "jupyter-alice")
    assert made.ok, made
    found = harms(host.truth, made.json["Id"], host.people["alice"], host.cgroup_parent("alice"))
    assert not found, found
    assert host.api("alice").get("/containers/jupyter-alice/json").ok
    assert host.api("bob").get("/containers/jupyter-alice/json").status == 404


@pytest.mark.parametrize("name", ["dave", "nobody", "root", "", "../alice", "ALICE ", "diycloud-bridge"])
def test_root_starts_nothing_for_who_is_not_active(host, name):
    body = {"Image": "busybox", "Cmd": ["sleep", "600"], "Labels": {LABEL: name}}
    answer = host.api("root").create(body)
    assert answer.status in (400, 403, 404), answer
    assert host.truth.get("/containers/json", query={"all": 1}).json == []


def test_a_claim_by_label_of_anybody_else_is_dropped(host):
    for label in (LABEL, LABEL.upper(), f"{LABEL} ", "org.diycloud.image-owner", "org.diycloud.anything"):
        box = host.api("alice").run(Labels={label: "bob"})
        labels = host.truth.get(f"/containers/{box}/json").json["Config"]["Labels"]
        assert labels[LABEL] == "alice"
        assert "bob" not in json.dumps({k: v for k, v in labels.items() if k.startswith("org.diycloud.")})
        assert host.api("bob").get(f"/containers/{box}/json").status == 404
