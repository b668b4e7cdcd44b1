"""`/api/settings`."""

from __future__ import annotations

import copy
from urllib.parse import urlsplit

from .body import INVALID, Body
from .defaults import OAUTH_FIELDS, first_settings
from .duration import seconds
from .exchange import Answer, Exchange
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Wrong

_SIMPLE = {
    "LogoURL": str,
    "BlackListedLabels": list,
    "AuthenticationMethod": int,
    "SnapshotInterval": str,
    "TemplatesURL": str,
    "EnableEdgeComputeFeatures": bool,
    "UserSessionTimeout": str,
    "KubeconfigExpiry": str,
    "EnableTelemetry": bool,
    "HelmRepositoryURL": str,
    "KubectlShellImage": str,
    "TrustOnFirstConnect": bool,
    "EnforceEdgeID": bool,
    "EdgeAgentCheckinInterval": int,
    "EdgePortainerURL": str,
}
_STRUCTS = ("InternalAuthSettings", "LDAPSettings", "OAuthSettings", "GlobalDeploymentOptions")
KNOWN = (*_SIMPLE, *_STRUCTS, "ForceSecureCookies")


def shown(settings: dict) -> dict:
    """The settings without secrets."""
    copied = copy.deepcopy(settings)
    copied["OAuthSettings"]["ClientSecret"] = ""
    copied["OAuthSettings"]["KubeSecretKey"] = None
    copied["LDAPSettings"].pop("Password", None)
    return copied


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https", "ftp") and bool(parts.hostname)


class SettingsHandlers:
    """Settings; what is not sent stays as it was, but a struct that is sent replaces the old one as a whole."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        routes.add("GET", "/api/settings", Access.ADMINISTRATOR, self.inspect)
        routes.add("PUT", "/api/settings", Access.ADMINISTRATOR, self.update)
        routes.add("GET", "/api/settings/public", Access.PUBLIC, self.public)

    async def inspect(self, _: Exchange) -> Answer:
        return Answer.json(shown(self._state.settings))

    async def update(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), KNOWN, self._portainer.remarks, "settings")
        changes = self._changes(body)
        settings = self._state.settings
        if "OAuthSettings" in body:
            changes["OAuthSettings"] = self._oauth(body, settings["OAuthSettings"])
        settings.update(changes)
        self._state.save()
        return Answer.json(shown(settings))

    def _changes(self, body: Body) -> dict:
        readers = {str: body.text, int: body.number, bool: body.flag, list: body.items}
        stored = {name.lower(): name for name in first_settings()}
        changes = {
            stored.get(name.lower(), name): readers[kind](name) for name, kind in _SIMPLE.items() if name in body
        }
        if changes.get("AuthenticationMethod", 1) not in (1, 2, 3):
            text = "Invalid authentication method value. Value must be one of: 1 (internal), 2 (LDAP/AD) or 3 (OAuth)"
            raise Wrong(400, INVALID, text)
        for name, text in (("LogoURL", "logo URL"), ("TemplatesURL", "external templates URL")):
            if changes.get(name) and not _is_address(changes[name]):
                raise Wrong(400, INVALID, f"Invalid {text}. Must correspond to a valid URL format")
        for name, text in (("UserSessionTimeout", "user session timeout"), ("KubeconfigExpiry", "Kubeconfig expiry")):
            self._require_duration(changes.get(name), 400, INVALID, f"Invalid {text}")
        self._require_duration(changes.get("SnapshotInterval"), 500, "Unable to update snapshot interval", None)
        if "InternalAuthSettings" in body:
            length = body.members("InternalAuthSettings").get("RequiredPasswordLength")
            changes["InternalAuthSettings"] = {"RequiredPasswordLength": length}
        for name in ("LDAPSettings", "GlobalDeploymentOptions"):
            if name in body:
                changes[name] = body.members(name)
        return changes

    @staticmethod
    def _require_duration(text: str | None, status: int, message: str, details: str | None) -> None:
        if text is None:
            return
        try:
            seconds(text)
        except ValueError as error:
            raise Wrong(status, message, details or str(error)) from None

    def _oauth(self, body: Body, old: dict) -> dict:
        """A field that is left out becomes empty, but for the secret."""
        sent = {name.lower(): value for name, value in body.members("OAuthSettings").items()}
        names = {name.lower(): name for name in OAUTH_FIELDS}
        for name in sent.keys() - names.keys():
            self._portainer.remarks.note("unknown-field", f"settings: OAuthSettings.{name}")
        empty = {**OAUTH_FIELDS, "SSO": False}
        new = {}
        for lowered, name in names.items():
            value = sent.get(lowered)
            if value is not None and empty[name] is not None and not isinstance(value, type(empty[name])):
                raise Wrong(400, INVALID, f"json: cannot unmarshal into Go struct field OAuthSettings.{name}")
            new[name] = empty[name] if value is None else value
        if new["AuthStyle"] not in (0, 1, 2):
            raise Wrong(400, INVALID, "Invalid OAuth AuthStyle")
        new["ClientSecret"] = new["ClientSecret"] or old["ClientSecret"]
        new["KubeSecretKey"] = new["KubeSecretKey"] or old["KubeSecretKey"]
        return new

    async def public(self, _: Exchange) -> Answer:
        settings = self._state.settings
        oauth = settings["OAuthSettings"]
        answer = {
            "LogoURL": settings["LogoURL"],
            "AuthenticationMethod": settings["AuthenticationMethod"],
            "RequiredPasswordLength": settings["InternalAuthSettings"]["RequiredPasswordLength"],
            "Features": {},
            "OAuthLoginURI": "",
            "OAuthLogoutURI": "",
            "EnableEdgeComputeFeatures": settings["EnableEdgeComputeFeatures"],
            "KubeconfigExpiry": settings["KubeconfigExpiry"],
            "GlobalDeploymentOptions": settings["GlobalDeploymentOptions"],
            "TeamSync": False,
            "IsDockerDesktopExtension": False,
        }
        if self._portainer.is_new:
            needs = self._portainer.options.setup_token is not None and not self._portainer.has_administrator
            answer["RequiresSetupToken"] = needs
        else:
            answer["EnableTelemetry"] = settings["EnableTelemetry"]
        if settings["AuthenticationMethod"] == 3:
            answer["OAuthLogoutURI"] = oauth["LogoutURI"]
            # Nothing is escaped here, as in the real one.
            answer["OAuthLoginURI"] = (
                f"{oauth['AuthorizationURI']}?response_type=code&client_id={oauth['ClientID']}"
                f"&redirect_uri={oauth['RedirectURI']}&scope={oauth['Scopes']}"
            ) + ("" if oauth["SSO"] else "&prompt=login")
        return Answer.json(answer)
