"""A request's JSON body, read as Go's encoding/json reads it into a struct."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .remarks import Remarks
from .wrong import Wrong

INVALID = "Invalid request payload"


class Body:
    """Fields by name in any letter case, the last of equal ones wins, unknown ones are ignored but remarked upon."""

    def __init__(self, raw: bytes, known: Iterable[str], remarks: Remarks, where: str) -> None:
        try:
            value = json.loads(raw)
        except ValueError as error:
            raise Wrong(400, INVALID, "EOF" if not raw.strip() else str(error)) from None
        if not isinstance(value, dict):
            raise Wrong(400, INVALID, "json: cannot unmarshal into a struct")
        names = {name.lower(): name for name in known}
        self._fields: dict[str, Any] = {}
        for name, member in value.items():
            if name.lower() not in names:
                remarks.note("unknown-field", f"{where}: {name}")
            elif name != names[name.lower()] and where not in _LOWER_CASE_IS_USUAL:
                remarks.note("other-letter-case", f"{where}: {name} for {names[name.lower()]}")
            self._fields[name.lower()] = member

    def __contains__(self, name: str) -> bool:
        """Whether the field was sent and is not null (a nil pointer in Go)."""
        return self._fields.get(name.lower()) is not None

    def _typed(self, name: str, kinds: type | tuple[type, ...], default: Any) -> Any:
        value = self._fields.get(name.lower())
        if value is None:
            return default
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is int):
            raise Wrong(400, INVALID, f"json: cannot unmarshal {type(value).__name__} into Go struct field .{name}")
        return value

    def text(self, name: str, default: str = "") -> str:
        return self._typed(name, str, default)

    def number(self, name: str, default: int = 0) -> int:
        return self._typed(name, int, default)

    def flag(self, name: str, default: bool = False) -> bool:
        return self._typed(name, bool, default)

    def items(self, name: str) -> list:
        return self._typed(name, list, [])

    def members(self, name: str) -> dict:
        return self._typed(name, dict, {})


#: The web page itself sends these in lower case.
_LOWER_CASE_IS_USUAL = {"auth", "user token"}
