"""`/api/teams` and `/api/team_memberships`."""

from __future__ import annotations

from .body import INVALID, Body
from .exchange import NOTHING, Answer, Exchange
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Wrong


class TeamHandlers:
    """Teams, and who is in them. Nothing checks that a member or a team exists."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        routes.add("POST", "/api/teams", Access.ADMINISTRATOR, self.create)
        routes.add("GET", "/api/teams", Access.SIGNED_IN, self.list)
        routes.add("GET", "/api/teams/{team}", Access.TEAM_LEADER, self.inspect)
        routes.add("PUT", "/api/teams/{team}", Access.TEAM_LEADER, self.update)
        routes.add("DELETE", "/api/teams/{team}", Access.ADMINISTRATOR, self.delete)
        routes.add("GET", "/api/teams/{team}/memberships", Access.TEAM_LEADER, self.members)
        routes.add("POST", "/api/team_memberships", Access.TEAM_LEADER, self.join)
        routes.add("GET", "/api/team_memberships", Access.TEAM_LEADER, self.memberships)
        routes.add("PUT", "/api/team_memberships/{membership}", Access.TEAM_LEADER, self.change)
        routes.add("DELETE", "/api/team_memberships/{membership}", Access.TEAM_LEADER, self.leave)

    async def create(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), ("Name", "TeamLeaders"), self._portainer.remarks, "team create")
        if not body.text("Name"):
            raise Wrong(400, INVALID, "Invalid team name")
        if self._state.team_named(body.text("Name")) is not None:
            raise Wrong(409, "A team with the same name already exists", "Team already exists")
        team = self._state.add("teams", {"Name": body.text("Name")})
        for leader in body.items("TeamLeaders"):
            self._state.add("memberships", {"UserID": leader, "TeamID": team["Id"], "Role": 1})
        return Answer.json(team)

    async def list(self, exchange: Exchange) -> Answer:
        teams = self._state.rows("teams")
        if not exchange.user.is_administrator:
            own = self._state.teams_of(exchange.user.id)
            teams = [team for team in teams if team["Id"] in own]
        return Answer.json(teams)

    async def inspect(self, exchange: Exchange) -> Answer:
        return Answer.json(self._team(exchange))

    async def update(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), ("Name",), self._portainer.remarks, "team update")
        team = self._team(exchange)
        if body.text("Name"):
            team["Name"] = body.text("Name")
            self._state.save()
        return Answer.json(team)

    async def delete(self, exchange: Exchange) -> Answer:
        """Takes the memberships along; keys in access policies stay."""
        team = self._team(exchange)
        self._state.remove("teams", team["Id"])
        for row in self._state.rows("memberships"):
            if row["TeamID"] == team["Id"]:
                self._state.remove("memberships", row["Id"])
        return NOTHING

    async def members(self, exchange: Exchange) -> Answer:
        team = exchange.number("team")
        return Answer.json([row for row in self._state.rows("memberships") if row["TeamID"] == team])

    async def memberships(self, _: Exchange) -> Answer:
        return Answer.json(self._state.rows("memberships"))

    async def join(self, exchange: Exchange) -> Answer:
        membership = await self._asked(exchange, "membership create")
        if self._state.row("users", membership["UserID"]) is None or not self._state.row("teams", membership["TeamID"]):
            self._portainer.remarks.note("membership-of-nobody", str(membership))
        for row in self._state.rows("memberships"):
            if (row["UserID"], row["TeamID"]) == (membership["UserID"], membership["TeamID"]):
                text = "Team membership already registered"
                raise Wrong(409, text, "Team membership already registered")
        return Answer.json(self._state.add("memberships", membership))

    async def change(self, exchange: Exchange) -> Answer:
        asked = await self._asked(exchange, "membership update")
        row = self._membership(exchange)
        row.update(asked)
        self._state.save()
        return Answer.json(row)

    async def leave(self, exchange: Exchange) -> Answer:
        self._state.remove("memberships", self._membership(exchange)["Id"])
        return NOTHING

    async def _asked(self, exchange: Exchange, where: str) -> dict:
        body = Body(await exchange.body(), ("UserID", "TeamID", "Role"), self._portainer.remarks, where)
        if body.number("UserID") == 0:
            raise Wrong(400, INVALID, "Invalid UserID")
        if body.number("TeamID") == 0:
            raise Wrong(400, INVALID, "Invalid TeamID")
        if body.number("Role") not in (1, 2):
            raise Wrong(400, INVALID, "Invalid role value. Value must be one of: 1 (leader) or 2 (member)")
        return {name: body.number(name) for name in ("UserID", "TeamID", "Role")}

    def _team(self, exchange: Exchange) -> dict:
        team = self._state.row("teams", exchange.number("team"))
        if team is None:
            raise Wrong(404, "Unable to find a team with the specified identifier inside the database")
        return team

    def _membership(self, exchange: Exchange) -> dict:
        row = self._state.row("memberships", exchange.number("membership"))
        if row is None:
            raise Wrong(404, "Unable to find a team membership with the specified identifier inside the database")
        return row
