"""What a check costs: nginx asking the bridge, against nginx asking an nginx that answers a constant (`make bench`).

Both sides are the shipped nginx files on a unix socket with kept connections, the same location and the same answer
headers; only who answers differs. They take turns, so that a slow minute of the machine hits both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "System")]

from stage.enclosure import CACHE, REPOSITORY, run_enclosed  # noqa: E402

CONSTANT, BRIDGE = "constant", "bridge"
PORTS = {CONSTANT: 8201, BRIDGE: 8202}
CONSTANT_SOCKET = "/run/constant.sock"
STORM_PER_SECOND = 200


@dataclass(frozen=True)
class Target:
    """Something that was wanted, what was reached, and whether that is enough."""

    what: str
    wanted: str
    reached: float
    met: bool


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of one run")
    parser.add_argument("--connections", type=int, nargs="*", default=[32, 128])
    parser.add_argument("--checks", type=int, default=1_000_000, help="after which memory is read")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "artefacts" / "bench" / "verify.json")
    return parser.parse_args()


def set_up(stage) -> str:
    """The stage, a constant, and an nginx in front of each; returns the header with alice's session."""
    from browser import Browser
    from stage import web

    stage.set_up()
    constant = web.copy_of_debians_configuration("nginx-constant")
    web.start(stage.programs, constant_server(), port=8203, directory=constant)
    os.chmod(CONSTANT_SOCKET, 0o666)
    for side, bridge_socket in ((CONSTANT, CONSTANT_SOCKET), (BRIDGE, web.BRIDGE_SOCKET)):
        directory = web.copy_of_debians_configuration(f"nginx-asks-{side}")
        web.install_shipped_files(directory, bridge_socket=bridge_socket)
        guarded = """
    access_log off;
    # Not `return`: that would answer before the access phase, where auth_request runs.
    location = /bench { set $bridge_service echo; include snippets/diycloud-bridge-guard.conf; empty_gif; }
"""
        web.start(stage.programs, web.plain_server(PORTS[side], guarded), port=PORTS[side], directory=directory)
    browser = Browser(stage.address)
    browser.sign_in(stage.person("alice"))
    return browser.cookie


def constant_server() -> str:
    # The same headers as the bridge's answer, so that nginx reads and copies as much.
    return f"""
server {{
    listen 127.0.0.1:8203;
    listen unix:{CONSTANT_SOCKET};
    access_log off;
    keepalive_requests 1000000;
    location = /auth {{
        add_header Remote-User alice;
        add_header Remote-Groups users;
        add_header Remote-Email alice@example.org;
        add_header Remote-Role user;
        return 200 "";
    }}
}}
"""


class Measurement:
    """The runs of both sides and the processor time that the bridge took."""

    def __init__(self, stage, header: str, seconds: int) -> None:
        self.stage, self.header, self.seconds = stage, header, seconds
        self.checks = 0

    def once(self, side: str, connections: int):
        import wrk

        run = wrk.run(
            f"http://127.0.0.1:{PORTS[side]}/bench", self.header, connections=connections, seconds=self.seconds
        )
        if side == BRIDGE:
            self.checks += run.requests
        return run

    def turns(self, connections: int, rounds: int) -> dict:
        """`rounds` of both sides, the first one changing, and the bridge's processor time for each check."""
        runs = {CONSTANT: [], BRIDGE: []}
        costs = []
        for number in range(rounds):
            for side in (CONSTANT, BRIDGE) if number % 2 == 0 else (BRIDGE, CONSTANT):
                before = processor_microseconds(self.stage.bridge.process.pid)
                runs[side].append(self.once(side, connections))
                if side == BRIDGE:
                    spent = processor_microseconds(self.stage.bridge.process.pid) - before
                    costs.append(spent / runs[side][-1].requests)
        return {
            **{side: medians(runs[side]) for side in runs},
            "cpu_microseconds_per_check": statistics.median(costs),
            "runs": {side: [asdict(run) for run in runs[side]] for side in runs},
        }


def medians(runs: list) -> dict:
    return {key: statistics.median(getattr(run, key) for run in runs) for key in ("rate", "p50", "p99")}


