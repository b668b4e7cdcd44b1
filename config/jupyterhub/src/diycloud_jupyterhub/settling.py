"""Bringing people in line with the bridge before they come by themselves, for ``diycloud-bridge sync-users``."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub import orm, roles
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.scopes import define_custom_scopes, needs_scope
from jupyterhub.user import User
from tornado import web

from .authenticator import DIYCloudAuthenticator
from .bridge import BridgeUser, Unavailable

#: What a token needs for it. JupyterHub's own scope, ``admin:users``, reads auth state and deletes people besides.
SCOPE = "custom:diycloud:settle"
define_custom_scopes({SCOPE: {"description": "Have the hub bring people in line with what the bridge says of them"}})

#: Names in one call, and how many of them the bridge is asked about at once.
MOST_NAMES = 1000
QUESTIONS_AT_ONCE = 8


class SettleHandler(APIHandler):
    """``POST /hub/api/diycloud/settle`` with ``{"usernames": […]}``: the hub asks the bridge about each of them.

    Whom the bridge lets in is added when missing and gets its admin flag and groups, as at a sign-in; whom it does not
    let in loses every token, all groups and the admin role. The caller says who, never what: JupyterHub's own API takes
    the admin flag from full administrators only, and a token that could give it away would be one.
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
        found = await self._ask({name for name in names if self._is_usable(name)})
        settled = [await self._settle(name, found) for name in names]
        added, revoked = sum(one["created"] for one in settled), sum(one["revoked"] for one in settled)
        self.log.info("Settled %d users: %d added, %d tokens revoked", len(settled), added, revoked)
        self.write({"users": settled})

    def _is_usable(self, name: str) -> bool:
        authenticator = self.authenticator
        return authenticator.normalize_username(name) == name and authenticator.validate_username(name)

    async def _ask(self, names: set[str]) -> dict[str, BridgeUser | None]:
        """What the bridge says of each name now, past every cache."""
        room = asyncio.Semaphore(QUESTIONS_AT_ONCE)

        async def ask(name: str) -> tuple[str, BridgeUser | None]:
            async with room:
                return name, await self.authenticator.bridge.user(name)

        try:
            return dict(await asyncio.gather(*(ask(name) for name in names)))
        except Unavailable as error:
            self.log.error("Cannot settle users: %s", error)
            raise web.HTTPError(503, "The bridge does not answer the hub; the hub's log says why") from None

    async def _settle(self, name: str, found: dict[str, BridgeUser | None]) -> dict[str, Any]:
        if name not in found:
            return _standing(name, None, problem="JupyterHub allows no such name")
        self.authenticator.forget_user(name)
        user, person = self.find_user(name), found[name]
        created = user is None and person is not None
        revoked = 0
        try:
            if person is None:
                revoked = self._end(user) if user is not None else 0
            elif person.name != name:
                return _standing(name, user, problem=f"the bridge knows {name} as {person.name}")
            elif user is None or user.admin != person.admin or _groups(user) != set(person.groups):
                user = await self.auth_to_user(self.authenticator.model(person))
        except Exception:
            # one person must not keep all others from being settled
            self.log.exception("Cannot settle %s", name)
            self.db.rollback()
            return _standing(name, self.find_user(name), problem="JupyterHub failed; its log says why")
        return _standing(name, user, active=person is not None, created=created, revoked=revoked)

    def _end(self, user: User) -> int:
        """Leave somebody nothing to come in by, and nothing to find when they come back: the bridge says that anew."""
        if user.admin:
            user.admin = False
            roles.assign_default_roles(self.db, entity=user.orm_user)
        user.sync_groups([])
        return revoke(self, user)


def revoke(handler: APIHandler, user: User, **which: Any) -> int:
    """Take tokens away, those that match `which`; how many there were."""
    count = 0
    # a code that was just given out would become a token after we looked
    for kind in (orm.OAuthCode, orm.APIToken):
        for row in handler.db.query(kind).filter_by(user_id=user.id, **which):
            handler.db.delete(row)
            count += kind is orm.APIToken
    handler.db.commit()
    return count


def _groups(user: User) -> set[str]:
    return {group.name for group in user.groups}


def _standing(
    name: str,
    user: User | None,
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
        "groups": sorted(_groups(user)) if user is not None else [],
        "created": created,
        "revoked": revoked,
        "problem": problem,
    }
