"""From a request to its handler: what is checked for every path, in the real order."""

from __future__ import annotations

import time

import trio

from . import snapshots
from .api_keys import APIKeyHandlers
from .consoles import ConsoleHandlers
from .cross_site import OriginDefence, TokenDefence
from .custom_templates import CustomTemplateHandlers
from .docker_proxy import DockerProxy
from .duration import seconds
from .environments import EnvironmentHandlers
from .exchange import Answer, Exchange
from .portainer import Options, Portainer
from .recreate import RecreateHandlers
from .resource_controls import ResourceControlHandlers
from .routes import Access, Routes, cleaned
from .settings import SettingsHandlers
from .sign_in import SignInHandlers, new_user
from .small_answers import SmallAnswers
from .stacks import StackHandlers
from .teams import TeamHandlers
from .templates import TemplateHandlers
from .users import UserHandlers
from .wrong import Panic, Wrong

ALWAYS_OPEN = ("/api/status", "/api/settings/public")
HANDLERS = (
    *(SmallAnswers, SignInHandlers, APIKeyHandlers, UserHandlers, TeamHandlers, SettingsHandlers),
    *(EnvironmentHandlers, DockerProxy, ConsoleHandlers, RecreateHandlers, StackHandlers),
    *(ResourceControlHandlers, TemplateHandlers, CustomTemplateHandlers),
)


class Application:
    """The whole server but for the sockets."""

    def __init__(self, options: Options) -> None:
        self.portainer = Portainer(options)
        self.routes = Routes()
        self._started = time.monotonic()
        self._had_administrator = False
        self._locked = False
        self._make_administrator()
        self._defence = OriginDefence(list(options.trusted_origins)) if self.portainer.is_new else TokenDefence()
        for handlers in HANDLERS:
            handlers(self.portainer, self.routes)

    def _make_administrator(self) -> None:
        file = self.portainer.options.admin_password_file
        if file is None or self.portainer.has_administrator:
            return
        password = file.read_text().removesuffix("\n")
        self.portainer.state.add("users", new_user("admin", password=password, role=1))

    async def background(self) -> None:
        """Snapshots of all environments, at the start and then at the interval of the settings."""
        portainer = self.portainer
        while True:
            for row in portainer.state.rows("endpoints"):
                failure = await snapshots.refresh(row)
                if failure is not None:
                    portainer.remarks.note("snapshot-failed", f"{row['Name']}: {failure}")
                portainer.state.save()
            interval = portainer.options.snapshot_interval or portainer.state.settings["SnapshotInterval"]
            await trio.sleep(max(seconds(interval), 1.0))

    async def answer(self, exchange: Exchange) -> Answer | None:
        status = 0
        try:
            answer = await self._answer(exchange)
            status = answer.status if answer is not None else exchange.sent
            return answer
        except Wrong as wrong:
            status = wrong.status
            raise
        finally:
            name = exchange.user.name if exchange.user is not None else None
            self.portainer.remarks.request(exchange.method, exchange.path, status, name, exchange.peer)

    async def _answer(self, exchange: Exchange) -> Answer | None:
        if self._is_locked() and exchange.path.startswith("/api") and exchange.path not in ALWAYS_OPEN:
            return Answer(303, headers=[("Location", "/"), ("redirect-reason", "AdminInitTimeout")])
        refusal = self._defence.check(exchange)
        if refusal is not None:
            return refusal
        if cleaned(exchange.path) != exchange.path:
            self.portainer.remarks.note("path-not-clean", exchange.path)
            return Answer(301, headers=[("Location", cleaned(exchange.path))])
        route = self.routes.find(exchange)
        if route is None:
            self.portainer.remarks.note("unknown-path", f"{exchange.method} {exchange.path}")
            return Answer.text(404, "404 page not found")
        if route.limited and not self.portainer.limiter.allows(exchange.peer):
            self.portainer.remarks.note("banned", f"{exchange.peer} for an hour: {exchange.method} {exchange.path}")
            raise Wrong(403, "Access denied", "Access denied to resource")
        if route.access is not Access.PUBLIC:
            self._admit(exchange, route.access)
        try:
            answer = await route.handler(exchange)
        except Panic:
            self.portainer.remarks.note("panic", f"{exchange.method} {exchange.path}")
            raise
        if answer is not None and not 200 <= answer.status < 300:
            exchange.extra = [pair for pair in exchange.extra if pair[0] != "X-CSRF-Token"]
        return answer

    def _admit(self, exchange: Exchange, access: Access) -> None:
        exchange.user = self.portainer.bouncer.identify(exchange)
        if exchange.user.is_administrator or access is Access.SIGNED_IN:
            return
        if access is Access.TEAM_LEADER and self.portainer.state.leads_a_team(exchange.user.id):
            return
        raise Wrong(403, "Access denied", "Access denied to resource")

    def _is_locked(self) -> bool:
        """A server that had no administrator when its window ended stays locked until it is started again."""
        if self._had_administrator or self._locked:
            return self._locked
        self._had_administrator = self.portainer.has_administrator
        late = time.monotonic() - self._started > self.portainer.options.admin_window
        self._locked = late and not self._had_administrator
        return self._locked
