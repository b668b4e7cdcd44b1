"""Two persons: what one has, the other neither sees nor touches, whatever they call it."""

import json
import threading
import time
from itertools import product
from pathlib import Path

import pytest
import yaml
from rig.api import frames
from rig.host import BARE
from rig.two import SECRET, Two, planted

FOREIGN = yaml.safe_load((Path(__file__).parent / "attempts" / "foreign.yaml").read_text())
CALLS = [(kind, call) for kind, calls in FOREIGN.items() for call in calls]


@pytest.fixture(scope="module")
def two(rig):
    rig.clean()
    two = Two(rig)
    two.set_up()
    yield two
    rig.clean()
    if BARE:
        rig.restore_images()


def _filled(value, words: dict[str, str]):
    if isinstance(value, str):
        for word, meaning in words.items():
            value = value.replace(word, meaning)
        return value
    if isinstance(value, dict):
        return {name: _filled(member, words) for name, member in value.items()}
    return [_filled(member, words) for member in value] if isinstance(value, list) else value


def _variants(call: dict, words: dict[str, list[str]]) -> list[dict]:
    """The call with each of the names that a thing has."""
    text = json.dumps(call)
    used = [word for word in words if word in text]
    return [_filled(call, dict(zip(used, names, strict=True))) for names in product(*(words[word] for word in used))]


def _ask(api, call: dict):
    method, path = call["call"].split(" ", 1)
    if call.get("tar"):
        return api.call(method, path, query=call.get("query", {}), body=planted(), content_type="application/x-tar")
    return api.call(method, path, query=call.get("query", {}), body=call.get("body"))


@pytest.mark.parametrize("kind, call", CALLS, ids=lambda value: value if isinstance(value, str) else value["call"])
def test_a_foreign_thing_is_neither_seen_nor_touched(two, kind, call):
    if BARE:
        return _is_an_attempt(two, call)
    alice = two.host.api("alice")
    for variant in _variants(call, two.words):
        before = two.of_bob()
        answer = _ask(alice, variant)
        assert 400 <= answer.status < 500, f"{variant}: {answer}"
        assert answer.message or answer.status == 400 or variant["call"].startswith("HEAD"), f"{variant}: {answer}"
        assert two.of_bob() == before, variant
        if kind in ("containers", "execs", "networks", "volumes") and "/commit" not in variant["call"]:
            missing = variant["call"].replace("bobs-", "nobodys-")
            assert answer.status == 404, f"{variant}: {answer}"
            if missing != variant["call"]:
                other = _ask(alice, {**variant, "call": missing})
                assert (other.status, other.message.replace("nobodys-", "bobs-")) == (404, answer.message), variant


def _is_an_attempt(two, call) -> None:
    """On the bare engine: the call does what it says, at least by the thing's full name."""
    if call.get("bare") == "never":
        return
    variant = _variants(call, two.words)[0]
    api = two.host.api("alice")
    if call.get("waits"):
        threading.Timer(0.3, lambda: two.host.truth.post(f"/containers/{two.words['{box}'][0]}/kill")).start()
    if "attach" in call["call"] or (call.get("body", {}).__class__ is dict and call.get("body", {}).get("Tty")):
        connection, answer = api.opened(
            "POST" if "ws" not in call["call"] else "GET",
            variant["call"].split(" ")[1],
            query=variant.get("query"),
            body=variant.get("body"),
        )
        connection.close()
    else:
        answer = _ask(api, variant)
    has_worked = answer.ok or answer.status in (101, 304)
    assert has_worked != (call.get("bare") == "refused"), f"{variant}: {answer}"
    two.restore()


