"""What a new Portainer starts with."""

from __future__ import annotations

VENDOR_TEMPLATES = "https://raw.githubusercontent.com/portainer/templates/v3/templates.json"

OAUTH_FIELDS: dict[str, object] = {
    "ClientID": "",
    "ClientSecret": "",
    "AccessTokenURI": "",
    "AuthorizationURI": "",
    "ResourceURI": "",
    "RedirectURI": "",
    "UserIdentifier": "",
    "Scopes": "",
    "OAuthAutoCreateUsers": False,
    "DefaultTeamID": 0,
    "SSO": True,
    "LogoutURI": "",
    "KubeSecretKey": None,
    "AuthStyle": 0,
}


def first_settings() -> dict:
    """The settings of a data directory that was just made."""
    return {
        "LogoURL": "",
        "BlackListedLabels": [],
        "AuthenticationMethod": 1,
        "InternalAuthSettings": {"RequiredPasswordLength": 12},
        "LDAPSettings": {"AnonymousMode": True, "ReaderDN": "", "URL": "", "AutoCreateUsers": True},
        "OAuthSettings": dict(OAUTH_FIELDS),
        "FeatureFlagSettings": None,
        "SnapshotInterval": "5m",
        "TemplatesURL": VENDOR_TEMPLATES,
        "GlobalDeploymentOptions": {"hideStacksFunctionality": False},
        "EnableEdgeComputeFeatures": False,
        "UserSessionTimeout": "8h",
        "KubeconfigExpiry": "0",
        "EnableTelemetry": False,
        "HelmRepositoryURL": "https://charts.bitnami.com/bitnami",
        "KubectlShellImage": "portainer/kubectl-shell",
        "TrustOnFirstConnect": False,
        "EnforceEdgeID": False,
        "AgentSecret": "",
        "EdgePortainerUrl": "",
        "EdgeAgentCheckinInterval": 5,
    }


def security_settings(generation: str) -> dict:
    """What a new environment allows its ordinary users: nearly everything."""
    allowed = {
        "allowBindMountsForRegularUsers": True,
        "allowPrivilegedModeForRegularUsers": True,
        "allowVolumeBrowserForRegularUsers": False,
        "allowHostNamespaceForRegularUsers": True,
        "allowDeviceMappingForRegularUsers": True,
        "allowStackManagementForRegularUsers": True,
        "allowContainerCapabilitiesForRegularUsers": True,
        "allowSysctlSettingForRegularUsers": True,
        "enableHostManagementFeatures": False,
    }
    if generation == "2.43":
        allowed["allowSecurityOptForRegularUsers"] = True
    return allowed
