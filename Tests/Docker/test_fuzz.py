"""Thousands of damaged requests: the guard lives, bob's things stay as they are, and nothing odd reaches the engine.

DIYCLOUD_TEST_FUZZ: how many requests (default 4000). DIYCLOUD_TEST_SEED: another seed.
"""

import json
import os
import random
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from rig import engine
from rig.allowed import objections
from rig.api import request
from rig.harm import harms
from rig.recorder import Recorder
from rig.two import SECRET, Two

pytestmark = pytest.mark.guarded
COUNT = int(os.environ.get("DIYCLOUD_TEST_FUZZ", "4000"))
SEED = int(os.environ.get("DIYCLOUD_TEST_SEED", "20261123"))
RECORDER = "/run/recorder.sock"


@pytest.fixture(scope="module")
def recorded(rig):
    """A guard that believes the recorder to be the engine."""
    recorder = Recorder(RECORDER, engine.SOCKET)
    recorder.start()
    rig.engine_socket = RECORDER
    rig.configure()
    rig.restart_guard()
    yield recorder
    rig.engine_socket = engine.SOCKET
    rig.configure()
    rig.restart_guard()
    recorder.stop()
    rig.clean()


@pytest.fixture
def two(rig, recorded):
    rig.clean()
    two = Two(rig)
    two.set_up()
    recorded.forget()
    yield two
    rig.clean()


def _seeds(two) -> list[bytes]:
    """Good requests, alice's and some with bob's things, to be damaged."""
    words = {word: names[0] for word, names in two.words.items()}
    box, mine, number = words["{box}"], words["{mine}"], words["{exec}"]
    create = {"Image": "busybox", "Cmd": ["true"], "Labels": {"a": "b"}, "HostConfig": {"Memory": 6 << 20}}
    harmful = {"Image": "busybox", "HostConfig": {"Privileged": True, "Binds": ["/:/host"], "PidMode": "host"}}
    json_kind = "application/json"
    calls = [
        ("GET", "/_ping", None, json_kind),
        ("GET", "/v1.41/containers/json?all=1", None, json_kind),
        ("GET", "/v1.41/containers/json?filters=%7B%22label%22%3A%5B%22a%22%5D%7D", None, json_kind),
        ("GET", f"/v1.41/containers/{mine}/json", None, json_kind),
        ("GET", f"/v1.41/containers/{box}/json", None, json_kind),
        ("GET", f"/containers/{box}/logs?stdout=1&follow=0", None, json_kind),
        ("GET", f"/v1.41/exec/{number}/json", None, json_kind),
        ("GET", f"/v1.41/containers/{mine}/archive?path=%2Fetc%2Fpasswd", None, json_kind),
        ("POST", "/v1.41/containers/create?name=fuzz", create, json_kind),
        ("POST", "/v1.41/containers/create", harmful, json_kind),
        ("POST", f"/v1.41/containers/{mine}/exec", {"Cmd": ["true"]}, json_kind),
        ("POST", f"/v1.41/containers/{box}/exec", {"Cmd": ["true"]}, json_kind),
        ("POST", f"/v1.41/containers/{mine}/rename?name=fuzzed", None, json_kind),
        ("POST", f"/v1.41/containers/{box}/kill?signal=KILL", None, json_kind),
        ("POST", f"/v1.41/containers/{mine}/update", {"Memory": 64 << 20, "MemorySwap": 64 << 20}, json_kind),
        ("POST", "/v1.41/networks/create", {"Name": "fuzz", "Driver": "bridge"}, json_kind),
        ("POST", f"/v1.41/networks/{words['{net}']}/connect", {"Container": mine}, json_kind),
        ("POST", "/v1.41/volumes/create", {"Name": "fuzz", "Driver": "local"}, json_kind),
        ("DELETE", "/v1.41/volumes/bobs-volume?force=1", None, json_kind),
        ("DELETE", f"/v1.41/containers/{box}?force=1", None, json_kind),
        ("POST", "/v1.41/containers/prune", "filters=%7B%7D", "application/x-www-form-urlencoded"),
        ("POST", "/swarm/init", {"ListenAddr": "127.0.0.1:1"}, json_kind),
        ("POST", f"/v1.41/commit?container={box}&repo=alice/x", None, json_kind),
        ("GET", "/v1.41/events?since=0&until=1", None, json_kind),
    ]
    return [request(method, target, body, kind, ()) for method, target, body, kind in calls]


