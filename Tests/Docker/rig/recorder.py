"""A socket in front of the engine that passes everything on and keeps what it was asked: what the guard let through."""

import os
import shutil
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

#: Of one connection; what follows is content.
KEPT = 1 << 20


@dataclass
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Recorder:
    socket: str
    engine: str
    conversations: list[bytearray] = field(default_factory=list)

    def start(self) -> None:
        Path(self.socket).unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.socket)
        os.chmod(self.socket, 0o660)
        shutil.chown(self.socket, "root", "docker")
        self.listener.listen(512)
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.listener.close()

    def forget(self) -> None:
        self.conversations.clear()

    def requests(self) -> list[Request]:
        return [request for talk in list(self.conversations) for request in parsed(bytes(talk))]

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(self.engine)
            kept = bytearray()
            self.conversations.append(kept)
            for source, target, record in ((client, engine, kept), (engine, client, None)):
                threading.Thread(target=_pass_on, args=(source, target, record), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, record: bytearray | None) -> None:
    try:
        while data := source.recv(1 << 16):
            if record is not None and len(record) < KEPT:
                record += data
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for one in (source, target):
            one.close()


def parsed(talk: bytes) -> list[Request]:
    """The requests of a connection, read strictly: anything odd raises, because the guard writes nothing odd."""
    found = []
    while talk:
        head, separator, rest = talk.partition(b"\r\n\r\n")
        assert separator, f"no end of a head: {talk[:300]!r}"
        first, *lines = head.decode("ascii").split("\r\n")
        method, target, version = first.split(" ")
        assert version == "HTTP/1.1", first
        headers = []
        for line in lines:
            name, colon, value = line.partition(":")
            assert colon, line
            assert name == name.strip(), line
            headers.append((name.lower(), value.strip()))
        names = [name for name, _ in headers]
        fields = dict(headers)
        assert len({*names} & {"content-length", "transfer-encoding"}) < 2, head
        if "upgrade" in fields:
            found.append(Request(method, target, headers, b""))
            break
        if fields.get("transfer-encoding"):
            assert fields["transfer-encoding"] == "chunked", head
            body, rest = _chunks(rest)
        else:
            length = int(fields.get("content-length", "0"))
            body, rest = rest[:length], rest[length:]
        found.append(Request(method, target, headers, body))
        if len(found) == 1 and len(talk) >= KEPT:
            break
        talk = rest
    return found


def _chunks(data: bytes) -> tuple[bytes, bytes]:
    body = b""
    while data:
        line, _, data = data.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        if size == 0:
            return body, data.removeprefix(b"\r\n")
        body, data = body + data[:size], data[size + 2 :]
    return body, b""
