"""The calls that Portainer's server makes to an OAuth provider."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, quote_plus, unquote_plus, urlencode

import jwt

from .outgoing import Reply, Unreachable, fetch

FORM = "application/x-www-form-urlencoded"
IN_PARAMETERS, IN_HEADER = 1, 2


class ProviderFailure(Exception):
    """The provider could not be asked, or its answer names nobody."""


def media_type(reply: Reply) -> str | None:
    """The Content-Type without its parameters; None when there is none."""
    value = reply.header("Content-Type")
    return value.partition(";")[0].strip().lower() if value else None


class IdentityProvider:
    """Exchanges a code for a token, and the token for a name."""

    def __init__(self, settings: dict, *, id_token_wins: bool) -> None:
        self._settings = settings
        self._id_token_wins = id_token_wins

    async def username(self, code: str) -> str:
        """The name that the provider gives for the code; else ProviderFailure."""
        token = await self._exchange(unquote_plus(code))
        resource = await self._resource(token["access_token"])
        claims = self._claims(token.get("id_token"))
        merged = {**resource, **claims} if self._id_token_wins else {**claims, **resource}
        value = merged.get(self._settings["UserIdentifier"])
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(int(value))
        raise ProviderFailure("failed to extract username from oauth resource")

    async def _exchange(self, code: str) -> dict:
        style = self._settings["AuthStyle"]
        if style != 0:
            return await self._token(code, style)
        try:
            return await self._token(code, IN_HEADER)
        except ProviderFailure:
            # The real one does not know which style the provider wants, so a refused code is shown twice.
            return await self._token(code, IN_PARAMETERS)

    async def _token(self, code: str, style: int) -> dict:
        form = {"code": code, "grant_type": "authorization_code", "redirect_uri": self._settings["RedirectURI"]}
        headers = [("Content-Type", FORM)]
        name, secret = self._settings["ClientID"], self._settings["ClientSecret"]
        if style == IN_HEADER:
            pair = f"{quote_plus(name)}:{quote_plus(secret)}"
            headers.insert(0, ("Authorization", "Basic " + base64.b64encode(pair.encode()).decode()))
        else:
            form |= {"client_id": name, "client_secret": secret}
        try:
            reply = await fetch(
                "POST", self._settings["AccessTokenURI"], headers, urlencode(sorted(form.items())).encode()
            )
        except Unreachable as error:
            raise ProviderFailure(str(error)) from None
        if not 200 <= reply.status <= 299:
            raise ProviderFailure(f"oauth2: cannot fetch token: {reply.status}")
        token = self._form(reply) if media_type(reply) in (FORM, "text/plain") else self._object(reply)
        if not isinstance(token.get("access_token"), str) or not token["access_token"]:
            raise ProviderFailure("oauth2: server response missing access_token")
        return token

    async def _resource(self, access_token: str) -> dict:
        headers = [("Authorization", f"Bearer {access_token}")]
        try:
            reply = await fetch("GET", self._settings["ResourceURI"], headers)
        except Unreachable as error:
            raise ProviderFailure(str(error)) from None
        if reply.status != 200:
            raise ProviderFailure(f"resource server answered {reply.status}")
        kind = media_type(reply)
        if kind is None:
            raise ProviderFailure("mime: no media type")
        return self._form(reply) if kind in (FORM, "text/plain") else self._object(reply)

    @staticmethod
    def _form(reply: Reply) -> dict:
        return {name: values[0] for name, values in parse_qs(reply.body.decode("utf-8", "replace")).items()}

    @staticmethod
    def _object(reply: Reply) -> dict:
        try:
            value = json.loads(reply.body)
        except ValueError as error:
            raise ProviderFailure(str(error)) from None
        if not isinstance(value, dict):
            raise ProviderFailure("json: cannot unmarshal into a map")
        return value

    @staticmethod
    def _claims(id_token: object) -> dict:
        if not isinstance(id_token, str):
            return {}
        try:
            return jwt.decode(id_token, options={"verify_signature": False})
        except jwt.InvalidTokenError as error:
            raise ProviderFailure(str(error)) from None