PIECES = [
    b"/", b"//", b"..", b"/../", b"%2f", b"%2e%2e", b"%00", b"%", b"?", b"&", b"#", b";", b"\\", b" ", b"\t", b"\0",
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\xff", b"\xc5\xbf", b"\xe2\x84\xaa", b'"', b"{", b"}", b"[", b"]", b",", b":",
    b"Privileged", b'"Privileged":true,', b'"HostConfig":{"Privileged":true},', b'"hostconfig":{"PidMode":"host"},',
    b"Transfer-Encoding: chunked\r\n", b"Content-Length: 0\r\n", b"Content-Length: 5\r\n", b"Content-Length: -1\r\n",
    b"Transfer-Encoding: identity\r\n", b"Transfer-Encoding: xchunked\r\n", b"Transfer-Encoding : chunked\r\n",
    b"Connection: Upgrade\r\nUpgrade: tcp\r\n", b"Upgrade: h2c\r\n", b"Expect: 100-continue\r\n", b" folded\r\n",
    b"Content-Type: application/x-www-form-urlencoded\r\n", b"Authorization: Bearer x\r\n", b"Cookie: a=b\r\n",
    b"X-Api-Key: x\r\n", b"X-Registry-Auth: e30=\r\n", b"Host: other\r\n", b"HTTP/1.0", b"HTTP/1.1", b"HTTP/2.0",
    b"GET /v1.41/plugins HTTP/1.1\r\nHost: d\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"1e999", b"-0", b"NaN",
    b"&filters={}", b"&name=x", b"&all=1", b"v1.41", b"v1.99", b"containers", b"plugins", b"\\u0000", b"\\ud800",
]  # fmt: skip


def _damaged(chance: random.Random, seeds: list[bytes]) -> bytes:
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        where = chance.randrange(len(data) + 1)
        head_end = max(data.find(b"\r\n"), 1)
        match chance.randrange(9):
            case 0:
                data[where:where] = chance.choice(PIECES)
            case 1:
                # In the request line, where it hurts most.
                where = chance.randrange(head_end)
                data[where:where] = chance.choice(PIECES)
            case 2:
                lines = bytes(data).split(b"\r\n")
                lines.insert(1, chance.choice(PIECES).rstrip(b"\r\n"))
                data = bytearray(b"\r\n".join(lines))
            case 3:
                del data[where : where + chance.choice((1, 2, 5, 40))]
            case 4:
                if where < len(data):
                    data[where] = chance.randrange(256)
            case 5:
                end = where + chance.choice((1, 3, 20, 80))
                data[where:where] = data[where:end]
            case 6:
                other = chance.choice(seeds)
                data[where:] = other[chance.randrange(len(other)) :]
            case 7:
                data[where:where] = bytes(chance.randrange(256) for _ in range(chance.choice((1, 4, 64))))
            case _:
                data[where:where] = chance.choice(PIECES) * chance.choice((1, 50, 3000))
    return bytes(data)


def _sent(host, data: bytes) -> bytes:
    """What comes back for these bytes and their end."""
    answer = b""
    with host.api("alice").connect() as connection:
        connection.settimeout(5)
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while len(answer) < 1 << 20 and (part := connection.recv(65536)):
                answer += part
        except (BrokenPipeError, ConnectionResetError):
            pass
        except TimeoutError:
            answer += b"(and no end)"
    return answer


def test_damaged_requests_do_no_damage(rig, two, recorded):
    chance = random.Random(SEED)
    seeds = _seeds(two)
    before = two.of_bob()
    others = {one["Id"] for one in rig.truth.get("/containers/json?all=1").json}
    attempts = [_damaged(chance, seeds) for _ in range(COUNT)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda data: _sent(rig, data), attempts))
    assert rig.guard.process.poll() is None, rig.guard.log_end()
    assert rig.api("alice").get("/_ping").status == 200
    statuses: dict[bytes, int] = {}
    for data, answer in zip(attempts, answers, strict=True):
        # What was in the request may be in the refusal.
        if SECRET.encode() not in data:
            assert SECRET.encode() not in answer, (data, answer)
        assert b"bobs-secret" not in answer, (data, answer)
        statuses[answer[9:12]] = statuses.get(answer[9:12], 0) + 1
    print(f"\n{COUNT} damaged requests, seed {SEED}:", dict(sorted(statuses.items())))
    assert statuses.get(b"500", 0) + statuses.get(b"502", 0) < COUNT // 20, statuses
    _nothing_odd(rig, recorded)
    after = two.of_bob()
    assert after == before
    for one in rig.truth.get("/containers/json?all=1").json:
        if one["Id"] not in others:
            found = harms(rig.truth, one["Id"], rig.people["alice"], rig.cgroup_parent("alice"))
            assert not found, found


def _nothing_odd(rig, recorded) -> None:
    person, parent = rig.people["alice"], rig.cgroup_parent("alice")
    requests = recorded.requests()
    assert requests
    odd = [(request, found) for request in requests if (found := objections(request, person, parent))]
    assert not odd, f"{len(odd)} of {len(requests)}: {odd[:5]}"
    print(f"{len(requests)} requests reached the engine, all of them of the allowed kind")


