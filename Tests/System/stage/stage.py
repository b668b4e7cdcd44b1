"""The whole stage: people, bridge, nginx and JupyterHub, each as its own documentation installs it."""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from . import bridge, hub, people, web
from .enclosure import REPOSITORY
from .people import Person
from .processes import Program, Programs


@dataclass
class Stage:
    """A host with everything on it. Only to be set up inside an enclosure (see enclosure.py)."""

    port: int = 8088
    echo_port: int | None = None
    #: where Portainer is, or its double; the bridge's side of it is then set up too
    portainer_port: int | None = None
    #: the socket of the Docker engine, where there is one
    engine: str = "/var/run/docker.sock"
    #: TCP instead of the usual socket for services
    services_port: int | None = None
    configuration: str = ""
    session_configuration: str = ""
    people: list[Person] = field(default_factory=people.everyone)
    programs: Programs = field(default_factory=lambda: Programs(Path("/var/log/stage")))
    bridge: Program | None = None
    hub: Program | None = None
    watch: Program | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def person(self, name: str) -> Person:
        return next(person for person in self.people if person.name == name)

    def set_up(self, say=lambda text: None) -> None:
        """Raises StageError, which holds the end of the log of what did not come up."""
        # What is made here is as on a fresh machine, whatever umask the caller has.
        os.umask(0o022)
        self.port = web.free_port(self.port)
        if self.services_port:
            self.services_port = web.free_port(self.services_port)
        self.hub_port = web.free_port(8000)
        self.hub_api_port = web.free_port(self.hub_port + 81)
        say("bridge")
        more = "  echo: {}\n  staff:\n    roles: [admin]\n" if self.echo_port else ""
        if self.portainer_port:
            more += "  portainer:\n    title: Containers\n    url: /portainer/\n"
            more += bridge.portainer_section(self.portainer_port, self.engine)
        bridge.install(
            port=self.port,
            services_port=self.services_port,
            hub_api_port=self.hub_api_port,
            more_services=more + self.configuration,
            more_session=self.session_configuration,
        )
        people.make_store(self.people, group=bridge.USER)
        say("accounts")
        people.make_strangers(self.people)
        bridge.make_accounts(people.names_of_accounts_to_make(self.people))
        people.set_passwords(self.people)
        people.make_pam_service(REPOSITORY / "pam" / "diycloud-bridge.debian", self.people)
        self.bridge = bridge.start(self.programs)
        say("nginx")
        web.install_shipped_files(
            Path("/etc/nginx"), hub_port=self.hub_port, portainer_port=self.portainer_port or 9000
        )
        server = web.guarded_echo(self.port, self.echo_port) if self.echo_port else web.plain_server(self.port)
        web.start(self.programs, server, port=self.port)

    def start_hub(self) -> None:
        """JupyterHub and its proxy; raises StageError like set_up."""
        self.hub = hub.start(
            self.programs,
            port=self.hub_port,
            hub_port=self.hub_api_port,
            proxy_port=web.free_port(self.hub_port + 201),
            services_port=self.services_port,
            token_file=bridge.TOKEN_FILE,
            sync_token_file=bridge.SYNC_TOKEN_FILE,
        )
        if self.watch:
            # Until now it found no hub; it looks at everybody again.
            self.watch.process.send_signal(signal.SIGHUP)

    def start_watch(self) -> None:
        """`sync-users --watch`; raises StageError like set_up."""
        self.watch = bridge.start_watch(self.programs)

    def restart_bridge(self) -> None:
        self.programs.stop(self.bridge)
        self.bridge = bridge.start(self.programs)

    def tear_down(self) -> None:
        self.programs.stop_all()
