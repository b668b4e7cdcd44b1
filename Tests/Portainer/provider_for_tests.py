"""An OAuth provider whose answers a test chooses."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class ProviderForTests:
    """Every code is good unless `token_status` says otherwise; the name is `username`."""

    username: object = "alice"
    token_status: int = 200
    token_type: str | None = "application/json"
    resource_status: int = 200
    resource_type: str | None = "application/json"
    seen: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    port: int = 0

    def start(self) -> None:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                provider.seen.append((self.command, self.path, dict(self.headers.items()), body))
                if self.path == "/templates.json":
                    template = {"id": 4, "type": 3, "title": "t", "stackFile": "services: {}"}
                    container = {"id": 5, "type": 1, "title": "c", "administrator_only": True}
                    answer = {"version": "3", "templates": [template, container]}
                    self.reply(200, "application/json", answer)
                elif self.path == "/token":
                    answer = {"access_token": "tok", "token_type": "Bearer"}
                    self.reply(provider.token_status, provider.token_type, answer)
                else:
                    self.reply(provider.resource_status, provider.resource_type, {"username": provider.username})

            do_GET = do_POST = handle_any

            def reply(self, status: int, kind: str | None, value: object) -> None:
                content = json.dumps(value).encode()
                self.send_response(status)
                if kind:
                    self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
