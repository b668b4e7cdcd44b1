"""Bringing people in line with the bridge before they come by themselves, for ``diycloud-bridge sync-users``."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.metrics import TOTAL_USERS
from jupyterhub.scopes import define_custom_scopes, needs_scope
from jupyterhub.user import User
from jupyterhub.utils import maybe_future
from sqlalchemy import func
from sqlalchemy.orm import selectinload
from tornado import web

from .authenticator import DIYCloudAuthenticator
from .bridge import BridgeUser, Unavailable

#: What a token needs for it. JupyterHub's own scope, ``admin:users``, reads auth state and deletes people besides.
SCOPE = "custom:diycloud:settle"
define_custom_scopes({SCOPE: {"description": "Have the hub bring people in line with what the bridge says of them"}})

#: Names in one call, and how many of them the bridge is asked about at once.
MOST_NAMES = 1000
QUESTIONS_AT_ONCE = 8
NOT_ALLOWED = "JupyterHub allows no such name"


class SettleHandler(APIHandler):
    """``POST /hub/api/diycloud/settle`` with ``{"usernames": […]}``: the hub asks the bridge about each of them.

    Whom the bridge lets in is added when missing and gets its admin flag and groups, as at a sign-in; whom it does not
    let in loses every token, all groups and the admin role. The caller says who, never what: JupyterHub's own API takes
    the admin flag from full administrators only, and a token that could give it away would be one.

    With ``"look": true`` nothing is asked or changed: the answer is how many tokens each of them holds, which the hub's
    list of people does not say.
    """

    authenticator: DIYCloudAuthenticator

    @needs_scope(SCOPE)
    async def post(self) -> None:
        """Settle people; the answer says how each of them stands."""
        body = self.get_json_body()
        names = body.get("usernames") if isinstance(body, dict) else None
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            raise web.HTTPError(400, "usernames must be a list of names")
        if len(names) > MOST_NAMES:
            raise web.HTTPError(400, f"at most {MOST_NAMES} names in one call")
        if body.get("look") is True:
            self.write({"tokens": self._tokens(names)})
            return
        usable = [name for name in dict.fromkeys(names) if self._is_usable(name)]
        found = await self._ask(usable)
        # from here to the commit nothing is awaited: no request sees half of it
        settled = self._settle(usable, found)
        self.db.commit()
        added = {name for name, standing in settled.items() if standing["created"]}
        for user in self.db.query(orm.User).filter(orm.User.name.in_(added)):
            await maybe_future(self.authenticator.add_user(user))
        revoked = sum(standing["revoked"] for standing in settled.values())
        self.log.info("Settled %d users: %d added, %d tokens revoked", len(names), len(added), revoked)
        self.write({"users": [settled.get(name) or _standing(name, problem=NOT_ALLOWED) for name in names]})

    def _tokens(self, names: list[str]) -> dict[str, int]:
        """How many tokens, and codes that become tokens, each of the names holds; names without any are left out."""
        counts: dict[str, int] = {}
        for kind in (orm.OAuthCode, orm.APIToken):
            holders = self.db.query(orm.User.name, func.count(kind.id)).join(kind, kind.user_id == orm.User.id)
            for name, count in holders.filter(orm.User.name.in_(names)).group_by(orm.User.name):
                counts[name] = counts.get(name, 0) + count
        return counts

    def _is_usable(self, name: str) -> bool:
        authenticator = self.authenticator
        return authenticator.normalize_username(name) == name and authenticator.validate_username(name)

    async def _ask(self, names: list[str]) -> dict[str, BridgeUser | None]:
        """What the bridge says of each name now, past every cache."""
        room = asyncio.Semaphore(QUESTIONS_AT_ONCE)

        async def ask(name: str) -> tuple[str, BridgeUser | None]:
            async with room:
                person = await self.authenticator.bridge.user(name)
                if person is not None and person.name != name:
                    raise Unavailable(f"the bridge knows {name} as {person.name}")
                return name, person

        try:
            return dict(await asyncio.gather(*(ask(name) for name in names)))
        except Unavailable as error:
            self.log.error("Cannot settle users: %s", error)
            raise web.HTTPError(503, "The bridge does not answer the hub; the hub's log says why") from None

    def _settle(self, names: list[str], found: dict[str, BridgeUser | None]) -> dict[str, dict[str, Any]]:
        """Change the hub's database, all in one transaction. In JupyterHub's own way each person costs several, and ten
        thousand people minutes of waiting for the disk."""
        people = self.db.query(orm.User).filter(orm.User.name.in_(names))
        people = people.options(selectinload(orm.User.groups), selectinload(orm.User.roles))
        known = {user.name: user for user in people}
        groups = {group.name: group for group in self.db.query(orm.Group)}
        everybody, admins = orm.Role.find(self.db, "user"), orm.Role.find(self.db, "admin")
        settled = {}
        for name in names:
            self.authenticator.forget_user(name)
            user, person = known.get(name), found[name]
            created = user is None and person is not None
            if created:
                user = orm.User(name=name)
                self.db.add(user)
                user.roles.append(everybody)
                TOTAL_USERS.inc()
            revoked = 0
            if user is not None:
                self._give(user, person, admins, groups)
                revoked = 0 if person is not None else revoke(self, user)
            settled[name] = _standing(name, user, active=person is not None, created=created, revoked=revoked)
        return settled

    def _give(self, user: orm.User, person: BridgeUser | None, role: orm.Role, groups: dict[str, orm.Group]) -> None:
        """The admin flag and groups that the bridge says; none of them without its word."""
        admin, wanted = (person.admin, set(person.groups)) if person is not None else (False, set())
        user.admin = admin
        if admin and role not in user.roles:
            user.roles.append(role)
        elif not admin and role in user.roles:
            user.roles.remove(role)
        if {group.name for group in user.groups} != wanted:
            for name in wanted - set(groups):
                groups[name] = orm.Group(name=name)
                self.db.add(groups[name])
            user.groups = [groups[name] for name in sorted(wanted)]


def revoke(handler: APIHandler, user: User | orm.User, **which: Any) -> int:
    """Take tokens away, those that match `which`; how many there were. The caller commits."""
    count = 0
    # a code that was just given out would become a token after we looked
    for kind in (orm.OAuthCode, orm.APIToken):
        for row in handler.db.query(kind).filter_by(user_id=user.id, **which):
            handler.db.delete(row)
            count += kind is orm.APIToken
    return count


def _standing(
    name: str,
    user: orm.User | None = None,
    *,
    active: bool = False,
    created: bool = False,
    revoked: int = 0,
    problem: str | None = None,
) -> dict[str, Any]:
    return {
        "name": name,
        "active": active,
        "admin": user is not None and user.admin,
        "groups": sorted(group.name for group in user.groups) if user is not None else [],
        "created": created,
        "revoked": revoked,
        "problem": problem,
    }
