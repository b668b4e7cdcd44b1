"""`/api/endpoints/{id}/docker/…`: the Docker API of an environment, as Portainer lets it be used."""

from __future__ import annotations

import base64
import io
import json
import re
import tarfile
from dataclasses import dataclass, field
from urllib.parse import unquote

from . import controls as kinds
from . import forwarding
from .access import may_enter
from .controls import Controls
from .creation_checks import refusal
from .destinations import destination
from .engine import Engine, EngineRefusal, segment
from .exchange import Answer, Exchange
from .outgoing import Destination, Headers, Unreachable
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Panic, Wrong

CREATED = {
    "/containers/create": ("Id", kinds.CONTAINER),
    "/networks/create": ("Id", kinds.NETWORK),
    "/volumes/create": ("Name", kinds.VOLUME),
    "/services/create": ("ID", kinds.SERVICE),
    "/secrets/create": ("ID", kinds.SECRET),
    "/configs/create": ("ID", kinds.CONFIG),
}
LISTED = {
    "/containers/json": ("Id", kinds.CONTAINER),
    "/networks": ("Id", kinds.NETWORK),
    "/volumes": ("Name", kinds.VOLUME),
    "/services": ("ID", kinds.SERVICE),
    "/secrets": ("ID", kinds.SECRET),
    "/configs": ("ID", kinds.CONFIG),
}
OWNED = {"containers": ("Id", kinds.CONTAINER), "networks": ("Id", kinds.NETWORK), "volumes": ("Name", kinds.VOLUME)}
ADMINISTRATORS_ONLY = re.compile(r"/containers/prune|/volumes/prune|/swarm/.+|/nodes/.+")
SYSTEM_NETWORKS = ("bridge", "host", "none")


@dataclass
class Ask:
    """One request for an environment."""

    exchange: Exchange
    environment: dict
    to: Destination
    target: str
    path: str
    headers: Headers = field(default_factory=list)

    @property
    def user(self):
        return self.exchange.user

    @property
    def is_unix(self) -> bool:
        return bool(self.to.socket)

    def denied(self) -> Answer:
        """A refusal for lack of ownership, which the real server fails to put into words."""
        if self.is_unix:
            text = "Unable to proxy the request via the Docker socket"
            return Answer.json({"message": text, "details": "Mime: no media type"}, 500)
        return Answer(502)

    def forbidden(self, sentence: str) -> Answer:
        """A refusal by the environment's security settings."""
        if self.is_unix:
            text = "Unable to proxy the request via the Docker socket"
            return Answer.json({"message": text, "details": sentence}, 403)
        return Answer(502)

    def unreachable(self, why: str) -> Answer:
        if self.is_unix:
            text = "Unable to proxy the request via the Docker socket"
            return Answer.json({"message": text, "details": why}, 500)
        return Answer(502)


