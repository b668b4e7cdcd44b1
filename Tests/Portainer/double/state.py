"""What outlives a restart, in one JSON file."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

from .defaults import first_settings

BUCKETS = (
    "users",
    "teams",
    "memberships",
    "endpoints",
    "api_keys",
    "resource_controls",
    "stacks",
    "custom_templates",
)


def key_digest(raw: str) -> str:
    """What is stored of an API key."""
    return base64.b64encode(hashlib.sha256(raw.encode()).digest()).decode()


class State:
    """Rows by number, in buckets that never give a number twice. Every change must end with `save()`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._file = data / "portainer-double.json"
        if self._file.exists():
            self._content = json.loads(self._file.read_text())
        else:
            self._content = {
                "instance": str(uuid.uuid4()),
                "settings": first_settings(),
                "numbers": dict.fromkeys(BUCKETS, 0),
                **{bucket: {} for bucket in BUCKETS},
            }
            self.save()

    def save(self) -> None:
        """Replaces the file as a whole, so that a reader or a crash never sees half of it."""
        draft = self._file.with_suffix(".draft")
        with draft.open("w") as out:
            json.dump(self._content, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        draft.chmod(0o600)
        draft.replace(self._file)

    @property
    def instance(self) -> str:
        return self._content["instance"]

    @property
    def settings(self) -> dict[str, Any]:
        return self._content["settings"]

    def rows(self, bucket: str) -> list[dict]:
        """All rows, oldest first."""
        return list(self._content[bucket].values())

    def row(self, bucket: str, number: int) -> dict | None:
        return self._content[bucket].get(str(number))

    def next_number(self, bucket: str) -> int:
        """Uses a number up, whether a row is stored with it or not."""
        self._content["numbers"][bucket] += 1
        self.save()
        return self._content["numbers"][bucket]

    def add(self, bucket: str, row: dict, number: int | None = None) -> dict:
        """Stores a new row under its number and saves."""
        number = number or self.next_number(bucket)
        stored = {"Id": number, **row}
        self._content[bucket][str(number)] = stored
        self.save()
        return stored

    def remove(self, bucket: str, number: int) -> None:
        with contextlib.suppress(KeyError):
            del self._content[bucket][str(number)]
        self.save()

    def user_named(self, name: str) -> dict | None:
        """The first user of that name, whatever the letter case."""
        return next((user for user in self.rows("users") if user["Username"].lower() == name.lower()), None)

    def team_named(self, name: str) -> dict | None:
        return next((team for team in self.rows("teams") if team["Name"].lower() == name.lower()), None)

    def key_of(self, raw: str) -> dict | None:
        """The stored API key of a raw one."""
        digest = key_digest(raw)
        return next((key for key in self.rows("api_keys") if key["Digest"] == digest), None)

    def teams_of(self, user: int) -> set[int]:
        return {row["TeamID"] for row in self.rows("memberships") if row["UserID"] == user}

    def leads_a_team(self, user: int) -> bool:
        return any(row["UserID"] == user and row["Role"] == 1 for row in self.rows("memberships"))
