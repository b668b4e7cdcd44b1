"""Programs run as the administrator types them."""

import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

BRIDGE = "/usr/local/sbin/diycloud-bridge"


def run(command: str | list[str], *, expect: int | None = 0, seconds: float = 120, text: str = "") -> str:
    """What the command printed; an exit status other than `expect` (None: any) fails the check with all of it."""
    words = ["bash", "-c", command] if isinstance(command, str) else command
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=seconds, cwd="/src")
    shown = f"$ {command if isinstance(command, str) else ' '.join(command)}\n{done.stdout}{done.stderr}"
    print(shown)
    assert expect is None or done.returncode == expect, f"status {done.returncode}, not {expect}:\n{shown}"
    return done.stdout


def bridge(*words: str, expect: int | None = 0, seconds: float = 120, text: str = "") -> str:
    return run([BRIDGE, *words], expect=expect, seconds=seconds, text=text)


def bridge_json(*words: str, expect: int | None = 0) -> Any:
    return json.loads(bridge(*words, "--format", "json", expect=expect))


def eventually(true: Callable[[], Any], *, within: float, what: str) -> float:
    """Waits until `true` says so; the seconds that took. Fails the check after `within`."""
    started = time.monotonic()
    while not true():
        waited = time.monotonic() - started
        assert waited < within, f"Not within {within:.0f} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - started
