"""PortainerDouble's quirks, each once: environments, the Docker proxy, consoles, recreation, stacks."""

import json
import re
import socket
import time

import pytest
import websocket
from conftest import bearer


@pytest.fixture
def certificate(authority):
    """The files of a person's environment."""

    def issue(name):
        leaf = authority.issue_cert(common_name=name)
        parts = {
            "TLSCACertFile": authority.cert_pem.bytes(),
            "TLSCertFile": leaf.cert_chain_pems[0].bytes(),
            "TLSKeyFile": leaf.private_key_pem.bytes(),
        }
        return {name: (f"{name}.pem", content) for name, content in parts.items()}

    return issue


@pytest.fixture
def create(engine, certificate):
    """Makes an environment of a person on a double."""

    def make(server, name="alice", files=None, **changes):
        form = {
            "Name": f"diycloud-{name}",
            "EndpointCreationType": "1",
            "URL": f"tcp://127.0.0.1:{engine.port}",
            "TLS": "true",
            **changes,
        }
        return server.admin("POST", "/api/endpoints", data=form, files=certificate(name) if files is None else files)

    return make


def enter(server, environment, *users):
    policies = {str(user): {"RoleId": 0} for user in users}
    answer = server.admin("PUT", f"/api/endpoints/{environment}", {"UserAccessPolicies": policies})
    assert answer.status_code == 200


@pytest.fixture
def alice(portainer, create):
    """Alice's headers; environment 1 is hers, user 2 is she."""
    portainer.make_user("alice")
    assert create(portainer).status_code == 200
    enter(portainer, 1, 2)
    return bearer(portainer.token("alice", "the password of alice"))


def docker(server, method, path, json=None, headers=None, **more):
    return server.call(method, f"/api/endpoints/1/docker{path}", json, headers=headers, **more)


def test_an_environment_is_asked_before_it_is_stored(portainer, create, engine):
    answer = create(portainer)
    assert answer.status_code == 200
    assert answer.json()["Snapshots"] == []
    assert answer.json()["SecuritySettings"]["allowPrivilegedModeForRegularUsers"] is True
    assert engine.calls() == [
        "HEAD /_ping",
        "HEAD /_ping",
        "GET /v1.41/info",
        "GET /v1.41/containers/json?all=1",
        "GET /v1.41/images/json",
        "GET /v1.41/volumes",
        "GET /v1.41/networks",
        "GET /v1.41/version",
    ]
    assert {seen.person for seen in engine.seen} == {"alice"}
    key = portainer.data / "tls/1/key.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    assert create(portainer).status_code == 409


def test_a_failed_creation_is_500_and_leaves_the_key(portainer, create, engine):
    engine.is_down = True
    answer = create(portainer)
    assert (answer.status_code, answer.json()["message"]) == (500, "Unable to initiate communications with environment")
    assert (portainer.data / "tls/1/key.pem").exists()
    engine.is_down = False
    assert create(portainer).json()["Id"] == 2


@pytest.mark.parametrize("missing", ["TLSCACertFile", "TLSCertFile", "TLSKeyFile"])
def test_every_file_is_wanted(portainer, create, certificate, missing):
    files = {name: content for name, content in certificate("alice").items() if name != missing}
    assert create(portainer, files=files).status_code == 400


def test_a_file_without_a_name_is_no_file(portainer, create, certificate):
    files = {**certificate("alice"), "TLSKeyFile": (None, b"key")}
    assert create(portainer, files=files).status_code == 400


def test_json_is_no_form(portainer):
    assert portainer.admin("POST", "/api/endpoints", {"Name": "x", "EndpointCreationType": 1}).status_code == 400


def test_policies_replace_each_other_one_map_at_a_time(portainer, create):
    create(portainer)
    enter(portainer, 1, 1, 5)
    portainer.admin("PUT", "/api/endpoints/1", {"TeamAccessPolicies": {"7": {"RoleId": 0}}})
    row = portainer.admin("GET", "/api/endpoints/1").json()
    assert list(row["UserAccessPolicies"]) == ["1", "5"]
    enter(portainer, 1, 1)
    assert list(portainer.admin("GET", "/api/endpoints/1").json()["UserAccessPolicies"]) == ["1"]


def test_only_those_with_a_key_see_an_environment(portainer, alice):
    portainer.make_user("bob")
    bob = bearer(portainer.token("bob", "the password of bob"))
    assert portainer.call("GET", "/api/endpoints", headers=bob).json() == []
    assert docker(portainer, "GET", "/info", headers=bob).status_code == 403
    assert portainer.call("GET", "/api/endpoints", headers=alice).headers["X-Total-Count"] == "1"


