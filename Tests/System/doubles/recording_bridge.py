"""In the place of the bridge, to see what the shipped nginx files send to it.

Sessions: any cookie `diycloud=<name>-session`. A sign-in at `…?slow` takes two seconds.
usage: recording_bridge.py SOCKET-OR-ADDRESS RECORDS
"""

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doubles.raw_http import Answer, RawRequest, serve_connection

PEOPLE = {"alice": "user", "carol": "admin"}


def session_of(request: RawRequest) -> str | None:
    for pair in request.first("Cookie").split("; "):
        name, _, value = pair.partition("=")
        if name == "diycloud" and value.removesuffix("-session") in PEOPLE:
            return value.removesuffix("-session")
    return None


def verdict(request: RawRequest) -> Answer:
    user = session_of(request)
    service = request.first("X-Bridge-Service")
    if service not in {"echo", "staff"}:
        return 403, [], b""
    if user is None:
        return 401, [("Location", "/login?rd=" + quote(request.first("X-Original-URI"), safe="/"))], b""
    if service == "staff" and PEOPLE[user] != "admin":
        return 403, [], b""
    return 200, [("Remote-User", user), ("Remote-Groups", "users"), ("Remote-Role", PEOPLE[user])], b""


async def answer(request: RawRequest, records: Path) -> Answer:
    with records.open("a") as file:
        file.write(json.dumps({**asdict(request), "body": request.body.decode("latin-1")}) + "\n")
    if request.target == "/auth":
        return verdict(request)
    # A refusal takes its time.
    if request.target.startswith("/login") and request.target.endswith("?slow"):
        await asyncio.sleep(2)
    return 200, [("Content-Type", "text/plain")], b"page of the bridge"


async def main(where: str, records: Path) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve_connection(reader, writer, lambda request: answer(request, records))

    if where.startswith("/"):
        server = await asyncio.start_unix_server(connected, where)
        os.chmod(where, 0o666)
    else:
        host, _, port = where.rpartition(":")
        server = await asyncio.start_server(connected, host, int(port))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