class DockerProxy:
    """Judges by path, forwards, and writes ownership into what comes back."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._controls = Controls(portainer.state)
        routes.add("ANY", "/api/endpoints/{endpoint}/docker{rest*}", Access.SIGNED_IN, self.answer)

    async def answer(self, exchange: Exchange) -> Answer | None:
        environment = entered(self._portainer, exchange, exchange.number("endpoint"))
        rest = exchange.target.partition("/docker")[2]
        if not rest.startswith("/"):
            return Answer.text(404, "404 page not found")
        path = re.sub(r"^/v\d+\.\d+(?=/|$)", "", unquote(rest.partition("?")[0])) or "/"
        try:
            ask = Ask(exchange, environment, destination(environment), rest, path)
        except Unreachable:
            return Answer(502)
        if ask.is_unix:
            ask.headers = forwarding.over_unix(exchange)
        else:
            ask.headers = forwarding.over_tcp(exchange, ask.to, allow_list=self._portainer.is_new)
        try:
            return await self._judge(ask)
        except (Unreachable, EngineRefusal) as error:
            return ask.unreachable(str(error))

    async def _judge(self, ask: Ask) -> Answer | None:
        method, path = ask.exchange.method, ask.path
        if ADMINISTRATORS_ONLY.fullmatch(path) or (self._portainer.is_new and path.startswith("/plugins")):
            return await self._pass(ask) if ask.user.is_administrator else ask.denied()
        if path in CREATED and method == "POST":
            return await self._create(ask, *CREATED[path])
        if path in LISTED:
            return await self._list(ask, *LISTED[path])
        if path == "/build":
            return await self._build(ask)
        if path == "/images/create" or re.fullmatch(r"/images/.+/push", path):
            return await self._with_registry(ask)
        if owned := re.fullmatch(r"/(containers|networks|volumes)/([^/]+)(?:/([^/]+))?", path):
            return await self._owned(ask, *owned.groups())
        if self._portainer.is_new and (run := re.fullmatch(r"/exec/([^/]+)/.+", path)):
            return await self._exec(ask, run[1])
        return await self._pass(ask)

    async def _pass(self, ask: Ask, body: bytes | None = None) -> Answer | None:
        return await forwarding.carry(
            ask.exchange, ask.to, ask.target, ask.headers, body=body, unreachable=ask.unreachable
        )

    async def _owned(self, ask: Ask, collection: str, name: str, action: str | None) -> Answer | None:
        identifier, kind = OWNED[collection]
        method = ask.exchange.method
        if (collection == "containers" and action == "json") or (collection != "containers" and method == "GET"):
            return await self._inspect(ask, identifier, kind)
        # Networks and volumes are known by the last segment of the path, whatever it is.
        resource = name if collection == "containers" else (action or name)
        deletes = method == "DELETE" and (action is None or collection != "containers")
        if (
            self._portainer.is_new
            and collection == "containers"
            and action == "update"
            and not ask.user.is_administrator
        ):
            body = await ask.exchange.body()
            if sentence := self._settings_refuse(ask, {"HostConfig": _object(body)}):
                return ask.forbidden(sentence)
            return await self._restricted(ask, resource, kind, body=body)
        return await self._restricted(ask, resource, kind, deletes=deletes)

    async def _restricted(
        self, ask: Ask, name: str, kind: int, *, deletes: bool = False, body: bytes | None = None
    ) -> Answer | None:
        """For the owner and administrators, by the exact id (or the volume's name) in the path."""
        try:
            resource = await self._resource(ask, name, kind)
            if not ask.user.is_administrator:
                found = self._controls.of(resource, kind) or await self._inherited(ask, name, kind)
                if not self._controls.allows(found, ask.user):
                    return ask.denied()
        except (Unreachable, EngineRefusal) as error:
            return ask.unreachable(str(error))
        answer = await self._pass(ask, body)
        if deletes and ask.exchange.sent in (200, 204):
            self._controls.forget(resource, kind)
        return answer

    async def _resource(self, ask: Ask, name: str, kind: int) -> str:
        if kind != kinds.VOLUME:
            return name
        return f"{name}_{await self._portainer.proxies.engine_id(ask.environment)}"

    async def _inherited(self, ask: Ask, name: str, kind: int) -> dict | None:
        """Asks the environment for the labels; those of access control count in lists and inspections only."""
        collection = {kinds.CONTAINER: "containers", kinds.NETWORK: "networks", kinds.VOLUME: "volumes"}[kind]
        path = f"/{collection}/{segment(name)}" + ("/json" if kind == kinds.CONTAINER else "")
        async with Engine(ask.environment) as engine:
            facts = await engine.ask("GET", path)
        return self._controls.inherited(ask.environment["Id"], _labels(facts, kind))

    async def _create(self, ask: Ask, identifier: str, kind: int) -> Answer | None:
        """Whoever creates becomes the owner; the engine's 201 becomes 200."""
        body = None
        if kind == kinds.CONTAINER and not ask.user.is_administrator:
            body = await ask.exchange.body()
            asked = _object(body)
            if asked is None:
                return ask.unreachable("invalid character in the body of a create")
            if sentence := self._settings_refuse(ask, asked):
                return ask.forbidden(sentence)
        wanted = ask.exchange.header("X-Portainer-VolumeName") if kind == kinds.VOLUME else ""
        if wanted and await self._volume_exists(ask, wanted):
            return Answer(502) if not ask.is_unix else ask.forbidden("a volume with the same name already exists")
        if body is not None:
            ask.headers = forwarding.with_body(ask.headers, body)
        whole = await self._whole(ask, body)
        if not isinstance(whole, tuple):
            return whole
        opened, content = whole
        if opened.status != 201:
            return _unchanged(opened, content)
        created = self._json_of(ask, opened, content)
        if not isinstance(created, dict) or created.get(identifier) is None:
            return ask.unreachable("missing identifier in Docker resource creation response")
        resource = await self._resource(ask, created[identifier], kind)
        owned = self._controls.of(resource, kind) or self._controls.private(resource, kind, ask.user.id)
        return Answer.json(_decorated(created, owned))

    def _settings_refuse(self, ask: Ask, body: dict) -> str | None:
        return refusal(body, ask.environment["SecuritySettings"], is_new=self._portainer.is_new)

    async def _volume_exists(self, ask: Ask, name: str) -> bool:
        try:
            async with Engine(ask.environment) as engine:
                await engine.ask("GET", f"/volumes/{segment(name)}")
        except (EngineRefusal, Unreachable):
            return False
        return True

    async def _list(self, ask: Ask, identifier: str, kind: int) -> Answer | None:
        whole = await self._whole(ask)
        if not isinstance(whole, tuple):
            return whole
        opened, content = whole
        if opened.status != 200:
            return _unchanged(opened, content)
        value = self._json_of(ask, opened, content)
        if value is None:
            return ask.denied()
        rows = (value.get("Volumes") or []) if kind == kinds.VOLUME else value
        kept = []
        for row in rows:
            found = await self._control(ask, row, identifier, kind)
            if kind == kinds.CONTAINER and self._is_hidden(row):
                continue
            if self._controls.allows(found, ask.user):
                kept.append(_decorated(row, found) if found is not None else row)
        return Answer.json({**value, "Volumes": kept} if kind == kinds.VOLUME else kept)

    def _is_hidden(self, container: dict) -> bool:
        labels = container.get("Labels") or {}
        pairs = self._portainer.state.settings["BlackListedLabels"]
        return any(labels.get(pair.get("name")) == pair.get("value") for pair in pairs)

    async def _inspect(self, ask: Ask, identifier: str, kind: int) -> Answer | None:
        whole = await self._whole(ask)
        if not isinstance(whole, tuple):
            return whole
        opened, content = whole
        if opened.status != 200:
            return _unchanged(opened, content)
        value = self._json_of(ask, opened, content)
        if not isinstance(value, dict):
            return ask.denied()
        found = await self._control(ask, value, identifier, kind)
        if not self._controls.allows(found, ask.user):
            return Answer.json({"message": "access denied to resource"}, 403)
        return Answer.json(_decorated(value, found) if found is not None else value)

    async def _control(self, ask: Ask, facts: dict, identifier: str, kind: int) -> dict | None:
        if kind == kinds.NETWORK and facts.get("Name") in SYSTEM_NETWORKS:
            return {"Id": 0, **kinds.control(facts["Id"], kind, Public=True, System=True)}
        resource = await self._resource(ask, facts[identifier], kind)
        return self._controls.found_or_labelled(resource, kind, ask.environment["Id"], _labels(facts, kind))

    async def _whole(self, ask: Ask, body: bytes | None = None) -> tuple[forwarding.Opened, bytes] | Answer:
        try:
            opened = await forwarding.open_call(ask.exchange, ask.to, ask.target, ask.headers, body)
            return opened, await opened.whole()
        except Unreachable as error:
            return ask.unreachable(str(error))

    def _json_of(self, ask: Ask, opened: forwarding.Opened, content: bytes) -> object:
        """The answer that is to be rewritten; None when its type or content is not JSON."""
        kind = opened.header("Content-Type").partition(";")[0].strip()
        try:
            value = json.loads(content) if kind == "application/json" else None
        except ValueError:
            value = None
        if value is None:
            self._portainer.remarks.note("answer-not-json", f"{ask.path}: Content-Type {kind!r}")
        return value

    async def _build(self, ask: Ask) -> Answer | None:
        """A Dockerfile alone becomes an archive; without a body and a type the real server crashes."""
        kind = ask.exchange.header("Content-Type").partition(";")[0]
        has_body = ask.exchange.header("Content-Length") not in ("", "0") or ask.exchange.header("Transfer-Encoding")
        if not kind and not has_body:
            raise Panic
        if kind not in ("application/json", "text/plain"):
            return await self._pass(ask)
        content = await ask.exchange.body()
        if kind == "application/json":
            asked = _object(content)
            if asked is None:
                return ask.unreachable("invalid character in the body of a build")
            content = str(asked.get("content", "")).encode()
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            entry = tarfile.TarInfo("Dockerfile")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        ask.headers = forwarding.with_body(ask.headers, archive.getvalue(), "application/x-tar")
        return await self._pass(ask, archive.getvalue())

    async def _with_registry(self, ask: Ask) -> Answer | None:
        """Whatever the client sent for the registry is replaced: there are no registries here."""
        sent = ask.exchange.header("X-Registry-Auth")
        if sent:
            try:
                asked = json.loads(base64.b64decode(sent))
            except ValueError as error:
                return ask.unreachable(str(error))
            empty = {"username": "", "password": "", "serveraddress": asked.get("serveraddress", "")}
            kept = [(name, value) for name, value in ask.headers if name.lower() != "x-registry-auth"]
            ask.headers = [*kept, ("X-Registry-Auth", base64.b64encode(json.dumps(empty).encode()).decode())]
        return await self._pass(ask)

    async def _exec(self, ask: Ask, run: str) -> Answer | None:
        """2.43 asks whose container an exec belongs to."""
        try:
            async with Engine(ask.environment) as engine:
                container = (await engine.ask("GET", f"/exec/{segment(run)}/json"))["ContainerID"]
        except (EngineRefusal, Unreachable) as error:
            return ask.unreachable(str(error))
        return await self._restricted(ask, container, kinds.CONTAINER)


def entered(portainer: Portainer, exchange: Exchange, number: int) -> dict:
    """The environment, when the user may enter it: 404 or 403 else."""
    environment = portainer.state.row("endpoints", number)
    if environment is None:
        text = "Unable to find an environment with the specified identifier inside the database"
        raise Wrong(404, text, "object not found inside the database")
    if not may_enter(exchange.user, portainer.state.teams_of(exchange.user.id), environment):
        raise Wrong(403, "Permission denied to access environment", "Unauthorized")
    return environment


def _object(content: bytes) -> dict | None:
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _labels(facts: dict, kind: int) -> dict[str, str]:
    if kind == kinds.CONTAINER and "Config" in facts:
        return facts["Config"].get("Labels") or {}
    return facts.get("Labels") or (facts.get("Spec") or {}).get("Labels") or {}


def _decorated(facts: dict, found: dict) -> dict:
    return {**facts, "Portainer": {**(facts.get("Portainer") or {}), "ResourceControl": found}}


def _unchanged(opened: forwarding.Opened, content: bytes) -> Answer:
    headers = [pair for pair in opened.headers if pair[0].lower() not in ("content-length", "date")]
    return Answer(opened.status, content, headers)
