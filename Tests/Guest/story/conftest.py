"""What the story stands on. The checks build on each other, in the order of the files."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import notebooks
import pytest
import shell
from commands import bridge, eventually, run
from notebooks import Account, Server
from people import ALICE, BOB, Person, give_passwords, make_store
from stage.people import STORE

ETC = Path("/etc/diycloud-bridge")
#: What differs from the defaults on this host, as an administrator would edit it.
SETTINGS = {
    "public": {"url": "http://127.0.0.1:8088"},
    "session": {"secure": "false"},
    "regulation": {"failure_delay": "200ms"},
    "jupyterhub": {"api": "http://127.0.0.1:8081/jupyter/hub/api"},
}
HUB_EXTRA = """\
c.JupyterHub.allow_named_servers = True
# Software emulation is ten times slower than a server; JupyterLab's own pages are not asked for here.
c.Spawner.environment.update({"JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp"})
c.Spawner.args.append("--ServerApp.jpserver_extensions={{'jupyterlab': False}}")
c.Spawner.http_timeout = 420
c.Spawner.start_timeout = 480
c.DIYCloudSpawnerMixin.prepare_timeout = 60
c.BridgeClient.timeout = 20
"""
API_TOKEN = "jupyterhub-api.token"


def steps_of(page: Path, heading: str = "") -> list[str]:
    """The commands of the first block of commands below a heading of a page of the documentation."""
    text = page.read_text()
    text = text[text.index(heading) :]
    language, block = re.search(r"```(console|sh)\n(.*?)```", text, re.S).groups()
    lines = [line.partition("   #")[0].rstrip() for line in block.splitlines()]
    return [line.removeprefix("# ") for line in lines if line.strip() and (language == "console" or line[0] != "#")]


def set_values(configuration: Path, settings: dict[str, dict[str, str]]) -> None:
    """Changes keys that the shipped file has, in place."""
    section, lines = "", []
    for line in configuration.read_text().splitlines():
        if found := re.match(r"(\w+):\s*$", line):
            section = found[1]
        found = re.match(r"  (\w+): ", line)
        value = settings.get(section, {}).get(found[1]) if found else None
        lines.append(line if value is None else f"  {found[1]}: {value}")
    configuration.write_text("\n".join([*lines, ""]))
    missing = [f"{s}.{k}" for s, keys in settings.items() for k, v in keys.items() if f"  {k}: {v}" not in lines]
    assert not missing, f"the shipped bridge.yaml lacks {missing}"


def install_bridge() -> None:
    """docs/administrator.md, line by line; the store of the platform is there already."""
    page = Path("/src/docs/administrator.md")
    readable = re.search(r"`(chgrp -R diycloud-bridge .*?)`", page.read_text())[1]
    for step in steps_of(page, "## Put it on a server"):
        step = step.removeprefix("make release && ")
        if "sync" in step:
            # What makes people: checks of their own.
            continue
        if step.startswith("diycloud-bridge init"):
            run(readable)
            set_values(ETC / "bridge.yaml", SETTINGS)
            continue
        run(step)


def install_hub() -> None:
    """config/jupyterhub/README.md; its first step, the Python environment, was made by `make hub-environment`."""
    Path("/opt/diycloud/jupyterhub").symlink_to("/var/cache/diycloud-bridge/venv-hub")
    extra = ETC / "jupyterhub-extra.py"
    extra.write_text(HUB_EXTRA)
    (ETC / "jupyterhub.env").write_text(f"DIYCLOUD_JUPYTERHUB_EXTRA_CONFIG={extra}\n")
    steps = steps_of(Path("/src/config/jupyterhub/README.md"))
    if not any(API_TOKEN in step for step in steps):
        run(f"(umask 077 && openssl rand -hex 32 > {ETC / API_TOKEN})")
    for step in steps:
        if "pip install" in step or "venv" in step or step.startswith(("apt ", "umask")) or "jupyterhub.token" in step:
            continue
        run(step.replace("enable --now", "enable --now --no-block"))


def install_nginx() -> None:
    """The shipped files, where the head of each says."""
    for file in Path("/src/config/nginx").glob("diycloud-bridge-*.conf"):
        place = "conf.d" if file.name == "diycloud-bridge-http.conf" else "snippets"
        run(f"install -D -m 644 {file} /etc/nginx/{place}/{file.name}")
    run("install -m 644 /src/config/nginx/example-server-plain-http.conf /etc/nginx/sites-enabled/default")
    run("nginx -t && systemctl restart nginx")


@pytest.fixture(scope="session")
def installed() -> None:
    """The bridge, nginx and the hub by their documentation, on a host whose store has four people in it."""
    if STORE.exists():
        # A second run in the same guest, by hand.
        return
    try:
        make_store()
        install_bridge()
        install_nginx()
        install_hub()
        shell.allow_keys()
    except Exception as problem:
        # Everything stands on it; one message is better than the same one thirty times.
        pytest.exit(f"It cannot be installed: {problem}", 1)


@pytest.fixture(scope="session")
def synced(installed) -> None:
    """The machine agrees with the store, and people have passwords."""
    bridge("sync-users", "--only", "accounts,limits,disk")
    give_passwords(ALICE, BOB)


@pytest.fixture(scope="session")
def hub(synced) -> None:
    """JupyterHub is up, and knows everybody."""
    eventually(notebooks.hub_answers, within=notebooks.PATIENCE, what="the hub to answer", every=1)
    bridge("sync-users", "--only", "jupyterhub")


@pytest.fixture(scope="session")
def accounts(hub) -> dict[str, Account]:
    return {person.name: notebooks.sign_in(person) for person in (ALICE, BOB)}


@pytest.fixture(scope="session")
def servers(accounts) -> dict[str, Server]:
    """alice's two servers and bob's one, which come up together."""
    wanted = {"alice": ("alice", ""), "second": ("alice", "second"), "bob": ("bob", "")}
    started = {key: accounts[name].start(server) for key, (name, server) in wanted.items()}
    with ThreadPoolExecutor() as pool:
        return dict(zip(started, pool.map(Server.ready, started.values()), strict=True))


@pytest.fixture
def shell_of():
    """Opens shells of people, and closes them."""
    opened: list[shell.Shell] = []

    def open_shell(person: Person) -> shell.Shell:
        opened.append(shell.Shell(person))
        return opened[-1]

    yield open_shell
    for one in opened:
        if one.open:
            one.close()


MEASURED: list[str] = []


@pytest.fixture
def measured():
    """Takes sentences with figures, which the end of the run shows."""
    return MEASURED.append


def pytest_terminal_summary(terminalreporter):
    terminalreporter.section("measured under software emulation")
    for sentence in MEASURED:
        terminalreporter.write_line(sentence)
