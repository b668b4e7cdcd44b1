"""The bridge's REST interface for services, as JupyterHub uses it.

Every call shows the service token, has a time limit, and ends in a value or in one of the typed errors below. An answer
that is not of the agreed shape counts as `Unavailable`: half-understood answers must never let anybody in.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from traitlets import Float, Unicode, default
from traitlets.config import SingletonConfigurable

PROBLEM = "urn:diycloud:problem:"
#: Ids of sessions travel in cookies, URLs and JupyterHub's token table: plain URL-safe text only.
SESSION_ID = re.compile(r"[A-Za-z0-9_-]{8,128}\Z")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
SLICE_NAME = re.compile(r"user-[0-9]{1,10}\.slice\Z")


class BridgeError(Exception):
    """Base of what a call to the bridge may end in instead of a value."""


class Refused(BridgeError):
    """The bridge said no. `detail` is a sentence for the person, if the bridge gave one."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or "refused")
        self.detail = detail


class Challenge(BridgeError):
    """The password was not enough: the bridge has more questions (second factor, expired password).

    `purpose` is ``authentication`` or ``new-password``. The questions belong on the bridge's own page.
    """

    def __init__(self, purpose: str) -> None:
        super().__init__(f"the bridge asks a further question ({purpose})")
        self.purpose = purpose


class Unavailable(BridgeError):
    """No usable answer: not running, too slow, misconfigured, or not understood. Says nothing about the person."""


class NoSuchUser(BridgeError):
    """The bridge knows nobody of that name."""


@dataclass(frozen=True)
class BridgeUser:
    """Who somebody is, by the bridge's word."""

    name: str
    admin: bool
    groups: tuple[str, ...]
    email: str | None = None


@dataclass(frozen=True)
class SignedIn:
    """A live session of the bridge and the person behind it. `session` is its public id, not the cookie's token."""

    user: BridgeUser
    session: str


@dataclass(frozen=True)
class Cgroup:
    """Where a user's processes are limited together.

    `manager` says who keeps that place: ``systemd`` (the slice of the grant), ``cgroup`` (`directories`, one per
    hierarchy of the kernel) or ``none``. With `in_force` False the limits do not hold, for the `reason` given.
    """

    manager: str = "none"
    directories: tuple[str, ...] = ()
    in_force: bool = False
    reason: str = ""


@dataclass(frozen=True)
class SpawnGrant:
    """What a notebook server of a user may use: memory in bytes, CPU in cores, None where the bridge sets no limit."""

    name: str
    uid: int
    gid: int
    home: str
    slice: str | None
    cpu_cores: float | None
    memory_bytes: int | None
    gpu: bool
    environment: Mapping[str, str]
    #: how many processes and threads all that is theirs may have together
    tasks: int | None = None
    cgroup: Cgroup = Cgroup()


@dataclass(frozen=True)
class Revocation:
    """Something that ended: one session, or with `session` None everything of `user` (disabled, deleted, locked)."""

    seq: int
    user: str
    session: str | None
    reason: str


