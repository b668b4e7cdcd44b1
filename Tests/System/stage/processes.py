"""The programs on a stage: started with a log file each, waited for, and stopped in reverse order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


class StageError(Exception):
    """Something did not come up; the text holds the end of its log."""


@dataclass
class Program:
    """One long-running program and where its output goes."""

    name: str
    process: subprocess.Popen
    log: Path

    def log_end(self, lines: int = 40) -> str:
        text = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"    {line}" for line in text[-lines:]) or "    (no output)"


@dataclass
class Programs:
    """All programs of a stage, in the order of their start."""

    logs: Path
    running: list[Program] = field(default_factory=list)

    def start(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: str = "/"
    ) -> Program:
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env={**_plain_environment(), **(env or {})},
                start_new_session=True,
            )
        program = Program(name, process, log)
        self.running.append(program)
        return program

    def wait_for(self, program: Program, ready: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Waits until `ready`; says what was awaited and what the program wrote if it does not come."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if ready():
                    return
            except OSError:
                pass
            if program.process.poll() is not None:
                raise StageError(
                    f"{program.name} ended with status {program.process.returncode} before {what}."
                    f" The end of its log ({program.log}):\n{program.log_end()}"
                )
            if time.monotonic() > deadline:
                raise StageError(
                    f"{program.name}: no sign of {what} within {seconds:.0f} s."
                    f" The end of its log ({program.log}):\n{program.log_end()}"
                )
            time.sleep(0.05)

    def stop(self, program: Program, *, seconds: float = 10) -> None:
        if program in self.running:
            self.running.remove(program)
        if program.process.poll() is None:
            program.process.send_signal(signal.SIGTERM)
            try:
                program.process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(program.process.pid, signal.SIGKILL)
                program.process.wait()

    def stop_all(self) -> None:
        for program in reversed(self.running.copy()):
            self.stop(program)


def _plain_environment() -> dict[str, str]:
    # What runs on the stage is not to depend on the shell that started it.
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
