"""What a client did that the real server lets pass in silence, or answers in a way that is easy to overlook."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


class Remarks:
    """Two files of one JSON object a line: `remarks.jsonl` (doubtful things) and `requests.jsonl` (what was asked).

    Neither ever holds a credential, a cookie or a body.
    """

    def __init__(self, data: Path) -> None:
        self._remarks = data / "remarks.jsonl"
        self._requests = data / "requests.jsonl"

    def note(self, kind: str, text: str) -> None:
        """Writes down something that a careful client would not do; `kind` is a short kebab-case word."""
        self._append(self._remarks, {"time": time.time(), "kind": kind, "remark": text})
        print(f"remark: {kind}: {text}", file=sys.stderr, flush=True)

    def request(self, method: str, path: str, status: int, user: str | None, peer: str) -> None:
        """Writes down one answered request. The query is left out: it may hold a token."""
        line = {"time": time.time(), "method": method, "path": path, "status": status, "user": user, "from": peer}
        self._append(self._requests, line)

    @staticmethod
    def _append(file: Path, line: dict) -> None:
        with file.open("a") as out:
            out.write(json.dumps(line) + "\n")