class BridgeClient(SingletonConfigurable):
    """Asks the bridge. One per process: authenticator and spawner share its connections."""

    url = Unicode(
        "unix:/run/diycloud-bridge/services.sock",
        help="The bridge's listener for services: `unix:/path` or `http://host:port`.",
    ).tag(config=True)
    token_file = Unicode(
        "/etc/diycloud-bridge/jupyterhub.token",
        help="""File with JupyterHub's service token, readable by the hub only. Read again for each call, so that a new
        token needs no restart.""",
    ).tag(config=True)
    timeout = Float(5.0, help="Seconds after which a call counts as unanswered.").tag(config=True)

    _base = Unicode()

    @default("_base")
    def _default_base(self) -> str:
        return "http://bridge" if self.url.startswith("unix:") else self.url.rstrip("/")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._http: aiohttp.ClientSession | None = None

    async def authenticate(self, username: str, password: str) -> BridgeUser:
        """Check a name and password. Raises `Refused`, `Challenge` or `Unavailable`.

        Says nothing of where the person sits, though the bridge would take a ``client_address``: the hub cannot know
        it. tornado believes X-Real-IP from any peer, and every user of this host reaches the hub's ports past nginx. A
        forged address would count guesses elsewhere, or bar somebody at the address that they usually come from. So
        the bridge counts failures at the hub under ``local``, apart from every real address.
        """
        body = {"username": username, "password": password}
        # the bridge delays a refusal on purpose; give a slow PAM stack its own ten seconds
        status, answer = await self._call("POST", "/api/v1/authenticate", body, timeout=self.timeout + 15)
        if status == 401 and answer.get("type") == PROBLEM + "refused":
            raise Refused
        if status == 200 and answer.get("status") == "accepted":
            return _user(answer.get("user"))
        if status == 200 and answer.get("status") == "challenge":
            raise Challenge("new-password" if answer.get("purpose") == "new-password" else "authentication")
        raise _unexpected("authenticate", status, answer)

    async def redeem(self, assertion: str, state: str) -> SignedIn | None:
        """Redeem a single-use sign-in assertion. Whatever comes back, the assertion is spent."""
        return await self._introspect({"assertion": assertion, "state": state})

    async def session(self, session: str) -> SignedIn | None:
        """Who is behind a session, or None when it has ended."""
        return await self._introspect({"session": session})

    async def _introspect(self, body: dict[str, str]) -> SignedIn | None:
        status, answer = await self._call("POST", "/api/v1/sessions/introspect", body)
        if status != 200 or not isinstance(answer.get("active"), bool):
            raise _unexpected("introspect", status, answer)
        if not answer["active"]:
            return None
        session = answer.get("session")
        identifier = session.get("id") if isinstance(session, dict) else None
        if not isinstance(identifier, str) or not SESSION_ID.match(identifier):
            raise Unavailable("the bridge named a session by an id that is none")
        return SignedIn(_user(answer.get("user")), identifier)

    async def end_session(self, session: str) -> None:
        """End a session everywhere. A session that is gone already is fine."""
        status, answer = await self._call("POST", "/api/v1/sessions/end", {"session": session})
        if status != 204:
            raise _unexpected("end session", status, answer)

    async def user(self, name: str) -> BridgeUser | None:
        """The user of that name if they may sign in now, else None (unknown or disabled)."""
        status, answer = await self._call("GET", f"/api/v1/users/{quote(name, safe='')}")
        if status == 404 and str(answer.get("type", "")).startswith(PROBLEM):
            return None
        if status != 200 or not isinstance(answer.get("active"), bool):
            raise _unexpected("user", status, answer)
        return _user(answer.get("user")) if answer["active"] else None

    async def spawn_grant(self, name: str) -> SpawnGrant:
        """What a server of this user may use. Raises `Refused` (with a sentence), `NoSuchUser` or `Unavailable`."""
        status, answer = await self._call("GET", f"/api/v1/users/{quote(name, safe='')}/spawn")
        problem = str(answer.get("type", "")).startswith(PROBLEM)
        # a 403 about our own token would carry no sentence that means anything to the person
        if status == 403 and problem and isinstance(answer.get("detail"), str):
            raise Refused(answer["detail"])
        if status == 404 and problem:
            raise NoSuchUser(name)
        if status != 200:
            raise _unexpected("spawn", status, answer)
        return _grant(answer)

    async def report(self, name: str, event: str, server: str = "", detail: str = "") -> None:
        """Tell the audit log about a server. Raises `Unavailable`; callers treat it as best effort."""
        body = {"event": event}
        if server:
            body["server"] = server
        if detail:
            body["detail"] = detail[:500]
        status, answer = await self._call("POST", f"/api/v1/users/{quote(name, safe='')}/events", body)
        if status != 204:
            raise _unexpected("events", status, answer)

    async def revocations(self, after: int | None, wait: int = 25) -> tuple[int, list[Revocation]]:
        """What ended after cursor `after`, waiting up to `wait` seconds; without `after` only the present cursor."""
        path = "/api/v1/revocations" if after is None else f"/api/v1/revocations?after={after}&wait={wait}"
        status, answer = await self._call("GET", path, timeout=self.timeout + (0 if after is None else wait))
        rows = answer.get("revocations")
        if status != 200 or not isinstance(answer.get("cursor"), int) or not isinstance(rows, list):
            raise _unexpected("revocations", status, answer)
        return answer["cursor"], [_revocation(row) for row in rows]

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _call(
        self, method: str, path: str, body: object | None = None, timeout: float | None = None
    ) -> tuple[int, dict[str, Any]]:
        limit = aiohttp.ClientTimeout(total=self.timeout if timeout is None else timeout, sock_connect=self.timeout)
        try:
            async with self._session().request(
                method, self._base + path, json=body, headers=self._headers(), timeout=limit, allow_redirects=False
            ) as response:
                answer: Any = {}
                if response.status != 204:
                    answer = await response.json(content_type=None)
                if not isinstance(answer, dict):
                    raise Unavailable(f"the bridge answered {method} {path} with something that is no object")
                return response.status, answer
        # ValueError: a body that is no JSON
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise Unavailable(f"the bridge does not answer at {self.url}: {type(error).__name__} {error}") from error

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None or self._http.closed:
            path = self.url.removeprefix("unix:")
            connector = aiohttp.UnixConnector(path=path) if path != self.url else aiohttp.TCPConnector()
            self._http = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._http

    def _headers(self) -> dict[str, str]:
        try:
            token = Path(self.token_file).read_text(encoding="ascii").strip()
        except (OSError, UnicodeError) as error:
            raise Unavailable(f"the service token in {self.token_file} cannot be read: {error}") from error
        return {"Authorization": f"Bearer {token}"}


