"""Whether somebody is still in: the bridge's word, asked at most every few seconds."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from .bridge import BridgeUser, Unavailable


@dataclass
class _Entry:
    user: BridgeUser
    answered_at: float
    #: when the bridge last failed to answer for this key
    failed_at: float | None = None


@dataclass
class Standing:
    """Remembers good answers of `ask` for `fresh` seconds, and for `grace` seconds while the bridge is away.

    A "no" is never remembered and never overridden by the grace. One question is under way per key, however many
    requests of a page wait for it.

    Args:
        ask: asks the bridge about a key (session id or user name): the user, None for "no", or `Unavailable`.
        fresh: seconds in which an answer counts without asking again.
        grace: seconds since the last good answer for which an absent bridge is forgiven.
        clock: a monotonic clock, in seconds.
    """

    ask: Callable[[str], Awaitable[BridgeUser | None]]
    fresh: float
    grace: float
    log: logging.Logger | logging.LoggerAdapter[logging.Logger]
    clock: Callable[[], float] = time.monotonic
    #: seconds between two attempts while the bridge is away, so that a hanging bridge does not hang every request
    retry: float = 1.0
    _entries: dict[str, _Entry] = field(default_factory=dict)
    _questions: dict[str, asyncio.Task[BridgeUser | None]] = field(default_factory=dict)

    async def of(self, key: str) -> BridgeUser | None:
        """The user behind `key`, or None when they are out (or the bridge has been away for longer than the grace)."""
        now = self.clock()
        entry = self._entries.get(key)
        if entry and now - entry.answered_at < self.fresh:
            return entry.user
        if entry and entry.failed_at is not None and now - entry.failed_at < self.retry:
            return self._forgiven(entry, now)
        question = self._questions.get(key)
        if question is None:
            question = asyncio.ensure_future(self._question(key))
            self._questions[key] = question
            question.add_done_callback(lambda done: self._close(key, done))
        # one browser that gives up must not take the answer from the others
        return await asyncio.shield(question)

    def remember(self, key: str, user: BridgeUser) -> None:
        """Note an answer that came by another way, such as a sign-in that was just checked."""
        self._make_room()
        self._entries[key] = _Entry(user, self.clock())

    def forget(self, key: str) -> None:
        """Ask again at the next request, and forgive nothing until then."""
        self._entries.pop(key, None)
        # an answer under way may be older than the reason to forget
        self._questions.pop(key, None)

    def forget_user(self, name: str) -> None:
        """Forget every answer about a user."""
        for key in [key for key, entry in self._entries.items() if entry.user.name == name]:
            self.forget(key)

    def _close(self, key: str, question: asyncio.Task[BridgeUser | None]) -> None:
        if self._questions.get(key) is question:
            del self._questions[key]

    async def _question(self, key: str) -> BridgeUser | None:
        try:
            user = await self.ask(key)
        except Unavailable as error:
            now = self.clock()
            entry = self._entries.get(key)
            self.log.warning("Cannot ask whether %s is still signed in: %s", key, error)
            if entry is None:
                return None
            entry.failed_at = now
            return self._forgiven(entry, now)
        if user is None:
            self._entries.pop(key, None)
        elif self._questions.get(key) is asyncio.current_task():
            self.remember(key, user)
        return user

    def _forgiven(self, entry: _Entry, now: float) -> BridgeUser | None:
        return entry.user if now - entry.answered_at < self.grace else None

    def _make_room(self) -> None:
        if len(self._entries) < 4096:
            return
        now = self.clock()
        for key in [key for key, entry in self._entries.items() if now - entry.answered_at >= self.grace]:
            del self._entries[key]
