"""`/api/users`."""

from __future__ import annotations

import time

from . import passwords
from .body import INVALID, Body
from .exchange import NOTHING, Answer, Exchange
from .portainer import Portainer
from .routes import Access, Routes
from .sign_in import new_user
from .wrong import Wrong


def shown(user: dict) -> dict:
    """A user without the password."""
    return {name: value for name, value in user.items() if name != "Password"}


class UserHandlers:
    """Users, and the making of the first one."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        routes.add("GET", "/api/users/admin/check", Access.PUBLIC, self.check_first)
        routes.add("POST", "/api/users/admin/init", Access.PUBLIC, self.create_first)
        routes.add("GET", "/api/users/me", Access.SIGNED_IN, self.myself)
        routes.add("POST", "/api/users", Access.ADMINISTRATOR, self.create)
        routes.add("GET", "/api/users", Access.TEAM_LEADER, self.list)
        routes.add("GET", "/api/users/{user}", Access.SIGNED_IN, self.inspect)
        routes.add("PUT", "/api/users/{user}", Access.SIGNED_IN, self.update)
        routes.add("DELETE", "/api/users/{user}", Access.ADMINISTRATOR, self.delete)
        routes.add("PUT", "/api/users/{user}/passwd", Access.SIGNED_IN, self.change_password, limited=True)
        routes.add("GET", "/api/users/{user}/memberships", Access.SIGNED_IN, self.memberships)

    async def check_first(self, _: Exchange) -> Answer:
        if not self._portainer.has_administrator:
            raise Wrong(404, "No administrator account found inside the database")
        return NOTHING

    async def create_first(self, exchange: Exchange) -> Answer:
        wanted = self._portainer.options.setup_token
        if self._portainer.is_new and wanted is not None and exchange.header("X-Setup-Token") != wanted:
            raise Wrong(403, "Invalid setup token", "Unauthorized")
        body = Body(await exchange.body(), ("Username", "Password"), self._portainer.remarks, "admin init")
        if not body.text("Username") or " " in body.text("Username"):
            raise Wrong(400, INVALID, "Invalid username. Must not contain any whitespace")
        if not body.text("Password"):
            raise Wrong(400, INVALID, "Invalid password")
        if self._portainer.has_administrator:
            raise Wrong(409, "Unable to create administrator user", "An administrator user already exists")
        self._require_strong(body.text("Password"))
        user = self._state.add("users", new_user(body.text("Username"), password=body.text("Password"), role=1))
        return Answer.json(shown(user) if self._portainer.is_new else user)

    async def myself(self, exchange: Exchange) -> Answer:
        user = self._row(exchange.user.id)
        return Answer.json({**shown(user), "forceChangePassword": False})

    async def create(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), ("Username", "Password", "Role"), self._portainer.remarks, "user create")
        if not body.text("Username") or " " in body.text("Username"):
            raise Wrong(400, INVALID, "Invalid username. Must not contain any whitespace")
        if body.number("Role") not in (1, 2):
            text = "Invalid role value. Value must be one of: 1 (administrator) or 2 (regular user)"
            raise Wrong(400, INVALID, text)
        if self._state.user_named(body.text("Username")) is not None:
            raise Wrong(409, "Another user with the same username already exists", "User already exists")
        password = body.text("Password")
        if self._state.settings["AuthenticationMethod"] == 1:
            self._require_strong(password)
        elif password:
            text = "A password can not be specified when authentication method is OAuth or LDAP"
            raise Wrong(400, text, "Unauthorized")
        user = new_user(body.text("Username"), password=password, role=body.number("Role"))
        return Answer.json(shown(self._state.add("users", user)))

    async def list(self, exchange: Exchange) -> Answer:
        users = self._state.rows("users")
        if not exchange.user.is_administrator:
            users = [user for user in users if user["Role"] != 1]
        return Answer.json([{name: user[name] for name in ("Id", "Username", "Role")} for user in users])

    async def inspect(self, exchange: Exchange) -> Answer:
        number = exchange.number("user")
        if not exchange.user.is_administrator and exchange.user.id != number:
            raise Wrong(403, "Permission denied inspect user", "Unauthorized")
        return Answer.json(shown(self._row(number)))

    async def update(self, exchange: Exchange) -> Answer:
        """A new password or any role, even the same, ends the user's tokens."""
        number = exchange.number("user")
        is_administrator = exchange.user.is_administrator
        if not is_administrator and exchange.user.id != number:
            raise Wrong(403, "Permission denied to update user", "Unauthorized")
        known = ("Username", "Password", "NewPassword", "Role", "Theme", "UseCache")
        body = Body(await exchange.body(), known, self._portainer.remarks, "user update")
        name, role = body.text("Username"), body.number("Role")
        if " " in name:
            raise Wrong(400, INVALID, "Invalid username. Must not contain any whitespace")
        if role not in (0, 1, 2):
            text = "Invalid role value. Value must be one of: 1 (administrator) or 2 (regular user)"
            raise Wrong(400, INVALID, text)
        user = self._row(number)
        if role and not is_administrator:
            raise Wrong(403, "Permission denied to update user to administrator role", "Unauthorized")
        if name and name != user["Username"]:
            if not is_administrator:
                raise Wrong(403, "Permission denied. Unable to update username", "Unauthorized")
            other = self._state.user_named(name)
            if other is not None and other["Id"] != number:
                raise Wrong(409, "Another user with the same username already exists", "User already exists")
            user["Username"] = name.lower()
        if body.text("NewPassword"):
            if not is_administrator and not passwords.matches(body.text("Password"), user["Password"]):
                text = "Current password doesn't match. Password left unchanged"
                raise Wrong(403, text, "Unauthorized")
            self._require_strong(body.text("NewPassword"))
            user["Password"] = passwords.stored(body.text("NewPassword"))
            user["TokenIssueAt"] = int(time.time())
        if "Theme" in body:
            user["ThemeSettings"] = {"color": body.members("Theme").get("color") or ""}
        if "UseCache" in body:
            user["UseCache"] = body.flag("UseCache")
        if role:
            if role == user["Role"]:
                self._portainer.remarks.note("role-unchanged", f"user {number}: sending it ends all tokens of the user")
            user["Role"] = role
            user["TokenIssueAt"] = int(time.time())
        self._state.save()
        return Answer.json(shown(user))

    async def change_password(self, exchange: Exchange) -> Answer:
        number = exchange.number("user")
        if not exchange.user.is_administrator and exchange.user.id != number:
            raise Wrong(403, "Permission denied to update user", "Unauthorized")
        body = Body(await exchange.body(), ("Password", "NewPassword"), self._portainer.remarks, "user passwd")
        if not body.text("Password") or not body.text("NewPassword"):
            raise Wrong(400, INVALID, "Invalid current password")
        user = self._row(number)
        if not passwords.matches(body.text("Password"), user["Password"]):
            raise Wrong(403, "Specified password do not match actual password", "Unauthorized")
        self._require_strong(body.text("NewPassword"))
        user["Password"] = passwords.stored(body.text("NewPassword"))
        user["TokenIssueAt"] = int(time.time())
        self._state.save()
        return NOTHING

    async def delete(self, exchange: Exchange) -> Answer:
        """Takes memberships and API keys along, but no policies and no resource controls."""
        number = exchange.number("user")
        if number == 1:
            raise Wrong(403, "Cannot remove the initial admin account", "Cannot remove the initial admin account")
        if exchange.user.id == number:
            raise Wrong(403, "Cannot remove your own user account. Contact another administrator", "Unauthorized")
        user = self._row(number)
        if user["Role"] == 1 and user["Password"]:
            local = [row for row in self._state.rows("users") if row["Role"] == 1 and row["Password"]]
            if len(local) < 2:
                raise Wrong(500, "Cannot remove local administrator user")
        self._state.remove("users", number)
        for bucket, owner in (("memberships", "UserID"), ("api_keys", "UserId")):
            for row in self._state.rows(bucket):
                if row[owner] == number:
                    self._state.remove(bucket, row["Id"])
        return NOTHING

    async def memberships(self, exchange: Exchange) -> Answer:
        number = exchange.number("user")
        if not exchange.user.is_administrator and exchange.user.id != number:
            raise Wrong(403, "Permission denied to update user memberships", "Unauthorized")
        return Answer.json([row for row in self._state.rows("memberships") if row["UserID"] == number])

    def _row(self, number: int) -> dict:
        user = self._state.row("users", number)
        if user is None:
            text = "Unable to find a user with the specified identifier inside the database"
            raise Wrong(404, text, "object not found inside the database")
        return user

    def _require_strong(self, password: str) -> None:
        if len(password) < self._state.settings["InternalAuthSettings"]["RequiredPasswordLength"]:
            raise Wrong(400, "Password does not meet the requirements", "Password does not meet the requirements")
