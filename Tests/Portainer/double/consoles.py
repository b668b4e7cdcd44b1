"""`/api/websocket/…`: exec and attach in the browser."""

from __future__ import annotations

import contextlib
import json
import re
from urllib.parse import quote

import trio
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Message,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.utilities import RemoteProtocolError

from .destinations import destination
from .docker_proxy import entered
from .exchange import Answer, Exchange
from .outgoing import AGENT, Unreachable
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Wrong

LONGEST_MESSAGE = 2048
MESSAGE_TOO_BIG = 1009


class ConsoleHandlers:
    """Looks at the environment only: neither at the exec nor at the container's owner."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._remarks = portainer.remarks
        routes.add("GET", "/api/websocket/exec", Access.SIGNED_IN, self.exec)
        routes.add("GET", "/api/websocket/attach", Access.SIGNED_IN, self.attach)

    async def exec(self, exchange: Exchange) -> Answer | None:
        identifier, environment = self._asked(exchange)
        body = json.dumps({"Tty": True, "Detach": False}, separators=(",", ":")).encode() + b"\n"
        head = f"POST /exec/{identifier}/start HTTP/1.1\r\n"
        return await self._serve(exchange, environment, head, body, "Content-Type: application/json\r\n")

    async def attach(self, exchange: Exchange) -> Answer | None:
        identifier, environment = self._asked(exchange)
        head = f"POST /containers/{identifier}/attach?stdin=1&stdout=1&stderr=1&stream=1 HTTP/1.1\r\n"
        return await self._serve(exchange, environment, head, b"", "")

    def _asked(self, exchange: Exchange) -> tuple[str, dict]:
        identifier = exchange.argument("id")
        if not identifier:
            raise Wrong(400, "Invalid query parameter: id", "missing query parameter")
        if not re.fullmatch(r"[0-9a-fA-F]+", identifier):
            raise Wrong(400, "Invalid query parameter: id (must be hexadecimal identifier)", "invalid id")
        number = exchange.argument("endpointId")
        if not number.isdecimal():
            raise Wrong(400, "Invalid query parameter: endpointId", "missing or invalid query parameter")
        return identifier, entered(self._portainer, exchange, int(number))

    async def _serve(self, exchange: Exchange, environment: dict, line: str, body: bytes, kind: str) -> Answer | None:
        """Tells the browser 101 first and asks the environment then: what goes wrong later has no words."""
        if exchange.header("Upgrade").lower() != "websocket":
            text = "Bad Request: 'upgrade' token not found in 'Connection' header"
            return Answer.text(400, text)
        early = exchange.connection.take_over()
        browser = Browser(exchange.connection.stream)
        if not await browser.accept(exchange, early):
            exchange.sent = 400
            return None
        exchange.sent = 101
        # No base path, no version and an empty Host: this is what the environment really gets.
        fields = f"Host: \r\nUser-Agent: {AGENT}\r\nContent-Length: {len(body)}\r\nConnection: Upgrade\r\n"
        head = (line + fields + kind + "Upgrade: tcp\r\n\r\n").encode()
        where = quote(line.split()[1])
        try:
            stream = await destination(environment).dial()
        except Unreachable as error:
            self._remarks.note("console-refused", f"{where}: {error}")
            return None
        try:
            await stream.send_all(head + body)
            status, lost = await _head(stream)
            if lost:
                text = f"{where}: {len(lost)} bytes came in the same write as the head, and are lost"
                self._remarks.note("console-bytes-lost", text)
            if status != 101:
                self._remarks.note("console-refused", f"{where}: the environment answered {status} instead of 101")
                return None
            await browser.talk(stream)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            self._remarks.note("console-refused", f"{where}: {error!r}")
        finally:
            with trio.CancelScope(shield=True):
                await trio.aclose_forcefully(stream)
        return None


async def _head(stream: trio.abc.Stream) -> tuple[int, bytes]:
    """The status, and what was read together with the end of the head: the real server drops its buffer here."""
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        data = await stream.receive_some(4096)
        if not data:
            return 0, b""
        buffer += data
    line = buffer.partition(b"\r\n")[0].split()
    status = int(line[1]) if len(line) > 1 and line[1].isdigit() else 0
    return status, buffer.partition(b"\r\n\r\n")[2] if status == 101 else b""


class Browser:
    """The websocket of a console: text frames out, whatever comes in."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self._socket = WSConnection(ConnectionType.SERVER)
        self._message = b""
        self._sending = trio.Lock()
        self._pending = b""

    async def accept(self, exchange: Exchange, early: bytes) -> bool:
        """Answers the handshake. The Origin is never looked at."""
        headers = [
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in exchange.headers
            if name.lower() not in ("origin", "sec-websocket-protocol", "sec-websocket-extensions")
        ]
        try:
            handshake = WSConnection(ConnectionType.SERVER)
            handshake.initiate_upgrade_connection(headers, exchange.target)
            request = next(handshake.events(), None)
        except RemoteProtocolError:
            request = None
        if not isinstance(request, Request):
            await self._stream.send_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return False
        self._socket = handshake
        await self._stream.send_all(handshake.send(AcceptConnection()))
        if early:
            self._pending = early
        return True

    async def talk(self, engine: trio.abc.Stream) -> None:
        """Both ways, until one ends; then the connection just closes."""
        async with trio.open_nursery() as nursery:

            async def to_browser() -> None:
                with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                    while data := await engine.receive_some(2048):
                        text = TextMessage(data=data.decode(errors="replace"))
                        await self._send(text)
                nursery.cancel_scope.cancel()

            async def to_engine() -> None:
                with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                    while await self._receive(engine):
                        pass
                nursery.cancel_scope.cancel()

            nursery.start_soon(to_browser)
            nursery.start_soon(to_engine)

    async def _send(self, event: Event) -> None:
        async with self._sending:
            await self._stream.send_all(self._socket.send(event))

    async def _receive(self, engine: trio.abc.Stream) -> bool:
        data = self._pending or await self._stream.receive_some(65536)
        self._pending = b""
        if not data:
            return False
        try:
            self._socket.receive_data(data)
            for event in self._socket.events():
                if not await self._handle(event, engine):
                    return False
        except RemoteProtocolError:
            return False
        return True

    async def _handle(self, event: object, engine: trio.abc.Stream) -> bool:
        match event:
            case TextMessage() | BytesMessage():
                content = event.data.encode() if isinstance(event.data, str) else bytes(event.data)
                self._message += content
                if len(self._message) > LONGEST_MESSAGE:
                    await self._send(CloseConnection(code=MESSAGE_TOO_BIG, reason=""))
                    return False
                if event.message_finished:
                    whole, self._message = self._message, b""
                    await engine.send_all(whole)
            case Ping():
                await self._send(event.response())
            case CloseConnection():
                await self._send(event.response())
                return False
            case Message() | RejectConnection():
                return False
        return True
