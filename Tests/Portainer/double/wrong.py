"""An answer that is an error, in Portainer's own form."""

from __future__ import annotations


class Wrong(Exception):
    """Ends a request with `{"message", "details"}` and the status."""

    def __init__(self, status: int, message: str, details: str | None = None) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.details = details if details is not None else message


class Panic(Exception):
    """The real server crashes in this request: the connection closes without an answer."""
