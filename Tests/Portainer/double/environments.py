"""`/api/endpoints` and `/api/upload/tls`: environments, as the page calls them."""

from __future__ import annotations

import shutil

from . import destinations, snapshots
from .access import may_enter
from .body import INVALID, Body
from .defaults import security_settings
from .exchange import NOTHING, Answer, Exchange
from .multipart import Form
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Wrong

PARTS = (
    *("Name", "EndpointCreationType", "URL", "PublicURL", "GroupID", "ContainerEngine", "TagIds", "Gpus"),
    *("TLS", "TLSSkipVerify", "TLSSkipClientVerify", "TLSCACertFile", "TLSCertFile", "TLSKeyFile"),
)
UPDATE = (
    *("Name", "URL", "PublicURL", "GroupID", "Gpus", "TLS", "TLSSkipVerify", "TLSSkipClientVerify", "Status"),
    *("TagIDs", "UserAccessPolicies", "TeamAccessPolicies"),
)
DOCKER = 1


class EnvironmentHandlers:
    """Environments: made by a form, changed by JSON, reached at once."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        self._remarks = portainer.remarks
        routes.add("POST", "/api/endpoints", Access.ADMINISTRATOR, self.create)
        routes.add("GET", "/api/endpoints", Access.SIGNED_IN, self.list)
        if portainer.is_new:
            routes.add("POST", "/api/endpoints/delete", Access.ADMINISTRATOR, self.delete_several)
            routes.add("GET", "/api/endpoints/summary", Access.SIGNED_IN, self.summary)
        routes.add("GET", "/api/endpoints/{endpoint}", Access.SIGNED_IN, self.inspect)
        routes.add("PUT", "/api/endpoints/{endpoint}", Access.ADMINISTRATOR, self.update)
        routes.add("DELETE", "/api/endpoints/{endpoint}", Access.ADMINISTRATOR, self.delete)
        routes.add("PUT", "/api/endpoints/{endpoint}/settings", Access.ADMINISTRATOR, self.secure)
        routes.add("POST", "/api/endpoints/{endpoint}/snapshot", Access.ADMINISTRATOR, self.snapshot)
        routes.add("POST", "/api/endpoints/snapshot", Access.ADMINISTRATOR, self.snapshot_all)
        routes.add("POST", "/api/upload/tls/{kind}", Access.ADMINISTRATOR, self.upload)

    async def create(self, exchange: Exchange) -> Answer:
        """Connects before it stores; a failure leaves the key files and uses the number up."""
        form = await Form.of(exchange, PARTS, self._remarks, "endpoint create")
        environment = self._asked(form)
        files = self._files(form, environment["TLSConfig"])
        if any(other["Name"] == environment["Name"] for other in self._state.rows("endpoints")):
            raise Wrong(409, "Name is not unique", "Name is not unique")
        number = self._state.next_number("endpoints")
        for kind, content in files.items():
            path = destinations.store(self._portainer.options.data, number, kind, content)
            environment["TLSConfig"][destinations.FILES[kind]] = path
        failure = await snapshots.refresh(environment)
        if failure is not None:
            self._remarks.note("environment-not-reached", f"{environment['Name']} at {environment['URL']}: {failure}")
            raise Wrong(500, "Unable to initiate communications with environment", failure)
        stored = self._state.add("endpoints", environment, number)
        return Answer.json({**stored, "Snapshots": []})

    def _asked(self, form: Form) -> dict:
        if not form.text("Name"):
            raise Wrong(400, INVALID, "Invalid environment name")
        if form.text("EndpointCreationType") not in ("1", "2", "3", "4", "5"):
            raise Wrong(
                400, INVALID, "Invalid environment type value. Value must be one of: 1 (Docker environment), ..."
            )
        if form.text("EndpointCreationType") != "1":
            self._remarks.note("not-in-the-double", "an environment that is not of type 1 (Docker)")
            raise Wrong(500, "Unable to create environment", "PortainerDouble knows Docker environments only")
        if form.text("ContainerEngine") not in ("", "docker", "podman"):
            raise Wrong(400, INVALID, "Invalid container engine value. Value must be one of: 'docker' or 'podman'")
        group = form.text("GroupID", "1")
        if not group.isdecimal():
            raise Wrong(400, INVALID, "Invalid GroupID")
        url = form.text("URL") or "unix:///var/run/docker.sock"
        if not url.startswith(("unix://", "tcp://")):
            self._remarks.note("endpoint-url", url)
        return {
            "Name": form.text("Name"),
            "Type": DOCKER,
            "ContainerEngine": form.text("ContainerEngine"),
            "URL": url,
            "GroupId": int(group) or 1,
            "PublicURL": form.text("PublicURL"),
            "Gpus": form.value("Gpus", [], "Invalid Gpus parameter"),
            "TLSConfig": {
                "TLS": form.flag("TLS"),
                "TLSSkipVerify": form.flag("TLS") and form.flag("TLSSkipVerify"),
                "TLSCACert": "",
                "TLSCert": "",
                "TLSKey": "",
            },
            "AzureCredentials": {"ApplicationID": "", "TenantID": "", "AuthenticationKey": ""},
            "TagIds": form.value("TagIds", [], "Invalid TagIds parameter"),
            "Status": snapshots.UP,
            "Snapshots": [],
            "UserAccessPolicies": {},
            "TeamAccessPolicies": {},
            "EdgeKey": "",
            "SecuritySettings": security_settings(self._portainer.options.generation),
            "IsEdgeDevice": False,
        }

    @staticmethod
    def _files(form: Form, config: dict) -> dict[str, bytes]:
        wanted = []
        if config["TLS"] and not config["TLSSkipVerify"]:
            wanted.append(("ca", "TLSCACertFile", "CA certificate"))
        if config["TLS"] and not form.flag("TLSSkipClientVerify"):
            wanted += [("cert", "TLSCertFile", "certificate"), ("key", "TLSKeyFile", "key")]
        files = {}
        for kind, part, name in wanted:
            content = form.file(part)
            if content is None:
                text = f"Invalid {name} file. Ensure that the file is uploaded correctly"
                raise Wrong(400, INVALID, text)
            files[kind] = content
        return files

    async def list(self, exchange: Exchange) -> Answer:
        teams = self._state.teams_of(exchange.user.id)
        rows = [row for row in self._state.rows("endpoints") if may_enter(exchange.user, teams, row)]
        name, search = exchange.argument("name"), exchange.argument("search").lower()
        if name:
            rows = [row for row in rows if row["Name"] == name]
        if search:
            rows = [row for row in rows if search in row["Name"].lower() or search in row["URL"].lower()]
        headers = [("X-Total-Count", str(len(rows))), ("X-Total-Available", str(len(self._state.rows("endpoints"))))]
        start, limit = (self._count(exchange, word) for word in ("start", "limit"))
        rows = rows[max(start - 1, 0) :]
        rows = rows[:limit] if limit else rows
        if exchange.argument("excludeSnapshots") == "true":
            rows = [{**row, "Snapshots": []} for row in rows]
        answer = Answer.json([_without_raw(row) for row in rows])
        answer.headers += headers
        return answer

    @staticmethod
    def _count(exchange: Exchange, name: str) -> int:
        text = exchange.argument(name, "0")
        if not text.isdecimal():
            raise Wrong(400, f"Invalid query parameter: {name}")
        return int(text)

    async def inspect(self, exchange: Exchange) -> Answer:
        row = self.row(exchange)
        if not may_enter(exchange.user, self._state.teams_of(exchange.user.id), row):
            raise Wrong(403, "Permission denied to access environment", "Unauthorized")
        if exchange.argument("excludeSnapshots") == "true":
            row = {**row, "Snapshots": []}
        return Answer.json(_without_raw(row))

    async def update(self, exchange: Exchange) -> Answer:
        """A map of policies replaces the old one; TLS or URL sent makes a new proxy."""
        body = Body(await exchange.body(), UPDATE, self._remarks, "endpoint update")
        row = self.row(exchange)
        changes = {}
        if "Name" in body:
            taken = (other["Name"] == body.text("Name") and other["Id"] != row["Id"] for other in self._rows())
            if any(taken):
                raise Wrong(409, "Name is not unique", "Name is not unique")
            changes["Name"] = body.text("Name")
        for name in ("URL", "PublicURL"):
            if name in body:
                changes[name] = body.text(name)
        for name, stored in (("GroupID", "GroupId"), ("Status", "Status")):
            if name in body:
                changes[stored] = body.number(name)
        for name, stored in (("Gpus", "Gpus"), ("TagIDs", "TagIds")):
            if name in body:
                changes[stored] = body.items(name)
        for name in ("UserAccessPolicies", "TeamAccessPolicies"):
            if name in body:
                changes[name] = self._policies(body.members(name), name)
        if "TLS" in body:
            changes["TLSConfig"] = self._tls(body, row)
        row.update(changes)
        if "TLS" in body or "URL" in body:
            self._portainer.proxies.forget(row["Id"])
        self._state.save()
        return Answer.json(_without_raw(row))

    def _rows(self) -> list[dict]:
        return self._state.rows("endpoints")

    def _policies(self, policies: dict, name: str) -> dict:
        for key, policy in policies.items():
            if not key.isdecimal() or not isinstance(policy, dict):
                raise Wrong(400, INVALID, f"json: cannot unmarshal into {name}")
            bucket = "users" if name.startswith("User") else "teams"
            if self._state.row(bucket, int(key)) is None:
                self._remarks.note("policy-of-nobody", f"{name}: {key}")
        return {str(int(key)): {"RoleId": policy.get("RoleId", 0)} for key, policy in policies.items()}

    def _tls(self, body: Body, row: dict) -> dict:
        """The files are those of the environment's folder, whoever wrote them."""
        none = {"TLS": False, "TLSSkipVerify": False, "TLSCACert": "", "TLSCert": "", "TLSKey": ""}
        if not body.flag("TLS"):
            shutil.rmtree(destinations.folder(self._portainer.options.data, row["Id"]), ignore_errors=True)
            return none
        place = destinations.folder(self._portainer.options.data, row["Id"])
        new = {**none, "TLS": True, "TLSSkipVerify": body.flag("TLSSkipVerify")}
        if not new["TLSSkipVerify"]:
            new["TLSCACert"] = str(place / "ca.pem")
        if not body.flag("TLSSkipClientVerify"):
            new |= {"TLSCert": str(place / "cert.pem"), "TLSKey": str(place / "key.pem")}
        return new

    async def secure(self, exchange: Exchange) -> Answer:
        row = self.row(exchange)
        known = (*security_settings(self._portainer.options.generation), "enableGPUManagement", "gpus")
        body = Body(await exchange.body(), known, self._remarks, "endpoint settings")
        for name in security_settings(self._portainer.options.generation):
            if name in body:
                row["SecuritySettings"][name] = body.flag(name)
        if "enableGPUManagement" in body:
            row["EnableGPUManagement"] = body.flag("enableGPUManagement")
        if "gpus" in body:
            row["Gpus"] = body.items("gpus")
        self._state.save()
        return Answer.json(_without_raw(row))

    async def delete(self, exchange: Exchange) -> Answer:
        self._delete(self.row(exchange))
        return NOTHING

    def _delete(self, row: dict) -> None:
        """Stacks and resource controls stay behind."""
        left = [stack["Name"] for stack in self._state.rows("stacks") if stack["EndpointId"] == row["Id"]]
        if left:
            self._remarks.note("stacks-left-behind", f"environment {row['Id']} deleted before its stacks {left}")
        shutil.rmtree(destinations.folder(self._portainer.options.data, row["Id"]), ignore_errors=True)
        self._portainer.proxies.forget(row["Id"])
        self._state.remove("endpoints", row["Id"])

    async def delete_several(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), ("endpoints",), self._remarks, "endpoints delete")
        for item in body.items("endpoints"):
            row = self._state.row("endpoints", item.get("id", 0)) if isinstance(item, dict) else None
            if row is not None:
                self._delete(row)
        return NOTHING

    async def summary(self, exchange: Exchange) -> Answer:
        teams = self._state.teams_of(exchange.user.id)
        rows = [row for row in self._rows() if may_enter(exchange.user, teams, row)]
        up = sum(row["Status"] == snapshots.UP for row in rows)
        return Answer.json({"total": len(rows), "up": up, "down": len(rows) - up})

    async def snapshot(self, exchange: Exchange) -> Answer:
        """204 whether it succeeds or not."""
        await self._refresh(self.row(exchange))
        return NOTHING

    async def snapshot_all(self, _: Exchange) -> Answer:
        for row in self._rows():
            await self._refresh(row)
        return NOTHING

    async def _refresh(self, row: dict) -> None:
        failure = await snapshots.refresh(row)
        if failure is not None:
            self._remarks.note("snapshot-failed", f"{row['Name']}: {failure}")
        self._state.save()

    async def upload(self, exchange: Exchange) -> Answer:
        """The new file is used from the next PUT of the environment."""
        kind = exchange.values["kind"]
        form = await Form.of(exchange, ("folder", "file"), self._remarks, "upload tls")
        if not form.text("folder"):
            raise Wrong(400, "Invalid query parameter: folder", "missing form data value")
        content = form.file("file")
        if content is None:
            raise Wrong(400, "Invalid certificate file. Ensure that the certificate file is uploaded correctly")
        if kind not in destinations.FILES:
            raise Wrong(400, "Invalid certificate route value. Value must be one of: ca, cert or key")
        if "/" in form.text("folder") or ".." in form.text("folder"):
            raise Wrong(500, "Unable to persist certificate file on disk")
        destinations.store(self._portainer.options.data, form.text("folder"), kind, content)
        return NOTHING

    def row(self, exchange: Exchange) -> dict:
        row = self._state.row("endpoints", exchange.number("endpoint"))
        if row is None:
            text = "Unable to find an environment with the specified identifier inside the database"
            raise Wrong(404, text, "object not found inside the database")
        return row


def _without_raw(row: dict) -> dict:
    """Lists carry snapshots without what they were made from."""
    slim = [{key: value for key, value in one.items() if key != "DockerSnapshotRaw"} for one in row["Snapshots"]]
    return {**row, "Snapshots": slim}
