"""One person who means harm to the guard, to the engine, or to the next holder of a name."""

import threading
import time

import pytest
from rig.api import until

pytestmark = pytest.mark.guarded


def test_a_container_that_was_not_started_yet_does_not_join_the_next_network_of_that_name(host):
    alice, bob = host.api("alice"), host.api("bob")
    assert alice.post("/networks/create", body={"Name": "blog-net"}).status == 201
    waiting = [
        alice.create({"Image": "busybox", "Cmd": ["sleep", "60"], "HostConfig": {"NetworkMode": "blog-net"}}).json[
            "Id"
        ],
        alice.create(
            {
                "Image": "busybox",
                "Cmd": ["sleep", "60"],
                "HostConfig": {"NetworkMode": "blog-net"},
                "NetworkingConfig": {"EndpointsConfig": {"blog-net": {"Aliases": ["db"]}}},
            }
        ).json["Id"],
        alice.create({"Image": "busybox", "Cmd": ["sleep", "60"]}).json["Id"],
    ]
    joined = alice.post("/networks/blog-net/connect", body={"Container": waiting[2]})
    assert joined.ok, joined
    assert alice.delete("/networks/blog-net").status == 204
    assert bob.post("/networks/create", body={"Name": "blog-net"}).status == 201
    theirs = bob.run(HostConfig={"NetworkMode": "blog-net"})
    for container in waiting:
        alice.post(f"/containers/{container}/start")
    members = host.truth.get("/networks/blog-net").json["Containers"]
    assert set(members) == {theirs}, members


def test_a_body_with_very_many_fields_does_not_hold_up_others(host):
    alice, bob = host.api("alice"), host.api("bob")
    bob.get("/info")
    labels = ",".join(f'"{number:x}":""' for number in range(300_000))
    body = '{"Name":"many","Labels":{' + labels + "}}"
    threads = [threading.Thread(target=lambda: alice.post("/volumes/create", body=body), daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    begin = time.monotonic()
    assert bob.get("/containers/json").ok
    assert time.monotonic() - begin < 3


@pytest.mark.parametrize(
    "tag", ['{{pad "" 300000000 0}}', '{{join (split .ContainerID "") "x"}}', "{{range .}}{{end}}"]
)
def test_the_tag_of_a_log_is_no_program_for_the_engine(host, tag):
    made = host.api("alice").create(
        {
            "Image": "busybox",
            "Cmd": ["true"],
            "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"tag": tag}}},
        }
    )
    assert made.status == 403, made


@pytest.mark.parametrize("tag", ["web", "{{.Name}}/{{.ID}}", "{{ .ImageName }}-{{.DaemonName}}"])
def test_the_tag_of_a_log_may_name_the_container(host, tag):
    made = host.api("alice").create(
        {
            "Image": "busybox",
            "Cmd": ["true"],
            "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"tag": tag}}},
        }
    )
    assert made.status == 201, made


def test_a_huge_event_of_one_person_does_not_end_the_streams_of_others(host):
    alice, bob = host.api("alice"), host.api("bob")
    stream, head = bob.opened("GET", "/events")
    assert head.status == 200
    made = alice.create({"Image": "busybox", "Cmd": ["true"], "Labels": {"big": "x" * (3 << 20)}})
    assert made.status == 201, made
    box = bob.create({"Image": "busybox", "Cmd": ["true"]}, "bobs-next").json["Id"]
    seen = bytearray()

    def arrived() -> bool:
        piece = stream.recv(65536)
        assert piece, "the stream ended"
        seen.extend(piece)
        return box.encode() in seen

    until(arrived, what="bob's own event")
    stream.close()
