"""Coming in by TLS, as Portainer does: who asks is the CN of a certificate on the list; nobody else comes in."""

import datetime
import json
import os
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rig import engine
from rig.api import Answer, Api, answer, request, until
from rig.host import BINARY, ETC, SOCKET, STORE, TLS_PORT

pytestmark = pytest.mark.guarded
CERTIFICATES = ETC / "docker"
LIST = CERTIFICATES / "valid.json"
UPGRADE = [("Connection", "Upgrade"), ("Upgrade", "tcp")]


class TlsApi(Api):
    """The Docker API with a client certificate: its PEM file and that of its key, or none."""

    def __init__(self, certificate: Path | None = None, key: Path | None = None, **more) -> None:
        super().__init__("127.0.0.1")
        context = ssl.create_default_context(cafile=CERTIFICATES / "ca.pem")
        if certificate:
            context.load_cert_chain(certificate, key or certificate.with_suffix(".key"))
        object.__setattr__(self, "context", context)
        object.__setattr__(self, "port", more.get("port", TLS_PORT))

    def connect(self) -> ssl.SSLSocket:
        return self.context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), timeout=10), server_hostname="127.0.0.1"
        )

    def tried(self, path: str = "/containers/json") -> Answer:
        """One call; status 0 when TLS let nobody in. With TLS 1.3 the client hears that only when it reads."""
        with suppress(OSError), self.connect() as connection:
            connection.sendall(request("GET", self.version + path, None, "", ()))
            return answer(connection)
        return Answer(0)


def of(name: str) -> TlsApi:
    return TlsApi(CERTIFICATES / "clients" / f"{name}.pem")


