"""An application behind nginx that tells what it received, and sends whatever response headers it is asked for.

`?header=Name:value` adds a response header, `?status=N` sets the status; an upgrade is answered and then echoes bytes.
usage: echo_app.py PORT
"""

import asyncio
import base64
import hashlib
import json
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doubles.raw_http import Answer, RawRequest, serve_connection


async def answer(request: RawRequest) -> Answer:
    query = parse_qs(urlsplit(request.target).query)
    if key := request.first("Sec-WebSocket-Key"):
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()  # RFC 6455 §4.2.2
        accept = base64.b64encode(digest).decode()
        return 101, [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)], b""
    headers = [tuple(item.split(":", 1)) for item in query.get("header", [])]
    document = {
        "method": request.method,
        "target": request.target,
        "headers": request.headers,
        "body": request.body.decode("latin-1"),
    }
    body = json.dumps(document).encode()
    return int(query.get("status", ["200"])[0]), [("Content-Type", "application/json"), *headers], body


async def echo_bytes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()


async def main(port: int) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: serve_connection(reader, writer, answer, echo_bytes), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
