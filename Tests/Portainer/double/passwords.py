"""Stored passwords. The real server uses bcrypt; only the double reads these, so any slow hash will do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets


def stored(password: str) -> str:
    salt = secrets.token_bytes(16)
    return "$scrypt$" + base64.b64encode(salt + _digest(password, salt)).decode()


def matches(password: str, hashed: str) -> bool:
    """False also when no password was ever set."""
    if not hashed.startswith("$scrypt$"):
        return False
    content = base64.b64decode(hashed.removeprefix("$scrypt$"))
    return hmac.compare_digest(_digest(password, content[:16]), content[16:])


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=1024, r=8, p=1)
