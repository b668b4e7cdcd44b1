"""Carries what ended at the bridge into running servers: ``python -m diycloud_jupyterhub.revocation``.

The hub itself asks the bridge at every request, but a notebook server trusts its browser's token without asking the
bridge. This service, started by the hub, waits for revocations and takes those tokens away, and stops the servers of
people who were disabled, deleted or locked.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
from traitlets.config import Config

from .bridge import BridgeClient, BridgeError, Revocation
from .browser import FORM_PREFIX

log = logging.getLogger("diycloud.revocation")


class HubError(Exception):
    """The hub did not do what it was asked."""


@dataclass
class HubClient:
    """The hub's REST API, as far as this service uses it."""

    url: str
    token: str
    #: a stop answers within JupyterHub's slow_stop_timeout (10 s)
    timeout: float = 20.0
    _http: aiohttp.ClientSession | None = None

    async def active_users(self) -> dict[str, list[str]]:
        """Names of the users with a server, and the names of their servers ("" is the default one)."""
        found: dict[str, list[str]] = {}
        offset: int | None = 0
        while offset is not None:
            page = await self._call("GET", f"/users?state=active&limit=100&offset={offset}")
            for user in page["items"]:
                found[user["name"]] = list(user.get("servers") or [])
            following = page["_pagination"]["next"]
            offset = following["offset"] if following else None
        return found

    async def servers(self, name: str) -> list[str]:
        """Names of the servers of a user that run or are about to."""
        user = await self._call("GET", f"/users/{quote(name, safe='')}")
        return list((user or {}).get("servers") or [])

    async def browser_sessions(self, name: str) -> set[str]:
        """The bridge sessions for which a user's servers hold browser tokens."""
        answer = await self._call("GET", f"/users/{quote(name, safe='')}/tokens")
        sessions = {token.get("session_id") for token in (answer or {}).get("api_tokens", [])}
        return {session for session in sessions if session and not session.startswith(FORM_PREFIX)}

    async def delete_session_tokens(self, name: str, session: str) -> None:
        """Take one browser's tokens away."""
        await self._call("DELETE", f"/diycloud/users/{quote(name, safe='')}/sessions/{quote(session, safe='')}")

    async def delete_all_tokens(self, name: str) -> None:
        """Take all tokens of a user away."""
        await self._call("DELETE", f"/diycloud/users/{quote(name, safe='')}/sessions")

    async def stop(self, name: str, server: str) -> None:
        """Stop a server. It may still be stopping when this returns."""
        path = f"/users/{quote(name, safe='')}/" + (f"servers/{quote(server, safe='')}" if server else "server")
        await self._call("DELETE", path)

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    async def _call(self, method: str, path: str) -> Any:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.timeout))
        headers = {"Authorization": f"token {self.token}", "Accept": "application/jupyterhub-pagination+json"}
        try:
            async with self._http.request(method, self.url + path, headers=headers) as response:
                if response.status == 404:
                    return None
                if response.status >= 300:
                    raise HubError(f"{method} {path}: {response.status} {(await response.text())[:200]}")
                # only some answers have a body, and not all of those are JSON
                return await response.json() if method == "GET" else None
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise HubError(f"{method} {path}: {type(error).__name__} {error}") from error


@dataclass
class RevocationFollower:
    """Follows the bridge's revocations and applies each to the hub.

    Where it may have missed some (first start, a gap in the numbers) it compares every running server's owner and every
    browser token with what the bridge says now.
    """

    bridge: BridgeClient
    hub: HubClient
    #: seconds one poll waits at the bridge
    wait: int = 25
    #: seconds to the next attempt after the first, second, ... failure in a row
    backoff: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _cursor: int | None = None
    _stops: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Follow until cancelled."""
        failures = 0
        while True:
            try:
                await self.step()
                failures = 0
            except (BridgeError, HubError) as error:
                # the cursor stays where it was: what was not applied comes again
                log.warning("%s", error)
                await self.sleep(self.backoff[min(failures, len(self.backoff) - 1)])
                failures += 1

    async def step(self) -> None:
        """One poll and what follows from it; without a cursor, a full comparison."""
        if self._cursor is None:
            # first the cursor, then the comparison: what happens in between comes with the next poll
            cursor, _ = await self.bridge.revocations(None)
            await self.reconcile()
            self._cursor = cursor
            log.info("Following revocations from %d on", cursor)
            return
        after = self._cursor
        cursor, revocations = await self.bridge.revocations(after, self.wait)
        if cursor != after + len(revocations):
            log.warning("Revocations between %d and %d are not complete: comparing everything", after, cursor)
            self._cursor = None
        await self.apply(revocations)
        if self._cursor is not None:
            self._cursor = cursor

    async def apply(self, revocations: Iterable[Revocation]) -> None:
        """Apply revocations to the hub, those of a whole user first."""
        whole = {revocation.user for revocation in revocations if revocation.session is None}
        sessions = {(r.user, r.session) for r in revocations if r.session is not None and r.user not in whole}
        await asyncio.gather(
            *(self._end_user(user) for user in sorted(whole)),
            *(self._end_session(user, session) for user, session in sorted(sessions)),
        )

    async def reconcile(self) -> None:
        """Compare the owners and browser tokens of running servers with what the bridge says now."""
        room = asyncio.Semaphore(8)

        async def check(name: str) -> None:
            async with room:
                if await self.bridge.user(name) is None:
                    await self._end_user(name)
                    return
                for session in await self.hub.browser_sessions(name):
                    if await self.bridge.session(session) is None:
                        await self._end_session(name, session)

        await asyncio.gather(*(check(name) for name in await self.hub.active_users()))

    async def _end_session(self, name: str, session: str) -> None:
        log.info("%s: session %s ended", name, session)
        await self.hub.delete_session_tokens(name, session)

    async def _end_user(self, name: str) -> None:
        log.info("%s: everything ended", name)
        await self.hub.delete_all_tokens(name)
        for server in await self.hub.servers(name):
            # a server that is slow to stop must not hold up the next revocation
            task = asyncio.ensure_future(self._stop(name, server))
            self._stops.add(task)
            task.add_done_callback(self._stops.discard)

    async def _stop(self, name: str, server: str) -> None:
        for pause in self.backoff:
            try:
                return await self.hub.stop(name, server)
            except HubError as error:
                log.warning("%s: cannot stop server %r: %s", name, server, error)
                await self.sleep(pause)
        # the next comparison finds it again
        self._cursor = None


async def main() -> None:
    """Run until the hub ends this service. Settings come from the environment that jupyterhub_config.py gives it."""
    config = Config()
    for name, trait in (("DIYCLOUD_BRIDGE_URL", "url"), ("DIYCLOUD_SERVICE_TOKEN_FILE", "token_file")):
        if value := os.environ.get(name):
            config.BridgeClient[trait] = value
    bridge = BridgeClient(config=config)
    hub = HubClient(os.environ["JUPYTERHUB_API_URL"], os.environ["JUPYTERHUB_API_TOKEN"])
    following = asyncio.ensure_future(RevocationFollower(bridge, hub).run())
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, following.cancel)
    try:
        await following
    except asyncio.CancelledError:
        pass
    finally:
        await bridge.close()
        await hub.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="[%(levelname)s %(asctime)s %(name)s] %(message)s")
    asyncio.run(main())
