"""What the Docker guard costs: the same calls to the engine's own socket and through the guard (`make bench`).

Both sides in turns, so that a slow minute of the machine hits both; kept connections, as programs have them.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "System"), str(HERE.parent / "Docker")]

from stage.enclosure import CACHE, REPOSITORY, run_enclosed  # noqa: E402

ENGINE, GUARD = "engine", "guard"
WANTED_ADDED_MILLISECONDS = 1.0
CALLS = {
    "GET /_ping": "/_ping",
    "GET /version": "/v1.41/version",
    "GET /containers/json, 5 own of 25": "/v1.41/containers/json",
    "GET /containers/ID/json": "/v1.41/containers/{box}/json",
    "GET /containers/NAME/json": "/v1.41/containers/alices-0/json",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=1000, help="of one kind in one round")
    parser.add_argument("--megabytes", type=int, default=2000, help="of one stream")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "artefacts" / "bench" / "guard.json")
    return parser.parse_args()


def latencies(api, path: str, count: int) -> list[float]:
    """Milliseconds of each call on one kept connection."""
    connection = http.client.HTTPConnection("docker")
    connection.sock = api.connect()
    took = []
    for _ in range(count):
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - started) * 1000)
        assert answer.status == 200, (path, answer.status)
    connection.close()
    return took


def throughput(api, path: str, seconds: float, clients: int = 8) -> float:
    """Calls a second of several programs at once, each with a kept connection."""

    counts = [0] * clients
    end = time.perf_counter() + seconds

    def calls(number: int) -> None:
        connection = http.client.HTTPConnection("docker")
        connection.sock = connections[number]
        while time.perf_counter() < end:
            connection.request("GET", path)
            connection.getresponse().read()
            counts[number] += 1
        connection.close()

    # The rights of a connection are those of the thread that makes it.
    connections = [api.connect() for _ in range(clients)]
    threads = [threading.Thread(target=calls, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def stream(api, box: str, megabytes: int) -> float:
    """Megabytes a second of a container's output, by a hijacked connection."""
    body = {"Cmd": ["head", "-c", f"{megabytes}000000", "/dev/zero"], "AttachStdout": True}
    number = api.post(f"/containers/{box}/exec", body=body).json["Id"]
    return rate(api, "POST", f"/exec/{number}/start", body={"Detach": False, "Tty": False})


def copy(api, box: str) -> float:
    """Megabytes a second of a file that docker cp takes out."""
    return rate(api, "GET", f"/containers/{box}/archive", query={"path": "/tmp/large"})


def rate(api, method: str, path: str, **more) -> float:
    started = time.perf_counter()
    connection, head = api.opened(method, path, headers=[("Connection", "close")], **more)
    assert head.status == 200, head
    buffer, count = bytearray(1 << 20), 0
    with connection:
        while size := connection.recv_into(buffer):
            count += size
    return count / 1e6 / (time.perf_counter() - started)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def measure(options: argparse.Namespace) -> dict:
    from rig import engine
    from rig.api import Api
    from rig.host import Host
    from stage.processes import Programs

    host = Host(Programs(Path("/var/log/stage")))
    try:
        host.set_up()
        alice, bob = host.api("alice"), host.api("bob")
        for number in range(20):
            bob.run(name=f"bobs-{number}")
        box, *_ = [alice.run(name=f"alices-{number}") for number in range(5)]
        assert alice.execute(box, "truncate", "-s", f"{options.megabytes}000000", "/tmp/large")[0] == 0
        sides = {ENGINE: Api(engine.SOCKET), GUARD: alice}
        times = {name: {side: [] for side in sides} for name in CALLS}
        calls = {side: [] for side in sides}
        rates = {name: {side: [] for side in sides} for name in ("exec", "cp")}
        for number in range(options.rounds + 1):
            order = list(sides.items())[:: 1 if number % 2 else -1]
            for name, path in CALLS.items():
                for side, api in order:
                    took = latencies(api, path.replace("{box}", box), options.calls)
                    # The first round warms caches on both sides.
                    times[name][side] += took if number else []
            if number:
                for side, api in order:
                    calls[side].append(throughput(api, "/_ping", 2))
                    rates["exec"][side].append(stream(api, box, options.megabytes))
                    rates["cp"][side].append(copy(api, box))
        return {
            "milliseconds": {
                name: {side: {"p50": quantile(all_, 0.5), "p99": quantile(all_, 0.99)} for side, all_ in both.items()}
                for name, both in times.items()
            },
            "megabytes_per_second": {
                name: {side: statistics.median(all_) for side, all_ in both.items()} for name, both in rates.items()
            },
            "pings_per_second": {side: statistics.median(all_) for side, all_ in calls.items()},
            "resident_bytes": host.guard_memory(),
        }
    finally:
        host.clean()
        host.programs.stop_all()


def table(result: dict) -> tuple[str, int]:
    """What was measured, and how many targets were missed."""
    lines = [f"{'':36}{'engine p50':>12}{'p99':>8}{'guard p50':>12}{'p99':>8}{'added p50':>12}   wanted"]
    missed = 0
    for name, sides in result["milliseconds"].items():
        bare, guard = sides[ENGINE], sides[GUARD]
        added = guard["p50"] - bare["p50"]
        missed += added >= WANTED_ADDED_MILLISECONDS
        verdict = "reached" if added < WANTED_ADDED_MILLISECONDS else "MISSED"
        lines.append(
            f"{name:36}{bare['p50']:>9.2f} ms{bare['p99']:>8.2f}{guard['p50']:>9.2f} ms{guard['p99']:>8.2f}"
            f"{added:>+9.2f} ms   < {WANTED_ADDED_MILLISECONDS:.0f} ms  {verdict}"
        )
    bare, guard = (result["pings_per_second"][side] for side in (ENGINE, GUARD))
    lines.append(
        f"{'GET /_ping, 8 programs at once':36}{bare:>9.0f} /s{'':8}{guard:>9.0f} /s{'':8}{guard / bare:>9.0%}"
    )
    for name, sides in result["megabytes_per_second"].items():
        lines.append(
            f"{'stream of ' + name:36}{sides[ENGINE]:>7.0f} MB/s{'':8}{sides[GUARD]:>7.0f} MB/s"
            f"{'':8}{sides[GUARD] / sides[ENGINE]:>8.0%} of the engine's own"
        )
    lines.append(f"guard's resident memory afterwards: {result['resident_bytes'] / 2**20:.0f} MiB")
    return "\n".join(lines), missed


def main() -> int:
    options = arguments()
    result = measure(options)
    text, missed = table(result)
    print(text)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(f"All numbers: {options.output}")
    return 1 if missed and options.strict else 0


def enclosed() -> int:
    binary = os.environ.get("DIYCLOUD_BRIDGE_BINARY", str(REPOSITORY / ".build" / "release" / "diycloud-bridge"))
    environment = {
        **os.environ,
        "BENCH_ENCLOSED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DIYCLOUD_BRIDGE_BINARY": binary,
    }
    python = CACHE / "venv-test" / "bin" / "python"
    return subprocess.run([python, __file__, *sys.argv[1:]], env=environment).returncode


if __name__ == "__main__":
    if os.environ.get("BENCH_ENCLOSED"):
        sys.exit(main())
    arguments()  # wrong usage is said before anything is set up
    sys.exit(run_enclosed(enclosed, private_network=True))
