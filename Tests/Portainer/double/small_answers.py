"""Reads that the web page makes and that say little: status, roles, groups, tags, registries."""

from __future__ import annotations

from .exchange import Answer, Exchange
from .portainer import Portainer
from .routes import Access, Routes

GROUP = {
    "Id": 1,
    "Name": "Unassigned",
    "Description": "Unassigned environments",
    "UserAccessPolicies": {},
    "TeamAccessPolicies": {},
    "TagIds": [],
}
ROLES = ("Environment administrator", "Helpdesk", "Standard user", "Read-only user", "Operator")
PAGE = b"<!doctype html><html><head><title>Portainer</title></head><body>PortainerDouble has no page.</body></html>\n"


class SmallAnswers:
    """Answers without logic."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        for path in ("/api/status", "/api/system/status"):
            routes.add("GET", path, Access.PUBLIC, self.status)
        routes.add("GET", "/api/roles", Access.ADMINISTRATOR, self.roles)
        routes.add("GET", "/api/endpoint_groups", Access.SIGNED_IN, self.groups)
        routes.add("GET", "/api/tags", Access.SIGNED_IN, self.nothing)
        routes.add("GET", "/api/registries", Access.ADMINISTRATOR, self.nothing)
        routes.add("GET", "/", Access.PUBLIC, self.page)

    async def status(self, _: Exchange) -> Answer:
        return Answer.json({"Version": self._portainer.version, "InstanceID": self._portainer.state.instance})

    async def roles(self, _: Exchange) -> Answer:
        return Answer.json([{"Id": number, "Name": name} for number, name in enumerate(ROLES, 1)])

    async def groups(self, _: Exchange) -> Answer:
        return Answer.json([GROUP])

    async def nothing(self, _: Exchange) -> Answer:
        return Answer.json([])

    async def page(self, _: Exchange) -> Answer:
        return Answer(200, PAGE, [("Content-Type", "text/html; charset=utf-8")])
