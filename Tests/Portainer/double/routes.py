"""Paths and who may use them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from .exchange import Answer, Exchange

Handler = Callable[[Exchange], Awaitable[Answer | None]]


class Access(Enum):
    """Who may use a route."""

    PUBLIC = "no credential is looked at"
    SIGNED_IN = "any user"
    TEAM_LEADER = "administrators and leaders of a team"
    ADMINISTRATOR = "administrators"


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    access: Access
    handler: Handler
    limited: bool


class Routes:
    """`{name}` in a pattern is one segment, `{name*}` the rest of the path as it was sent."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(self, method: str, pattern: str, access: Access, handler: Handler, *, limited: bool = False) -> None:
        expression = re.sub(r"\{(\w+)\*\}", r"(?P<\1>.*)", re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern))
        self._routes.append(Route(method, re.compile(expression), access, handler, limited))

    def find(self, exchange: Exchange) -> Route | None:
        """The route, its values in `exchange.values`; None for an unknown path. Another method on a known one: 405."""
        known = False
        for route in self._routes:
            if match := route.pattern.fullmatch(exchange.path):
                if route.method in (exchange.method, "ANY"):
                    exchange.values = match.groupdict()
                    return route
                known = True
        if known:
            return Route("ANY", re.compile(""), Access.PUBLIC, _wrong_method, False)
        return None


def cleaned(path: str) -> str:
    """The path without empty and dot segments; the real router redirects to it."""
    clean = posixpath.normpath("/" + path.lstrip("/"))
    return clean + "/" if path.endswith("/") and clean != "/" else clean


async def _wrong_method(_: Exchange) -> Answer:
    return Answer(405)
