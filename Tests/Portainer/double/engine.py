"""Portainer's own Docker client: what the server asks an environment for itself."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from .destinations import destination
from .outgoing import AGENT, Call, Reply, Unreachable

NEWEST = (1, 46)


class EngineRefusal(Exception):
    """The environment answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"Error response from daemon: {message}")
        self.status = status


class Engine:
    """Calls on one connection, after a ping that settles the version. Use `async with`."""

    def __init__(self, environment: dict) -> None:
        self._to = destination(environment)
        self._call: Call | None = None
        self._version = ""

    async def __aenter__(self) -> Engine:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._call is not None:
            await self._call.close()

    async def ping(self) -> None:
        """`HEAD /_ping`, and `GET` where that is not answered well."""
        reply = await self._send("HEAD", "/_ping", None)
        if reply.status not in (200, 500):
            reply = await self._send("GET", "/_ping", None)
        if reply.status >= 400:
            raise EngineRefusal(reply.status, reply.body.decode(errors="replace").strip() or str(reply.status))
        offered = reply.header("API-Version") or "1.24"
        major, minor = (int(part) for part in offered.split("."))
        chosen = min((major, minor), NEWEST)
        self._version = f"/v{chosen[0]}.{chosen[1]}"

    async def ask(self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None) -> Any:
        """One call of the API; the JSON of its answer. EngineRefusal from status 400."""
        if not self._version:
            await self.ping()
        target = self._version + path + (f"?{urlencode(query)}" if query else "")
        reply = await self._send(method, target, body)
        if reply.status >= 400:
            raise EngineRefusal(reply.status, _message(reply))
        if reply.header("Content-Type") == "application/json" and reply.body:
            try:
                return json.loads(reply.body)
            except ValueError:
                return reply.body
        return reply.body

    async def _send(self, method: str, target: str, body: Any) -> Reply:
        host = "api.moby.localhost" if self._to.socket else self._to.authority
        headers = [("Host", host), ("User-Agent", AGENT)]
        content = None
        if body is not None:
            content = json.dumps(body).encode() + b"\n"
            headers.append(("Content-Type", "application/json"))
        elif method == "POST":
            content = b""
        for kept in (True, False):
            if self._call is None or not self._call.may_go_on():
                if self._call is not None:
                    await self._call.close()
                self._call, kept = Call(await self._to.dial()), False
            try:
                return await self._call.whole(method, target, headers, content)
            except Unreachable:
                # A kept connection may have been closed by the other side meanwhile.
                if not kept:
                    raise
                await self._call.close()
                self._call = None
        raise Unreachable("EOF")


def segment(text: str) -> str:
    """A name as one segment of a path."""
    return quote(text, safe="")


def _message(reply: Reply) -> str:
    try:
        return json.loads(reply.body)["message"]
    except (ValueError, KeyError, TypeError):
        return reply.body.decode(errors="replace").strip() or str(reply.status)
