"""Who may enter an environment. Roles inside it mean nothing in the Community Edition."""

from __future__ import annotations

from .bouncer import SignedIn


def may_enter(user: SignedIn, teams: set[int], environment: dict) -> bool:
    """Administrators always; others when they or a team of theirs have a key in its policies."""
    if user.is_administrator or str(user.id) in environment["UserAccessPolicies"]:
        return True
    return any(str(team) in environment["TeamAccessPolicies"] for team in teams)
