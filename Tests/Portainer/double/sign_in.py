"""`/api/auth`: password, code of an identity provider, and the way out."""

from __future__ import annotations

from . import passwords
from .body import Body
from .bouncer import COOKIE, cookie_header
from .exchange import Answer, Exchange
from .identity_provider import IdentityProvider, ProviderFailure
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Panic, Wrong

OAUTH = 3


class SignInHandlers:
    """Who shows a password or a code gets a token."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        routes.add("POST", "/api/auth", Access.PUBLIC, self.by_password, limited=True)
        routes.add("POST", "/api/auth/oauth/validate", Access.PUBLIC, self.by_code, limited=True)
        routes.add("POST", "/api/auth/logout", Access.PUBLIC, self.out)

    async def by_password(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), ("Username", "Password"), self._portainer.remarks, "auth")
        if not body.text("Username"):
            raise Wrong(400, "Invalid request payload", "Invalid username")
        if not body.text("Password"):
            raise Wrong(400, "Invalid request payload", "Invalid password")
        user = self._state.user_named(body.text("Username"))
        if self._state.settings["AuthenticationMethod"] == OAUTH and (user is None or user["Id"] != 1):
            raise Wrong(422, "Only initial admin is allowed to login without oauth", "Unauthorized")
        if user is None or not passwords.matches(body.text("Password"), user["Password"]):
            raise Wrong(422, "Invalid credentials", "Unauthorized")
        required = self._state.settings["InternalAuthSettings"]["RequiredPasswordLength"]
        return self._signed_in(exchange, user, must_change_password=len(body.text("Password")) < required)

    async def by_code(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), ("code",), self._portainer.remarks, "oauth validate")
        if not body.text("code"):
            raise Wrong(400, "Invalid request payload", "Invalid OAuth authorization code")
        if self._state.settings["AuthenticationMethod"] != OAUTH:
            raise Wrong(403, "OAuth authentication is not enabled")
        settings = self._state.settings["OAuthSettings"]
        try:
            name = await IdentityProvider(settings, id_token_wins=self._portainer.is_new).username(body.text("code"))
        except ProviderFailure as failure:
            raise Wrong(500, "Unable to authenticate through OAuth", str(failure)) from None
        user = self._state.user_named(name)
        if user is None:
            if not settings["OAuthAutoCreateUsers"]:
                text = "Account not created beforehand in Portainer and automatic user provisioning not enabled"
                raise Wrong(403, text, "Unauthorized")
            user = self._created(name, settings["DefaultTeamID"])
        return self._signed_in(exchange, user)

    def _created(self, name: str, team: int) -> dict:
        user = self._state.add("users", new_user(name, password="", role=2))
        if team:
            self._state.add("memberships", {"UserID": user["Id"], "TeamID": team, "Role": 2})
        return user

    def _signed_in(self, exchange: Exchange, user: dict, *, must_change_password: bool = False) -> Answer:
        token, expires = self._portainer.token_for(user, must_change_password=must_change_password)
        secure = self._portainer.is_new and (
            exchange.header("X-Forwarded-Proto") == "https" or "proto=https" in exchange.header("Forwarded").lower()
        )
        answer = Answer.json({"jwt": token})
        answer.headers.append(("Set-Cookie", cookie_header(token, expires, secure=secure)))
        return answer

    async def out(self, exchange: Exchange) -> Answer:
        """Revokes the cookie's token, and only that one."""
        token = exchange.cookie(COOKIE)
        claims = self._portainer.signer.read(token) if token else None
        if claims is None and not self._portainer.is_new:
            self._portainer.remarks.note("logout-panic", "logout without a good cookie crashes the request in 2.23")
            raise Panic
        if claims is not None:
            self._portainer.signer.revoke(claims)
        return Answer(204, headers=[("Set-Cookie", f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict")])


def new_user(name: str, *, password: str, role: int) -> dict:
    """A user as it is stored; names are stored in lower case."""
    return {
        "Username": name.lower(),
        "Password": passwords.stored(password) if password else "",
        "Role": role,
        "TokenIssueAt": 0,
        "ThemeSettings": {"color": ""},
        "UseCache": False,
        "UserTheme": "",
        "PortainerAuthorizations": None,
        "EndpointAuthorizations": None,
    }
