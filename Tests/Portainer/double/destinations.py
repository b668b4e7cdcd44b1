"""How an environment is reached, and where its keys are kept."""

from __future__ import annotations

import ssl
from pathlib import Path
from urllib.parse import urlsplit

from .outgoing import Destination, Unreachable

FILES = {"ca": "TLSCACert", "cert": "TLSCert", "key": "TLSKey"}


def folder(data: Path, environment: int | str) -> Path:
    return data / "tls" / str(environment)


def store(data: Path, environment: int | str, kind: str, content: bytes) -> str:
    """Writes one of ca, cert and key; returns its path."""
    place = folder(data, environment)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = place / f"{kind}.pem"
    file.touch(mode=0o600)
    file.write_bytes(content)
    return str(file)


def destination(environment: dict) -> Destination:
    """Where to connect for the environment, with its client certificate; Unreachable when its files are no good."""
    parts = urlsplit(environment["URL"])
    if parts.scheme == "unix":
        return Destination(socket=parts.path)
    config = environment["TLSConfig"]
    return Destination(parts.hostname or "", parts.port or 2376, tls=_context(config) if config["TLS"] else None)


def _context(config: dict) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if config["TLSSkipVerify"]:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        else:
            # Go looks for the name in the subject alternative names only.
            context.hostname_checks_common_name = False
            context.load_verify_locations(config["TLSCACert"])
        if config["TLSCert"] and config["TLSKey"]:
            context.load_cert_chain(config["TLSCert"], config["TLSKey"])
    except (OSError, ssl.SSLError) as error:
        raise Unreachable(f"tls: {error}") from error
    return context
