"""Runs the story in a guest with systemd, cgroup v2 and disk quotas: `Tests/Guest/run.py [pytest arguments]`."""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from machine import cache, disks, emulator  # noqa: E402

ARTEFACTS = disks.REPOSITORY / "artefacts" / "guest"
#: Software emulation on two cores; a run that takes longer than this hangs.
SECONDS = int(os.environ.get("DIYCLOUD_GUEST_SECONDS", "1500"))


def main() -> int:
    if os.geteuid() != 0:
        sys.exit("This needs root (it makes a Debian tree with its owners). Try: sudo make guest-tests")
    if missing := disks.tools_missing():
        sys.exit(f"Missing: {', '.join(missing)}. Try: sudo make install-tools")
    binary = Path(os.environ.get("DIYCLOUD_BRIDGE_BINARY", disks.REPOSITORY / ".build" / "release" / "diycloud-bridge"))
    if not binary.exists():
        sys.exit(f"{binary} is not built yet: make release")
    shutil.rmtree(ARTEFACTS, ignore_errors=True)
    ARTEFACTS.mkdir(parents=True)
    # As Ctrl-C does: the emulator goes, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = [f"--color={'yes' if sys.stdout.isatty() else 'no'}", *sys.argv[1:]]
    started = time.monotonic()
    try:
        with cache.one_run_at_a_time():
            root, hub = disks.root(), disks.hub()
            built = time.monotonic()
            outcome = emulator.run(root, hub, binary, ARTEFACTS, arguments=arguments, seconds=SECONDS)
    except disks.DiskError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"guest: disks {built - started:.0f} s, boot to power off {time.monotonic() - built:.0f} s", flush=True)
    if outcome.status is None:
        console = (ARTEFACTS / "console.log").read_text(errors="replace").splitlines()[-40:]
        print(f"The guest gave no answer: {outcome.reason}. The end of its console:", *console, sep="\n")
        return 1
    if outcome.status != 0:
        print((ARTEFACTS / "why.txt").read_text(errors="replace"))
        print(f"More in {ARTEFACTS.relative_to(disks.REPOSITORY)}/: junit.xml, journal.txt, console.log")
    return outcome.status


if __name__ == "__main__":
    sys.exit(main())
