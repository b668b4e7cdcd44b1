"""`/api/stacks`: compose projects that Portainer keeps."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import yaml

from . import controls as kinds
from .access import may_enter
from .body import INVALID, Body
from .compose import Compose, DeployFailure
from .controls import Controls, stack_resource
from .docker_proxy import entered
from .engine import Engine, EngineRefusal
from .exchange import NOTHING, Answer, Exchange
from .outgoing import Unreachable
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Wrong

RUNNING, STOPPED, DEPLOYING, FAILED = 1, 2, 3, 4
COMPOSE = 2
CREATE = ("Name", "StackFileContent", "Env", "FromAppTemplate", "Webhook", "AdditionalFiles", "SwarmID")
UPDATE = ("StackFileContent", "Env", "Prune", "PullImage", "Webhook", "RollbackTo")


class StackHandlers:
    """Stacks from a text. The other ways (repository, file, swarm) are not here."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        self._controls = Controls(portainer.state)
        routes.add("POST", "/api/stacks/create/{kind}/{method}", Access.SIGNED_IN, self.create)
        routes.add("GET", "/api/stacks", Access.SIGNED_IN, self.list)
        routes.add("GET", "/api/stacks/{stack}", Access.SIGNED_IN, self.inspect)
        routes.add("GET", "/api/stacks/{stack}/file", Access.SIGNED_IN, self.file)
        routes.add("PUT", "/api/stacks/{stack}", Access.SIGNED_IN, self.update)
        routes.add("DELETE", "/api/stacks/{stack}", Access.SIGNED_IN, self.delete)
        routes.add("POST", "/api/stacks/{stack}/start", Access.SIGNED_IN, self.start)
        routes.add("POST", "/api/stacks/{stack}/stop", Access.SIGNED_IN, self.stop)

    async def create(self, exchange: Exchange) -> Answer:
        if (exchange.values["kind"], exchange.values["method"]) != ("standalone", "string"):
            self._portainer.remarks.note("not-in-the-double", exchange.path)
            raise Wrong(500, "Unable to create stack", "PortainerDouble knows /create/standalone/string only")
        environment = self._environment(exchange)
        self._require_allowed(exchange, environment, "Stack creation is disabled for non-admin users")
        body = Body(await exchange.body(), CREATE, self._portainer.remarks, "stack create")
        if not body.text("Name"):
            raise Wrong(400, INVALID, "Invalid stack name")
        if not body.text("StackFileContent"):
            raise Wrong(400, INVALID, "Invalid stack file content")
        name = re.sub(r"[^-_a-z0-9]+", "", body.text("Name").lower())
        if await self._is_taken(environment, name):
            text = f"A stack with the normalized name '{name}' already exists"
            raise Wrong(409, text, text)
        self._require_valid(exchange, environment, body.text("StackFileContent"))
        number = self._state.next_number("stacks")
        stack = {"Id": number, **self._new(exchange, environment, name, number, body)}
        self._write(stack, body.text("StackFileContent"))
        if self._portainer.is_new:
            return self._later(stack, environment, exchange)
        await self._deploy(environment, stack)
        return Answer.json(self._stored(stack, exchange))

    def _new(self, exchange: Exchange, environment: dict, name: str, number: int, body: Body) -> dict:
        return {
            "Name": name,
            "Type": COMPOSE,
            "EndpointId": environment["Id"],
            "SwarmId": "",
            "EntryPoint": "docker-compose.yml",
            "Env": body.items("Env"),
            "Status": RUNNING,
            "ProjectPath": str(self._portainer.options.data.resolve() / "compose" / str(number)),
            "CreationDate": int(time.time()),
            "CreatedBy": exchange.user.name,
            "UpdateDate": 0,
            "UpdatedBy": "",
            "AdditionalFiles": None,
            "AutoUpdate": None,
            "FromAppTemplate": body.flag("FromAppTemplate"),
            "Namespace": "",
        }

    def _stored(self, stack: dict, exchange: Exchange) -> dict:
        """The row, with a control of the creator; an administrator's stack is for administrators."""
        row = self._state.add("stacks", stack, stack["Id"])
        resource = stack_resource(stack["EndpointId"], stack["Name"])
        if exchange.user.is_administrator:
            found = self._controls.for_administrators(resource, kinds.STACK)
        else:
            found = self._controls.private(resource, kinds.STACK, exchange.user.id)
        return {**row, "ResourceControl": found}

    def _later(self, stack: dict, environment: dict, exchange: Exchange) -> Answer:
        """2.43: the row is there before the deploy begins, and the answer does not wait for its end."""
        stack["Status"] = DEPLOYING
        shown = self._stored(stack, exchange)
        row = self._state.row("stacks", stack["Id"])

        async def deploy() -> None:
            try:
                await self._deploy(environment, row)
                row["Status"] = RUNNING
            except Wrong as wrong:
                row["Status"] = FAILED
                self._portainer.remarks.note("deploy-failed", wrong.details)
            self._state.save()

        self._portainer.later(deploy)
        return Answer.json(shown)

    async def _deploy(self, environment: dict, stack: dict, *, pull: bool = False) -> None:
        try:
            await Compose(environment, self._portainer.options.address, stack).up(pull=pull)
        except DeployFailure as failure:
            raise Wrong(500, "failed to deploy a stack", f"compose up operation failed: {failure}") from None

    def _write(self, stack: dict, content: str) -> None:
        place = Path(stack["ProjectPath"])
        place.mkdir(parents=True, exist_ok=True)
        (place / stack["EntryPoint"]).write_text(content)

    async def _is_taken(self, environment: dict, name: str) -> bool:
        """By a stack of the environment, or by the project of any container that the environment shows."""
        for stack in self._state.rows("stacks"):
            if stack["EndpointId"] == environment["Id"] and stack["Name"] == name:
                return True
        try:
            async with Engine(environment) as engine:
                containers = await engine.ask("GET", "/containers/json", {"all": "1"})
        except (EngineRefusal, Unreachable) as error:
            raise Wrong(500, "Unable to check for name collision", str(error)) from None
        return any((one.get("Labels") or {}).get("com.docker.compose.project") == name for one in containers)

    def _require_allowed(self, exchange: Exchange, environment: dict, text: str) -> None:
        allowed = environment["SecuritySettings"]["allowStackManagementForRegularUsers"]
        if not exchange.user.is_administrator and not allowed:
            raise Wrong(403, text, text)

    def _require_valid(self, exchange: Exchange, environment: dict, content: str) -> None:
        if exchange.user.is_administrator:
            return
        sentence = _refused(content, environment["SecuritySettings"])
        if sentence:
            raise Wrong(500, "stack config file is invalid", f"stack config file is invalid: {sentence}")

    def _environment(self, exchange: Exchange) -> dict:
        number = exchange.argument("endpointId")
        if not number.isdecimal():
            raise Wrong(400, "Invalid query parameter: endpointId", "missing or invalid query parameter")
        return entered(self._portainer, exchange, int(number))

    def _stack(self, exchange: Exchange) -> tuple[dict, dict]:
        """The stack and its environment, for who may use both."""
        stack = self._state.row("stacks", exchange.number("stack"))
        if stack is None:
            raise Wrong(404, "Unable to find a stack with the specified identifier inside the database")
        environment = entered(self._portainer, exchange, stack["EndpointId"])
        found = self._controls.of(stack_resource(stack["EndpointId"], stack["Name"]), kinds.STACK)
        if not self._controls.allows(found, exchange.user):
            raise Wrong(403, "Access denied to resource", "Access denied to resource")
        return stack, environment

    def _shown(self, stack: dict) -> dict:
        found = self._controls.of(stack_resource(stack["EndpointId"], stack["Name"]), kinds.STACK)
        return {**stack, "ResourceControl": found}

    async def list(self, exchange: Exchange) -> Answer:
        try:
            wanted = json.loads(exchange.argument("filters") or "{}").get("EndpointID", 0)
        except (ValueError, AttributeError):
            raise Wrong(400, "Invalid query parameter: filters") from None
        teams = self._state.teams_of(exchange.user.id)
        rows = []
        for stack in self._state.rows("stacks"):
            environment = self._state.row("endpoints", stack["EndpointId"])
            if wanted and stack["EndpointId"] != wanted:
                continue
            if not exchange.user.is_administrator and (
                environment is None or not may_enter(exchange.user, teams, environment)
            ):
                continue
            shown = self._shown(stack)
            if self._controls.allows(shown["ResourceControl"], exchange.user):
                rows.append(shown)
        return Answer.json(rows)

    async def inspect(self, exchange: Exchange) -> Answer:
        return Answer.json(self._shown(self._stack(exchange)[0]))

    async def file(self, exchange: Exchange) -> Answer:
        stack, _ = self._stack(exchange)
        return Answer.json({"StackFileContent": (Path(stack["ProjectPath"]) / stack["EntryPoint"]).read_text()})

    async def update(self, exchange: Exchange) -> Answer:
        stack, environment = self._stack(exchange)
        self._require_allowed(exchange, environment, "Stack editing is disabled for non-admin users")
        body = Body(await exchange.body(), UPDATE, self._portainer.remarks, "stack update")
        if not body.text("StackFileContent"):
            raise Wrong(400, INVALID, "Invalid stack file content")
        self._require_valid(exchange, environment, body.text("StackFileContent"))
        self._write(stack, body.text("StackFileContent"))
        stack |= {"Env": body.items("Env"), "UpdateDate": int(time.time()), "UpdatedBy": exchange.user.name}
        await self._deploy(environment, stack, pull=body.flag("PullImage"))
        stack["Status"] = RUNNING
        self._state.save()
        return Answer.json(self._shown(stack))

    async def start(self, exchange: Exchange) -> Answer:
        stack, environment = self._stack(exchange)
        self._require_allowed(exchange, environment, "Stack management is disabled for non-admin users")
        if stack["Status"] == RUNNING:
            raise Wrong(400, "Stack is already active", "Stack is already active")
        await self._deploy(environment, stack)
        stack["Status"] = RUNNING
        self._state.save()
        return Answer.json(self._shown(stack))

    async def stop(self, exchange: Exchange) -> Answer:
        stack, environment = self._stack(exchange)
        self._require_allowed(exchange, environment, "Stack management is disabled for non-admin users")
        if stack["Status"] == STOPPED:
            raise Wrong(400, "Stack is already inactive", "Stack is already inactive")
        await self._down(environment, stack, "Unable to stop stack")
        stack["Status"] = STOPPED
        self._state.save()
        return Answer.json(self._shown(stack))

    async def delete(self, exchange: Exchange) -> Answer:
        self._environment(exchange)
        stack, environment = self._stack(exchange)
        self._require_allowed(exchange, environment, "Stack deletion is disabled for non-admin users")
        await self._down(environment, stack, "Unable to remove the stack")
        self._controls.forget(stack_resource(stack["EndpointId"], stack["Name"]), kinds.STACK)
        self._state.remove("stacks", stack["Id"])
        shutil.rmtree(stack["ProjectPath"], ignore_errors=True)
        return NOTHING

    async def _down(self, environment: dict, stack: dict, text: str) -> None:
        try:
            await Compose(environment, self._portainer.options.address, stack).down()
        except DeployFailure as failure:
            raise Wrong(500, text, str(failure)) from None


def _refused(content: str, allowed: dict[str, bool]) -> str | None:
    """What the environment's settings do not allow in a compose file; only these few things are looked at."""
    try:
        services = (yaml.safe_load(content) or {}).get("services") or {}
    except (yaml.YAMLError, AttributeError) as error:
        return str(error)
    for service in services.values():
        service = service or {}
        bound = any(
            volume.get("type") == "bind" if isinstance(volume, dict) else str(volume)[:1] in "/.~"
            for volume in service.get("volumes") or []
        )
        questions = (
            ("allowBindMountsForRegularUsers", bound, "bind-mount"),
            ("allowPrivilegedModeForRegularUsers", service.get("privileged"), "privileged mode"),
            ("allowHostNamespaceForRegularUsers", service.get("pid") == "host", "pid host"),
            ("allowDeviceMappingForRegularUsers", service.get("devices"), "device mapping"),
            ("allowSysctlSettingForRegularUsers", service.get("sysctls"), "sysctl setting"),
            ("allowContainerCapabilitiesForRegularUsers", service.get("cap_add"), "container capabilities"),
        )
        for name, used, word in questions:
            if used and not allowed[name]:
                return f"{word} disabled for non administrator users"
    return None
