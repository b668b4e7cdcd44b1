"""A shell of a person, by ssh with a key: a session of logind's, through PAM."""

import subprocess
import uuid
from pathlib import Path

from commands import run
from people import Person

KEY = Path("/root/.ssh/story")
#: Not in the homes, so that the people's disks stay theirs.
KEYS = Path("/etc/ssh/story-keys")


def allow_keys() -> None:
    KEY.parent.mkdir(mode=0o700, exist_ok=True)
    run(f"ssh-keygen -q -t ed25519 -N '' -f {KEY}")
    KEYS.write_text(KEY.with_suffix(".pub").read_text())
    Path("/etc/ssh/sshd_config.d/story.conf").write_text(f"AuthorizedKeysFile .ssh/authorized_keys {KEYS}\nUseDNS no\n")
    run("systemctl reload ssh")


def ssh(person: Person) -> list[str]:
    options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes"]
    words = [word for option in options for word in ("-o", option)]
    return ["ssh", "-T", "-i", str(KEY), *words, f"{person.name}@127.0.0.1"]


class Shell:
    """Commands go in one after the other, as typed."""

    def __init__(self, person: Person) -> None:
        self.process = subprocess.Popen(
            [*ssh(person), "bash", "-l"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )
        self.pid = int(self.run("echo $$"))

    def run(self, command: str) -> str:
        """What the command printed. Fails when the shell is gone."""
        mark = uuid.uuid4().hex
        self.process.stdin.write(f"{command}\necho {mark}\n")
        lines = []
        for line in self.process.stdout:
            if line.strip() == mark:
                return "".join(lines).strip()
            lines.append(line)
        raise AssertionError(f"the shell ended (status {self.process.wait()}) in: {command}\n{''.join(lines)}")

    @property
    def open(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)
