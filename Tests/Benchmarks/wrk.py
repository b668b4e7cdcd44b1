"""One run of wrk(1) and what it measured."""

import re
import subprocess
from dataclasses import dataclass

MICROSECONDS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6}


@dataclass(frozen=True)
class Run:
    """Completed requests, requests a second, and the 99th percentile of their latency in microseconds."""

    requests: int
    rate: float
    p50: float
    p99: float


class Unmeasurable(Exception):
    """The numbers would not mean anything; the text says why."""


def run(url: str, header: str, *, connections: int, seconds: int) -> Run:
    """Asks `url` over kept connections as fast as it goes; every answer has to be a 2xx."""
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", header, url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if re.search(r"Non-2xx|Socket errors", output):
        raise Unmeasurable(f"some requests to {url} failed:\n{output}")
    found = re.search(r"(\d+) requests in", output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if not found or not rate:
        raise Unmeasurable(f"wrk said something unexpected:\n{output}")
    return Run(int(found[1]), float(rate[1]), percentile(output, 50), percentile(output, 99))


def percentile(output: str, which: int) -> float:
    found = re.search(rf"^\s+{which}%\s+([\d.]+)(us|ms|s|m)$", output, re.MULTILINE)
    if not found:
        raise Unmeasurable(f"wrk gave no {which}th percentile:\n{output}")
    return float(found[1]) * MICROSECONDS[found[2]]
