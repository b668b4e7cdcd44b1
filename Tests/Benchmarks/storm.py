"""Sign-ins at a steady rate, whatever comes back: an open loop, as a crowd is one. It runs in a process of its own.

usage: storm.py ADDRESS NAME PASSWORD PER_SECOND   until SIGTERM; then prints how many of which status came back
"""

import asyncio
import collections
import json
import signal
import sys
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "System"))

from browser import Browser, FormReader
from stage import web


def request(address: str, name: str, password: str) -> bytes:
    """The form of the sign-in page, filled in, as nginx would send it."""
    browser = Browser(address)
    page = browser.get("/login")
    fields = next(fields for action, fields in FormReader(page.text).forms if action.split("?")[0] == "/login")
    body = urlencode({**fields, "username": name, "password": password}).encode()
    host = urlsplit(address).netloc
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.session.cookies)
    return (
        f"POST /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Real-IP: 127.0.0.1\r\n"
        f"X-Forwarded-Proto: http\r\nX-Forwarded-Host: {host}\r\nOrigin: {address}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def once(data: bytes, seen: collections.Counter) -> None:
    try:
        reader, writer = await asyncio.open_unix_connection(web.BRIDGE_SOCKET)
        writer.write(data)
        line = await asyncio.wait_for(reader.readline(), 60)
        seen[line.split(b" ")[1].decode() if b" " in line else "closed"] += 1
        writer.close()
    except (OSError, TimeoutError) as problem:
        seen[type(problem).__name__] += 1


async def rage(data: bytes, per_second: float) -> collections.Counter:
    seen: collections.Counter = collections.Counter()
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    waiting: set[asyncio.Task] = set()
    clock = asyncio.get_running_loop().time
    due = clock()
    print("raging", flush=True)
    while not over.is_set():
        task = asyncio.create_task(once(data, seen))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
        due += 1 / per_second
        await asyncio.sleep(max(0, due - clock()))
    seen["unanswered at the end"] += len(waiting)
    return seen


if __name__ == "__main__":
    counts = asyncio.run(rage(request(*sys.argv[1:4]), float(sys.argv[4])))
    print(json.dumps(counts))
