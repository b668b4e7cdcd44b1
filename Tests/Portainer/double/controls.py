"""Resource controls: who owns what, and where the answer comes from."""

from __future__ import annotations

from .bouncer import SignedIn
from .state import State

CONTAINER, SERVICE, VOLUME, NETWORK, SECRET, STACK, CONFIG, TEMPLATE = range(1, 9)
LABEL = "io.portainer.accesscontrol."


def control(resource: str, kind: int, **given: object) -> dict:
    """A new control, not yet stored."""
    return {
        "ResourceId": resource,
        "SubResourceIds": [],
        "Type": kind,
        "UserAccesses": [],
        "TeamAccesses": [],
        "Public": False,
        "AdministratorsOnly": False,
        "System": False,
        **given,
    }


def users(numbers: list[int]) -> list[dict]:
    return [{"UserId": number, "AccessLevel": 1} for number in numbers]


def teams(numbers: list[int]) -> list[dict]:
    return [{"TeamId": number, "AccessLevel": 1} for number in numbers]


def stack_resource(environment: int, name: str) -> str:
    return f"{environment}_{name}"


class Controls:
    """Finds, makes and judges controls."""

    def __init__(self, state: State) -> None:
        self._state = state

    def of(self, resource: str, kind: int) -> dict | None:
        rows = self._state.rows("resource_controls")
        return next((row for row in rows if row["ResourceId"] == resource and row["Type"] == kind), None)

    def private(self, resource: str, kind: int, user: int) -> dict:
        """The creator's own, stored."""
        return self._state.add("resource_controls", control(resource, kind, UserAccesses=users([user])))

    def for_administrators(self, resource: str, kind: int) -> dict:
        return self._state.add("resource_controls", control(resource, kind, AdministratorsOnly=True))

    def forget(self, resource: str, kind: int) -> None:
        found = self.of(resource, kind)
        if found is not None:
            self._state.remove("resource_controls", found["Id"])

    def inherited(self, environment: int, labels: dict[str, str]) -> dict | None:
        """The control of the service or stack that the labels name."""
        if service := labels.get("com.docker.swarm.service.id"):
            found = self.of(service, SERVICE)
            if found is not None:
                return found
        for label in ("com.docker.stack.namespace", "com.docker.compose.project"):
            if name := labels.get(label):
                found = self.of(stack_resource(environment, name), STACK)
                if found is not None:
                    return found
        return None

    def found_or_labelled(self, resource: str, kind: int, environment: int, labels: dict[str, str]) -> dict | None:
        """The control of an object that was listed or inspected; its labels make one when there is none yet."""
        return self.of(resource, kind) or self.inherited(environment, labels) or self._labelled(resource, kind, labels)

    def _labelled(self, resource: str, kind: int, labels: dict[str, str]) -> dict | None:
        if LABEL + "public" in labels:
            return self._state.add("resource_controls", control(resource, kind, Public=True))
        names = {word: _names(labels.get(LABEL + word, "")) for word in ("users", "teams")}
        if not names["users"] and not names["teams"]:
            return None
        found_users = [user["Id"] for name in names["users"] if (user := self._state.user_named(name))]
        found_teams = [team["Id"] for name in names["teams"] if (team := self._state.team_named(name))]
        given = {"UserAccesses": users(found_users), "TeamAccesses": teams(found_teams)}
        return self._state.add("resource_controls", control(resource, kind, **given))

    def allows(self, found: dict | None, user: SignedIn) -> bool:
        """Whether the user may see and use the object. Without a control only administrators may."""
        if user.is_administrator:
            return True
        if found is None:
            return False
        if found["Public"] or any(access["UserId"] == user.id for access in found["UserAccesses"]):
            return True
        own = self._state.teams_of(user.id)
        return any(access["TeamId"] in own for access in found["TeamAccesses"])


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