def _unexpected(what: str, status: int, answer: Mapping[str, Any]) -> Unavailable:
    return Unavailable(f"the bridge answered {what} with {status} {answer.get('type', '')} {answer.get('detail', '')}")


def _user(value: object) -> BridgeUser:
    match value:
        case {"name": str(name), "admin": bool(admin), "groups": list(groups)} if all(
            isinstance(group, str) for group in groups
        ):
            email = value.get("email")
            return BridgeUser(name, admin, tuple(groups), email if isinstance(email, str) else None)
    raise Unavailable("the bridge described a user in a way that is not understood")


def _grant(value: Mapping[str, Any]) -> SpawnGrant:
    match value:
        case {"name": str(name), "uid": int(uid), "gid": int(gid), "home": str(home), "limits": dict(limits)}:
            cores, memory, tasks = limits.get("cpu_cores"), limits.get("memory_bytes"), limits.get("tasks")
            environment, slice_name = value.get("environment") or {}, value.get("slice")
            usable = (
                home.startswith("/")
                and (cores is None or (isinstance(cores, (int, float)) and cores > 0))
                and (memory is None or (isinstance(memory, int) and memory > 0))
                and (tasks is None or (isinstance(tasks, int) and tasks > 0))
                and isinstance(environment, dict)
                and all(VARIABLE.match(name) and isinstance(text, str) for name, text in environment.items())
                and (slice_name is None or (isinstance(slice_name, str) and SLICE_NAME.match(slice_name)))
            )
            if usable:
                return SpawnGrant(
                    name=name,
                    uid=uid,
                    gid=gid,
                    home=home,
                    slice=slice_name,
                    cpu_cores=None if cores is None else float(cores),
                    memory_bytes=memory,
                    gpu=value.get("gpu") is True,
                    environment=environment,
                    tasks=tasks,
                    cgroup=_cgroup(value.get("cgroup")),
                )
    raise Unavailable("the bridge described the limits of a server in a way that is not understood")


def _cgroup(value: object) -> Cgroup:
    """The place of a grant; that of a bridge which names none is ``none``."""
    match value:
        case None:
            return Cgroup(reason="the bridge does not say where they would hold")
        case {"manager": "systemd" | "cgroup" | "none" as manager, "directories": list(paths), "in_force": bool(holds)}:
            reason = value.get("reason")
            if (
                all(isinstance(path, str) and path.startswith("/") and normpath(path) == path for path in paths)
                and (reason is None or isinstance(reason, str))
                # a promise without a place to keep it
                and not (holds and (manager == "none" or (manager == "cgroup" and not paths)))
            ):
                return Cgroup(manager, tuple(paths), holds, " ".join((reason or "").split())[:300])
    raise Unavailable("the bridge described the cgroup of a server in a way that is not understood")


def _revocation(value: object) -> Revocation:
    match value:
        case {"seq": int(seq), "user": str(user), "session": str() | None as session}:
            return Revocation(seq, user, session, str(value.get("reason", "")))
    raise Unavailable("the bridge described a revocation in a way that is not understood")
