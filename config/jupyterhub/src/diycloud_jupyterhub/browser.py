"""Which bridge session a browser's hub login hangs on.

JupyterHub's own login cookie holds one value per user, the same in every browser. So the hub sets a second, signed
cookie beside it that says how this browser came in. A browser that drops it is not let in by the login cookie alone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from jupyterhub.handlers import BaseHandler

COOKIE = "jupyterhub-diycloud-browser"
#: A form sign-in has no bridge session whose life it could share; it lasts this many days.
FORM_DAYS = 0.5
#: What marks the hub session of a form sign-in: no session of the bridge stands behind it.
FORM_PREFIX = "form."


@dataclass(frozen=True)
class BrowserLogin:
    """How a browser signed in: `session` is the bridge's session id, None after a form with name and password."""

    name: str
    session: str | None
    #: the id under which JupyterHub keeps the tokens of this browser
    hub_session: str

    @classmethod
    def by_session(cls, name: str, session: str) -> BrowserLogin:
        """A sign-in through the bridge. Tokens carry the bridge's session id, so that they can end with it."""
        return cls(name, session, session)

    @classmethod
    def by_form(cls, name: str) -> BrowserLogin:
        """A sign-in with name and password at the hub itself."""
        return cls(name, None, FORM_PREFIX + secrets.token_urlsafe(24))

    @classmethod
    def of(cls, handler: BaseHandler) -> BrowserLogin | None:
        """What the request's cookie says, or None without a valid one."""
        raw = handler.get_secure_cookie(COOKIE, max_age_days=31)
        match raw.decode("utf-8", "replace").split(":") if raw else []:
            case ["session", name, session] if session:
                return cls(name, session, session)
            case ["form", name, hub_session] if handler.get_secure_cookie(COOKIE, max_age_days=FORM_DAYS):
                return cls(name, None, hub_session)
        return None

    def store(self, handler: BaseHandler) -> None:
        """Set the cookie, on the hub's own path only: no notebook server ever sees it."""
        kind = "form" if self.session is None else "session"
        handler._set_cookie(COOKIE, f"{kind}:{self.name}:{self.hub_session}", path=handler.hub.base_url)
        self.claim_tokens(handler)

    def claim_tokens(self, handler: BaseHandler) -> None:
        """Make every token that this request creates carry `hub_session`, whatever the browser claims to be."""
        if handler.get_session_cookie() != self.hub_session:
            handler._session_id = self.hub_session
            handler.set_session_cookie()

    @staticmethod
    def clear(handler: BaseHandler) -> None:
        """Take the cookie back."""
        handler.clear_cookie(COOKIE, path=handler.hub.base_url)
