"""The Docker API over a unix socket, called with the rights of a person and with any bytes one likes."""

import ctypes
import http.client
import json
import os
import socket
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

SYS_SETRESUID = 117 if os.uname().machine == "x86_64" else 147
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Answer:
    """What came back; `status` 0 when the connection was closed without an answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")

    @property
    def lines(self) -> list[Any]:
        """The documents of a stream of JSON."""
        return [json.loads(line) for line in self.body.splitlines() if line.strip()]

    @property
    def message(self) -> str:
        try:
            return str(self.json.get("message", ""))
        except (ValueError, AttributeError):
            return ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def connect(path: str, uid: int = 0, timeout: float = 30) -> socket.socket:
    """A connection whose peer credentials (SO_PEERCRED, unix(7)) are those of `uid`.

    They are taken from the connecting thread's effective uid, which the raw system call changes for this thread alone:
    the C library's function would change it for all of them.
    """
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(timeout)
    try:
        if uid:
            _effective_uid(uid)
        try:
            connection.connect(path)
        finally:
            if uid:
                _effective_uid(0)
    except BaseException:
        connection.close()
        raise
    return connection


def _effective_uid(uid: int) -> None:
    if _libc.syscall(SYS_SETRESUID, ctypes.c_long(-1), ctypes.c_long(uid), ctypes.c_long(-1)) != 0:
        raise OSError(ctypes.get_errno(), f"setresuid to {uid}")


@dataclass(frozen=True)
class Api:
    """Calls as one person (`uid`), by default as root."""

    socket: str
    uid: int = 0
    version: str = "/v1.41"
    timeout: float = 30

    def connect(self) -> socket.socket:
        return connect(self.socket, self.uid, self.timeout)

    def get(self, path: str, **more: Any) -> Answer:
        return self.call("GET", path, **more)

    def post(self, path: str, **more: Any) -> Answer:
        return self.call("POST", path, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        return self.call("DELETE", path, **more)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | Iterable[tuple[str, Any]] = (),
        body: Any = None,
        content_type: str = "application/json",
        headers: Iterable[tuple[str, str]] = (),
        version: str | None = None,
    ) -> Answer:
        """`body`: bytes and text go as they are, anything else as JSON."""
        target = (self.version if version is None else version) + path
        if query:
            target += ("&" if "?" in target else "?") + urlencode(query)
        return self.exchange(request(method, target, body, content_type, headers), method)

    def exchange(self, data: bytes, method: str = "GET") -> Answer:
        """Sends any bytes and reads one answer."""
        with self.connect() as connection:
            # What has been answered before the end of the request can still be read.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(data)
            return answer(connection, method)

    def opened(self, method: str, path: str, **more: Any) -> tuple[socket.socket, Answer]:
        """A call whose answer is a stream: the head of it, and the connection to read from."""
        target = self.version + path
        if query := more.get("query"):
            target += "?" + urlencode(query)
        connection = self.connect()
        connection.sendall(
            request(
                method, target, more.get("body"), more.get("content_type", "application/json"), more.get("headers", ())
            )
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = connection.recv(1)
            if not byte:
                break
            head += byte
        status = int(head.split(b" ", 2)[1]) if head else 0
        lines = head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.split(": ", 1) for line in lines if ": " in line)
        return connection, Answer(status, headers={name.lower(): value for name, value in pairs})

    # What the tests do all the time.

    def create(self, body: dict[str, Any], name: str | None = None) -> Answer:
        return self.post("/containers/create", query={"name": name} if name else {}, body=body)

    def run(self, *command: str, name: str | None = None, image: str = "busybox", **more: Any) -> str:
        """Starts a container and returns its id."""
        made = self.create({"Image": image, "Cmd": list(command) or ["sleep", "600"], **more}, name)
        assert made.status in (200, 201), made
        started = self.post(f"/containers/{made.json['Id']}/start")
        assert started.status == 204, started
        return made.json["Id"]

    def wait(self, container: str) -> int:
        return self.post(f"/containers/{container}/wait").json["StatusCode"]

    def output(self, container: str) -> str:
        """Both streams of a container without a terminal."""
        query = {"stdout": 1, "stderr": 1}
        return frames(self.get(f"/containers/{container}/logs", query=query).body).decode(errors="replace")

    def execute(self, container: str, *command: str, **more: Any) -> tuple[int, str]:
        """Exit status and output of a program run in a container; the status of the refusal when it is refused."""
        body = {"Cmd": list(command), "AttachStdout": True, "AttachStderr": True, **more}
        made = self.post(f"/containers/{container}/exec", body=body)
        if not made.ok:
            return made.status, made.message
        number = made.json["Id"]
        said = self.post(f"/exec/{number}/start", body={"Detach": False, "Tty": False})
        return self.get(f"/exec/{number}/json").json["ExitCode"], frames(said.body).decode(errors="replace")


def request(method: str, target: str, body: Any, content_type: str, headers: Iterable[tuple[str, str]]) -> bytes:
    head = [f"{method} {target} HTTP/1.1", "Host: docker"]
    if body is not None and not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    if body is not None:
        head += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    elif method in ("POST", "PUT"):
        head.append("Content-Length: 0")
    head += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + (body or b"")


def answer(connection: socket.socket, method: str = "GET") -> Answer:
    """One answer from a connection, read to its end."""
    response = http.client.HTTPResponse(connection, method=method)
    try:
        response.begin()
        body = response.read()
    except (http.client.HTTPException, ConnectionError) as problem:
        return Answer(0, str(problem).encode())
    finally:
        response.close()
    return Answer(response.status, body, {name.lower(): value for name, value in response.getheaders()})


def frames(stream: bytes) -> bytes:
    """The content of a stream of frames (eight bytes of head: stream, 0, 0, 0, length), as the engine's API has it."""
    content = []
    while len(stream) >= 8:
        (length,) = struct.unpack(">I", stream[4:8])
        content.append(stream[8 : 8 + length])
        stream = stream[8 + length :]
    return b"".join(content)


def until(condition: Any, seconds: float = 10, what: str = "it") -> Any:
    """The first true value of `condition`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"{what} did not come true within {seconds:.0f} s"
        time.sleep(0.02)
    return value
