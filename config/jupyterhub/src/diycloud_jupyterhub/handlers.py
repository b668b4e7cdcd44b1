"""The hub's pages for signing in and out, and the revocation service's way to a browser's tokens."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers import BaseHandler
from jupyterhub.handlers.login import LoginHandler, LogoutHandler
from jupyterhub.scopes import needs_scope
from jupyterhub.user import User
from jupyterhub.utils import url_path_join
from tornado import web
from tornado.escape import xhtml_escape
from tornado.httputil import url_concat

from .authenticator import DIYCloudAuthenticator, FurtherStepNeeded, VerifiedSignIn
from .bridge import SignedIn, Unavailable
from .browser import BrowserLogin
from .settling import revoke

STATE_COOKIE = "jupyterhub-diycloud-state-"
STATE_MINUTES = 10
#: Tabs of one browser that may be on their way to the bridge at once (a restored window opens several).
STATES_KEPT = 8

PROBLEMS = {
    "state": (400, "This sign-in was not started in this browser, or took too long. Nobody was signed in."),
    "expired": (403, "This sign-in has been used already, or took too long. Nobody was signed in."),
    "refused": (403, "You are signed in, but you may not use the notebooks. Ask your administrator."),
    "unavailable": (503, "The sign-in service does not answer just now. Try again in a minute."),
}


class _PrivateHandler(BaseHandler):
    """A page whose address or cookies are nobody else's business."""

    authenticator: DIYCloudAuthenticator

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")

    @property
    def is_navigation(self) -> bool:
        """Whether a person's browser is going somewhere, as opposed to a script of some page fetching something."""
        return self.request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


class SignInHandler(_PrivateHandler):
    """``GET /hub/diycloud-login``: the one place where a browser's sign-in at the bridge is accepted.

    Without an assertion it sends the browser to the bridge, with one, it redeems it. An assertion is spent before
    anything about it is judged, and the browser always leaves this address: what stands in an address bar unspent could
    be read by a notebook page, which is of the same origin.
    """

    async def get(self) -> None:
        """Start a sign-in, finish it, or say what went wrong with it."""
        if self._query("assertion") is not None:
            await self._finish()
        elif (problem := self._query("problem")) in PROBLEMS:
            await self._explain(problem)
        else:
            self._start()

    def _start(self) -> None:
        state = secrets.token_urlsafe(32)
        waiting = [name for name in self.request.cookies if name.startswith(STATE_COOKIE)]
        if len(waiting) >= STATES_KEPT:
            for name in waiting:
                self.clear_cookie(name, path=self.hub.base_url)
        self._set_cookie(
            _state_cookie(state),
            state,
            path=self.hub.base_url,
            expires_days=None,
            max_age=STATE_MINUTES * 60,
            samesite="Lax",
        )
        query = {"state": state}
        if next_url := self._next():
            query["next"] = next_url
        authenticator = self.authenticator
        self.redirect(url_concat(f"{authenticator.portal_url}/login/service/{authenticator.service}", query))

    async def _finish(self) -> None:
        assertion, state = self._query("assertion") or "", self._query("state") or ""
        try:
            signed_in = await self.authenticator.bridge.redeem(assertion, state)
        except Unavailable as error:
            self.log.error("Cannot redeem a sign-in: %s", error)
            return self._leave("unavailable")
        if not self._started_here(state) or not self.is_navigation:
            self.log.warning("Refusing a sign-in that this browser did not start")
            return self._leave("state")
        if signed_in is None:
            return self._leave("expired")
        if await self._sign_in(signed_in) is None:
            return self._leave("refused")
        self.redirect(self._next() or self.hub.base_url)

    def _started_here(self, state: str) -> bool:
        name = _state_cookie(state)
        kept = self.get_secure_cookie(name, max_age_days=STATE_MINUTES / 1440) or b""
        if kept:
            self.clear_cookie(name, path=self.hub.base_url)
        return bool(state) and hmac.compare_digest(kept, state.encode("utf-8", "replace"))

    async def _sign_in(self, signed_in: SignedIn) -> User | None:
        before = self.get_current_user_cookie()
        if before is not None and before.name != signed_in.user.name:
            # somebody else had this browser: their tokens must not stay usable in it
            self.clear_login_cookie()
        BrowserLogin.by_session(signed_in.user.name, signed_in.session).store(self)
        user = await self.login_user(VerifiedSignIn(signed_in.user))
        if user is None:
            BrowserLogin.clear(self)
            return None
        self.authenticator.signed_in(user, signed_in.user, signed_in.session)
        return user

    def _leave(self, problem: str) -> None:
        query = {"problem": problem}
        if next_url := self._next():
            query["next"] = next_url
        self.redirect(url_concat(self.request.path, query))

    async def _explain(self, problem: str) -> None:
        status, sentence = PROBLEMS[problem]
        self.set_status(status)
        next_url = self._next()
        again = url_concat(self.request.path, {"next": next_url} if next_url else {})
        self.finish(
            await self.render_template(
                "error.html",
                status_code=status,
                status_message="Not signed in",
                message_html=f'{xhtml_escape(sentence)} <a href="{xhtml_escape(again)}">Sign in again</a>',
            )
        )

    def _next(self) -> str:
        return self._validate_next_url(self._query("next") or "")

    def _query(self, name: str) -> str | None:
        """A query argument. Tornado's way answers 400 to bytes that are no text: an assertion would stay unspent."""
        values = self.request.query_arguments.get(name)
        return values[-1].decode("utf-8", "replace") if values else None


