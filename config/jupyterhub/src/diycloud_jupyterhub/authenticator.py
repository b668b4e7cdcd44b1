"""Signing in to JupyterHub by the bridge's word alone."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub.auth import Authenticator
from jupyterhub.handlers import BaseHandler
from jupyterhub.user import User
from jupyterhub.utils import url_path_join
from tornado import web
from tornado.httputil import url_concat
from traitlets import Float, Unicode, default

from .bridge import BridgeClient, BridgeUser, Challenge, Refused, Unavailable
from .browser import FORM_PREFIX, BrowserLogin
from .standing import Standing


class VerifiedSignIn(dict):
    """A person whom our own sign-in handler has just verified.

    A type of its own, so that nothing out of a request body can pass for it; a dict, since JupyterHub looks for
    ``username`` in what it hands to `authenticate`.
    """

    def __init__(self, user: BridgeUser) -> None:
        super().__init__(username=user.name)
        self.user = user


class FurtherStepNeeded(web.HTTPError):
    """A password alone does not do: the person has to go to the bridge's page at `url`."""

    def __init__(self, message: str, url: str) -> None:
        super().__init__(403, message)
        # both places that JupyterHub looks at for a text to show
        self.jupyterhub_message = f"{message} Sign in at {url}"
        self.sentence = message
        self.url = url


