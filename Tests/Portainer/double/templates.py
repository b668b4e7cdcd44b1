"""`/api/templates`: app templates, fetched anew each time."""

from __future__ import annotations

import json

from .exchange import Answer, Exchange
from .outgoing import Unreachable, fetch
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Wrong


class TemplateHandlers:
    """The file at the templates URL, as it is."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        routes.add("GET", "/api/templates", Access.SIGNED_IN, self.list)
        routes.add("POST", "/api/templates/{template}/file", Access.SIGNED_IN, self.file)

    async def list(self, _: Exchange) -> Answer:
        return Answer.json(await self._fetched())

    async def file(self, exchange: Exchange) -> Answer:
        number = exchange.number("template")
        fetched = await self._fetched()
        found = next((one for one in fetched["templates"] if one.get("id") == number), None)
        if found is None:
            raise Wrong(404, "Unable to find a template with the specified identifier")
        if found.get("type") not in (2, 3):
            raise Wrong(400, "Invalid template type", "Invalid template type")
        if not found.get("stackFile"):
            self._portainer.remarks.note("not-in-the-double", "a template with a repository")
            raise Wrong(500, "Unable to clone git repository")
        return Answer.json({"FileContent": found["stackFile"]})

    async def _fetched(self) -> dict:
        url = self._portainer.state.settings["TemplatesURL"]
        try:
            reply = await fetch("GET", url)
            value = json.loads(reply.body)
        except (Unreachable, ValueError) as error:
            raise Wrong(500, "Unable to retrieve templates", str(error)) from None
        if reply.status != 200 or not isinstance(value, dict):
            raise Wrong(500, "Unable to retrieve templates", f"{url} answered {reply.status}")
        if str(value.get("version")) != "3":
            self._portainer.remarks.note("templates-version", f"{value.get('version')!r} is not 3")
        return {"version": value.get("version", ""), "templates": value.get("templates") or []}