def family(pid: int) -> list[int]:
    """A process and its descendants, whichever of its threads started them."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    members = [pid]
    for member in members:
        members.extend(child for child, parent in parents.items() if parent == member)
    return members


def processor_microseconds(pid: int) -> float:
    """User and system time of the bridge's processes so far (proc_pid_stat(5), fields 14 and 15)."""
    ticks = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1e6 / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Resident memory of the process that serves: the largest one; its small root parent shares most pages with it."""
    sizes = [
        int(line.split()[1]) * 1024
        for member in family(pid)
        for line in Path(f"/proc/{member}/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    ]
    return max(sizes)


@contextmanager
def sign_in_storm(stage, report: dict):
    # Not the person whose session is asked about: so many sign-ins push each other's sessions out.
    carol = stage.person("carol")
    storm = subprocess.Popen(
        [sys.executable, str(HERE / "storm.py"), stage.address, carol.name, carol.password, str(STORM_PER_SECOND)],
        stdout=subprocess.PIPE,
        text=True,
    )
    storm.stdout.readline()
    try:
        yield
    finally:
        storm.terminate()
        report["answers"] = json.loads(storm.communicate(timeout=30)[0].splitlines()[-1])


def measure(options: argparse.Namespace) -> dict:
    from stage.stage import Stage

    # A storm from one address is what regulation exists to stop; here it is to reach PAM.
    unregulated = "regulation:\n  pair: 10000\n  client: 1000000\n  account: 1000000\n"
    stage = Stage(echo_port=8204, configuration=unregulated)
    try:
        measurement = Measurement(stage, set_up(stage), options.seconds)
        result = {"calm": {}, "storm": {}, "storm_answers": {}}
        for side in PORTS:
            measurement.once(side, options.connections[0])  # warm
        for connections in options.connections:
            print(f"  {connections} connections, calm", flush=True)
            result["calm"][connections] = measurement.turns(connections, options.rounds)
        while measurement.checks < options.checks:
            print(f"  {measurement.checks:,} of {options.checks:,} checks", flush=True)
            measurement.once(BRIDGE, options.connections[0])
        result["checks"] = measurement.checks
        result["resident_bytes"] = resident_bytes(stage.bridge.process.pid)
        for connections in options.connections:
            print(f"  {connections} connections, {STORM_PER_SECOND} sign-ins a second", flush=True)
            with sign_in_storm(stage, result["storm_answers"].setdefault(connections, {})):
                result["storm"][connections] = measurement.turns(connections, options.rounds)
        return result
    finally:
        stage.tear_down()


def targets(result: dict) -> list[Target]:
    found = []
    for weather in ("calm", "storm"):
        for connections, numbers in result[weather].items():
            throughput = numbers[BRIDGE]["rate"] / numbers[CONSTANT]["rate"]
            latency = numbers[BRIDGE]["p99"] / numbers[CONSTANT]["p99"]
            label = f"{connections} connections, {weather}"
            found.append(Target(f"throughput / constant, {label}", ">= 0.90", throughput, throughput >= 0.90))
            found.append(Target(f"p99 / constant, {label}", "<= 1.50", latency, latency <= 1.50))
    mebibytes = result["resident_bytes"] / 2**20
    found.append(Target(f"MiB after {result['checks']:,} checks", "< 64", mebibytes, mebibytes < 64))
    return found


def table(result: dict) -> str:
    lines = [f"{'':30}{'constant':>12}{'bridge':>12}{'':>4}{'p99 const.':>12}{'p99 bridge':>12}{'CPU/check':>12}"]
    for weather in ("calm", "storm"):
        for connections, numbers in result[weather].items():
            constant, bridge = numbers[CONSTANT], numbers[BRIDGE]
            # With sign-ins going on, their processor time is in the same processes.
            cost = f"{numbers['cpu_microseconds_per_check']:.1f} us" if weather == "calm" else "-"
            label = f"{connections} connections, {weather}"
            lines.append(
                f"{label:30}{constant['rate']:>10.0f}/s{bridge['rate']:>10.0f}/s{'':>4}"
                f"{constant['p99'] / 1000:>9.2f} ms{bridge['p99'] / 1000:>9.2f} ms{cost:>12}"
            )
    lines.append("")
    for target in targets(result):
        verdict = "reached" if target.met else "MISSED"
        lines.append(f"{target.what:48}{target.wanted:>10}{target.reached:>10.2f}   {verdict}")
    return "\n".join(lines)


def main() -> int:
    import wrk
    from stage.processes import StageError

    options = arguments()
    try:
        result = measure(options)
    except (wrk.Unmeasurable, StageError, subprocess.CalledProcessError) as problem:
        print(f"Not measured: {problem}", file=sys.stderr)
        return 1
    print("\n" + table(result))
    answers = {connections: answer["answers"] for connections, answer in result["storm_answers"].items()}
    print(f"\nWhat the sign-ins got (303: in; 503: the queue was full): {answers}")
    result["targets"] = [asdict(target) for target in targets(result)]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(f"All numbers: {options.output}")
    missed = [target for target in targets(result) if not target.met]
    return 1 if missed and options.strict else 0


def enclosed() -> int:
    python = CACHE / "venv-test" / "bin" / "python"
    environment = {**os.environ, "BENCH_ENCLOSED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([python, __file__, *sys.argv[1:]], env=environment).returncode


if __name__ == "__main__":
    if os.environ.get("BENCH_ENCLOSED"):
        sys.exit(main())
    arguments()  # wrong usage is said before anything is set up
    sys.exit(run_enclosed(enclosed, private_network=True))
