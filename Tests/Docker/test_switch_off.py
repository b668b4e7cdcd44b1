"""A person is switched off: their streams end within a second, calls are refused, containers are stopped."""

import select
import time

import pytest
from rig.api import Api, until

pytestmark = pytest.mark.guarded


@pytest.fixture
def bob(host):
    yield host.api("bob")
    host.sql("UPDATE users SET is_active = 1 WHERE username = 'bob'")
    host.sync()
    until(lambda: host.api("bob").get("/_ping").status == 200)


def _switch_off(host) -> None:
    host.sql("UPDATE users SET is_active = 0 WHERE username = 'bob'")


def _drain(connection) -> bool:
    """Reads what is there; whether that was the end."""
    try:
        while select.select([connection], [], [], 0)[0]:
            if not connection.recv(65536):
                return True
    except OSError:
        return True
    return False


def test_open_streams_end_within_a_second_and_nothing_is_answered_any_more(host, bob):
    box = bob.run("sh", "-c", "while :; do echo tick; sleep 0.1; done", name="bobs-box")
    made = bob.post(
        f"/containers/{box}/exec", body={"Cmd": ["sh"], "AttachStdin": True, "AttachStdout": True, "Tty": True}
    )
    streams = {
        "logs -f": bob.opened("GET", f"/containers/{box}/logs", query={"follow": 1, "stdout": 1}),
        "events": bob.opened("GET", "/events"),
        "stats": bob.opened("GET", f"/containers/{box}/stats"),
        "attach": bob.opened(
            "POST",
            f"/containers/{box}/attach",
            query={"stream": 1, "stdout": 1},
            headers=[("Connection", "Upgrade"), ("Upgrade", "tcp")],
        ),
        "exec": bob.opened(
            "POST",
            f"/exec/{made.json['Id']}/start",
            body={"Detach": False, "Tty": True},
            headers=[("Connection", "Upgrade"), ("Upgrade", "tcp")],
        ),
    }
    streams = {name: opened[0] for name, opened in streams.items()}
    waiting = bob.connect()
    waiting.sendall(f"POST /v1.41/containers/{box}/wait HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n".encode())
    streams["wait"] = waiting
    idle = bob.connect()
    streams["idle"] = idle
    alices, _ = host.api("alice").opened("GET", "/events")
    time.sleep(0.5)
    assert [name for name, stream in streams.items() if _drain(stream)] == []

    _switch_off(host)
    switched = time.monotonic()
    open_yet = dict(streams)
    while open_yet and time.monotonic() < switched + 3:
        open_yet = {name: stream for name, stream in open_yet.items() if not _drain(stream)}
        time.sleep(0.02)
    took = time.monotonic() - switched
    print(f"\n{len(streams)} streams of a switched-off person were closed after {took:.2f} s")
    assert not open_yet
    assert took < 1
    assert not _drain(alices)

    for path in ("/_ping", "/containers/json", f"/containers/{box}/json"):
        answer = bob.get(path)
        assert answer.status == 403, answer
        assert "switched off" in answer.message or "disabled" in answer.message, answer
    assert bob.post(f"/containers/{box}/start").status == 403
    for stream in (*streams.values(), alices):
        stream.close()


def test_the_next_sync_stops_what_they_run_and_nothing_else(host, bob):
    box, hers = bob.run("sleep", "600", name="bobs-box"), host.api("alice").run("sleep", "600")
    restarting = bob.run("sleep", "600", HostConfig={"RestartPolicy": {"Name": "always"}})
    _switch_off(host)
    host.sync()
    for container in (box, restarting):
        until(lambda one=container: not host.truth.get(f"/containers/{one}/json").json["State"]["Running"], seconds=20)
    assert host.truth.get(f"/containers/{hers}/json").json["State"]["Running"]
    host.sync("--dry-run")
    assert host.truth.get(f"/containers/{box}/json").ok, "stopped, not taken away"


def test_somebody_who_is_back_finds_what_was_theirs(host, bob):
    box = bob.run("sleep", "600", name="bobs-box")
    _switch_off(host)
    host.sync()
    host.sql("UPDATE users SET is_active = 1 WHERE username = 'bob'")
    host.sync()
    until(lambda: bob.get("/_ping").status == 200)
    assert bob.post(f"/containers/{box}/start").status in (204, 304)


def test_somebody_who_was_never_known_is_refused(host):
    assert Api(host.socket, 65534).get("/_ping").status == 403