class FormSignInHandler(LoginHandler):
    """``/hub/login``: sends browsers to the bridge, takes name and password from programs (``?form``: a form)."""

    authenticator: DIYCloudAuthenticator

    async def get(self) -> None:
        """The form when it was asked for, else JupyterHub's own way on."""
        if self.current_user is None and self.get_query_argument("form", None) is not None:
            self.finish(await self._render())
        else:
            await super().get()

    async def login_user(self, data: Any = None) -> User | None:
        """Sign in by form, and note that this browser has no bridge session."""
        user = await super().login_user(data)
        if user is not None:
            BrowserLogin.by_form(user.name).store(self)
        return user

    async def post(self) -> None:
        """Check the form; a password that is not enough leads to the bridge's page."""
        try:
            await super().post()
        except FurtherStepNeeded as step:
            self.set_status(403)
            link = f'<a href="{xhtml_escape(step.url)}">Go on at the sign-in page</a>'
            self.finish(
                await BaseHandler.render_template(
                    self,
                    "error.html",
                    status_code=403,
                    status_message="One more step",
                    message_html=f"{xhtml_escape(step.sentence)} {link}",
                )
            )


class SignOutHandler(_PrivateHandler, LogoutHandler):
    """``/hub/logout``: ends this browser's session at the bridge, and so everywhere."""

    async def get(self) -> None:
        """Sign out, unless some other site sent the browser here."""
        if self.request.headers.get("Sec-Fetch-Site", "none") == "cross-site":
            raise web.HTTPError(403, "Another site asked to sign you out. Sign out from a page of this site.")
        await super().get()

    async def handle_logout(self) -> None:
        """Carry the sign-out to the bridge."""
        login = BrowserLogin.of(self)
        BrowserLogin.clear(self)
        self._ended = True
        if login is None or login.session is None:
            return
        self.authenticator.forget_session(login.session)
        try:
            await self.authenticator.bridge.end_session(login.session)
        except Unavailable as error:
            self.log.error("Cannot end a session at the bridge: %s", error)
            self._ended = False

    async def render_logout_page(self) -> None:
        """On to the bridge's signed-out page, which does not sign anybody in again by itself."""
        if self._ended:
            return self.redirect(f"{self.authenticator.portal_url}/login?signed_out=1")
        again = xhtml_escape(url_path_join(self.hub.base_url, "logout"))
        self.set_status(503)
        self.finish(
            await self.render_template(
                "error.html",
                status_code=503,
                status_message="Signed out of the notebooks only",
                message="The sign-in service does not answer just now, so other services may still know you. "
                f"Sign out there too ({again} tries again), or close this browser.",
            )
        )


class _TokensHandler(APIHandler):
    authenticator: DIYCloudAuthenticator

    def _delete(self, user_name: str, **which: Any) -> None:
        user = self.find_user(user_name)
        if user is None:
            raise web.HTTPError(404, f"No such user: {user_name}")
        revoke(self, user, **which)
        self.db.commit()
        self.set_status(204)


class SessionTokensHandler(_TokensHandler):
    """``DELETE /hub/api/diycloud/users/NAME/sessions/ID``: one browser loses its tokens; other browsers notice nothing.

    JupyterHub's own API deletes the tokens of all browsers of a server at once.
    """

    @needs_scope("tokens")
    def delete(self, user_name: str, session_id: str) -> None:
        """Delete the tokens that came from one browser."""
        self.authenticator.forget_session(session_id)
        self._delete(user_name, session_id=session_id)


class UserTokensHandler(_TokensHandler):
    """``DELETE /hub/api/diycloud/users/NAME/sessions``: a user loses every token, of browsers and of programs."""

    @needs_scope("tokens")
    def delete(self, user_name: str) -> None:
        """Delete all tokens of a user."""
        self.authenticator.forget_user(user_name)
        self._delete(user_name)


def _state_cookie(state: str) -> str:
    # one cookie per sign-in under way, told apart by the first characters; the rest stays out of the name
    return STATE_COOKIE + "".join(c for c in state[:8] if c.isascii() and (c.isalnum() or c in "-_"))
