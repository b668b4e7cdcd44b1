"""`sudo make demo`: the stage on loopback for a person with a browser, until Ctrl-C."""

import json
import os
import sys
import threading
import time
from pathlib import Path

from . import bridge
from .enclosure import CACHE, run_enclosed
from .processes import StageError
from .stage import Stage

ENTER = "sudo config/demo/demo.sh enter"


def main() -> int:
    enclosed = CACHE / "demo.pid"
    try:
        return run_enclosed(play, private_network=False, announce=lambda pid: enclosed.write_text(f"{pid}\n"))
    finally:
        enclosed.unlink(missing_ok=True)


def play() -> int:
    stage = Stage(port=int(os.environ.get("PORT", "8088")))
    try:
        stage.set_up(say=lambda text: print(f"  starting: {text}", flush=True))
        print("  starting: JupyterHub", flush=True)
        stage.start_hub()
        print("  starting: sync-users --watch", flush=True)
        stage.start_watch()
        print(programme(stage), flush=True)
        threading.Thread(target=follow_audit, args=[bridge.AUDIT_LOG], daemon=True).start()
        while True:
            for program in stage.programs.running:
                if (status := program.process.poll()) is not None:
                    print(f"\n{program.name} ended with status {status}:\n{program.log_end()}", file=sys.stderr)
                    return 1
            time.sleep(0.5)
    except StageError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nTaking everything away.", flush=True)
        return 0
    finally:
        stage.tear_down()


def programme(stage: Stage) -> str:
    otto = stage.person("otto")
    rows = "\n".join(f"  {person.name:<8} {person.password:<14} {person.shows}" for person in stage.people)
    return f"""
  Open   {stage.address}/

  name     password       what to see
{rows}

  otto's code now:        oathtool --totp {otto.oath_secret}

  Try, while signed in as alice with a notebook open, in another terminal:
    {ENTER} diycloud-bridge user disable alice     out within a second, the notebook within five
    {ENTER} diycloud-bridge user enable alice
    {ENTER} diycloud-bridge session list
    {ENTER} diycloud-bridge usage --watch          who uses what, and what is left
    {ENTER} diycloud-bridge user set-quota alice --memory 2G    counts for what runs already
    {ENTER} diycloud-bridge sync-users --dry-run   what this host lacks to agree with the store
    {ENTER} diycloud-bridge findings               what is not as it should be, and the way out
    {ENTER} bash                                   a shell on this stage
  And in a notebook of alice, who may use 1 GiB:  hog = b"x" * (3 << 30)
  The kernel dies and comes back; the server, the hub and everyone else go on.

  Accounts, homes and configuration are a throw-away overlay; your own stay untouched. Ctrl-C takes everything away.

  What happens (the bridge's audit log):"""


def follow_audit(path: Path) -> None:
    """Prints each event of the audit log as one short line."""
    while not path.exists():
        time.sleep(0.2)
    with path.open() as log:
        while True:
            line = log.readline()
            if not line:
                time.sleep(0.2)
                continue
            try:
                print(f"  {shortened(json.loads(line))}", flush=True)
            except (ValueError, AttributeError):
                continue


def shortened(event: dict) -> str:
    words = [str(event[key]) for key in ("kind", "user", "outcome", "service", "detail") if event.get(key)]
    if reason := event.get("reason"):
        words.append(f"({reason})")
    return " ".join([str(event.get("time", ""))[11:19], *words])


if __name__ == "__main__":
    sys.exit(main())
