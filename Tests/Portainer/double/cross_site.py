"""Portainer's defence against requests that another site's page makes: a token in 2.23, the origin in 2.43."""

from __future__ import annotations

import base64
import hmac
import secrets
from urllib.parse import urlsplit

from .bouncer import COOKIE
from .exchange import Answer, Exchange

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
TOKEN_COOKIE = "_gorilla_csrf"


class TokenDefence:
    """2.23: unsafe methods with a sign-in cookie want the token of another cookie in a header."""

    def check(self, exchange: Exchange) -> Answer | None:
        """An answer that refuses, or None. Prepares the headers of the answer that follows."""
        if not exchange.cookie(COOKIE):
            if exchange.header("X-API-KEY") and exchange.header("Authorization"):
                return Answer.text(403, "api key and auth header are not allowed at the same time")
            exchange.extra.append(("X-CSRF-Token", ""))
            return None
        real = self._real(exchange.cookie(TOKEN_COOKIE))
        if real is None:
            real = secrets.token_bytes(32)
            kept = base64.b64encode(real).decode()
            exchange.extra.append(("Set-Cookie", f"{TOKEN_COOKIE}={kept}; Path=/; HttpOnly; SameSite=Lax"))
        if exchange.method not in SAFE:
            shown = exchange.header("X-CSRF-Token")
            if not shown:
                return Answer.text(403, "Forbidden - CSRF token not found in request")
            if not hmac.compare_digest(self._unmasked(shown), real):
                return Answer.text(403, "Forbidden - CSRF token invalid")
        pad = secrets.token_bytes(32)
        masked = pad + bytes(one ^ other for one, other in zip(pad, real, strict=True))
        exchange.extra.append(("X-CSRF-Token", base64.b64encode(masked).decode()))
        return None

    @staticmethod
    def _real(cookie: str | None) -> bytes | None:
        try:
            value = base64.b64decode(cookie or "", validate=True)
        except ValueError:
            return None
        return value if len(value) == 32 else None

    @staticmethod
    def _unmasked(shown: str) -> bytes:
        try:
            value = base64.b64decode(shown, validate=True)
        except ValueError:
            return b""
        return bytes(one ^ other for one, other in zip(value[:32], value[32:], strict=False))


class OriginDefence:
    """2.43: every unsafe method, whatever the credential, must not come from another origin's page."""

    def __init__(self, trusted: list[str]) -> None:
        self._trusted = trusted

    def check(self, exchange: Exchange) -> Answer | None:
        if exchange.method in SAFE or exchange.header("Origin") in self._trusted:
            return None
        site = exchange.header("Sec-Fetch-Site")
        origin = exchange.header("Origin")
        if site in ("same-origin", "none"):
            return None
        if site:
            return Answer.text(403, "cross-origin request detected from Sec-Fetch-Site header")
        if not origin or urlsplit(origin).netloc == exchange.header("Host"):
            return None
        return Answer.text(
            403,
            "cross-origin request detected, and/or browser is out of date: "
            "Sec-Fetch-Site is missing, and Origin does not match Host",
        )
