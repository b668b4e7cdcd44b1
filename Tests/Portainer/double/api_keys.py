"""API keys: random texts that outlive restarts and never end."""

from __future__ import annotations

import base64
import secrets
import time

from . import passwords
from .body import Body
from .exchange import NOTHING, Answer, Exchange
from .portainer import Portainer
from .routes import Access, Routes
from .state import key_digest
from .wrong import Wrong


def _shown(key: dict) -> dict:
    return {
        "id": key["Id"],
        "userId": key["UserId"],
        "description": key["Description"],
        "prefix": key["Prefix"],
        "dateCreated": key["DateCreated"],
        "lastUsed": key["LastUsed"],
        "digest": key["Digest"],
    }


class APIKeyHandlers:
    """`/api/users/{id}/tokens`."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        routes.add("POST", "/api/users/{user}/tokens", Access.SIGNED_IN, self.create, limited=True)
        routes.add("GET", "/api/users/{user}/tokens", Access.SIGNED_IN, self.list)
        routes.add("DELETE", "/api/users/{user}/tokens/{key}", Access.SIGNED_IN, self.delete)

    async def create(self, exchange: Exchange) -> Answer:
        """Only with a token, and only for oneself."""
        if exchange.user.by_api_key:
            raise Wrong(401, "Auth not supported", "API Key authentication not supported")
        body = Body(await exchange.body(), ("password", "description"), self._portainer.remarks, "user token")
        description = body.text("description")
        if not description.strip():
            raise Wrong(400, "Invalid request payload", "invalid description: cannot be empty")
        if len(description) > 127:
            raise Wrong(400, "Invalid request payload", "invalid description: cannot be longer than 128 characters")
        user = exchange.number("user")
        if exchange.user.id != user:
            raise Wrong(403, "Permission denied to create user access token", "Unauthorized")
        row = self._state.row("users", user)
        if row is None:
            raise Wrong(404, "Unable to find a user with the specified identifier inside the database")
        if self._state.settings["AuthenticationMethod"] == 1 or user == 1:
            if not body.text("password"):
                raise Wrong(400, "Invalid request payload", "invalid password: cannot be empty")
            if not passwords.matches(body.text("password"), row["Password"]):
                raise Wrong(403, "Current password doesn't match", "Unable to verify the password")
        raw = "ptr_" + base64.b64encode(secrets.token_bytes(32)).decode()
        key = {
            "UserId": user,
            "Description": description,
            "Prefix": raw[:7],
            "DateCreated": int(time.time()),
            "LastUsed": 0,
            "Digest": key_digest(raw),
        }
        stored = self._state.add("api_keys", key)
        status = 200 if self._portainer.is_new else 201
        return Answer.json({"rawAPIKey": raw, "apiKey": _shown(stored)}, status)

    async def list(self, exchange: Exchange) -> Answer:
        user = self._own(exchange)
        return Answer.json([_shown(key) for key in self._state.rows("api_keys") if key["UserId"] == user])

    async def delete(self, exchange: Exchange) -> Answer:
        user = self._own(exchange)
        key = self._state.row("api_keys", exchange.number("key"))
        if key is None:
            raise Wrong(404, "Unable to find an API key with the specified identifier inside the database")
        if key["UserId"] != user:
            raise Wrong(403, "Permission denied to remove API-key", "Unauthorized")
        self._state.remove("api_keys", key["Id"])
        return NOTHING

    def _own(self, exchange: Exchange) -> int:
        user = exchange.number("user")
        if exchange.user.id != user and not exchange.user.is_administrator:
            raise Wrong(403, "Permission denied to access the user's access tokens", "Unauthorized")
        if self._state.row("users", user) is None:
            raise Wrong(404, "Unable to find a user with the specified identifier inside the database")
        return user
