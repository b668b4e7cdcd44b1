"""The walls of a stage: private mount, process and (for tests) network namespaces, overlays over what gets written.

Everything written lands on a tmpfs that is mounted inside the namespace only. So nothing has to be cleaned up: when the
last process of the enclosure is gone, the kernel takes processes, mounts and files away, also after `kill -9`. Only
cgroups stay (cgroups.py): the caller removes them, and those of callers that were killed.
"""

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from . import cgroups

CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET = 0x00020000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG = 1

CACHE = Path("/var/cache/diycloud-bridge")
REPOSITORY = Path(__file__).resolve().parents[3]

# Directories that are written to by useradd, PAM, nginx, the bridge, JupyterHub and its users.
OVERLAID = ("/etc", "/home", "/opt", "/var/lib", "/var/log", "/var/mail", "/var/spool", "/tmp")


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


def run_enclosed(
    body: Callable[[], int], *, private_network: bool, announce: Callable[[int], object] = lambda pid: None
) -> int:
    """Runs `body` in namespaces of its own and returns its exit status.

    The caller stays outside, hands SIGINT, SIGTERM and SIGHUP on, and takes everything with it when it dies.
    `announce` is told the process id by which nsenter(1) finds the way in.
    """
    if os.geteuid() != 0:
        sys.exit("This needs root (it makes namespaces and accounts inside them). Try: sudo make demo, sudo make test")
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    CACHE.chmod(0o755)
    (CACHE / "stage").mkdir(mode=0o755, exist_ok=True)
    cgroups.sweep()
    tree = os.environ[cgroups.VARIABLE] = f"diycloud-stage-{os.getpid()}"
    # Killed with make, should somebody kill make alone.
    _call("prctl", PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    _call("unshare", CLONE_NEWNS | CLONE_NEWPID | (CLONE_NEWNET if private_network else 0))
    handed_on = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, handed_on)
    child = os.fork()
    if child == 0:
        _call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os._exit(_first_process(body, private_network=private_network, handed_on=handed_on))
    _hand_signals_to(child, handed_on)
    announce(child)
    try:
        return _status_of(child)
    finally:
        for number in handed_on:
            signal.signal(number, signal.SIG_IGN)
        cgroups.remove(tree, seconds=5)


def _hand_signals_to(child: int, signals: set[signal.Signals]) -> None:
    # A terminal sends Ctrl-C to the whole foreground group; passed on as SIGTERM, both ways of ending are the same.
    for number in signals:
        signal.signal(number, lambda *_: os.kill(child, signal.SIGTERM))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)


def _status_of(child: int) -> int:
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _first_process(body: Callable[[], int], *, private_network: bool, handed_on: set[signal.Signals]) -> int:
    """Process 1 of the enclosure: mounts, then reaps whatever loses its parent until `body` is done."""
    try:
        os.setpgid(0, 0)
        _mount("--make-rprivate", "/")
        _mount("-t", "proc", "proc", "/proc")
        if private_network:
            _loopback_up()
        _overlay_everything()
    except (OSError, subprocess.CalledProcessError) as problem:
        print(f"The stage cannot be set up: {problem}", file=sys.stderr)
        return 1
    main = os.fork()
    if main == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, handed_on)
        signal.signal(signal.SIGTERM, _interrupt)
        os._exit(_exit_status(body))
    _hand_signals_to(main, handed_on)
    return _status_of(main)


def _interrupt(*_: object) -> None:
    # Once: what is thrown a second time would break the tearing down.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _exit_status(body: Callable[[], int]) -> int:
    try:
        status = body()
    except KeyboardInterrupt:
        status = 130
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
        if isinstance(leaving.code, str):
            print(leaving.code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def _overlay_everything() -> None:
    ground = CACHE / "stage"
    _mount("-t", "tmpfs", "-o", "mode=0755", "stage", str(ground))
    # The working copy may lie under one of the overlaid directories; what is written there (artefacts) must stay.
    keep = ground / "repository"
    keep.mkdir()
    _mount("--bind", str(REPOSITORY), str(keep))
    for path in filter(os.path.isdir, OVERLAID):
        upper, work = (ground / kind / path.strip("/").replace("/", "-") for kind in ("upper", "work"))
        upper.mkdir(parents=True)
        work.mkdir(parents=True)
        status = os.stat(path)
        os.chown(upper, status.st_uid, status.st_gid)
        upper.chmod(status.st_mode & 0o7777)
        _mount("-t", "overlay", "-o", f"lowerdir={path},upperdir={upper},workdir={work}", "stage", path)
    _mount("-t", "tmpfs", "-o", "mode=0755", "stage", "/run")
    Path("/run/lock").mkdir(mode=0o1777)
    _mount("-t", "tmpfs", "-o", "mode=1777", "stage", "/dev/shm")
    if any(REPOSITORY.is_relative_to(path) for path in OVERLAID):
        _mount("--bind", str(keep), str(REPOSITORY))


def _loopback_up() -> None:
    # SIOCGIFFLAGS, SIOCSIFFLAGS of netdevice(7); spares the need for iproute2.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = fcntl.ioctl(control, 0x8913, struct.pack("16sH22x", b"lo", 0))
        (flags,) = struct.unpack_from("H", request, 16)
        fcntl.ioctl(control, 0x8914, struct.pack("16sH22x", b"lo", flags | 1))
