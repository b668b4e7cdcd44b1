"""Clients for tests: one that writes the bytes it is told to, and one like a browser."""

import json
import socket
from dataclasses import dataclass, field


@dataclass
class RawAnswer:
    """A response, its head in order; `status` 0 when the server closed without one."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def seen_by_app(self) -> dict:
        """What the echo application received."""
        return json.loads(self.body)

    def seen_headers(self, name: str) -> list[str]:
        return [value for key, value in self.seen_by_app()["headers"] if key.lower() == name.lower()]


def send(port: int, data: bytes, *, seconds: float = 10) -> RawAnswer:
    """Sends `data` over a new connection, as it is, and reads one response."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> RawAnswer:
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return RawAnswer(0, body=received)
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    answer = RawAnswer(int(lines[0].split(" ")[1]), [tuple(line.split(": ", 1)) for line in lines[1:] if ": " in line])
    if answer.status == 101:
        answer.body = body
        return answer
    length = int(answer.first("Content-Length") or -1)
    chunked = answer.first("Transfer-Encoding") == "chunked"
    while (length >= 0 and len(body) < length) or (chunked and not body.endswith(b"0\r\n\r\n")):
        chunk = connection.recv(65536)
        if not chunk:
            break
        body += chunk
    answer.body = _unchunk(body) if chunked else body
    return answer


def _unchunk(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            break
        whole, body = whole + body[:length], body[length + 2 :]
    return whole


def get(port: int, target: str, *headers: str, method: str = "GET", host: str | None = None) -> RawAnswer:
    """One request with exactly these header lines (plus Host), the target as written."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host or f'127.0.0.1:{port}'}", *headers]
    return send(port, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
