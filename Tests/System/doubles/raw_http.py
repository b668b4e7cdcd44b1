"""Just enough HTTP/1.1 to see every byte of a request head, which HTTP libraries tidy up."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class RawRequest:
    """A request as it came: the request line, the header lines in order, the body."""

    method: str
    target: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")


Answer = tuple[int, list[tuple[str, str]], bytes]
Upgrade = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def serve_connection(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answer: Callable[[RawRequest], Awaitable[Answer]],
    upgraded: Upgrade | None = None,
) -> None:
    """Answers requests of one connection until the peer closes it; after a 101 the connection is `upgraded`'s."""
    try:
        while True:
            request = await _read(reader)
            status, headers, body = await answer(request)
            lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers)]
            if status != 101:
                lines.append(f"Content-Length: {len(body)}")
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
            await writer.drain()
            if status == 101 and upgraded:
                await upgraded(reader, writer)
                return
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> RawRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    request = RawRequest(
        method, target, [tuple(line.split(": ", 1)) if ": " in line else (line.rstrip(":"), "") for line in head[1:-2]]
    )
    if length := request.first("Content-Length"):
        request.body = await reader.readexactly(int(length))
    elif "chunked" in request.first("Transfer-Encoding").lower():
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            request.body += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
    return request
