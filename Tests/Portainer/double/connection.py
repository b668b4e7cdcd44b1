"""The server's side of one TCP connection: HTTP/1.1 with a way out of it."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import formatdate
from http import HTTPStatus

import h11
import trio

from .exchange import Answer, Exchange
from .wrong import Panic, Wrong

Handler = Callable[[Exchange], Awaitable[Answer | None]]


class Connection:
    """Reads requests one after the other and lets the handler answer each.

    A handler returns an Answer, or answers by itself (`start`, `send`, `end` or `take_over`) and returns None.
    """

    def __init__(self, stream: trio.SocketStream, handler: Handler) -> None:
        self.stream = stream
        self._handler = handler
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=64 * 1024)
        self._method = ""
        self._peer = stream.socket.getpeername()[0]
        self._taken = False

    async def run(self) -> None:
        try:
            while await self._one():
                self._http.start_next_cycle()
        except h11.RemoteProtocolError as error:
            await self._bad_request(error)
        except (Panic, trio.BrokenResourceError, trio.ClosedResourceError):
            pass
        except Exception:
            # One request must not take the server along, as in Go; the trace is for who mends the double.
            traceback.print_exc()
        finally:
            await trio.aclose_forcefully(self.stream)

    async def _bad_request(self, error: h11.RemoteProtocolError) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            text = f"HTTP/1.1 {error.error_status_hint} Bad Request\r\nConnection: close\r\n\r\n"
            with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                await self.stream.send_all(text.encode())

    async def _one(self) -> bool:
        event = await self._next()
        if not isinstance(event, h11.Request):
            return False
        self._method = event.method.decode()
        headers = [(name.decode(), value.decode("latin-1")) for name, value in event.headers.raw_items()]
        target = event.target.decode("utf-8", "surrogateescape")
        exchange = Exchange(self._method, target, headers, self._peer, self)
        try:
            answer = await self._handler(exchange)
        except Wrong as wrong:
            answer = Answer.json({"message": wrong.message, "details": wrong.details}, wrong.status)
        if answer is not None:
            await self.start(answer.status, [*answer.headers, *exchange.extra], len(answer.body))
            await self.send(answer.body)
            await self.end()
        if self._taken:
            return False
        if self._http.their_state is h11.SEND_BODY:
            async for _ in self.request_body():
                pass
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _next(self) -> h11.Event | type[h11.PAUSED]:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self._http.they_are_waiting_for_100_continue:
                await self._write(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
            data = await self.stream.receive_some(65536)
            if self._http.their_state is h11.IDLE:
                line, end, rest = data.partition(b"\r\n")
                # Go takes any byte in a request line, h11 only ASCII; encoded it means the same.
                data = b"".join(bytes([byte]) if byte < 0x80 else b"%%%02X" % byte for byte in line) + end + rest
            self._http.receive_data(data)

    async def _write(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            await self.stream.send_all(data)

    async def request_body(self) -> AsyncIterator[bytes]:
        while self._http.their_state is h11.SEND_BODY:
            event = await self._next()
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return
            elif isinstance(event, h11.ConnectionClosed):
                raise trio.BrokenResourceError

    async def start(self, status: int, headers: list[tuple[str, str]], length: int | None = None) -> None:
        """Sends the head. Without a length the body is chunked, or ends with the connection."""
        head = [(name, value.encode("latin-1", "replace")) for name, value in headers]
        if length is not None and status not in (204, 304):
            head.append(("Content-Length", str(length)))
        head.append(("Date", formatdate(usegmt=True)))
        try:
            reason = HTTPStatus(status).phrase
        except ValueError:
            reason = "Unknown"
        await self._write(h11.Response(status_code=status, headers=head, reason=reason.encode()))

    async def send(self, data: bytes) -> None:
        if data and self._method != "HEAD":
            await self._write(h11.Data(data=data))

    async def end(self) -> None:
        await self._write(h11.EndOfMessage())

    async def gone(self) -> None:
        """Returns when the client has closed its side; what it sends meanwhile is kept for later."""
        while True:
            data = await self.stream.receive_some(65536)
            self._http.receive_data(data)
            if not data:
                return

    def take_over(self) -> bytes:
        """Ends HTTP on this connection; the caller speaks on `stream`. Returns what the client has sent too early."""
        self._taken = True
        return self._http.trailing_data[0]

    @property
    def is_taken(self) -> bool:
        return self._taken