def test_a_team_opens_an_environment_at_once(portainer, alice):
    portainer.make_user("bob")
    bob = bearer(portainer.token("bob", "the password of bob"))
    portainer.admin("POST", "/api/teams", {"Name": "admins"})
    portainer.admin("PUT", "/api/endpoints/1", {"TeamAccessPolicies": {"1": {"RoleId": 0}}})
    portainer.admin("POST", "/api/team_memberships", {"UserID": 3, "TeamID": 1, "Role": 2})
    assert docker(portainer, "GET", "/info", headers=bob).status_code == 200


def test_a_certificate_is_changed_by_two_uploads_and_a_put(portainer, create, certificate, engine):
    create(portainer)
    files = certificate("alice-renewed")
    for kind, part in (("cert", "TLSCertFile"), ("key", "TLSKeyFile")):
        answer = portainer.admin("POST", f"/api/upload/tls/{kind}", data={"folder": "1"}, files={"file": files[part]})
        assert answer.status_code == 204
    given = {"TLS": True, "TLSSkipVerify": False, "TLSSkipClientVerify": False}
    assert portainer.admin("PUT", "/api/endpoints/1", given).status_code == 200
    portainer.admin("GET", "/api/endpoints/1/docker/info")
    assert engine.seen[-1].person == "alice-renewed"


def test_a_failed_snapshot_is_204_and_status_2_until_the_next(portainer, alice, engine):
    engine.is_down = True
    assert portainer.admin("POST", "/api/endpoints/1/snapshot").status_code == 204
    assert docker(portainer, "GET", "/info", headers=alice).status_code == 502
    engine.is_down = False
    assert docker(portainer, "GET", "/info", headers=alice).status_code == 200
    assert portainer.admin("GET", "/api/endpoints/1").json()["Status"] == 2
    portainer.admin("POST", "/api/endpoints/1/snapshot")
    assert portainer.admin("GET", "/api/endpoints/1").json()["Status"] == 1


def test_the_older_one_passes_every_header_and_the_newer_one_a_few(portainer, newer, create, engine):
    sent = {"X-DIYCloud-User": "alice", "Cookie": "a=b", "X-Registry-Auth": "e30="}
    seen = []
    for server in (portainer, newer):
        create(server)
        headers = {"X-API-KEY": server.key, **sent}
        assert docker(server, "GET", "/v1.41/events", headers=headers).status_code
        seen.append({name.lower() for name, _ in engine.last("/v1.41/events").headers})
    assert {"x-api-key", "cookie", "x-diycloud-user", "x-registry-auth", "x-forwarded-for"} <= seen[0]
    assert seen[1] & {"x-api-key", "cookie", "x-diycloud-user", "x-forwarded-for"} == set()
    assert "x-registry-auth" in seen[1]


def test_what_a_person_creates_is_theirs_and_201_becomes_200(portainer, alice, engine):
    answer = docker(portainer, "POST", "/containers/create?name=web", {"Image": "web:1"}, headers=alice)
    control = answer.json()["Portainer"]["ResourceControl"]
    assert answer.status_code == 200
    assert control["UserAccesses"] == [{"UserId": 2, "AccessLevel": 1}]
    volume = docker(portainer, "POST", "/volumes/create", {"Name": "data"}, headers=alice).json()
    assert volume["Portainer"]["ResourceControl"]["ResourceId"] == "data_ENGINE:ID"


def test_a_refusal_of_the_environment_passes_unchanged(portainer, alice, engine):
    engine.refuses_create = "No. Ask for less."
    answer = docker(portainer, "POST", "/containers/create", {"Image": "x"}, headers=alice)
    assert (answer.status_code, answer.json()) == (403, {"message": "No. Ask for less."})


def test_security_settings_refuse_with_502_and_no_word(portainer, alice):
    portainer.admin("PUT", "/api/endpoints/1/settings", {"allowPrivilegedModeForRegularUsers": False})
    privileged = {"Image": "x", "HostConfig": {"Privileged": True}}
    answer = docker(portainer, "POST", "/containers/create", privileged, headers=alice)
    assert (answer.status_code, answer.content) == (502, b"")
    assert portainer.admin("POST", "/api/endpoints/1/docker/containers/create", privileged).status_code == 200
    host = {"Image": "x", "HostConfig": {"NetworkMode": "host", "CgroupParent": "/"}}
    assert docker(portainer, "POST", "/containers/create", host, headers=alice).status_code == 200


