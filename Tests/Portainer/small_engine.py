"""A Docker engine with nothing in it, over mutual TLS: enough for Portainer to take an environment.

`python small_engine.py DIR`: `ca.pem`, `server.pem` and `server.key` are in DIR. Prints its port, and adds a line to
DIR/callers for each request: the common name and the serial of the client's certificate. While DIR/shut is there it
answers nobody.
"""

from __future__ import annotations

import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PLACE = Path(sys.argv[1])
ANSWERS = {
    "info": {
        "ID": "SMALL",
        "NCPU": 2,
        "MemTotal": 1 << 30,
        "ServerVersion": "20.10.24",
        "Swarm": {"ControlAvailable": False},
    },
    "json": [],
    "volumes": {"Volumes": []},
    "networks": [],
    "version": {"ApiVersion": "1.41", "Version": "20.10.24"},
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        if (PLACE / "shut").exists():
            self.close_connection = True
            return
        certificate = self.connection.getpeercert()
        name = dict(pair for part in certificate["subject"] for pair in part)["commonName"]
        with (PLACE / "callers").open("a") as out:
            out.write(f"{name} {certificate['serialNumber']}\n")
        word = self.path.split("?")[0].rsplit("/", 1)[-1]
        content = b"OK" if word == "_ping" else json.dumps(ANSWERS.get(word, {})).encode()
        self.send_response(200)
        self.send_header("API-Version", "1.41")
        self.send_header("Content-Type", "text/plain" if word == "_ping" else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = _answer

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PLACE / "server.pem", PLACE / "server.key")
    context.load_verify_locations(PLACE / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
