"""A request carried on to an environment: which headers go along, and both directions as streams."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import h11
import trio

from .exchange import Answer, Exchange
from .outgoing import Call, Destination, Headers, Unreachable

HOP_BY_HOP = {
    *("connection", "proxy-connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
    *("te", "trailer", "transfer-encoding", "upgrade"),
}
#: what 2.43 lets through to a tcp environment
ALLOWED = {
    *("accept", "accept-encoding", "accept-language", "cache-control", "connection", "content-length", "content-type"),
    *("private-token", "upgrade", "user-agent", "x-portaineragent-target", "x-portainer-volumename"),
    *("x-registry-auth", "x-stream-protocol-version"),
    *("sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol", "sec-websocket-extensions"),
}


def over_tcp(exchange: Exchange, to: Destination, *, allow_list: bool) -> Headers:
    """The headers of Go's reverse proxy: all but those of the connection, or those of the allow list."""
    named = {part.strip().lower() for part in exchange.header("Connection").split(",")}
    headers = [("Host", to.authority)]
    for name, value in exchange.headers:
        folded = name.lower()
        if folded in HOP_BY_HOP | named | {"host", "x-forwarded-for"} or (allow_list and folded not in ALLOWED):
            continue
        headers.append((name, value))
    if "upgrade" in named and exchange.header("Upgrade"):
        headers += [("Connection", "Upgrade"), ("Upgrade", exchange.header("Upgrade"))]
    if not allow_list:
        before = [value for name, value in exchange.headers if name.lower() == "x-forwarded-for"]
        headers.append(("X-Forwarded-For", ", ".join([*before, exchange.peer])))
    if exchange.header("Transfer-Encoding"):
        headers.append(("Transfer-Encoding", "chunked"))
    return headers


def over_unix(exchange: Exchange) -> Headers:
    """Every header as it came, in both generations."""
    return list(exchange.headers)


def with_body(headers: Headers, body: bytes, kind: str | None = None) -> Headers:
    """The headers for a body that is not the client's."""
    dropped = {"content-length", "transfer-encoding"} | ({"content-type"} if kind else set())
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    return [*kept, ("Content-Length", str(len(body))), *([("Content-Type", kind)] if kind else [])]


@dataclass
class Opened:
    """An answer whose head is here and whose body is still to come."""

    call: Call
    head: h11.Response | h11.InformationalResponse

    @property
    def status(self) -> int:
        return self.head.status_code

    @property
    def headers(self) -> Headers:
        pairs = ((name.decode(), value.decode("latin-1")) for name, value in self.head.headers.raw_items())
        return [(name, value) for name, value in pairs if name.lower() not in HOP_BY_HOP]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    async def whole(self) -> bytes:
        try:
            return b"".join([chunk async for chunk in self.call.body()])
        finally:
            await self.call.close()


async def open_call(
    exchange: Exchange, to: Destination, target: str, headers: Headers, body: bytes | None = None
) -> Opened:
    """Sends the request with its own body or another, and waits for the head. Unreachable when there is none."""
    call = Call(await to.dial())
    try:
        await call.send(exchange.method, target, headers)
        with contextlib.suppress(Unreachable):
            # Who refuses a long body answers before its end; the answer counts.
            if body is not None:
                await call.send_data(body)
            else:
                async for chunk in exchange.chunks():
                    await call.send_data(chunk)
            await call.send_end()
        return Opened(call, await call.head())
    except BaseException:
        await call.close()
        raise


async def stream_back(exchange: Exchange, opened: Opened) -> None:
    """Answers with the other side's head and body, piece by piece; ends both when either goes."""
    connection = exchange.connection
    exchange.sent = opened.status
    headers = [pair for pair in opened.headers if pair[0].lower() not in ("content-length", "date")]
    length = opened.header("Content-Length")
    async with trio.open_nursery() as nursery:

        async def watch() -> None:
            with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                await connection.gone()
            nursery.cancel_scope.cancel()

        async def copy() -> None:
            await connection.start(opened.status, [*headers, *exchange.extra], int(length) if length else None)
            if exchange.method != "HEAD":
                nursery.start_soon(watch)
                async for chunk in opened.call.body():
                    await connection.send(chunk)
            await connection.end()

        # An answer that is cut short on either side ends both connections: what was sent cannot be taken back.
        with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError, Unreachable):
            await copy()
        nursery.cancel_scope.cancel()
    await opened.call.close()


async def tunnel(exchange: Exchange, opened: Opened) -> None:
    """After a 101: bytes both ways, until one side ends."""
    early = exchange.connection.take_over()
    exchange.sent = 101
    client = exchange.connection.stream
    lines = ["HTTP/1.1 101 Switching Protocols"]
    lines += [f"{name.decode()}: {value.decode()}" for name, value in opened.head.headers.raw_items()]
    await client.send_all(("\r\n".join(lines) + "\r\n\r\n").encode())
    first = opened.call.early_bytes()
    if first:
        await client.send_all(first)
    if early:
        await opened.call.stream.send_all(early)
    await pump(client, opened.call.stream)


async def pump(one: trio.abc.Stream, other: trio.abc.Stream) -> None:
    """Copies both ways; the first end of either closes both, as Go's reverse proxy does."""
    async with trio.open_nursery() as nursery:

        async def copy(source: trio.abc.Stream, sink: trio.abc.Stream) -> None:
            with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                while data := await source.receive_some(32768):
                    await sink.send_all(data)
            nursery.cancel_scope.cancel()

        nursery.start_soon(copy, one, other)
        nursery.start_soon(copy, other, one)
    for stream in (one, other):
        await trio.aclose_forcefully(stream)


async def carry(
    exchange: Exchange,
    to: Destination,
    target: str,
    headers: Headers,
    *,
    body: bytes | None = None,
    unreachable: Callable[[str], Answer],
) -> Answer | None:
    """The whole way of a request that nobody looks into."""
    try:
        opened = await open_call(exchange, to, target, headers, body)
    except Unreachable as error:
        return unreachable(str(error))
    if opened.status == 101:
        if to.socket:
            await opened.call.close()
            return unreachable("the proxy of a unix environment cannot switch protocols")
        await tunnel(exchange, opened)
    else:
        await stream_back(exchange, opened)
    return None
