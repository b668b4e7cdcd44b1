"""Much data, many readers, slow readers: the guard's memory stays what it is.

DIYCLOUD_TEST_STREAM_GB: how much goes through in each direction (default 2).
"""

import os
import resource
import select
import socket
import threading
import time

import pytest
from rig.api import until

pytestmark = pytest.mark.guarded
GB = 1_000_000_000
AMOUNT = int(os.environ.get("DIYCLOUD_TEST_STREAM_GB", "2")) * GB
FLAT = 40 << 20
UPGRADE = [("Connection", "Upgrade"), ("Upgrade", "tcp")]


class Memory:
    """The greatest resident size of the guard while something happens."""

    def __init__(self, host) -> None:
        self.host = host

    def __enter__(self):
        self.before = self.greatest = self.host.guard_memory()
        self.started, self.over = time.monotonic(), threading.Event()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def _watch(self) -> None:
        while not self.over.wait(0.1):
            self.greatest = max(self.greatest, self.host.guard_memory())

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()
        self.seconds = time.monotonic() - self.started

    @property
    def growth(self) -> int:
        return self.greatest - self.before

    def told(self, what: str, amount: int = 0) -> None:
        rate = f", {amount / self.seconds / 1e6:,.0f} MB/s" if amount else ""
        print(f"\n{what}: guard {self.before >> 20} MiB, at most {self.growth / (1 << 20):+.1f} MiB{rate}")


@pytest.fixture
def box(host):
    return host.api("alice").run("sleep", "3600", name="box")


def _exec(api, box: str, *command: str, stdin: bool = False) -> socket.socket:
    body = {"Cmd": list(command), "AttachStdin": stdin, "AttachStdout": True, "AttachStderr": False, "Tty": False}
    made = api.post(f"/containers/{box}/exec", body=body)
    connection, head = api.opened(
        "POST", f"/exec/{made.json['Id']}/start", body={"Detach": False, "Tty": False}, headers=UPGRADE
    )
    assert head.status == 101, head
    return connection


def _read_all(connection: socket.socket) -> int:
    buffer, count = bytearray(1 << 20), 0
    while size := connection.recv_into(buffer):
        count += size
    return count


def test_gigabytes_out_of_a_container(host, box):
    api = host.api("alice")
    with Memory(host) as memory, _exec(api, box, "head", "-c", str(AMOUNT), "/dev/zero") as connection:
        count = _read_all(connection)
    memory.told(f"{AMOUNT / GB:.0f} GB out of an exec", AMOUNT)
    assert count >= AMOUNT
    assert memory.growth < FLAT


def test_gigabytes_into_a_container(host, box):
    api, part = host.api("alice"), bytes(1 << 20)
    with Memory(host) as memory, _exec(api, box, "wc", "-c", stdin=True) as connection:
        left = AMOUNT
        while left > 0:
            connection.sendall(part[: min(left, len(part))])
            left -= len(part)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while data := connection.recv(4096):
            said += data
    memory.told(f"{AMOUNT / GB:.0f} GB into an exec", AMOUNT)
    assert str(AMOUNT).encode() in said
    assert memory.growth < FLAT


def test_gigabytes_by_copy(host, box):
    api = host.api("alice")
    # Full of nothing, so that the engine has to read no disk.
    assert api.execute(box, "truncate", "-s", str(AMOUNT), "/tmp/large")[0] == 0
    with Memory(host) as memory:
        connection, head = api.opened("GET", f"/containers/{box}/archive", query={"path": "/tmp/large"})
        assert head.status == 200
        count = 0
        connection.settimeout(5)
        try:
            buffer = bytearray(1 << 20)
            # Chunked: its end is a chunk of nothing; the connection may stay open.
            while size := connection.recv_into(buffer):
                count += size
                if buffer[max(0, size - 5) : size] == b"0\r\n\r\n":
                    break
        finally:
            connection.close()
    memory.told(f"{AMOUNT / GB:.0f} GB by docker cp", AMOUNT)
    assert count >= AMOUNT
    assert memory.growth < FLAT


def test_a_reader_who_stops_stops_the_writer(host, box):
    api = host.api("alice")
    with (
        Memory(host) as memory,
        _exec(api, box, "sh", "-c", f"head -c {AMOUNT} /dev/zero; touch /tmp/done") as connection,
    ):
        time.sleep(3)
        assert select.select([connection], [], [], 0)[0]
        assert api.execute(box, "ls", "/tmp/done")[0] != 0, "it was all read, though nobody wanted it"
    memory.told("a reader who does not read")
    assert memory.growth < FLAT


def test_a_thousand_followers_of_one_log(host):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    api = host.api("alice")
    box = api.run("sh", "-c", "while [ ! -e /tmp/go ]; do sleep 0.1; done; echo the-line; sleep 3600")
    followers = []
    with Memory(host) as memory:
        try:
            for _ in range(1000):
                connection, head = api.opened("GET", f"/containers/{box}/logs", query={"follow": 1, "stdout": 1})
                assert head.status == 200, head
                followers.append(connection)
            assert api.execute(box, "touch", "/tmp/go")[0] == 0
            waiting, seen = set(followers), {}
            end = time.monotonic() + 30
            poll = select.poll()
            numbers = {connection.fileno(): connection for connection in followers}
            for number in numbers:
                poll.register(number, select.POLLIN)
            while waiting and time.monotonic() < end:
                for number, _ in poll.poll(1000):
                    connection = numbers[number]
                    seen[number] = seen.get(number, b"") + connection.recv(4096)
                    if b"the-line" in seen[number]:
                        waiting.discard(connection)
                        poll.unregister(number)
            assert not waiting, f"{len(waiting)} of 1,000 did not get the line"
            # And one more plain call beside them.
            started = time.monotonic()
            assert api.get("/_ping").status == 200
            print(f"\n/_ping beside 1,000 followers: {(time.monotonic() - started) * 1000:.1f} ms")
        finally:
            for connection in followers:
                connection.close()
    memory.told("1,000 followers")
    assert memory.growth < 200 << 20
    descriptors = f"/proc/{host.guard.process.pid}/fd"
    until(lambda: len(os.listdir(descriptors)) < 200, seconds=20, what="the end of the guard's connections")
