"""/openapi.yaml is complete and true: every operation is walked, and schemathesis tries to prove it wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests
import yaml
from browser import Browser
from conftest import ARTEFACTS
from stage import bridge

METHODS = ("get", "head", "post", "put", "patch", "delete")
FILLED_IN = {"{name}": "alice", "{id}": "AAAAAAAAAAAAAAAAAAAAAA"}

SCHEMATHESIS = """\
# A long poll is asked not to wait, so that a run ends.
[[operations]]
include-operation-id = "revocations"
parameters = { wait = 0 }

# A conversation that is over is well described by 410.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 410, 503]
"""


@pytest.fixture(scope="module")
def services(host) -> str:
    return f"http://127.0.0.1:{host.services_port}"


@pytest.fixture(scope="module")
def document(services) -> dict:
    answer = requests.get(f"{services}/openapi.yaml", timeout=10)
    assert answer.status_code == 200
    return yaml.safe_load(answer.text)


def operations(document: dict, *tags: str) -> list[tuple[str, str, dict]]:
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS and set(operation["tags"]) & set(tags)
    ]


def place(path: str) -> str:
    for name, value in FILLED_IN.items():
        path = path.replace(name, value)
    return path


def token() -> dict[str, str]:
    return {"Authorization": f"Bearer {bridge.TOKEN_FILE.read_text().strip()}"}


def test_the_description_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1.")
    identifiers = [
        operation["operationId"]
        for _, _, operation in operations(document, "services", "operators", "browsers", "proxy")
    ]
    assert len(identifiers) == len(set(identifiers))


def test_without_a_token_a_service_is_a_stranger_everywhere(document, services):
    for method, path, operation in operations(document, "services", "operators"):
        if operation.get("security") == []:
            continue
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
            answer = requests.request(method, services + place(path), headers=headers, timeout=10)
            assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json"), path
            assert answer.json()["type"].startswith("urn:diycloud:problem:")


def test_without_a_session_a_browser_is_a_stranger_everywhere(document, host):
    for method, path, _ in operations(document, "browsers"):
        answer = requests.request(
            method, host.address + place(path), headers={"Accept": "application/json"}, timeout=10
        )
        assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json"), path


def test_what_is_for_administrators_is_closed_to_others(document, host):
    browser = Browser(host.address)
    browser.sign_in(host.person("alice"))
    for path in ("/api/v1/sessions",):
        assert browser.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/me", "/nothing", "/api/v1/users", "/api/v1/users/a/b/c"])
def test_what_is_not_described_is_not_there(services, path):
    answer = requests.get(services + path, headers=token(), timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("listener", ["services", "browsers"])
def test_a_wrong_method_is_told_the_right_ones(document, host, services, listener):
    tags, address = {"services": (("services", "operators"), services), "browsers": (("browsers",), host.address)}[
        listener
    ]
    described: dict[str, set[str]] = {}
    for method, path, _ in operations(document, *tags):
        described.setdefault(path, set()).add(method)
    browser = Browser(address)
    if listener == "browsers":
        browser.sign_in(host.person("alice"))
    for path, methods in described.items():
        for method in {"get", "post", "put", "patch", "delete", "options"} - methods:
            headers = token() if listener == "services" else {"Origin": address}
            answer = browser.session.request(method, address + place(path), headers=headers, timeout=10)
            assert answer.status_code == 405, (method, path)
            assert {allowed.strip().lower() for allowed in answer.headers["Allow"].split(",")} >= methods


@pytest.mark.parametrize("who", ["services", "browsers"])
def test_schemathesis_finds_nothing(document, host, services, who):
    """Also every wrong method, missing field and malformed value, as the description implies them."""
    if who == "services":
        target, tags = services, ["--include-tag", "services", "--include-tag", "operators"]
        secret = f'serviceToken]\nbearer = "{bridge.TOKEN_FILE.read_text().strip()}"'
    else:
        browser = Browser(host.address)
        browser.sign_in(host.person("carol"))
        # nginx answers TRACE by itself; wrong methods have a test of their own.
        target, tags = host.address, ["--include-tag", "browsers", "--exclude-checks", "unsupported_method"]
        secret = f'sessionCookie]\napi_key = "{browser.session.cookies["diycloud"]}"'
    # Over plain http, as here, the cookie has no prefix.
    description = Path(f"/tmp/openapi-{who}.yaml")
    description.write_text(yaml.safe_dump(document).replace("__Host-diycloud", "diycloud"))
    configuration = Path(f"/tmp/schemathesis-{who}.toml")
    configuration.write_text(f"{SCHEMATHESIS}\n[auth.openapi.{secret}\n")
    program = Path(sys.executable).with_name("st")
    program = str(Path(sys.executable).with_name("st"))
    options = (
        "--checks all --max-examples 25 --seed 1 --request-timeout 40 --no-color --continue-on-failure"
        " --suppress-health-check all"
    )
    where = ["run", str(description), "--url", target, *tags]
    run = subprocess.run(
        [program, "--config-file", str(configuration), *where, *options.split()],
        capture_output=True,
        text=True,
        cwd="/tmp",
    )
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    (ARTEFACTS / f"schemathesis-{who}.txt").write_text(run.stdout + run.stderr)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
