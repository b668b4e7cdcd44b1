"""The limit on the paths that take a password or a code."""

from __future__ import annotations

import time
from collections.abc import Callable

BURST = 10
REFILL_PER_SECOND = 1.0
BAN_SECONDS = 3600.0


class RateLimiter:
    """A token bucket for each source address, and a ban of an hour for who empties it. Forgotten at a restart."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._buckets: dict[str, tuple[float, float]] = {}
        self._banned_until: dict[str, float] = {}

    def allows(self, address: str) -> bool:
        """Takes one token of the address. False while it is banned, and from the try that finds none."""
        now = self._now()
        if self._banned_until.get(address, 0.0) > now:
            return False
        tokens, seen = self._buckets.get(address, (float(BURST), now))
        tokens = min(float(BURST), tokens + (now - seen) * REFILL_PER_SECOND)
        if tokens < 1.0:
            self._banned_until[address] = now + BAN_SECONDS
            return False
        self._buckets[address] = (tokens - 1.0, now)
        return True
