"""What people do all day, with the programs that they do it with. All of it passes on the bare engine too (--bare)."""

import fcntl
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import termios
import textwrap
import time

import pytest
from rig.api import until
from rig.host import BARE

SLEEP = ("busybox", "sleep", "600")


@pytest.fixture
def run(host, docker):
    """`docker …` as alice; returns what it said, without the newline at the end."""

    def run(*arguments: str, status: int = 0, name: str = "alice", **more) -> str:
        result = host.shell(name, docker, *arguments, **more)
        assert result.returncode == status, f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return (result.stdout + ("" if status == 0 else result.stderr)).rstrip("\n")

    return run


class Terminal:
    """A program on a pseudo terminal, as in somebody's shell."""

    def __init__(self, host, *command: str) -> None:
        self.seen = b""
        pid, self.file = pty.fork()
        if pid == 0:
            command = host.as_person("alice", *command)
            os.execvpe(command[0], command, {**host.environment("alice"), "TERM": "xterm"})
        self.pid = pid

    def type(self, text: str) -> None:
        os.write(self.file, text.encode())

    def expect(self, text: str, seconds: float = 15) -> None:
        end = time.monotonic() + seconds
        while text.encode() not in self.seen:
            ready = select.select([self.file], [], [], max(0, end - time.monotonic()))[0]
            assert ready, f"no {text!r} in {self.seen!r}"
            try:
                self.seen += os.read(self.file, 4096)
            except OSError:
                break
        before, found, self.seen = self.seen.partition(text.encode())
        assert found, f"no {text!r} in {before!r}"

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def end(self, seconds: float = 15) -> int:
        """The exit status."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.file)
                return os.waitstatus_to_exitcode(status)
            if select.select([self.file], [], [], 0.05)[0]:
                try:
                    self.seen += os.read(self.file, 4096)
                except OSError:
                    time.sleep(0.05)
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError(f"it did not end: {self.seen!r}")


def test_a_container_runs_says_something_and_is_gone(run):
    assert run("run", "--rm", "busybox", "echo", "hello") == "hello"
    assert run("ps", "-aq") == ""


def test_the_exit_status_of_a_container_is_that_of_docker_run(run):
    run("run", "--rm", "busybox", "sh", "-c", "exit 7", status=7)


def test_what_a_container_writes_to_its_two_streams_stays_apart(host, docker):
    said = host.shell("alice", docker, "run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2")
    assert (said.stdout, said.stderr) == ("out\n", "err\n")


def test_input_flows_into_a_container_and_its_end_too(run):
    assert run("run", "-i", "--rm", "busybox", "wc", "-c", input="x" * 100_000) == "100000"


def test_ps_lists_by_name_filter_and_format(run):
    run("run", "-d", "--name", "one", "--label", "kind=first", *SLEEP)
    run("run", "-d", "--name", "two", *SLEEP)
    assert run("ps", "--format", "{{.Names}}").split() == ["two", "one"]
    assert run("ps", "--filter", "label=kind=first", "--format", "{{.Names}}") == "one"
    assert run("ps", "--filter", "name=two", "--format", "{{.Names}}") == "two"
    run("stop", "-t", "0", "two")
    assert run("ps", "--format", "{{.Names}}") == "one"
    assert run("ps", "-a", "--filter", "status=exited", "--format", "{{.Names}}") == "two"


def test_logs_follow_what_a_container_says_until_it_ends(host, docker, run):
    run("run", "-d", "--name", "talker", "busybox", "sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.3; done")
    said = host.shell("alice", docker, "logs", "-f", "talker")
    assert said.stdout.splitlines() == ["line 1", "line 2", "line 3"]
    assert run("logs", "--tail", "1", "talker") == "line 3"
    assert "T" in run("logs", "--timestamps", "--tail", "1", "talker").split()[0]


def test_a_line_of_the_log_arrives_while_the_container_runs(host, docker, run):
    run("run", "-d", "--name", "talker", "busybox", "sh", "-c", "sleep 0.5; echo now; sleep 600")
    with subprocess.Popen(
        host.as_person("alice", docker, "logs", "-f", "talker"), env=host.environment("alice"), stdout=subprocess.PIPE
    ) as follower:
        assert follower.stdout.readline() == b"now\n"
        follower.kill()


def test_a_shell_on_a_terminal_in_a_running_container(host, docker, run):
    run("run", "-d", "--name", "box", *SLEEP)
    terminal = Terminal(host, docker, "exec", "-it", "box", "sh")
    terminal.expect("# ")
    terminal.type("echo $((6*7))\n")
    terminal.expect("42\r\n")
    terminal.resize(43, 121)
    time.sleep(0.3)
    terminal.type("stty size\n")
    terminal.expect("43 121")
    terminal.type("exit 5\n")
    assert terminal.end() == 5


def test_a_container_with_a_terminal_of_its_own(host, docker):
    terminal = Terminal(host, docker, "run", "-it", "--rm", "--name", "shell", "busybox", "sh")
    terminal.expect("# ")
    terminal.type("tty\n")
    terminal.expect("/dev/pts/0")
    # Between two prompts the shell does not read, and the end of input would be lost.
    terminal.expect("# ")
    terminal.type("\x04")
    assert terminal.end() == 0


def test_attach_and_detach_by_keys(host, docker, run):
    run("run", "-dit", "--name", "shell", "busybox", "sh")
    terminal = Terminal(host, docker, "attach", "shell")
    terminal.type("echo $((6*7))\n")
    terminal.expect("42\r\n")
    terminal.expect("# ")
    terminal.type("\x10\x11")
    terminal.end()
    assert run("inspect", "-f", "{{.State.Running}}", "shell") == "true"


def test_what_goes_into_an_exec_comes_back_after_the_end_of_its_input(run):
    run("run", "-d", "--name", "box", *SLEEP)
    assert run("exec", "-i", "box", "sh", "-c", "cat; echo end", input="some\nlines\n") == "some\nlines\nend"
    run("exec", "box", "sh", "-c", "exit 3", status=3)
    assert run("exec", "-e", "WORD=x y", "-w", "/tmp", "box", "sh", "-c", 'echo "$WORD" $PWD') == "x y /tmp"
    run("exec", "-d", "box", "touch", "/tmp/made")
    until(lambda: run("exec", "box", "ls", "/tmp") == "made")


def test_attach_passes_input_and_output_of_a_container_without_terminal(host, docker, run):
    run("create", "-i", "--name", "cat", "busybox", "cat")
    assert run("start", "-ai", "cat", input="through\n") == "through"


def test_files_go_both_ways(host, run):
    source = host.folder("alice", "into")
    (source / "a").write_text("content of a\n")
    run("run", "-d", "--name", "box", *SLEEP)
    run("cp", str(source), "box:/srv")
    assert run("exec", "box", "cat", "/srv/into/a") == "content of a"
    out = host.folder("alice", "out")
    run("cp", "box:/etc/passwd", str(out))
    assert (out / "passwd").read_text().startswith("root:")
    assert run("cp", "box:/srv/into/a", "-", text=False, encoding="latin-1").count("content of a") == 1
    assert "A /srv/into/a" in run("diff", "box").splitlines()
    assert len(run("export", "box", encoding="latin-1")) > 500_000


def test_the_classic_builder_makes_an_image_that_runs(host, run):
    context = host.folder("alice", "image")
    (context / "word").write_text("built\n")
    (context / "Dockerfile").write_text(
        "FROM busybox\nARG SAY=nothing\nCOPY word /word\nRUN echo $SAY >>/word\nENV A=b\nWORKDIR /srv\nCMD cat /word\n"
    )
    said = run("build", "-t", "alice/word:1", "--build-arg", "SAY=more", "--label", "mine=yes", str(context))
    assert "Successfully tagged alice/word:1" in said
    assert run("run", "--rm", "alice/word:1") == "built\nmore"
    assert run("image", "inspect", "-f", '{{index .Config.Labels "mine"}}', "alice/word:1") == "yes"
    assert "RUN" in run("history", "--no-trunc", "alice/word:1") or "echo" in run(
        "history", "--no-trunc", "alice/word:1"
    )
    run("tag", "alice/word:1", "alice/word:2")
    assert run("images", "-q", "alice/word").splitlines().count(run("images", "-q", "alice/word:1")) == 2
    run("rmi", "alice/word:1", "alice/word:2")
    assert run("images", "-q", "alice/word") == ""


def test_a_build_that_fails_says_why(host, docker):
    context = host.folder("alice", "broken")
    (context / "Dockerfile").write_text("FROM busybox\nRUN exit 9\n")
    result = host.shell("alice", docker, "build", str(context))
    # Debian's client ends with 1, newer ones with the command's own status.
    assert result.returncode in (1, 9)
    assert "returned a non-zero code: 9" in result.stdout + result.stderr


def test_a_container_becomes_an_image_under_ones_own_name(run):
    run("run", "--name", "box", "busybox", "sh", "-c", "echo kept >/kept")
    run("commit", "-m", "a note", "--change", "CMD cat /kept", "box", "alice/kept:1")
    assert run("run", "--rm", "alice/kept:1") == "kept"


def test_events_tell_what_happens_to_ones_containers(host, docker, run):
    since = str(int(time.time()) - 1)
    container = run("run", "-d", "--name", "box", *SLEEP)
    run("kill", "box")
    said = run("events", "--since", since, "--until", str(int(time.time()) + 1), "--filter", "type=container")
    ours = [line for line in said.splitlines() if container in line]
    assert [word for word in ("create", "start", "kill", "die") if not any(word in line for line in ours)] == []


def test_an_event_arrives_at_once(host, docker, run):
    with subprocess.Popen(
        host.as_person("alice", docker, "events", "--filter", "event=create", "--format", "{{.Actor.Attributes.name}}"),
        env=host.environment("alice"),
        stdout=subprocess.PIPE,
        text=True,
    ) as listener:
        time.sleep(0.5)
        run("create", "--name", "box", *SLEEP)
        assert listener.stdout.readline() == "box\n"
        listener.kill()


def test_stats_top_port_and_wait(host, docker, run):
    run("run", "-d", "--name", "box", "-p", "127.0.0.1:20080:80", *SLEEP)
    assert "box" in run("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}")
    assert "sleep 600" in run("top", "box")
    assert run("port", "box") == "80/tcp -> 127.0.0.1:20080"
    waiter = subprocess.Popen(
        host.as_person("alice", docker, "wait", "box"), env=host.environment("alice"), stdout=subprocess.PIPE, text=True
    )
    time.sleep(0.3)
    run("kill", "--signal", "KILL", "box")
    assert waiter.communicate(timeout=10)[0].strip() == "137"


def test_stats_go_on_coming(host, docker, run):
    run("run", "-d", "--name", "box", *SLEEP)
    with subprocess.Popen(
        host.as_person("alice", docker, "stats", "--format", "{{.Name}}", "box"),
        env=host.environment("alice"),
        stdout=subprocess.PIPE,
        text=True,
    ) as watcher:
        assert all("box" in watcher.stdout.readline() for _ in range(2))
        watcher.kill()


def test_the_life_of_a_container(run):
    run("create", "--name", "first", *SLEEP)
    run("rename", "first", "second")
    run("start", "second")
    run("pause", "second")
    assert run("inspect", "-f", "{{.State.Status}}", "second") == "paused"
    run("unpause", "second")
    run("restart", "-t", "0", "second")
    run("update", "--restart", "unless-stopped", "second")
    run("update", "--memory", "64m", "--memory-swap", "64m", "second")
    assert run("inspect", "-f", "{{.HostConfig.Memory}}", "second") == str(64 << 20)
    run("stop", "-t", "0", "second")
    assert "is running" not in run("rm", "second")


def test_a_running_container_goes_only_by_force(run):
    run("run", "-d", "--name", "box", *SLEEP)
    assert "running container" in run("rm", "box", status=1)
    run("rm", "-f", "box")


def test_what_is_not_there_is_said_as_always(run):
    assert "No such container: nothing" in run("stop", "nothing", status=1)
    assert "o such object: nothing" in run("inspect", "nothing", status=1)
    assert "o such volume" in run("volume", "inspect", "nothing", status=1)
    assert "nothing" in run("network", "inspect", "nothing", status=1)
    assert "No such container: nothing" in run("logs", "nothing", status=1)


def test_containers_on_an_own_network_find_each_other_by_name(run):
    run("network", "create", "mine")
    run("run", "-d", "--name", "server", "--network", "mine", "--network-alias", "web", "busybox", *_server("hi"))
    assert "mine" in run("network", "ls", "--format", "{{.Name}}").split()
    get = "for i in 1 2 3 4 5 6; do wget -qO- http://{}:8000/ && break; sleep 0.3; done"
    assert run("run", "--rm", "--network", "mine", "busybox", "sh", "-c", get.format("server")) == "hi"
    assert run("run", "--rm", "--network", "mine", "busybox", "sh", "-c", get.format("web")) == "hi"
    run("run", "-d", "--name", "late", *SLEEP)
    run("network", "connect", "--alias", "later", "mine", "late")
    assert run("exec", "late", "sh", "-c", get.format("web")) == "hi"
    run("network", "disconnect", "mine", "late")
    assert "mine" not in run("inspect", "-f", "{{json .NetworkSettings.Networks}}", "late")
    run("rm", "-f", "server", "late")
    run("network", "rm", "mine")


def _server(text: str) -> tuple[str, ...]:
    page = f"mkdir -p /srv/www && echo {text} >/srv/www/index.html && exec httpd -f -p 8000 -h /srv/www"
    return ("sh", "-c", page)


def test_a_volume_outlives_the_containers_that_write_to_it(run):
    run("volume", "create", "--label", "kind=test", "data")
    run("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "echo kept >/data/file")
    assert run("run", "--rm", "-v", "data:/data:ro", "busybox", "cat", "/data/file") == "kept"
    assert run("run", "--rm", "--mount", "type=volume,src=data,dst=/d", "busybox", "cat", "/d/file") == "kept"
    run("run", "--rm", "-v", "made-by-use:/data", "busybox", "true")
    assert run("volume", "ls", "-q").split() == ["data", "made-by-use"]
    assert run("volume", "ls", "-q", "--filter", "label=kind=test") == "data"
    run("volume", "rm", "data", "made-by-use")
    assert run("volume", "ls", "-q") == ""


def test_an_anonymous_volume_goes_with_its_container(run):
    run("run", "--rm", "-v", "/scratch", "busybox", "touch", "/scratch/x")
    run("run", "--rm", "declaring", "touch", "/data/x")
    assert run("volume", "ls", "-q") == ""
    run("run", "--name", "keeper", "declaring", "touch", "/data/x")
    assert len(run("volume", "ls", "-q").split()) == 1
    run("rm", "-v", "keeper")
    assert run("volume", "ls", "-q") == ""


def test_memory_file_systems_and_shared_memory(run):
    said = run("run", "--rm", "--tmpfs", "/fast:size=1m", "--shm-size", "32m", "busybox", "df", "/fast", "/dev/shm")
    assert "32768" in said
    assert "1024" in said


def test_prune_takes_what_is_not_used(run):
    run("run", "--name", "done", "busybox", "true")
    run("network", "create", "idle")
    assert "done" not in run("container", "prune", "-f")
    assert "idle" in run("network", "prune", "-f")
    run("volume", "create", "idle")
    run("volume", "prune", "-f")
    run("image", "prune", "-f")
    assert run("ps", "-aq") == ""
    assert "busybox" in run("images", "--format", "{{.Repository}}").split()
    run("system", "prune", "-f")
    run("system", "df")


def test_a_pull_without_a_registry_fails_and_says_why(run):
    said = run("pull", "registry.invalid/nothing:1", status=1)
    assert "registry.invalid" in said


def test_limits_and_labels_asked_for_are_given(run):
    run("run", "-d", "--name", "box", "--memory", "64m", "--pids-limit", "50", "--label", "a=b", *SLEEP)
    assert run("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}", "box") == f"{64 << 20} 50"
    assert run("inspect", "-f", '{{index .Config.Labels "a"}}', "box") == "b"


def test_users_directories_hosts_and_read_only_roots(run):
    assert run("run", "--rm", "-u", "65534:65534", "busybox", "id", "-u") == "65534"
    assert run("run", "--rm", "-w", "/srv", "-h", "box", "busybox", "sh", "-c", "pwd; hostname") == "/srv\nbox"
    assert "10.9.8.7" in run("run", "--rm", "--add-host", "far:10.9.8.7", "busybox", "cat", "/etc/hosts")
    run("run", "--rm", "--read-only", "busybox", "touch", "/x", status=1)
    assert run("run", "--rm", "--init", "--cap-drop", "ALL", "busybox", "echo", "plain") == "plain"
    assert run("run", "--rm", "--security-opt", "no-new-privileges", "busybox", "echo", "plain") == "plain"
    assert run("run", "--rm", "--dns", "10.9.8.7", "--dns-search", "x.org", "busybox", "cat", "/etc/resolv.conf")


def test_a_health_check_is_run(run):
    run("run", "-d", "--name", "box", "--health-cmd", "true", "--health-interval", "1s", *SLEEP)
    until(lambda: run("inspect", "-f", "{{.State.Health.Status}}", "box") == "healthy", seconds=20)


def test_a_published_port_answers_on_the_loopback_address(run):
    run("run", "-d", "--name", "web", "-p", "127.0.0.1:20081:8000", "busybox", *_server("published"))
    assert until(lambda: _page(20081)) == "published"
    assert run("port", "web", "8000") == "127.0.0.1:20081"


@pytest.mark.guarded
def test_a_port_without_an_address_is_published_on_the_loopback_address(run):
    run("run", "-d", "--name", "web", "-p", "20082:8000", "busybox", *_server("published"))
    assert run("port", "web") == "8000/tcp -> 127.0.0.1:20082"
    assert until(lambda: _page(20082)) == "published"


def _page(port: int) -> str:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = b""
            while part := connection.recv(4096):
                answer += part
    except OSError:
        return ""
    return answer.partition(b"\r\n\r\n")[2].decode().strip()


def test_search_login_version_and_info_answer(host, run):
    assert run("version", "--format", "{{.Server.APIVersion}}") >= "1.41"
    assert run("info", "--format", "{{.OSType}}") == "linux"
    run("login", "-u", "a", "-p", "b", "127.0.0.1:1", status=1)


@pytest.mark.guarded
def test_info_shows_the_quota_as_the_machine(host, run):
    assert run("info", "--format", "{{.NCPU}} {{.MemTotal}}") == f"1 {host.people['alice'].memory}"
    for name in ("one", "two"):
        host.api("bob").run(name=name)
    run("create", *SLEEP)
    assert run("info", "--format", "{{.Containers}} {{.ContainersRunning}} {{.ContainersStopped}}") == "1 0 1"


def test_a_home_bound_into_a_container_is_written_to_as_its_owner(host, run):
    person = host.people["alice"]
    as_owner = () if not BARE else ("-u", f"{person.uid}:{person.gid}")
    run("run", "--rm", "-v", f"{person.home}:/work", *as_owner, "busybox", "sh", "-c", "echo mine >/work/from-inside")
    made = person.home / "from-inside"
    assert made.read_text() == "mine\n"
    assert (made.stat().st_uid, made.stat().st_gid) == (person.uid, person.gid)
    mount = f"type=bind,src={person.home},dst=/work"
    assert run("run", "--rm", "--mount", mount, *as_owner, "busybox", "cat", "/work/from-inside") == "mine"
    with_sub_path = run("run", "-d", "--name", "box", "-v", f"{person.home}:/work", *as_owner, *SLEEP)
    assert with_sub_path
    assert run("exec", *as_owner, "box", "id", "-u") == str(person.uid)


# MARK: docker-compose

COMPOSE = """
version: "3"
services:
  web:
    image: busybox
    command: sh -c "mkdir -p /srv/www && echo page >/srv/www/index.html && echo up && exec httpd -f -p 8000 -h /srv/www"
    volumes: ["content:/srv/www"]
    networks: [inside]
    ports: ["127.0.0.1:20090:8000"]
    healthcheck: {test: wget -qO- http://127.0.0.1:8000/, interval: 1s}
  asker:
    image: busybox
    depends_on: [web]
    command: sh -c "until wget -qO- http://web:8000/; do sleep 0.2; done; sleep 600"
    networks: [inside]
    mem_limit: 32m
networks:
  inside: {}
volumes:
  content: {}
"""


def test_compose_brings_up_two_services_with_a_network_and_a_volume(host):
    directory = host.folder("alice", "stack")
    (directory / "docker-compose.yml").write_text(textwrap.dedent(COMPOSE).replace('version: "3"', 'version: "2.4"'))

    def compose(*arguments: str) -> str:
        result = host.shell("alice", "docker-compose", *arguments, cwd=directory)
        assert result.returncode == 0, f"{arguments}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    compose("up", "-d")
    assert until(lambda: _page(20090)) == "page"
    until(lambda: "page" in compose("logs", "asker"))
    assert compose("ps").count("Up") == 2
    assert "uid=0" in compose("exec", "-T", "web", "id")
    compose("up", "-d", "--force-recreate", "web")
    assert until(lambda: _page(20090)) == "page"
    compose("restart", "-t", "0", "asker")
    compose("stop", "-t", "0")
    compose("down", "-v", "-t", "0")
    left = host.truth
    assert left.get("/containers/json", query={"all": 1}).json == []
    assert not left.get("/volumes").json["Volumes"]


def test_compose_builds_an_image_of_a_directory(host):
    directory = host.folder("alice", "made")
    (directory / "Dockerfile").write_text("FROM busybox\nRUN echo made >/made\nCMD cat /made\n")
    text = 'version: "2.4"\nservices: {one: {build: ., image: alice/made}}\n'
    (directory / "docker-compose.yml").write_text(text)
    result = host.shell("alice", "docker-compose", "up", cwd=directory)
    assert result.returncode == 0, result.stderr
    assert "made" in result.stdout
    assert host.shell("alice", "docker-compose", "down", cwd=directory).returncode == 0