def test_labels_make_a_control_at_the_first_look_and_not_before(portainer, alice, engine):
    number = engine.add_container("cli", {"io.portainer.accesscontrol.users": "ALICE, nobody"})
    assert docker(portainer, "POST", f"/containers/{number}/stop", headers=alice).status_code == 502
    listed = docker(portainer, "GET", "/containers/json?all=1", headers=alice).json()
    assert [row["Id"] for row in listed] == [number]
    assert docker(portainer, "POST", f"/containers/{number}/stop", headers=alice).status_code == 204
    assert docker(portainer, "POST", f"/containers/{number[:12]}/stop", headers=alice).status_code == 502
    assert docker(portainer, "DELETE", f"/containers/{number}", headers=alice).status_code == 204


def test_a_foreign_object_is_not_listed_and_403_to_look_at(portainer, alice, engine):
    number = engine.add_container("other")
    assert docker(portainer, "GET", "/containers/json?all=1", headers=alice).json() == []
    answer = docker(portainer, "GET", f"/containers/{number}/json", headers=alice)
    assert (answer.status_code, answer.json()) == (403, {"message": "access denied to resource"})
    assert [row["Name"] for row in docker(portainer, "GET", "/networks", headers=alice).json()] == ["bridge"]
    assert docker(portainer, "POST", "/networks/prune", headers=alice).status_code == 502


def open_console(server, headers, what="exec", number="ab12", environment=1):
    url = server.url.replace("http", "ws")
    path = f"/api/websocket/{what}?endpointId={environment}&id={number}"
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return websocket.create_connection(url + path, header=lines, timeout=5)


def test_a_console_speaks_with_an_empty_host_and_no_version(portainer, alice, engine):
    console = open_console(portainer, alice)
    assert console.recv() == "hello\n"
    console.send("ping")
    assert console.recv() == "ping"
    console.close()
    seen = engine.last("/exec/ab12/start")
    assert seen.body == b'{"Tty":true,"Detach":false}\n'
    assert dict(seen.headers) == {
        "Host": "",
        "User-Agent": "Go-http-client/1.1",
        "Content-Length": "28",
        "Connection": "Upgrade",
        "Content-Type": "application/json",
        "Upgrade": "tcp",
    }
    assert open_console(portainer, alice, "attach").recv() == "hello\n"
    assert engine.seen[-1].target == "/containers/ab12/attach?stdin=1&stdout=1&stderr=1&stream=1"


def test_bytes_in_one_write_with_the_head_are_lost(portainer, alice, engine):
    engine.glues = True
    assert open_console(portainer, alice).recv() == "hello\n"
    assert "console-bytes-lost" in portainer.remarks()


def test_a_long_frame_ends_the_console(portainer, alice):
    console = open_console(portainer, alice)
    console.recv()
    console.send("x" * 2000)
    assert len(console.recv()) == 2000
    console.send("x" * 3000)
    frame = console.recv_frame()
    assert int.from_bytes(frame.data[:2], "big") == 1009


def test_a_refused_console_is_silent(portainer, alice, engine):
    engine.exec_status = 403
    console = open_console(portainer, alice)
    with pytest.raises(websocket.WebSocketConnectionClosedException):
        console.recv()
    assert "console-refused" in portainer.remarks()


def test_a_console_is_judged_before_the_upgrade(portainer, alice):
    portainer.make_user("bob")
    bob = bearer(portainer.token("bob", "the password of bob"))
    for headers, number, status in ((bob, "ab", 403), ({}, "ab", 401), (alice, "xyz", 400)):
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            open_console(portainer, headers, number=number)
        assert refused.value.status_code == status


def test_an_open_console_outlives_token_and_policy(portainer, alice):
    console = open_console(portainer, alice)
    console.recv()
    enter(portainer, 1)
    portainer.admin("PUT", "/api/users/2", {"Role": 2})
    console.send("still here")
    assert console.recv() == "still here"


def test_an_upgrade_on_the_plain_path_is_carried_through(portainer, alice):
    host, port = portainer.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        head = (
            "POST /api/endpoints/1/docker/exec/ab/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
        )
        raw.sendall(f"{head}Authorization: {alice['Authorization']}\r\nContent-Length: 2\r\n\r\n{{}}".encode())
        received = b""
        while b"hello\n" not in received:
            received += raw.recv(4096)
        assert received.startswith(b"HTTP/1.1 101 ")
        raw.sendall(b"echo")
        assert raw.recv(4096) == b"echo"