SMUGGLED = "GET /v1.41/plugins HTTP/1.1\r\nHost: d\r\n\r\n"
SMUGGLING = {
    "length and chunks": f"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "chunks and length": f"Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "two lengths": f"Content-Length: 0\r\nContent-Length: {len(SMUGGLED)}\r\n\r\n{SMUGGLED}",
    "a list of lengths": f"Content-Length: 0, {len(SMUGGLED)}\r\n\r\n{SMUGGLED}",
    "a length with a sign": f"Content-Length: +0\r\n\r\n{SMUGGLED}",
    "a length in hexadecimal": f"Content-Length: 0x0\r\n\r\n{SMUGGLED}",
    "chunked with a space": f"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "chunked behind another": f"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "chunked before another": f"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "chunked, twice": f"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "a folded header": f"X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    "a bare line feed": f"X: y\nContent-Length: 0\n\n{SMUGGLED}",
    "a carriage return alone": f"X: y\rContent-Length: {len(SMUGGLED)}\r\n\r\n{SMUGGLED}",
    "a chunk size with an extension": f"Transfer-Encoding: chunked\r\n\r\n0;x=\r\n\r\n{SMUGGLED}",
    "a chunk size too large": f"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff0\r\n\r\n{SMUGGLED}",
    "a trailer": f"Transfer-Encoding: chunked\r\n\r\n0\r\nX-Registry-Auth: e30=\r\nCookie: a\r\n\r\n{SMUGGLED}",
    "an upgrade nobody asked for": f"Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n{SMUGGLED}",
    "an upgrade to HTTP/2": f"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n{SMUGGLED}",
}  # fmt: skip


@pytest.mark.parametrize("kind", SMUGGLING)
@pytest.mark.parametrize(
    "line", ["GET /v1.41/info", "POST /v1.41/containers/create", "POST /v1.41/containers/{mine}/kill"]
)
def test_no_second_request_is_smuggled_behind_the_first(rig, two, recorded, kind, line):
    line = line.replace("{mine}", two.words["{mine}"][0])
    _sent(rig, f"{line} HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n{SMUGGLING[kind]}".encode())
    assert not [one.target for one in recorded.requests() if "plugins" in one.target]
    _nothing_odd(rig, recorded) if recorded.requests() else None
    assert rig.api("alice").get("/_ping").status == 200


BODIES = {
    "deep": '{"HostConfig":' * 5000 + "1" + "}" * 5000,
    "deep lists": "[" * 100_000,
    "long": '{"Image":"' + "x" * 20_000_000 + '"}',
    "many members": "{" + ",".join(f'"a{number}":1' for number in range(200_000)) + "}",
    "a long number": '{"Image":"busybox","HostConfig":{"Memory":' + "9" * 100_000 + "}}",
    "no document": "",
    "a list": "[]",
    "null": "null",
    "invalid UTF-8": b'{"Image":"busybox","Labels":{"\xff\xfe":"x"}}',
    "a lone surrogate": '{"Image":"busybox","Labels":{"\\ud800":"x"}}',
    "an escaped NUL": '{"Image":"busybox","Labels":{"a\\u0000b":"x"}}',
    "not finite": '{"Image":"busybox","HostConfig":{"Memory":NaN}}',
    "comments": '{"Image":"busybox"/**/}',
    "single quotes": "{'Image':'busybox'}",
    "two documents": '{"Image":"busybox"}{"Image":"busybox","HostConfig":{"Privileged":true}}',
    "a wrong kind": json.dumps({"Image": ["busybox"], "HostConfig": "x", "Cmd": {"a": 1}}),
    "text for a list": json.dumps({"Image": "busybox", "HostConfig": {"Binds": "/:/host"}}),
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_strange_body_is_refused_or_harmless(rig, two, recorded, kind):
    before = rig.guard_memory()
    answer = rig.api("alice").post("/containers/create", body=BODIES[kind])
    assert answer.status in (201, 400, 413), answer
    assert rig.api("alice").get("/_ping").status == 200
    assert rig.guard_memory() - before < 200 << 20
    requests = recorded.requests()
    if requests:
        _nothing_odd(rig, recorded)


def test_what_portainer_forwards_by_mistake_does_not_reach_the_engine(rig, two, recorded):
    headers = [("Authorization", "Bearer secret-word"), ("X-Api-Key", "secret-word"), ("Cookie", "x=secret-word")]
    headers += [
        ("X-Forwarded-For", "10.0.0.1"),
        ("X-Registry-Auth", "c2VjcmV0LXdvcmQ="),
        ("Connection", "X-Odd"),
        ("X-Odd", "1"),
    ]
    for path in ("/info", "/containers/json", "/events?since=0&until=1", "/images/busybox/json"):
        rig.api("alice").get(path, headers=headers)
    rig.api("alice").create({"Image": "busybox", "Cmd": ["true"]})
    assert all(b"secret-word" not in talk for talk in recorded.conversations)
    assert "secret-word" not in rig.guard.log.read_text()
    _nothing_odd(rig, recorded)


def test_a_slow_or_endless_head_is_cut_off(rig, recorded):
    with rig.api("alice").connect() as connection:
        connection.settimeout(5)
        try:
            for _ in range(2000):
                connection.sendall(b"GET /_ping HTTP/1.1\r\nHost: d\r\n" + b"X: " + b"y" * 8000 + b"\r\n")
            answer = connection.recv(4096)
        except (BrokenPipeError, ConnectionResetError):
            answer = b""
    assert answer == b"" or answer[9:10] == b"4", answer
    assert rig.api("alice").get("/_ping").status == 200
