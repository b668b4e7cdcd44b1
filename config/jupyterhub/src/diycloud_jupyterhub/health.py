"""Whether a person could come in: ``python -m diycloud_jupyterhub.health [HUB'S URL]``.

Asks the hub through its proxy, and the bridge with the hub's own token. One line for each that does not answer as it
should; nothing, and status 0, when both do.
"""

from __future__ import annotations

import asyncio
import os
import sys

import aiohttp

from .bridge import BridgeClient, BridgeError


async def of_hub(url: str) -> str | None:
    """What is wrong with the hub, or None."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http,
            http.get(f"{url}/hub/health", allow_redirects=False) as answer,
        ):
            return None if answer.status == 200 else f"the hub answers {answer.status} at {url}/hub/health"
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        return f"the hub does not answer at {url}: {type(error).__name__}"


async def of_bridge() -> str | None:
    """What is wrong between the hub and the bridge, or None."""
    client = BridgeClient(
        url=os.environ.get("DIYCLOUD_BRIDGE_URL") or "unix:/run/diycloud-bridge/services.sock",
        token_file=os.environ.get("DIYCLOUD_SERVICE_TOKEN_FILE") or "/etc/diycloud-bridge/jupyterhub.token",
    )
    try:
        await client.revocations(after=None)
    except BridgeError as error:
        return str(error)
    finally:
        await client.close()
    return None


async def problems(url: str) -> list[str]:
    """All that is wrong."""
    return [found for found in await asyncio.gather(of_hub(url), of_bridge()) if found is not None]


if __name__ == "__main__":
    lines = asyncio.run(problems((sys.argv[1:] or ["http://127.0.0.1:8000/jupyter"])[0].rstrip("/")))
    print("\n".join(lines))
    sys.exit(1 if lines else 0)
