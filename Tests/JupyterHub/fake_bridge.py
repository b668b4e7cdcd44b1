"""A tiny bridge, strict to the contract: what the real one would refuse, this one refuses.

It runs in a thread of its own; tests change its people and sessions through the methods below.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from dataclasses import dataclass, field

from aiohttp import web
from yarl import URL

PROBLEM = "urn:diycloud:problem:"
CALLBACK = "/jupyter/hub/diycloud-login"


@dataclass
class Person:
    name: str
    uid: int
    password: str
    role: str = "user"
    active: bool = True
    second_factor: bool = False
    password_expired: bool = False
    cores: float = 2.0
    memory: int = 2 * 1024**3
    #: a sentence: the person may not start servers
    spawn_refusal: str | None = None
    #: seconds until the bridge answers about a server
    spawn_delay: float = 0
    gpu: bool = False
    #: where the limits hold; None is what an older bridge says: nothing
    cgroup: dict | None = None

    def user(self) -> dict:
        groups = ["users", "admins"] if self.role == "admin" else ["users"]
        return {"name": self.name, "role": self.role, "admin": self.role == "admin", "groups": groups, "email": None}


@dataclass
class Session:
    id: str
    name: str
    cookie: str


@dataclass
class FakeBridge:
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    people: dict[str, Person] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    assertions: dict[str, tuple[str, str]] = field(default_factory=dict)
    revocations: list[dict] = field(default_factory=list)
    events: list[tuple[str, dict]] = field(default_factory=list)
    #: (method, path) of every call with a service token
    calls: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    down: bool = False
    port: int = 0
    #: where browsers reach the hub's proxy
    hub_port: int = 0

    # -- what tests do to it ------------------------------------------------------------------------------------------

    def add(self, name: str, uid: int, **more) -> Person:
        self.people[name] = Person(name, uid, f"pw-{name}", **more)
        return self.people[name]

    def open_session(self, name: str) -> Session:
        session = Session(secrets.token_urlsafe(12), name, secrets.token_urlsafe(32))
        self.sessions[session.id] = session
        return session

    def end_session(self, session: Session, reason: str = "signed-out") -> None:
        if self.sessions.pop(session.id, None):
            self._revoke(session.name, session.id, reason)

    def disable(self, name: str) -> None:
        self.people[name].active = False
        for session in [s for s in self.sessions.values() if s.name == name]:
            self.end_session(session, "disabled")
        self._revoke(name, None, "disabled")

    def assertion(self, session: Session, state: str) -> str:
        text = secrets.token_urlsafe(32)
        self.assertions[text] = (session.id, state)
        return text

    def _revoke(self, user: str, session: str | None, reason: str) -> None:
        row = {"seq": len(self.revocations) + 1, "user": user, "session": session, "reason": reason, "at": 0}
        self.revocations.append(row)

    # -- running ------------------------------------------------------------------------------------------------------

    def start(self, port: int = 0) -> None:
        ready = threading.Event()

        def serve() -> None:
            self._loop = asyncio.new_event_loop()
            self._loop.run_until_complete(self._listen(port))
            ready.set()
            self._loop.run_forever()

        threading.Thread(target=serve, daemon=True).start()
        assert ready.wait(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _listen(self, port: int) -> None:
        app = web.Application(middlewares=[self._guard])
        app.router.add_post("/api/v1/authenticate", self._authenticate)
        app.router.add_post("/api/v1/sessions/introspect", self._introspect)
        app.router.add_post("/api/v1/sessions/end", self._end)
        app.router.add_get("/api/v1/users/{name}", self._user)
        app.router.add_get("/api/v1/users/{name}/spawn", self._spawn)
        app.router.add_post("/api/v1/users/{name}/events", self._event)
        app.router.add_get("/api/v1/revocations", self._revocations)
        app.router.add_get("/login/service/jupyterhub", self._sign_in_service)
        app.router.add_get("/login", self._login_page)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    @web.middleware
    async def _guard(self, request: web.Request, handler) -> web.StreamResponse:
        if self.down:
            return problem(503, "unavailable", **{"Retry-After": "1"})
        if request.path.startswith("/api/"):
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                self.faults.append(f"{request.path} without the service token")
                return problem(401, "unauthorized")
            if request.cookies:
                self.faults.append(f"{request.path} with a cookie")
            # the revocation service asks all the time
            if request.path != "/api/v1/revocations":
                self.calls.append((request.method, request.path))
        return await handler(request)

    async def _body(self, request: web.Request, *allowed: set[str]) -> dict:
        body = await request.json()
        if not any(set(body) == keys for keys in allowed) or not all(isinstance(v, str) for v in body.values()):
            self.faults.append(f"{request.path} with {sorted(body)}")
            raise web.HTTPBadRequest
        return body

    async def _authenticate(self, request: web.Request) -> web.Response:
        # the real one takes a client_address too, but the hub knows none that it could vouch for
        body = await self._body(request, {"username", "password"})
        person = self.people.get(body["username"])
        if not person or not person.active or person.password != body["password"]:
            return problem(401, "refused")
        if person.second_factor or person.password_expired:
            purpose = "new-password" if person.password_expired else "authentication"
            prompts = [{"kind": "hidden", "text": "Code:"}]
            answer = {"status": "challenge", "conversation": "c" * 20, "expires_in": 120}
            return web.json_response({**answer, "purpose": purpose, "prompts": prompts})
        return web.json_response({"status": "accepted", "user": person.user()})

    async def _introspect(self, request: web.Request) -> web.Response:
        body = await self._body(request, {"assertion", "state"}, {"session"})
        identifier = body.get("session")
        if identifier is None:
            identifier, state = self.assertions.pop(body["assertion"], (None, None))
            if state != body["state"]:
                identifier = None
        session = self.sessions.get(identifier or "")
        if session is None or not self.people[session.name].active:
            return web.json_response({"active": False})
        user = self.people[session.name].user()
        return web.json_response({"active": True, "user": user, "session": {"id": session.id, "expires_at": 2**31}})

    async def _end(self, request: web.Request) -> web.Response:
        body = await self._body(request, {"session"})
        if session := self.sessions.get(body["session"]):
            self.end_session(session)
        return web.Response(status=204)

    async def _user(self, request: web.Request) -> web.Response:
        person = self.people.get(request.match_info["name"])
        if person is None:
            return problem(404, "not-found")
        return web.json_response({"user": person.user(), "active": person.active})

    async def _spawn(self, request: web.Request) -> web.Response:
        person = self.people.get(request.match_info["name"])
        if person is None:
            return problem(404, "not-found")
        await asyncio.sleep(person.spawn_delay)
        if person.spawn_refusal or not person.active:
            return problem(403, "forbidden", detail=person.spawn_refusal or "Your account is disabled.")
        limits = {"cpu_cores": person.cores, "memory_bytes": person.memory, "disk_bytes": 5 * 1024**3, "tasks": 1024}
        grant = {
            "name": person.name,
            "uid": person.uid,
            "gid": person.uid,
            "home": f"/home/{person.name}",
            "shell": "/bin/bash",
            "slice": f"user-{person.uid}.slice",
            "limits": limits,
            "gpu": person.gpu,
            "environment": {"DIYCLOUD_DISK_QUOTA": str(5 * 1024**3)},
            "groups": person.user()["groups"],
        }
        return web.json_response(grant if person.cgroup is None else {**grant, "cgroup": person.cgroup})

    async def _event(self, request: web.Request) -> web.Response:
        keys = {"event"}
        body = await self._body(request, keys, keys | {"server"}, keys | {"detail"}, keys | {"server", "detail"})
        self.events.append((request.match_info["name"], body))
        return web.Response(status=204)

    async def _revocations(self, request: web.Request) -> web.Response:
        if "after" not in request.query:
            return web.json_response({"cursor": len(self.revocations), "revocations": []})
        after = int(request.query["after"])
        for _ in range(int(request.query.get("wait", "0")) * 20):
            if len(self.revocations) != after or self.down:
                break
            await asyncio.sleep(0.05)
        return web.json_response({"cursor": len(self.revocations), "revocations": self.revocations[after:]})

    # -- pages a browser sees -----------------------------------------------------------------------------------------

    def _browser(self, request: web.Request) -> Session | None:
        cookie = request.cookies.get("diycloud")
        return next((s for s in self.sessions.values() if s.cookie == cookie), None)

    async def _sign_in_service(self, request: web.Request) -> web.Response:
        state, next_url = request.query["state"], request.query.get("next")
        session = self._browser(request)
        if session is None:
            raise web.HTTPSeeOther("/login?rd=service")
        query = {"assertion": self.assertion(session, state), "state": state}
        if next_url:
            query["next"] = next_url
        raise web.HTTPSeeOther(URL(f"http://127.0.0.1:{self.hub_port}{CALLBACK}").with_query(query))

    async def _login_page(self, request: web.Request) -> web.Response:
        return web.Response(text="signed out" if request.query.get("signed_out") else "sign in here")


def problem(status: int, name: str, detail: str | None = None, **headers: str) -> web.Response:
    body = {"type": PROBLEM + name, "title": name, "status": status}
    if detail:
        body["detail"] = detail
    return web.json_response(body, status=status, headers=headers, content_type="application/problem+json")
