"""The JWTs of one process."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass

import jwt


@dataclass(frozen=True)
class TokenClaims:
    """Who a token speaks for. The role is the one at the time of signing."""

    id: int
    username: str
    role: int
    jti: str
    issued_at: int


class TokenSigner:
    """Signs and reads tokens with a secret that no restart survives."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._revoked: set[str] = set()

    def sign(self, user: dict, lifetime: float, *, must_change_password: bool = False) -> tuple[str, int]:
        """A token for the user, and when it ends (Unix seconds)."""
        issued = int(time.time())
        expires = issued + int(lifetime)
        claims = {
            "id": user["Id"],
            "username": user["Username"],
            "role": user["Role"],
            "scope": "default",
            "forceChangePassword": must_change_password,
            "jti": str(uuid.uuid4()),
            "iat": issued,
            "exp": expires,
        }
        return jwt.encode(claims, self._secret, algorithm="HS256"), expires

    def read(self, token: str) -> TokenClaims | None:
        """The claims of a good token of this process; None for anything else."""
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.InvalidTokenError:
            return None
        if claims["jti"] in self._revoked:
            return None
        return TokenClaims(claims["id"], claims["username"], claims["role"], claims["jti"], claims["iat"])

    def revoke(self, claims: TokenClaims) -> None:
        """No later request may use the token."""
        self._revoked.add(claims.jti)