LOOKS = [
    "/containers/json",
    "/containers/json?all=1",
    "/containers/json?all=1&size=1",
    "/containers/json?limit=100",
    "/containers/json?last=100",
    "/containers/json?all=1&before={box}",
    '/containers/json?all=1&filters={"id":["{box}"]}',
    '/containers/json?all=1&filters={"name":["bobs"]}',
    '/containers/json?all=1&filters={"label":["bobs-label"]}',
    '/containers/json?all=1&filters={"label":["org.diycloud.owner=bob"]}',
    '/containers/json?all=1&filters={"label":{"org.diycloud.owner=bob":true}}',
    '/containers/json?all=1&filters={"label":["org.diycloud.owner=bob","org.diycloud.owner=alice"]}',
    '/containers/json?all=1&filters={"label!":["org.diycloud.owner=alice"]}',
    '/containers/json?all=1&filters={"volume":["bobs-volume"]}',
    '/containers/json?all=1&filters={"network":["bobs-net"]}',
    '/containers/json?all=1&filters={"ancestor":["busybox"]}',
    '/containers/json?all=1&filters={"since":["{box}"]}',
    '/containers/json?all=1&filters={"status":["exited","running","created"]}',
    "/containers/json?all=1&filters={}",
    "/containers/ps?all=1",
    "/networks",
    '/networks?filters={"name":["bobs"]}',
    '/networks?filters={"id":["{net}"]}',
    '/networks?filters={"type":["custom"]}',
    '/networks?filters={"dangling":["false"]}',
    '/networks?filters={"label":["org.diycloud.owner=bob"]}',
    "/volumes",
    '/volumes?filters={"name":["bobs"]}',
    '/volumes?filters={"dangling":["false"]}',
    '/volumes?filters={"label":["org.diycloud.owner=bob"]}',
    "/system/df",
    "/system/df?type=container&type=volume",
    "/events?since=0&until={now}",
    '/events?since=0&until={now}&filters={"type":["container","network","volume"]}',
    '/events?since=0&until={now}&filters={"container":["bobs-box"]}',
    '/events?since=0&until={now}&filters={"container":["{box}"]}',
    '/events?since=0&until={now}&filters={"label":["org.diycloud.owner=bob"]}',
    '/events?since=0&until={now}&filters={"volume":["bobs-volume"]}',
    "/info",
]


@pytest.mark.parametrize("look", LOOKS)
def test_no_list_holds_what_is_bobs(two, look):
    for word in ("{box}", "{net}"):
        look = look.replace(word, two.words[word][0])
    look = look.replace("{now}", str(int(time.time()) + 1))
    path, _, query = look.partition("?")
    pairs = [tuple(part.split("=", 1)) for part in query.split("&") if part]
    answer = two.host.api("alice").get(path, query=pairs)
    text = answer.body.decode()
    leaks = [word for word in (SECRET, *(two.words[word][0] for word in ("{box}", "{net}"))) if word in text]
    if not BARE:
        assert not leaks, f"{leaks} in {text[:2000]}"
        assert answer.status in (200, 400, 404), answer


def test_the_lists_of_the_engine_do_hold_it(two):
    """The proof that the looks above look at something."""
    root = two.host.truth
    until = str(int(time.time()) + 1)
    for look in ("/containers/json?all=1", "/networks", "/volumes", "/system/df", f"/events?since=0&until={until}"):
        assert SECRET in root.get(look).body.decode(), look


@pytest.mark.guarded
def test_everybody_sees_what_is_theirs(two):
    for name, other in (("alice", "bob"), ("bob", "alice")):
        api = two.host.api(name)
        assert {one["Names"][0][1 : len(name) + 2] for one in api.get("/containers/json?all=1").json} == {f"{name}s"}
        networks = {one["Name"] for one in api.get("/networks").json}
        assert f"{name}s-net" in networks
        assert not {one for one in networks if other in one}
        info = api.get("/info").json
        assert info["Containers"] == len(api.get("/containers/json?all=1").json)


@pytest.mark.guarded
def test_two_persons_do_not_look_like_one_engine(two):
    assert two.host.api("alice").get("/info").json["ID"] != two.host.api("bob").get("/info").json["ID"]


@pytest.mark.guarded
def test_an_administrator_sees_and_stops_what_is_anybodys(two):
    ada = two.host.api("ada")
    names = {one["Names"][0] for one in ada.get("/containers/json?all=1").json}
    assert {"/bobs-box", "/alices-box"} <= names
    assert {"bobs-net", "alices-net"} <= {one["Name"] for one in ada.get("/networks").json}
    assert "bobs-output" in frames(ada.get("/containers/bobs-box/logs?stdout=1").body).decode()


@pytest.mark.guarded
def test_prune_takes_nothing_of_anybody_elses(two):
    before = two.of_bob()
    alice = two.host.api("alice")
    for kind in ("containers", "networks", "volumes", "images"):
        for query in ({}, {"filters": "{}"}, {"filters": '{"label!":["x"]}'}, {"filters": '{"until":["1s"]}'}):
            answer = alice.post(f"/{kind}/prune", query=query)
            assert answer.status in (200, 400, 403), answer
    assert two.of_bob() == before


@pytest.mark.guarded
@pytest.mark.parametrize("who", ["dave", "stranger"])
def test_who_is_disabled_or_unknown_gets_nothing(two, who):
    from rig.api import Api

    api = two.host.api("dave") if who == "dave" else Api(two.host.socket, 65534)
    for path in ("/_ping", "/version", "/info", "/containers/json?all=1", "/images/json", "/events"):
        answer = api.get(path)
        assert answer.status == 403, f"{path}: {answer}"
        assert len(answer.message) > 20
    assert api.create({"Image": "busybox"}).status == 403
