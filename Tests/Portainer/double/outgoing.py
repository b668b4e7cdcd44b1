"""HTTP/1.1 as a client, the way Go's client speaks it."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11
import trio

AGENT = "Go-http-client/1.1"
Headers = list[tuple[str, str]]


class Unreachable(Exception):
    """No connection, or it ended too early."""


@dataclass(frozen=True)
class Destination:
    """Where to connect: a unix socket, or a host and port with or without TLS."""

    host: str = ""
    port: int = 0
    socket: str = ""
    tls: ssl.SSLContext | None = None

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}"

    async def dial(self, time_limit: float = 30.0) -> trio.abc.Stream:
        """A connected stream. With TLS one `receive_some` gives at most one record, as Go's Read does."""
        try:
            with trio.fail_after(time_limit):
                if self.socket:
                    return await trio.open_unix_socket(self.socket)
                stream = await trio.open_tcp_stream(self.host, self.port)
                if self.tls is None:
                    return stream
                secured = trio.SSLStream(stream, self.tls, server_hostname=self.host, https_compatible=True)
                await secured.do_handshake()
                return secured
        except (OSError, ssl.SSLError, trio.TooSlowError, trio.BrokenResourceError) as error:
            raise Unreachable(f"{self.socket or self.authority}: {error.__cause__ or error!r}") from error


@dataclass
class Reply:
    """A whole answer."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Call:
    """One request on a stream of its own, or one after the other on the same."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self.stream = stream
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=256 * 1024)

    async def send(self, method: str, target: str, headers: Headers) -> None:
        head = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await self._write(
            h11.Request(method=method.encode(), target=target.encode("utf-8", "surrogateescape"), headers=head)
        )

    async def send_data(self, data: bytes) -> None:
        if data:
            await self._write(h11.Data(data=data))

    async def send_end(self) -> None:
        await self._write(h11.EndOfMessage())

    async def _write(self, event: h11.Event) -> None:
        try:
            data = self._http.send(event)
            if data:
                await self.stream.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise Unreachable(str(error)) from error

    async def head(self) -> h11.Response | h11.InformationalResponse:
        """The head of the answer; a 101 is one, a 100 is not."""
        while True:
            event = await self._next()
            if isinstance(event, h11.Response) or (
                isinstance(event, h11.InformationalResponse) and event.status_code == 101
            ):
                return event
            if isinstance(event, h11.ConnectionClosed):
                raise Unreachable("EOF")

    async def body(self) -> AsyncIterator[bytes]:
        while True:
            event = await self._next()
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return
            elif isinstance(event, h11.ConnectionClosed):
                raise Unreachable("unexpected EOF")

    async def _next(self) -> h11.Event:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(await self.stream.receive_some(65536))
        except (trio.BrokenResourceError, trio.ClosedResourceError, h11.RemoteProtocolError) as error:
            raise Unreachable(str(error)) from error
        return event

    def early_bytes(self) -> bytes:
        """What came with the 101."""
        return self._http.trailing_data[0]

    def may_go_on(self) -> bool:
        """Prepares for the next request on the stream; False when it has to be a new one."""
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            return True
        return False

    async def whole(self, method: str, target: str, headers: Headers, body: bytes | None = None) -> Reply:
        """Sends a request and reads the answer to its end."""
        if body is not None:
            headers = [*headers, ("Content-Length", str(len(body)))]
        await self.send(method, target, headers)
        await self.send_data(body or b"")
        await self.send_end()
        head = await self.head()
        if head.status_code == 101:
            return Reply(101, [], b"")
        content = b"".join([chunk async for chunk in self.body()])
        fields = [(name.decode(), value.decode("latin-1")) for name, value in head.headers.raw_items()]
        reply = Reply(head.status_code, fields, content)
        if reply.header("Content-Encoding") == "gzip":
            reply.body = gzip.decompress(content)
        return reply

    async def close(self) -> None:
        await trio.aclose_forcefully(self.stream)


async def fetch(
    method: str, url: str, headers: Headers | None = None, body: bytes | None = None, time_limit: float = 30.0
) -> Reply:
    """One call to an http or https address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unreachable(f"unsupported protocol scheme in {url!r}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with trio.fail_after(time_limit):
            call = Call(await Destination(parts.hostname, port, tls=tls).dial())
            try:
                common = [("Host", parts.netloc.rpartition("@")[2]), ("User-Agent", AGENT)]
                return await call.whole(method, target, [*common, *(headers or []), ("Accept-Encoding", "gzip")], body)
            finally:
                await call.close()
    except trio.TooSlowError as error:
        raise Unreachable(f"{url}: context deadline exceeded") from error
