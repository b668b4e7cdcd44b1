"""One request and its answer."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_plus

from .wrong import Wrong

if TYPE_CHECKING:
    from .connection import Connection

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass
class Answer:
    """An answer that is known as a whole."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)

    @staticmethod
    def json(value: Any, status: int = 200) -> Answer:
        return Answer(status, json.dumps(value).encode() + b"\n", [("Content-Type", "application/json")])

    @staticmethod
    def text(status: int, text: str) -> Answer:
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
        return Answer(status, text.encode() + b"\n", headers)


NOTHING = Answer(204)


def query_pairs(text: str) -> list[tuple[str, str]]:
    """A query as Go's `url.ParseQuery` reads it: decoded names, parts with `;` or a bad escape dropped."""
    pairs = []
    for part in text.split("&"):
        if not part or ";" in part or _BAD_ESCAPE.search(part):
            continue
        name, _, value = part.partition("=")
        pairs.append((unquote_plus(name), unquote_plus(value)))
    return pairs


@dataclass
class Exchange:
    """A request, and the ways to answer it that a plain `Answer` cannot express."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    peer: str
    connection: Connection
    values: dict[str, str] = field(default_factory=dict)
    #: set by the bouncer
    user: Any = None
    #: headers for whatever answer follows
    extra: list[tuple[str, str]] = field(default_factory=list)
    #: the status of an answer that was sent piece by piece
    sent: int = 0

    @property
    def raw_path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def path(self) -> str:
        return unquote(self.raw_path)

    @property
    def query_text(self) -> str:
        return self.target.partition("?")[2]

    @property
    def query(self) -> list[tuple[str, str]]:
        return query_pairs(self.query_text)

    def argument(self, name: str, default: str = "") -> str:
        """The first query argument of the name."""
        return next((value for key, value in self.query if key == name), default)

    def header(self, name: str) -> str:
        """The first header of the name, empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def cookie(self, name: str) -> str | None:
        """The first cookie of the name; None when there is none."""
        for key, value in self.headers:
            if key.lower() == "cookie":
                for part in value.split(";"):
                    left, sign, right = part.strip().partition("=")
                    if sign and left == name:
                        return right.strip('"')
        return None

    def number(self, name: str) -> int:
        """A number in the path."""
        text = self.values[name]
        if not re.fullmatch(r"-?\d+", text):
            raise Wrong(400, f"Invalid {name} identifier route variable", f"Invalid route variable {text}")
        return int(text)

    async def body(self, limit: int = 32 << 20) -> bytes:
        return b"".join([chunk async for chunk in self.chunks(limit)])

    async def chunks(self, limit: int | None = None) -> AsyncIterator[bytes]:
        """The body as it comes."""
        seen = 0
        async for chunk in self.connection.request_body():
            seen += len(chunk)
            if limit is not None and seen > limit:
                raise Wrong(400, "Invalid request payload", "http: request body too large")
            yield chunk
