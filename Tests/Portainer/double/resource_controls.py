"""`/api/resource_controls`: there is no list and no look-up."""

from __future__ import annotations

from . import controls as kinds
from .body import INVALID, Body
from .controls import Controls
from .exchange import NOTHING, Answer, Exchange
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Wrong

CREATE = ("ResourceID", "Type", "Public", "AdministratorsOnly", "Users", "Teams", "SubResourceIDs")
UPDATE = ("Public", "AdministratorsOnly", "Users", "Teams")


class ResourceControlHandlers:
    """Who owns what, changed by hand."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        self._controls = Controls(portainer.state)
        routes.add("POST", "/api/resource_controls", Access.ADMINISTRATOR, self.create)
        routes.add("PUT", "/api/resource_controls/{control}", Access.SIGNED_IN, self.update)
        routes.add("DELETE", "/api/resource_controls/{control}", Access.ADMINISTRATOR, self.delete)

    async def create(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), CREATE, self._portainer.remarks, "resource control create")
        if not body.text("ResourceID"):
            raise Wrong(400, INVALID, "invalid payload: invalid resource identifier")
        if body.number("Type") not in range(1, 10):
            raise Wrong(400, INVALID, "invalid payload: invalid type value")
        given = self._given(body)
        if self._controls.of(body.text("ResourceID"), body.number("Type")) is not None:
            text = "A resource control is already associated to this resource"
            raise Wrong(409, text, "the resource control already exists")
        row = kinds.control(body.text("ResourceID"), body.number("Type"), **given)
        row["SubResourceIds"] = body.items("SubResourceIDs")
        return Answer.json(self._state.add("resource_controls", row))

    async def update(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), UPDATE, self._portainer.remarks, "resource control update")
        given = self._given(body)
        row = self._row(exchange)
        if not self._controls.allows(row, exchange.user):
            raise Wrong(403, "Permission denied to access the resource control", "Unauthorized")
        row.update(given)
        self._state.save()
        return Answer.json(row)

    async def delete(self, exchange: Exchange) -> Answer:
        self._state.remove("resource_controls", self._row(exchange)["Id"])
        return NOTHING

    @staticmethod
    def _given(body: Body) -> dict:
        public, closed = body.flag("Public"), body.flag("AdministratorsOnly")
        if not body.items("Users") and not body.items("Teams") and not public and not closed:
            text = "invalid payload: must specify Users, Teams, Public or AdministratorsOnly"
            raise Wrong(400, INVALID, text)
        if public and closed:
            raise Wrong(400, INVALID, "invalid payload: cannot set both public and administrators only flags to true")
        return {
            "Public": public,
            "AdministratorsOnly": closed,
            "UserAccesses": kinds.users(body.items("Users")),
            "TeamAccesses": kinds.teams(body.items("Teams")),
        }

    def _row(self, exchange: Exchange) -> dict:
        row = self._state.row("resource_controls", exchange.number("control"))
        if row is None:
            raise Wrong(404, "Unable to find a resource control with the specified identifier inside the database")
        return row
