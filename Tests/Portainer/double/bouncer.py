"""Which credential counts, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from .exchange import Exchange
from .state import State
from .tokens import TokenClaims, TokenSigner
from .wrong import Wrong

COOKIE = "portainer_api_key"
ADMINISTRATOR = 1


@dataclass(frozen=True)
class SignedIn:
    """The user of a request. With a token the role is the token's, with an API key the stored one."""

    id: int
    name: str
    role: int
    by_api_key: bool
    claims: TokenClaims | None = None

    @property
    def is_administrator(self) -> bool:
        return self.role == ADMINISTRATOR


class Bouncer:
    """Looks for API key, cookie, token argument and Authorization header, in this order.

    The first one that is there decides: when it is not valid the request is refused, whatever else it carries.
    """

    def __init__(self, state: State, signer: TokenSigner, generation: str) -> None:
        self._state = state
        self._signer = signer
        self._new = generation == "2.43"

    def identify(self, exchange: Exchange) -> SignedIn:
        """The user, or 401."""
        if self._new and exchange.header("X-API-KEY") and exchange.header("Authorization"):
            raise Wrong(401, "A valid authorization token is missing", "Only one authentication method is allowed")
        for lookup in (self._by_api_key, self._by_cookie, self._by_bearer):
            found = lookup(exchange)
            if found is None:
                continue
            if self._state.row("users", found.id) is None:
                raise Wrong(401, "Unauthorized", "The authorization token is invalid")
            return found
        raise Wrong(401, "A valid authorization token is missing", "Unauthorized")

    def _by_api_key(self, exchange: Exchange) -> SignedIn | None:
        raw = exchange.header("X-API-KEY")
        if not raw:
            raw = next((value for name, value in exchange.query if _folded(name) == "x-api-key"), "")
        if not raw:
            return None
        key = self._state.key_of(raw)
        if key is None:
            raise _invalid()
        user = self._state.row("users", key["UserId"])
        if user is None:
            raise _invalid()
        return SignedIn(user["Id"], user["Username"], user["Role"], by_api_key=True)

    def _by_cookie(self, exchange: Exchange) -> SignedIn | None:
        token = exchange.cookie(COOKIE)
        return None if token is None else self._by_token(token)

    def _by_bearer(self, exchange: Exchange) -> SignedIn | None:
        token = "" if self._new else exchange.argument("token")
        token = token or exchange.header("Authorization").removeprefix("Bearer ")
        return self._by_token(token) if token else None

    def _by_token(self, token: str) -> SignedIn:
        claims = self._signer.read(token)
        if claims is None:
            raise _invalid()
        user = self._state.row("users", claims.id)
        if user is None:
            raise Wrong(401, "Unauthorized", "The authorization token is invalid")
        if user["TokenIssueAt"] > claims.issued_at:
            raise _invalid()
        return SignedIn(claims.id, user["Username"], claims.role, by_api_key=False, claims=claims)


def cookie_header(token: str, expires: int, *, secure: bool) -> str:
    """The Set-Cookie value of a sign-in."""
    until = format_datetime(datetime.fromtimestamp(expires, UTC), usegmt=True)
    text = f"{COOKIE}={token}; Path=/; Expires={until}; HttpOnly; SameSite=Strict"
    return text + "; Secure" if secure else text


def _folded(name: str) -> str:
    """Go's EqualFold: the Kelvin sign and the long s are letters of the English alphabet to it."""
    return name.lower().replace("\u212a", "k").replace("\u017f", "s")


def _invalid() -> Wrong:
    return Wrong(401, "Invalid JWT token", "Invalid JWT token")
