"""`/api/custom_templates`: compose files that users fill in and deploy."""

from __future__ import annotations

from . import controls as kinds
from .body import Body
from .controls import Controls
from .exchange import NOTHING, Answer, Exchange
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Wrong

KNOWN = (
    *("Title", "Description", "Note", "Platform", "Type", "FileContent", "Logo", "Variables", "EdgeTemplate"),
    "IsComposeFormat",
)


class CustomTemplateHandlers:
    """Private to who made them, until their control says otherwise. Nearly every error is 500."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        self._controls = Controls(portainer.state)
        path = "/api/custom_templates"
        routes.add("POST", f"{path}/create/string", Access.SIGNED_IN, self.create)
        routes.add("GET", path, Access.SIGNED_IN, self.list)
        routes.add("GET", path + "/{template}", Access.SIGNED_IN, self.inspect)
        routes.add("GET", path + "/{template}/file", Access.SIGNED_IN, self.file)
        routes.add("PUT", path + "/{template}", Access.SIGNED_IN, self.update)
        routes.add("DELETE", path + "/{template}", Access.SIGNED_IN, self.delete)

    async def create(self, exchange: Exchange) -> Answer:
        row = await self._asked(exchange, "custom template create", 500)
        if any(other["Title"] == row["Title"] for other in self._state.rows("custom_templates")):
            text = "Template name must be unique"
            raise Wrong(500, text, text)
        stored = self._state.add("custom_templates", {**row, "CreatedByUserId": exchange.user.id})
        found = self._controls.private(str(stored["Id"]), kinds.TEMPLATE, exchange.user.id)
        return Answer.json(_shown(stored, found))

    async def _asked(self, exchange: Exchange, where: str, status: int) -> dict:
        try:
            body = Body(await exchange.body(), KNOWN, self._portainer.remarks, where)
            row = {
                "Title": body.text("Title"),
                "Description": body.text("Description"),
                "Note": body.text("Note"),
                "Platform": body.number("Platform"),
                "Type": body.number("Type"),
                "FileContent": body.text("FileContent"),
                "Logo": body.text("Logo"),
                "Variables": body.items("Variables"),
                "EdgeTemplate": body.flag("EdgeTemplate"),
            }
        except Wrong as wrong:
            raise Wrong(status, "Unable to create custom template", wrong.details) from None
        for name in ("Title", "Description", "FileContent"):
            if not row[name]:
                raise Wrong(status, f"Invalid custom template {name.lower()}")
        if row["Type"] not in (1, 2, 3):
            raise Wrong(status, "Invalid custom template type")
        if row["Type"] in (1, 2) and row["Platform"] not in (1, 2):
            raise Wrong(status, "Invalid custom template platform")
        if "<img" in row["Note"]:
            raise Wrong(status, "Invalid note. <img> tag is not supported")
        return row

    async def list(self, exchange: Exchange) -> Answer:
        wanted = {value for name, value in exchange.query if name in ("type", "type[]")}
        rows = []
        for row in self._state.rows("custom_templates"):
            found = self._control(row)
            if self._controls.allows(found, exchange.user) and (not wanted or str(row["Type"]) in wanted):
                rows.append(_shown(row, found))
        return Answer.json(rows)

    async def inspect(self, exchange: Exchange) -> Answer:
        """2.23 lets only the maker and administrators look at one, even at a public one."""
        row = self._row(exchange)
        found = self._control(row)
        mine = exchange.user.is_administrator or row["CreatedByUserId"] == exchange.user.id
        if not mine and (not self._portainer.is_new or not self._controls.allows(found, exchange.user)):
            raise Wrong(403, "Access denied", "Access denied to resource")
        return Answer.json(_shown(row, found))

    async def file(self, exchange: Exchange) -> Answer:
        row = self._row(exchange)
        if not self._controls.allows(self._control(row), exchange.user):
            raise Wrong(403, "Access denied", "Access denied to resource")
        return Answer.json({"FileContent": row["FileContent"]})

    async def update(self, exchange: Exchange) -> Answer:
        row = self._row(exchange)
        self._require_maker(exchange, row)
        asked = await self._asked(exchange, "custom template update", 400)
        for other in self._state.rows("custom_templates"):
            if other["Title"] == asked["Title"] and other["Id"] != row["Id"]:
                raise Wrong(500, "Template name must be unique", "Template name must be unique")
        row.update(asked)
        self._state.save()
        return Answer.json(_shown(row, None))

    async def delete(self, exchange: Exchange) -> Answer:
        row = self._row(exchange)
        self._require_maker(exchange, row)
        self._controls.forget(str(row["Id"]), kinds.TEMPLATE)
        self._state.remove("custom_templates", row["Id"])
        return NOTHING

    def _require_maker(self, exchange: Exchange, row: dict) -> None:
        if not exchange.user.is_administrator and row["CreatedByUserId"] != exchange.user.id:
            raise Wrong(403, "Access denied", "Access denied to resource")

    def _row(self, exchange: Exchange) -> dict:
        row = self._state.row("custom_templates", exchange.number("template"))
        if row is None:
            raise Wrong(404, "Unable to find a custom template with the specified identifier inside the database")
        return row

    def _control(self, row: dict) -> dict | None:
        return self._controls.of(str(row["Id"]), kinds.TEMPLATE)


def _shown(row: dict, found: dict | None) -> dict:
    shown = {name: value for name, value in row.items() if name != "FileContent"}
    return {**shown, "ProjectPath": f"/data/custom_templates/{row['Id']}", "ResourceControl": found}
