"""Roles, from the least to the most, and how a claim of the sign-in service becomes one.

Whatever a claim holds that was not foreseen gives no role: access is given by exact names in the
configuration and by nothing that merely looks like them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

Role = Literal["viewer", "warden", "analyst", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

IN_WORDS: dict[Role, str] = {
    "viewer": "Viewer: figures for partners",
    "warden": "Warden: figures for partners",
    "analyst": "Analyst: exact figures, adds data",
    "admin": "Administrator: all of it, deletes data, reads the audit log",
}


class SurprisingClaimError(ValueError):
    """The claim holds what no list of roles or groups holds; gives nobody a role."""


def role_of(value: object, mapping: Mapping[Role, Sequence[str]]) -> Role | None:
    """Give the highest role that one of the named groups stands for; None where none does.

    Parameters
    ----------
    value
        What the claim holds: a list of names, or one name. One name is not taken apart.
    mapping
        Names that stand for each role, compared letter by letter.

    Raises
    ------
    SurprisingClaimError
        It holds anything else.

    >>> mapping = {"analyst": ["Hotspots.Analyst"], "viewer": ["Hotspots.Viewer"]}
    >>> role_of(["Hotspots.Viewer", "Hotspots.Analyst", "Payroll"], mapping)
    'analyst'
    >>> role_of("Hotspots.Viewer,Hotspots.Analyst", mapping) is None
    True
    """
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        msg = f"a {type(value).__name__} where a list of names was expected"
        raise SurprisingClaimError(msg)
    found = [role for role in ROLES if set(mapping.get(role, ())) & set(given)]
    return found[-1] if found else None


def claim_at(claims: Mapping[str, Any], path: str) -> object:
    """Give what stands at a claim, or deeper in it; None where there is nothing.

    A claim whose own name has dots, as addresses of namespaces have, comes before a path.

    >>> claim_at({"realm_access": {"roles": ["a"]}}, "realm_access.roles")
    ['a']
    >>> claim_at({"https://example.org/roles": ["a"]}, "https://example.org/roles")
    ['a']
    """
    if path in claims:
        return claims[path]
    first, dot, rest = path.partition(".")
    inner = claims.get(first)
    return claim_at(inner, rest) if dot and isinstance(inner, Mapping) else None
