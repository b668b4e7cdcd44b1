"""Who reaches whom: a person's containers reach each other and the world, not other persons and not this host."""

import ipaddress
import socket
import threading
from contextlib import contextmanager

import pytest
from rig.api import until
from rig.host import BARE

SERVER = ("sh", "-c", "mkdir -p /srv/w && echo page >/srv/w/index.html && exec httpd -f -p 8000 -h /srv/w")


def _address(host, box: str) -> str:
    networks = host.truth.get(f"/containers/{box}/json").json["NetworkSettings"]["Networks"]
    return next(iter(networks.values()))["IPAddress"]


def _gateway(host, box: str) -> str:
    networks = host.truth.get(f"/containers/{box}/json").json["NetworkSettings"]["Networks"]
    return next(iter(networks.values()))["Gateway"]


def _reaches(api, box: str, address: str, port: int) -> bool:
    return api.execute(box, "sh", "-c", f"echo | timeout 2 nc -w 2 {address} {port}")[0] == 0


@contextmanager
def _service(port: int, kind: int = socket.SOCK_STREAM):
    """Something of this host that listens on every address; yields a list of who has come."""
    came = []
    with socket.socket(socket.AF_INET, kind) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("0.0.0.0", port))
        over = threading.Event()
        listener.settimeout(0.1)

        def serve() -> None:
            while not over.is_set():
                try:
                    if kind == socket.SOCK_DGRAM:
                        came.append(listener.recvfrom(512)[1])
                    else:
                        connection, peer = listener.accept()
                        connection.close()
                        came.append(peer)
                except TimeoutError:
                    continue

        if kind == socket.SOCK_STREAM:
            listener.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield came
        finally:
            over.set()
            thread.join()


def test_two_persons_do_not_reach_each_other(host):
    alice, bob = host.api("alice"), host.api("bob")
    server, client = bob.run(*SERVER), alice.run("sleep", "600")
    own = alice.run(*SERVER)
    until(lambda: _reaches(alice, client, _address(host, own), 8000), what="alice reaching alice")
    assert _reaches(alice, client, _address(host, server), 8000) is BARE


@pytest.mark.guarded
def test_two_own_networks_of_two_persons_do_not_reach_each_other(host):
    boxes = {}
    for name in ("alice", "bob"):
        api = host.api(name)
        assert api.post("/networks/create", body={"Name": f"{name}-net"}).ok
        boxes[name] = api.run(*SERVER, HostConfig={"NetworkMode": f"{name}-net"})
        until(lambda api=api, box=boxes[name]: _reaches(api, box, "127.0.0.1", 8000))
    assert not _reaches(host.api("alice"), boxes["alice"], _address(host, boxes["bob"]), 8000)
    assert not _reaches(host.api("bob"), boxes["bob"], _address(host, boxes["alice"]), 8000)


def test_services_of_this_host_are_out_of_reach(host):
    alice = host.api("alice")
    box = alice.run("sleep", "600")
    addresses = {_gateway(host, box), "10.212.255.1"}
    with _service(20100):
        reached = {address for address in addresses if _reaches(alice, box, address, 20100)}
    assert reached == (addresses if BARE else set())


def test_names_may_be_asked_for_at_the_gateway(host):
    alice = host.api("alice")
    box = alice.run("sleep", "600")
    with _service(53, socket.SOCK_DGRAM) as came:
        alice.execute(box, "timeout", "3", "nslookup", "example.org", _gateway(host, box))
    assert came


@pytest.mark.guarded
def test_the_addresses_of_networks_are_of_the_configured_pool(host):
    pool = ipaddress.ip_network("10.213.0.0/16")
    alice = host.api("alice")
    alice.run("sleep", "600")
    alice.post("/networks/create", body={"Name": "own"})
    subnets = []
    for network in host.truth.get("/networks").json:
        if network["Name"] in ("own", "diycloud-alice", "diycloud-bob"):
            subnets += [ipaddress.ip_network(one["Subnet"]) for one in network["IPAM"]["Config"]]
    assert subnets
    assert all(subnet.subnet_of(pool) and subnet.prefixlen == 26 for subnet in subnets)
    assert not any(one.overlaps(other) for one in subnets for other in subnets if one is not other)


@pytest.mark.guarded
def test_a_person_has_no_more_networks_than_they_may(host):
    alice = host.api("alice")
    made = [alice.post("/networks/create", body={"Name": f"net{number}"}) for number in range(10)]
    assert [answer.ok for answer in made] == [True] * 8 + [False] * 2
    assert "8" in made[-1].message


def test_a_published_port_of_another_person_is_on_the_loopback_address_only(host):
    bob, alice = host.api("bob"), host.api("alice")
    ports = {"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "20110"}]}
    bob.run(*SERVER, ExposedPorts={"8000/tcp": {}}, HostConfig={"PortBindings": ports})
    box = alice.run("sleep", "600")
    with socket.create_connection(("127.0.0.1", 20110), timeout=5):
        pass
    assert not _reaches(alice, box, _gateway(host, box), 20110)
    assert not _reaches(alice, box, "127.0.0.1", 20110)