class DIYCloudAuthenticator(Authenticator):
    """Lets in whom the bridge lets in, and only as long as it does.

    A browser comes in by a single-use assertion (`handlers.SignInHandler`), a program by name and password. The ambient
    session cookie is never looked at: a page of any notebook server is of the same origin and could use it to mint an
    everlasting API token through ``POST /hub/api/users/NAME/tokens``.
    """

    portal_url = Unicode(
        "",
        help="""Where browsers reach the bridge's pages, without a trailing slash, such as `https://cloud.example.org`.
        Empty: the host that JupyterHub itself is reached at.""",
    ).tag(config=True)
    service = Unicode("jupyterhub", help="The name under which the bridge's configuration knows this hub.").tag(
        config=True
    )
    fresh_seconds = Float(
        2.0, help="Seconds in which the bridge's word on a browser or a user counts without asking again."
    ).tag(config=True)
    grace_seconds = Float(
        60.0, help="Seconds for which people who were let in stay in while the bridge does not answer."
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bridge = BridgeClient.instance(config=self.config)
        self._sessions = Standing(self._ask_session, self.fresh_seconds, self.grace_seconds, self.log)
        self._names = Standing(self.bridge.user, self.fresh_seconds, self.grace_seconds, self.log)

    # the bridge decides, so JupyterHub's own lists start out open
    @default("allow_all")
    def _default_allow_all(self) -> bool:
        return True

    @default("auto_login")
    def _default_auto_login(self) -> bool:
        return True

    @default("manage_groups")
    def _default_manage_groups(self) -> bool:
        return True

    @default("username_pattern")
    def _default_username_pattern(self) -> str:
        return r"[a-z_][a-z0-9_-]{0,31}\Z"

    @default("refresh_pre_spawn")
    def _default_refresh_pre_spawn(self) -> bool:
        return True

    # without it the API tokens of a disabled person stay good for as long as nobody deletes them
    @default("auth_refresh_strict")
    def _default_auth_refresh_strict(self) -> bool:
        return True

    # the smallest age JupyterHub has; `_ask_at_every_request` says why
    @default("auth_refresh_age")
    def _default_auth_refresh_age(self) -> int:
        return 1

    def login_url(self, base_url: str) -> str:
        """Where ``/hub/login`` sends a browser."""
        return url_path_join(base_url, "diycloud-login")

    def get_handlers(self, app: Any) -> list[tuple[str, type[BaseHandler]]]:
        """Our handlers; JupyterHub puts them before its own of the same path."""
        from . import handlers, settling

        return [
            (r"/diycloud-login", handlers.SignInHandler),
            (r"/login", handlers.FormSignInHandler),
            (r"/logout", handlers.SignOutHandler),
            (r"/api/diycloud/users/([^/]+)/sessions", handlers.UserTokensHandler),
            (r"/api/diycloud/users/([^/]+)/sessions/([^/]+)", handlers.SessionTokensHandler),
            (r"/api/diycloud/settle", settling.SettleHandler),
        ]

    async def authenticate(self, handler: BaseHandler, data: Any = None) -> dict[str, Any] | None:
        """The person behind a verified assertion, or behind a name and password; anything else is nobody."""
        if isinstance(data, VerifiedSignIn):
            return self.model(data.user)
        match data:
            case {"username": str(name), "password": str(password)} if len(data) == 2 and name and password:
                return self.model(await self._check_password(handler, name, password))
        return None

    async def refresh_user(
        self, user: User, handler: BaseHandler | None = None, **kwargs: Any
    ) -> bool | dict[str, Any]:
        """Whether the person behind this request is still in: this browser's session, or for a token the user."""
        if handler is not None and not hasattr(handler, "_token_authenticated"):
            # JupyterHub 6.1.1 reads the attribute in `refresh_auth` but sets it for token requests only; without it a
            # "no" from here ends in AttributeError, a traceback per request and a 500 at spawn.
            # Tests/JupyterHub/test_upstream.py tells when it is gone.
            handler._token_authenticated = False
        by_cookie = (
            handler is not None
            and not handler._token_authenticated
            and getattr(handler, "_jupyterhub_user", None) is user
        )
        found = await (
            self._standing_of_browser(user, handler) if by_cookie else self._standing_of_token(user, handler)
        )
        if found is None or found.name != user.name:
            return False
        self._ask_at_every_request(user)
        if found.admin == user.admin and set(found.groups) == {group.name for group in user.groups}:
            return True
        return self.model(found)

    def signed_in(self, user: User, bridge_user: BridgeUser, session: str) -> None:
        """Note a sign-in that was just verified."""
        self._sessions.remember(session, bridge_user)
        self._ask_at_every_request(user)

    def forget_session(self, session: str) -> None:
        """Ask the bridge again about a session at its next request."""
        self._sessions.forget(session)

    def forget_user(self, name: str) -> None:
        """Ask the bridge again about everything of a user."""
        self._sessions.forget_user(name)
        self._names.forget(name)

    def model(self, user: BridgeUser) -> dict[str, Any]:
        """What JupyterHub is told about a person. `admin` is always said, so that a lost role is lost here too."""
        return {"name": user.name, "admin": user.admin, "groups": list(user.groups)}

    async def _ask_session(self, session: str) -> BridgeUser | None:
        signed_in = await self.bridge.session(session)
        return signed_in.user if signed_in else None

    async def _standing_of_browser(self, user: User, handler: BaseHandler) -> BridgeUser | None:
        login = BrowserLogin.of(handler)
        if login is None or login.name != user.name:
            return None
        found = await (self._sessions.of(login.session) if login.session else self._names.of(login.name))
        if found is not None and found.name == user.name:
            login.claim_tokens(handler)
        return found

    async def _standing_of_token(self, user: User, handler: BaseHandler | None) -> BridgeUser | None:
        """A browser's token is good for as long as the session it came from, any other for as long as its owner is.

        Notebook servers show the browser's token here every few seconds, so this alone ends them with the session; the
        revocation service only makes it faster, and takes the token away for good.
        """
        token = handler.get_token() if handler is not None else None
        session = token.session_id if token is not None and token.user is user.orm_user else None
        if session is None or session.startswith(FORM_PREFIX):
            return await self._names.of(user.name)
        return await self._sessions.of(session)

    def _ask_at_every_request(self, user: User) -> None:
        """Have JupyterHub come back at the next request, from whichever browser.

        It keeps one time of last refresh per user, so that one busy browser would vouch for all others of that person,
        signed out or not. Whom to ask how often is decided in `Standing`, per browser.
        """

        def expire() -> None:
            user._auth_refreshed = None

        # after JupyterHub has written its time, which it does without yielding once we return
        asyncio.get_running_loop().call_soon(expire)

    async def _check_password(self, handler: BaseHandler, name: str, password: str) -> BridgeUser:
        """The person of this name and password. `handler.request.remote_ip` is hearsay and goes nowhere: see
        `BridgeClient.authenticate`."""
        try:
            user = await self.bridge.authenticate(name, password)
        except Refused:
            raise web.HTTPError(403, "Invalid username or password") from None
        except Challenge as challenge:
            home = handler.hub.base_url
            page = url_concat(f"{self.portal_url or _origin(handler)}/login", {"rd": home})
            if challenge.purpose == "new-password":
                raise FurtherStepNeeded("Your password has expired and has to be changed first.", page) from None
            raise FurtherStepNeeded("Your account asks for more than a password.", page) from None
        except Unavailable as error:
            self.log.error("Cannot check a password: %s", error)
            raise web.HTTPError(503, "The sign-in service does not answer just now. Try again in a minute.") from None
        self._names.remember(user.name, user)
        return user


def _origin(handler: BaseHandler) -> str:
    return f"{handler.request.protocol}://{handler.request.host}"
