"""What the server keeps in memory for an environment's proxy."""

from __future__ import annotations

from . import snapshots
from .engine import Engine


class Proxies:
    """The engine's id as it was when the proxy was made: a later change is not seen before a restart."""

    def __init__(self) -> None:
        self._engine_ids: dict[int, str] = {}

    def forget(self, environment: int) -> None:
        self._engine_ids.pop(environment, None)

    async def engine_id(self, environment: dict) -> str:
        """What the names of volumes end with in resource controls."""
        number = environment["Id"]
        if number not in self._engine_ids:
            known = snapshots.engine_id(environment)
            if known is None:
                async with Engine(environment) as engine:
                    known = snapshots.of_info(await engine.ask("GET", "/info"))
            self._engine_ids[number] = known
        return self._engine_ids[number]
