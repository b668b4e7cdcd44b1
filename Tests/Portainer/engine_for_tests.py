"""An environment for the double's own tests: TLS with client certificates, a few objects, everything written down."""

from __future__ import annotations

import json
import re
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import trustme


@dataclass
class Seen:
    """One request that came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    person: str


@dataclass
class EngineForTests:
    """Answers like a very small Docker engine. The switches make it misbehave."""

    authority: trustme.CA
    id: str = "ENGINE:ID"
    is_down: bool = False
    #: what an exec's start is answered with
    exec_status: int = 101
    #: whether the first bytes of a stream come in one write with the head
    glues: bool = False
    refuses_create: str = ""
    seen: list[Seen] = field(default_factory=list)
    containers: dict[str, dict] = field(default_factory=dict)
    networks: dict[str, dict] = field(default_factory=dict)
    volumes: dict[str, dict] = field(default_factory=dict)
    port: int = 0

    def start(self) -> None:
        engine = self

        class Handler(_Handler):
            pass

        Handler.engine = engine
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        self.authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        self.networks["b" * 64] = {"Id": "b" * 64, "Name": "bridge", "Labels": {}}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def add_container(self, name: str, labels: dict[str, str] | None = None) -> str:
        number = f"{len(self.containers) + 1:064x}"
        self.containers[number] = {
            "Id": number,
            "Name": f"/{name}",
            "Config": {"Image": "web:1", "Labels": labels or {}},
            "HostConfig": {"Memory": 7},
            "NetworkSettings": {"Networks": {"bridge": {"NetworkID": "b" * 64}}},
            "State": {"Status": "running"},
        }
        return number

    def calls(self) -> list[str]:
        return [f"{one.method} {one.target}" for one in self.seen]

    def last(self, text: str) -> Seen:
        return [one for one in self.seen if text in one.target][-1]


class _Handler(BaseHTTPRequestHandler):
    engine: EngineForTests
    protocol_version = "HTTP/1.1"
    wbufsize = 0

    def log_message(self, *_: object) -> None:
        pass

    def handle_any(self) -> None:
        engine = self.engine
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = dict(pair[0] for pair in self.connection.getpeercert()["subject"])["commonName"]
        engine.seen.append(Seen(self.command, self.path, list(self.headers.items()), body, name))
        if engine.is_down:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        path = re.sub(r"^/v\d+\.\d+(?=/)", "", parts.path)
        if re.fullmatch(r"/exec/\w+/start|/containers/\w+/attach", path):
            self.stream()
            return
        arguments = {name: values[0] for name, values in parse_qs(parts.query).items()}
        status, value = self.judge(path, arguments, body)
        self.reply(status, value)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

    def reply(self, status: int, value: object) -> None:
        content = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("API-Version", "1.41")
        if status != 204:
            self.send_header("Content-Type", "application/json" if value is not None else "text/plain")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def stream(self) -> None:
        """The exec shell: a greeting, then an echo."""
        self.close_connection = True
        status = self.engine.exec_status
        if status != 101:
            self.reply(status, {"message": "no"})
            return
        head = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        if self.engine.glues:
            self.connection.sendall(head + b"glued ")
        else:
            self.connection.sendall(head)
        self.connection.sendall(b"hello\n")
        while data := self.connection.recv(65536):
            if data == b"exit\n":
                return
            self.connection.sendall(data)

    def judge(self, path: str, arguments: dict[str, str], body: bytes) -> tuple[int, object]:
        engine = self.engine
        fixed = {
            "/_ping": None,
            "/info": {"ID": engine.id, "NCPU": 2, "MemTotal": 1 << 30, "ServerVersion": "20.10.24", "Swarm": {}},
            "/version": {"ApiVersion": "1.41"},
            "/images/json": [],
            "/networks": list(engine.networks.values()),
            "/volumes": {"Volumes": list(engine.volumes.values())},
            "/containers/json": [
                {"Id": one["Id"], "Names": [one["Name"]], "Labels": one["Config"]["Labels"], "State": "running"}
                for one in engine.containers.values()
            ],
        }
        if path in fixed and self.command in ("GET", "HEAD"):
            return 200, fixed[path]
        asked = json.loads(body) if body else {}
        if path == "/containers/create":
            if engine.refuses_create:
                return 403, {"message": engine.refuses_create}
            number = engine.add_container(arguments.get("name", "x").lstrip("/"), asked.get("Labels"))
            return 201, {"Id": number, "Warnings": []}
        if path == "/volumes/create":
            row = {"Name": asked["Name"], "Labels": asked.get("Labels") or {}}
            return 201, engine.volumes.setdefault(asked["Name"], row)
        return self.object(path, arguments)

    def object(self, path: str, arguments: dict[str, str]) -> tuple[int, object]:
        engine = self.engine
        collection, reference, *action = path.strip("/").split("/")
        if collection == "containers":
            named = [one for one in engine.containers.values() if one["Name"] == "/" + reference]
            found = engine.containers.get(reference) or (named[0] if named else None)
            if found is None:
                return 404, {"message": f"No such container: {reference}"}
            if self.command == "DELETE":
                del engine.containers[found["Id"]]
                return 204, None
            if action == ["json"]:
                return 200, found
            if action == ["rename"]:
                found["Name"] = "/" + arguments["name"].lstrip("/")
            return 204, None
        found = engine.networks.get(reference) or engine.volumes.get(reference)
        if found is None:
            return 404, {"message": f"no such {collection}: {reference}"}
        return 200, found