class Authority:
    """Signs what the product never would."""

    def __init__(self, certificate: Path | None = None, key: Path | None = None) -> None:
        if certificate:
            self.certificate = x509.load_pem_x509_certificate(certificate.read_bytes())
            self.key = serialization.load_pem_private_key(key.read_bytes(), None)
        else:
            self.key = ec.generate_private_key(ec.SECP256R1())
            self.certificate = self._builder(["foreign"], self.key, -1, 1, "foreign", True).sign(
                self.key, hashes.SHA256()
            )

    @staticmethod
    def _name(names) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])

    def _builder(self, names, key, since: float, until_: float, issuer, is_authority: bool):
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(self._name(names))
            .issuer_name(issuer if isinstance(issuer, x509.Name) else self._name([issuer]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(days=since))
            .not_valid_after(now + datetime.timedelta(days=until_))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )

    def client(self, folder: Path, *names: str, since: float = -1, until_: float = 1, listed: bool = True) -> TlsApi:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(names, key, since, until_, self.certificate.subject, False)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        made = builder.add_extension(usage, critical=False).sign(self.key, hashes.SHA256())
        path = folder / "client.pem"
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        path.with_suffix(".key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        if listed:
            for name in names:
                entry = {"serial": serial_text(made), "name": name, "not_after": int(time.time()) + 86400}
                change_list(lambda entries, entry=entry: [*entries, entry])
            time.sleep(0.6)  # the guard looks four times a second
        return TlsApi(path)


def serial_text(certificate: x509.Certificate) -> str:
    """Two digits for each byte."""
    digits = f"{certificate.serial_number:x}"
    return digits.zfill(len(digits) + len(digits) % 2)


def change_list(change) -> None:
    """Replaces valid.json as the product does."""
    document = json.loads(LIST.read_text())
    document["certificates"] = change(document["certificates"])
    replace(LIST, json.dumps(document).encode())


def replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.test")
    fresh.write_bytes(content)
    shutil.copystat(path, fresh)
    status = path.stat()
    os.chown(fresh, status.st_uid, status.st_gid)
    fresh.rename(path)


@pytest.fixture(scope="module")
def ours() -> Authority:
    return Authority(CERTIFICATES / "ca.pem", CERTIFICATES / "ca.key")


@pytest.fixture(autouse=True)
def as_it_was():
    """The list after a test is that before it."""
    before = LIST.read_bytes()
    yield
    if LIST.read_bytes() != before:
        replace(LIST, before)
        time.sleep(0.6)


# MARK: who comes in


def test_the_holder_of_a_certificate_is_the_person_of_its_name(host):
    box = host.api("alice").run(name="alices-box")
    assert [one["Id"] for one in of("alice").get("/containers/json").json] == [box]
    assert of("bob").get("/containers/json").json == []
    assert of("bob").get(f"/containers/{box}/json").status == 404
    made = of("bob").run(name="bobs-box")
    assert host.truth.get(f"/containers/{made}/json").json["Config"]["Labels"]["org.diycloud.owner"] == "bob"


def test_without_a_certificate_nobody_comes_in(host):
    assert TlsApi().tried("/_ping").status == 0


def test_plain_http_is_no_answer(host):
    with socket.create_connection(("127.0.0.1", TLS_PORT), timeout=10) as connection:
        connection.sendall(request("GET", "/_ping", None, "", ()))
        with suppress(ConnectionResetError):
            assert not connection.recv(4096).startswith(b"HTTP")


def test_a_foreign_authority_lets_nobody_in(host, tmp_path):
    assert Authority().client(tmp_path, "alice").tried("/_ping").status == 0


def test_the_words_on_the_list_do_not_help_a_certificate_that_is_not_on_it(host, ours, tmp_path):
    refused = ours.client(tmp_path, "alice", listed=False).tried()
    assert refused.status == 403
    assert "certificate" in refused.message
    assert ours.client(tmp_path, "alice").tried().status == 200, "the test's own certificates are good"


@pytest.mark.parametrize("days", [(-2, -1), (1, 2)], ids=["expired", "not yet valid"])
def test_a_certificate_counts_only_in_its_time(host, ours, tmp_path, days):
    since, until_ = days
    assert ours.client(tmp_path, "alice", since=since, until_=until_).tried("/_ping").status == 0


def test_the_list_ends_a_certificate_earlier(host):
    change_list(lambda entries: [{**entry, "not_after": int(time.time()) - 1} for entry in entries])
    until(lambda: of("alice").tried().status == 403, seconds=2)


@pytest.mark.parametrize("name", ["dave", "root", "nobody", "alice\x00", "Alice ", "../alice"])
def test_a_listed_certificate_of_somebody_who_may_not_is_refused(host, ours, tmp_path, name):
    refused = ours.client(tmp_path, name).tried()
    assert refused.status == 403, refused


def test_two_names_are_none(host, ours, tmp_path):
    assert ours.client(tmp_path, "alice", "bob").tried("/_ping").status == 0


@pytest.mark.parametrize("version", ["tls1", "tls1_1"])
def test_old_tls_is_refused(host, version):
    command = ["openssl", "s_client", f"-{version}", "-cipher", "ALL:@SECLEVEL=0", "-connect", f"127.0.0.1:{TLS_PORT}"]
    pair = CERTIFICATES / "clients" / "alice"
    command += ["-cert", f"{pair}.pem", "-key", f"{pair}.key"]
    said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
    told = said.stdout + said.stderr
    assert "alert protocol version" in told or "unsupported protocol" in told, told


def test_tls_1_2_is_good(host):
    api = of("alice")
    api.context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert api.tried().status == 200


# MARK: what ends


def _ended(connection) -> bool:
    connection.settimeout(0.001)
    try:
        while connection.recv(65536):
            pass
    except (TimeoutError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    return True


def test_a_certificate_off_the_list_ends_its_streams_within_a_second(host):
    bob = of("bob")
    box = bob.run("sh", "-c", "while :; do echo tick; sleep 0.1; done", name="bobs-box")
    made = bob.post(
        f"/containers/{box}/exec", body={"Cmd": ["sh"], "AttachStdin": True, "AttachStdout": True, "Tty": True}
    )
    start = {"body": {"Detach": False, "Tty": True}, "headers": UPGRADE}
    streams = {
        "logs -f": bob.opened("GET", f"/containers/{box}/logs", query={"follow": 1, "stdout": 1})[0],
        "events": bob.opened("GET", "/events")[0],
        "exec": bob.opened("POST", f"/exec/{made.json['Id']}/start", **start)[0],
        "idle": bob.connect(),
    }
    alices = of("alice").opened("GET", "/events")[0]
    time.sleep(0.5)
    assert [name for name, stream in streams.items() if _ended(stream)] == []
    change_list(lambda entries: [entry for entry in entries if entry["name"] != "bob"])
    cut = time.monotonic()
    while streams and time.monotonic() < cut + 3:
        for name in [name for name, stream in streams.items() if _ended(stream)]:
            streams.pop(name).close()
    took = time.monotonic() - cut
    print(f"\nstreams of a certificate that was taken off the list ended after {took:.2f} s")
    assert not streams
    assert took < 1
    assert not _ended(alices)
    assert bob.tried().status == 403
    assert host.api("bob").get("/_ping").status == 200, "the person is not switched off"


def test_a_list_that_cannot_be_read_lets_nobody_in(host):
    replace(LIST, b"{")
    until(lambda: of("alice").tried().status == 403, seconds=2)
    assert host.api("alice").get("/_ping").status == 200


def test_a_new_server_certificate_counts_without_a_restart_and_half_of_one_does_no_harm(host):
    def serial() -> int:
        with of("alice").connect() as connection:
            return x509.load_der_x509_certificate(connection.getpeercert(binary_form=True)).serial_number

    before = serial()
    kept, _ = of("alice").opened("GET", "/events")
    # Between the two files of a renewal.
    key = ec.generate_private_key(ec.SECP256R1())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    replace(CERTIFICATES / "server.key", key.private_bytes(*form))
    try:
        time.sleep(0.6)
        assert serial() == before
    finally:
        host.sync("--only", "docker")
    until(lambda: serial() != before, seconds=5, what="a new certificate of the server")
    assert of("alice").get("/containers/json").status == 200
    assert not _ended(kept)
    kept.close()


def test_a_store_that_cannot_be_read_lets_nobody_in_and_cuts_nobody(host):
    stream, _ = of("alice").opened("GET", "/events")
    aside = STORE.with_name("aside.db")
    STORE.rename(aside)
    try:
        for api in (of("alice"), host.api("alice")):
            until(lambda api=api: api.get("/containers/json").status == 503, seconds=10)
            assert "user store" in api.get("/containers/json").message
        assert not _ended(stream)
    finally:
        aside.rename(STORE)
    until(lambda: of("alice").get("/_ping").status == 200, seconds=10)
    stream.close()


# MARK: what is done


def test_nobody_builds_over_a_certificate(host):
    refused = of("alice").post("/build", query={"t": "alice/x"}, body=b"", content_type="application/x-tar")
    assert (refused.status, "through Portainer" in refused.message) == (403, True), refused


def test_the_end_of_input_reaches_a_program(host, docker):
    box = host.api("alice").run(name="alices-box")
    pair = CERTIFICATES / "clients" / "alice"
    command = [docker, "--host", f"tcp://127.0.0.1:{TLS_PORT}", "--tlsverify"]
    command += ["--tlscacert", CERTIFICATES / "ca.pem", "--tlscert", f"{pair}.pem", "--tlskey", f"{pair}.key"]
    for size in (3, 3_000_000):
        said = subprocess.run(
            [*command, "exec", "-i", box, "wc", "-c"], input=b"x" * size, capture_output=True, timeout=30
        )
        assert (said.returncode, said.stdout.strip()) == (0, str(size).encode()), said
    said = subprocess.run([*command, "exec", box, "sh", "-c", "exit 7"], capture_output=True, timeout=30)
    assert said.returncode == 7, said


# MARK: start and end


def _patiently(api: Api) -> socket.socket:
    """A connection, also while the kernel's queue of those that wait is full."""
    while True:
        try:
            return api.connect()
        except BlockingIOError:
            time.sleep(0.01)


@contextmanager
def another_guard(host, name: str, *, port: int, limit: int | None = None):
    """A guard beside that of the rig, with few descriptors."""
    configuration = ETC / f"{name}.yaml"
    text = (ETC / "bridge.yaml").read_text().replace(f":{TLS_PORT}", f":{port}")
    path = f"/run/diycloud-bridge/{name}.sock"
    configuration.write_text(text + f"  socket: {path}\n")
    command = [str(BINARY), "docker-guard", "--config", str(configuration)]
    if limit:
        command = ["prlimit", f"--nofile={limit}:{limit}", *command]
    program = host.programs.start(name, command)
    try:
        host.programs.wait_for(program, lambda: Api(path).get("/_ping").status == 200, seconds=30, what="an answer")
        yield program, path
    finally:
        host.programs.stop(program)
        configuration.unlink()


def test_one_person_with_all_connections_leaves_room_for_others(host):
    with another_guard(host, "small", port=2390, limit=512) as (_, path):
        alice, bob = (Api(path, host.people[name].uid) for name in ("alice", "bob"))
        held = []
        try:
            for _ in range(400):
                held.append(_patiently(alice))
            time.sleep(0.5)
            alive = [connection for connection in held if not _ended(connection)]
            print(f"\n{len(alive)} of {len(held)} connections of one person are held with 512 descriptors")
            assert 4 <= len(alive) < 400
            for _ in range(20):
                assert bob.get("/containers/json").status == 200
            assert Api(path).get("/_ping").status == 200
        finally:
            for connection in held:
                connection.close()
        until(lambda: alice.get("/_ping").status == 200)


def test_strangers_in_the_middle_of_a_handshake_take_no_room_from_others(host):
    with another_guard(host, "greeted", port=2391, limit=512) as (_, path):
        strangers = []
        try:
            for _ in range(400):
                with suppress(OSError):
                    strangers.append(socket.create_connection(("127.0.0.1", 2391), timeout=5))
            time.sleep(0.5)
            bob = Api(path, host.people["bob"].uid)
            for _ in range(20):
                assert bob.get("/containers/json").status == 200
        finally:
            for connection in strangers:
                connection.close()
        pair = CERTIFICATES / "clients" / "bob"
        until(lambda: TlsApi(pair.with_suffix(".pem"), port=2391).tried().status == 200)


@pytest.mark.parametrize("way", ["the same path", "a link", "another name"])
def test_the_guard_never_takes_the_place_of_the_engine(host, tmp_path, way):
    own = Path(engine.SOCKET)
    if way == "a link":
        folder = Path("/run/linked")
        folder.symlink_to(own.parent)
        own = folder / own.name
    elif way == "another name":
        own = own.with_name("hard.sock")
        os.link(engine.SOCKET, own)
    configuration = ETC / "own.yaml"
    configuration.write_text((ETC / "bridge.yaml").read_text().replace(f":{TLS_PORT}", ":2392") + f"  socket: {own}\n")
    try:
        command = [str(BINARY), "docker-guard", "--config", str(configuration)]
        said = subprocess.run(command, capture_output=True, text=True, timeout=30)
        assert said.returncode == 1, said
        told = said.stdout + said.stderr
        assert "where the engine listens" in told or "engine's own socket" in told, said
        assert host.truth.get("/_ping").status == 200
    finally:
        configuration.unlink()
        Path("/run/linked").unlink(missing_ok=True)
        Path(engine.SOCKET).with_name("hard.sock").unlink(missing_ok=True)


def test_sigterm_lets_a_call_finish_and_ends_streams(host):
    alice = host.api("alice")
    box = alice.run("sh", "-c", "sleep 2; exit 3")
    try:
        waiting = alice.connect()
        waiting.sendall(request("POST", f"/v1.41/containers/{box}/wait", None, "", ()))
        made = alice.post(f"/containers/{box}/exec", body={"Cmd": ["cat"], "AttachStdin": True, "Tty": True})
        raw, head = alice.opened(
            "POST", f"/exec/{made.json['Id']}/start", body={"Detach": False, "Tty": True}, headers=UPGRADE
        )
        assert head.status == 101
        idle = alice.connect()
        time.sleep(0.3)
        host.guard.process.send_signal(signal.SIGTERM)
        until(lambda: _ended(raw) and _ended(idle), seconds=1, what="the end of streams")
        with pytest.raises(ConnectionRefusedError):
            Api(SOCKET, timeout=1).connect()
        waiting.settimeout(10)
        told = answer(waiting, "POST")
        assert (told.status, told.json["StatusCode"]) == (200, 3), told
        assert host.guard.process.wait(8) == 0
    finally:
        host.restart_guard()


def test_few_descriptors_are_told_to_nobody_by_hanging(host):
    """More connections than descriptors: those that fit are served, the others are closed, nobody waits."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert hard >= 1024
    with another_guard(host, "tiny", port=2393, limit=200) as (program, path):
        uids = [host.people[name].uid for name in ("alice", "bob", "carol")]
        held = [_patiently(Api(path, uid)) for uid in uids for _ in range(60)]
        time.sleep(0.5)
        assert Api(path).get("/_ping").status == 200, "root always finds room"
        for connection in held:
            connection.close()
        until(lambda: Api(path, uids[0]).get("/containers/json").status == 200)
        assert program.process.poll() is None