def test_recreation_looks_at_the_environment_only_and_moves_the_control(portainer, alice, engine):
    number = docker(portainer, "POST", "/containers/create?name=web", {"Image": "x"}, headers=alice).json()["Id"]
    engine.seen.clear()
    answer = portainer.call(
        "POST", f"/api/docker/1/containers/{number}/recreate", {"PullImage": False}, headers=alice
    ).json()
    calls = [re.sub("[0-9a-f]{64}", "ID", call) for call in engine.calls()]
    assert calls == [
        "HEAD /_ping",
        "GET /v1.41/containers/ID/json?size=1",
        "POST /v1.41/containers/ID/stop",
        "POST /v1.41/containers/ID/rename?name=%2Fweb-old",
        "POST /v1.41/networks/ID/disconnect",
        "POST /v1.41/containers/create?name=%2Fweb",
        "POST /v1.41/containers/ID/start",
        "DELETE /v1.41/containers/ID",
        "GET /v1.41/containers/ID/json",
    ]
    assert json.loads(engine.last("disconnect").body)["Force"] is True
    assert [row["Id"] for row in docker(portainer, "GET", "/containers/json", headers=alice).json()] == [answer["Id"]]


def test_a_refused_recreation_is_500_and_brings_the_old_one_back(portainer, alice, engine):
    number = engine.add_container("web")
    engine.refuses_create = "over the quota"
    answer = portainer.call("POST", f"/api/docker/1/containers/{number}/recreate", {"PullImage": False}, headers=alice)
    assert answer.status_code == 500
    assert answer.json()["details"] == "Create container error: Error response from daemon: over the quota"
    assert engine.containers[number]["Name"] == "/web"


STACK = "services:\n  web:\n    image: web:1\n"


def test_a_stack_may_be_switched_off_and_its_file_judged(portainer, alice):
    path = "/api/stacks/create/standalone/string?endpointId=1"
    settings = {"allowStackManagementForRegularUsers": False, "allowBindMountsForRegularUsers": False}
    bound = STACK + "    volumes: ['/etc:/etc']\n"
    portainer.admin("PUT", "/api/endpoints/1/settings", settings)
    answer = portainer.call("POST", path, {"Name": "s", "StackFileContent": STACK}, headers=alice)
    assert (answer.status_code, answer.json()["message"]) == (403, "Stack creation is disabled for non-admin users")
    portainer.admin("PUT", "/api/endpoints/1/settings", {"allowStackManagementForRegularUsers": True})
    answer = portainer.call("POST", path, {"Name": "s", "StackFileContent": bound}, headers=alice)
    assert answer.status_code == 500
    assert "bind-mount disabled" in answer.json()["details"]


def test_a_stack_is_taken_when_any_visible_container_has_its_project(portainer, alice, engine):
    engine.add_container("other", {"com.docker.compose.project": "web"})
    given = {"Name": "Web", "StackFileContent": STACK}
    answer = portainer.call("POST", "/api/stacks/create/standalone/string?endpointId=1", given, headers=alice)
    assert answer.status_code == 409


def test_compose_is_a_client_with_the_persons_certificate_and_no_credential(portainer, alice, engine):
    engine.seen.clear()
    given = {"Name": "mine", "StackFileContent": STACK, "Env": []}
    answer = portainer.call("POST", "/api/stacks/create/standalone/string?endpointId=1", given, headers=alice)
    # This engine takes no network: what counts is who asked it.
    assert answer.status_code == 500
    assert "compose up operation failed" in answer.json()["details"]
    assert any(seen.target.endswith("/networks/create") for seen in engine.seen)
    assert {seen.person for seen in engine.seen} == {"alice"}
    assert not any(name.lower() == "authorization" for seen in engine.seen for name, _ in seen.headers)


def test_a_stack_of_the_newer_one_is_stored_before_its_deploy_ends(newer, create):
    create(newer)
    given = {"Name": "mine", "StackFileContent": STACK}
    assert newer.admin("POST", "/api/stacks/create/standalone/string?endpointId=1", given).json()["Status"] == 3
    for _ in range(100):
        status = newer.admin("GET", "/api/stacks/1").json()["Status"]
        if status != 3:
            break
        time.sleep(0.1)
    assert status == 4


def test_a_changed_engine_id_is_not_seen_before_a_restart(portainer, alice, engine):
    def resource(name):
        made = docker(portainer, "POST", "/volumes/create", {"Name": name}, headers=alice).json()
        return made["Portainer"]["ResourceControl"]["ResourceId"]

    assert resource("one") == "one_ENGINE:ID"
    engine.id = "OTHER"
    portainer.admin("POST", "/api/endpoints/1/snapshot")
    assert resource("two") == "two_ENGINE:ID"


def test_a_client_that_leaves_early_harms_nobody(portainer, alice):
    host, port = portainer.url.removeprefix("http://").split(":")
    for _ in range(5):
        with socket.create_connection((host, int(port))) as raw:
            head = "GET /api/endpoints/1/docker/info HTTP/1.1\r\nHost: x\r\n"
            raw.sendall(f"{head}Authorization: {alice['Authorization']}\r\n\r\n".encode())
    assert docker(portainer, "GET", "/info", headers=alice).status_code == 200
