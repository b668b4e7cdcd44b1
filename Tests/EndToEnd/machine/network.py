"""A way out for a network namespace, in a process: nothing of this host's own network is changed."""

import ctypes
import os
import signal
import subprocess

from . import base

PR_SET_PDEATHSIG = 1
#: slirp4netns(1): what it gives the namespace, and where it answers for the host's own resolver.
ADDRESS, RESOLVER = "10.0.2.100", "10.0.2.3"


class Uplink:
    """slirp4netns between this host and the namespace of a process. Made before the namespace is."""

    def __init__(self) -> None:
        log = base.CACHE / "network.log"
        log.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._log = log
        ours, theirs = os.pipe()
        self._ready = ours
        options = f"--configure --mtu=65520 --disable-host-loopback --ready-fd={theirs}"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["sh", "-c", f'read pid && exec slirp4netns {options} "$pid" tap0'],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                pass_fds=[theirs],
                preexec_fn=_die_with_parent,
            )
        os.close(theirs)

    def open(self, pid: int) -> None:
        """Returns when the namespace of `pid` has an address and a way out."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{pid}\n".encode())
        self._process.stdin.close()
        with os.fdopen(self._ready, "rb") as ready:
            if ready.read(1) != b"1":
                raise SystemExit(f"slirp4netns did not start: {self._log.read_text(errors='replace')}")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
