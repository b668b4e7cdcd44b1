"""What people and the installer need of the proxy, whichever it is: DIYCLOUD_JUPYTERHUB_PROXY=traefik runs all of this
directory with Traefik (the hub's environment then needs config/jupyterhub/locks/proxy-traefik.txt)."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from conftest import SCRATCH, eventually, outside
from kernel_client import Server


@pytest.fixture
def server(people, hub):
    assert outside(hub, "POST", "/users/alice").status_code in (201, 409)
    started = outside(hub, "POST", "/users/alice/server")
    assert started.status_code in (201, 202), started.text
    token = outside(hub, "POST", "/users/alice/tokens").json()["token"]
    server = Server(hub.url, "alice", token)
    eventually(lambda: server.get("/api/status").status_code == 200, within=60)
    return server


@pytest.mark.parametrize("name", ["50 %.txt", "a#b?.txt", "x;y&z=1.txt", "über.txt", "%2e%2e.txt"])
def test_any_name_of_a_file_comes_through(server, name):
    body = {"type": "file", "format": "text", "content": name}
    url = f"{server.base}/api/contents/{quote(name, safe='')}"
    assert requests.put(url, headers=server.headers, json=body, timeout=30).status_code == 201
    assert (Path("/home/alice") / name).read_text() == name
    answer = requests.get(url, headers=server.headers, timeout=30)
    assert answer.status_code == 200 and answer.json()["content"] == name
    assert requests.delete(url, headers=server.headers, timeout=30).status_code == 204


def test_a_kernel_is_reached_over_its_websocket(server):
    assert server.run(server.kernel(), "print(6 * 7)").text == "42\n"


def health(bridge, hub, token, url=None):
    file = Path(SCRATCH) / "health-token"
    file.write_text(token)
    return subprocess.run(
        [sys.executable, "-m", "diycloud_jupyterhub.health", url or f"{hub.url}/jupyter"],
        env=os.environ
        | {"DIYCLOUD_BRIDGE_URL": f"http://127.0.0.1:{bridge.port}", "DIYCLOUD_SERVICE_TOKEN_FILE": str(file)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_health_is_that_of_the_hub_and_of_its_way_to_the_bridge(people, bridge, hub):
    assert health(bridge, hub, bridge.token).returncode == 0
    wrong = health(bridge, hub, "w" * 64)
    assert wrong.returncode == 1 and "the bridge answered revocations with 401" in wrong.stdout
    nowhere = health(bridge, hub, bridge.token, "http://127.0.0.1:1/jupyter")
    assert nowhere.returncode == 1 and nowhere.stdout.startswith(
        "the hub does not answer at http://127.0.0.1:1/jupyter"
    )
    people.faults.clear()
