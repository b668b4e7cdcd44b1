"""Programs run as the administrator types them."""

import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

BRIDGE = "/usr/local/sbin/diycloud-bridge"


def run(command: str | list[str], *, expect: int | None = 0, seconds: float = 180, text: str = "") -> str:
    """What the command printed; an exit status other than `expect` (None: any) fails the check with all of it."""
    done = _done(command, expect, seconds, text)
    return done.stdout


def bridge(*words: str, expect: int | None = 0, seconds: float = 180) -> str:
    """All that diycloud-bridge said, to whom it may concern."""
    done = _done([BRIDGE, *words], expect, seconds, "")
    return done.stdout + done.stderr


def bridge_json(*words: str, expect: int | None = 0) -> Any:
    return json.loads(_done([BRIDGE, *words, "--format", "json"], expect, 180, "").stdout)


def eventually(true: Callable[[], Any], *, within: float, what: str, every: float = 0.05) -> float:
    """Waits until `true` says so; the seconds that took. Fails the check after `within`."""
    started = time.monotonic()
    while not true():
        waited = time.monotonic() - started
        assert waited < within, f"Not within {within:.0f} s: {what}"
        time.sleep(every)
    return time.monotonic() - started


def _done(command: str | list[str], expect: int | None, seconds: float, text: str) -> subprocess.CompletedProcess:
    words = ["bash", "-c", command] if isinstance(command, str) else command
    started = time.monotonic()
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=seconds, cwd="/src")
    took = time.monotonic() - started
    typed = command if isinstance(command, str) else " ".join(command)
    shown = f"$ {typed}   # {took:.1f} s\n{done.stdout}{done.stderr}"
    print(shown)
    assert expect is None or done.returncode == expect, f"status {done.returncode}, not {expect}:\n{shown}"
    return done
