"""What a role may do in an app, as bits, and who may give which bits to whom. All pure.

Spec: api-and-security, section 2. The values are positions in a 64-bit integer and never change.
"""

from collections.abc import Mapping
from enum import IntFlag, StrEnum
from types import MappingProxyType

import msgspec

from flowlike.identity.principal import Principal


class Permission(IntFlag):
    """One bit of what a role may do in an app."""

    OWNER = 1 << 0
    ADMIN = 1 << 1
    READ_TEAM = 1 << 2
    READ_ROLES = 1 << 3
    READ_FILES = 1 << 4
    WRITE_FILES = 1 << 5
    INVOKE_API = 1 << 6
    WRITE_META = 1 << 7
    READ_BOARDS = 1 << 8
    EXECUTE_BOARDS = 1 << 9
    WRITE_BOARDS = 1 << 10
    LIST_EVENTS = 1 << 11
    READ_EVENTS = 1 << 12
    EXECUTE_EVENTS = 1 << 13
    WRITE_EVENTS = 1 << 14
    READ_LOGS = 1 << 15
    READ_ANALYTICS = 1 << 16
    READ_CONFIG = 1 << 17
    WRITE_CONFIG = 1 << 18
    READ_TEMPLATES = 1 << 19
    WRITE_TEMPLATES = 1 << 20
    READ_COURSES = 1 << 21
    WRITE_COURSES = 1 << 22
    READ_WIDGETS = 1 << 23
    WRITE_WIDGETS = 1 << 24
    WRITE_ROUTES = 1 << 25
    MANAGE_TEAM = 1 << 26
    MANAGE_ROLES = 1 << 27
    MANAGE_KEYS = 1 << 28
    WRITE_SECRETS = 1 << 29
    READ_AUDIT = 1 << 30
    CANCEL_RUNS = 1 << 31
    READ_RUN_DATA = 1 << 32
    INSTALL_PACKAGES = 1 << 33

    @property
    def label(self) -> str:
        """The name of one bit in the API: ``ReadBoards``."""
        return "".join(part.capitalize() for part in (self.name or "").split("_"))


class GlobalPermission(IntFlag):
    """One bit of what a user may do with the whole installation."""

    ADMIN = 1 << 0
    READ_PUBLISHING = 1 << 1
    WRITE_PUBLISHING = 1 << 2
    READ_PROFILE = 1 << 3
    WRITE_PROFILE = 1 << 4
    READ_APPS = 1 << 5
    WRITE_APPS = 1 << 6
    WRITE_LANDING_PAGE = 1 << 7
    READ_TRANSACTIONS = 1 << 8
    WRITE_TRANSACTIONS = 1 << 9
    WRITE_BITS = 1 << 10
    READ_SOLUTIONS = 1 << 11
    WRITE_SOLUTIONS = 1 << 12
    MANAGE_PACKAGES = 1 << 13
    MANAGE_USERS = 1 << 14
    READ_AUDIT = 1 << 15
    MANAGE_SYSTEM = 1 << 16


P = Permission
EVERYTHING = P((1 << 34) - 1)
"""All bits there are."""

BY_OWNER_ONLY = P.OWNER | P.ADMIN | P.MANAGE_ROLES | P.MANAGE_KEYS
"""Bits that nobody but the owner gives or takes."""

NEVER_FOR_STRANGERS = (
    *(P.OWNER, P.ADMIN, P.WRITE_FILES, P.WRITE_BOARDS, P.WRITE_EVENTS, P.WRITE_CONFIG),
    *(P.MANAGE_TEAM, P.MANAGE_ROLES, P.MANAGE_KEYS, P.WRITE_SECRETS, P.READ_AUDIT),
    P.INSTALL_PACKAGES,
)
"""Bits the default role of an app that anybody may join must not hold."""

OWNER_ROLE, DEFAULT_ROLE = "Owner", "User"
_VIEWER = (
    P.READ_TEAM | P.READ_BOARDS | P.LIST_EVENTS | P.READ_EVENTS | P.READ_LOGS | P.READ_TEMPLATES
)
DEFAULT_ROLES: Mapping[str, Permission] = MappingProxyType(
    {
        OWNER_ROLE: P.OWNER,
        "Admin": P.ADMIN,
        DEFAULT_ROLE: P.READ_TEMPLATES | P.EXECUTE_EVENTS | P.LIST_EVENTS,
        "Editor": _VIEWER
        | P.READ_FILES
        | P.WRITE_FILES
        | P.WRITE_META
        | P.EXECUTE_BOARDS
        | P.WRITE_BOARDS
        | P.EXECUTE_EVENTS
        | P.WRITE_EVENTS
        | P.READ_CONFIG
        | P.WRITE_TEMPLATES
        | P.READ_WIDGETS
        | P.WRITE_WIDGETS
        | P.CANCEL_RUNS
        | P.READ_RUN_DATA,
        "Viewer": _VIEWER,
        "Runner": P.LIST_EVENTS | P.READ_EVENTS | P.EXECUTE_EVENTS | P.INVOKE_API | P.CANCEL_RUNS,
    }
)
"""The roles a new app has. New members get ``DEFAULT_ROLE``."""


class Reason(StrEnum):
    """Why a question was answered so. The first group allows, the rest refuse."""

    OWNER = "owner"
    ADMIN = "admin"
    GRANTED = "granted"

    NOT_SIGNED_IN = "not-signed-in"
    NOT_A_MEMBER = "not-a-member"
    PERMISSION_MISSING = "permission-missing"
    ONLY_OWNER = "only-owner"
    OWN_ROLE = "own-role"
    MORE_THAN_OWN = "more-than-own"
    UNKNOWN_BITS = "unknown-bits"
    OWNER_ROLE_FIXED = "owner-role-fixed"
    TOO_MUCH_FOR_STRANGERS = "too-much-for-strangers"
    DEFAULT_ROLE_STAYS = "default-role-stays"


_ALLOWING = frozenset({Reason.OWNER, Reason.ADMIN, Reason.GRANTED})


class Verdict(msgspec.Struct, frozen=True):
    """The answer and why. ``missing`` names the bits that would have been needed."""

    reason: Reason
    missing: Permission = Permission(0)

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return self.reason in _ALLOWING

    @property
    def hidden(self) -> bool:
        """Whether a refusal should look as if the thing did not exist (404 instead of 403)."""
        return self.reason is Reason.NOT_A_MEMBER


class Resource(msgspec.Struct, frozen=True):
    """What is asked about: an app, or a part of one."""

    app_id: str


def decide(principal: Principal, permission: Permission, resource: Resource) -> Verdict:
    """Whether ``principal`` may do to ``resource`` what needs all bits of ``permission``.

    ``principal.mask`` counts for ``principal.app_id`` only: a mask of one app is none in another.
    """
    if principal.kind == "anonymous":
        return Verdict(Reason.NOT_SIGNED_IN)
    if principal.mask is None or principal.app_id != resource.app_id or not resource.app_id:
        return Verdict(Reason.NOT_A_MEMBER)
    held = known(principal.mask)
    missing = permission & ~effective(held)
    if missing:
        return Verdict(Reason.PERMISSION_MISSING, missing)
    if held & P.OWNER:
        return Verdict(Reason.OWNER)
    return Verdict(Reason.ADMIN if held & P.ADMIN else Reason.GRANTED)


def known(mask: int) -> Permission:
    """The bits of a stored mask that exist; others are left out."""
    return Permission(mask & EVERYTHING)


def effective(mask: int) -> Permission:
    """All that a role's bits allow: an owner everything, an admin everything but the owner's."""
    held = known(mask)
    if held & P.OWNER:
        return EVERYTHING
    return EVERYTHING & ~P.OWNER if held & P.ADMIN else held


def labels(mask: int) -> list[str]:
    """Names of all that a role's bits allow, in the order of the bits."""
    held = effective(mask)
    return [each.label for each in Permission if each & held]


# ---------------------------------------------------------------- who may change roles and members


def may_write_role(
    actor: int, *, old: int, new: int, own: bool = False, default_of_open_app: bool = False
) -> Verdict:
    """Whether someone may turn a role of bits ``old`` into one of bits ``new`` (0: none yet, gone).

    Args:
        actor: the bits of who wants it.
        old: the role's bits before.
        new: its bits after.
        own: whether it is the actor's own role.
        default_of_open_app: whether strangers who join get this role.
    """
    if new & ~int(EVERYTHING):  # ~ of a flag leaves unknown bits out
        return Verdict(Reason.UNKNOWN_BITS)
    if (old | new) & P.OWNER:
        return Verdict(Reason.OWNER_ROLE_FIXED)
    if own:
        return Verdict(Reason.OWN_ROLE)
    verdict = _within(actor, P.MANAGE_ROLES, old, new)
    if not verdict.allowed:
        return verdict
    return may_be_default(new) if default_of_open_app else verdict


def may_delete_role(actor: int, *, old: int, own: bool = False, is_default: bool) -> Verdict:
    """Whether someone may delete a role of bits ``old``. Its members fall to the default role."""
    if is_default:
        return Verdict(Reason.DEFAULT_ROLE_STAYS)
    return may_write_role(actor, old=old, new=0, own=own)


def may_be_default(role: int) -> Verdict:
    """Whether strangers who join an app may get a role of these bits."""
    held = known(role)
    over = Permission(0)
    for each in NEVER_FOR_STRANGERS:
        over |= held & each
    return Verdict(Reason.TOO_MUCH_FOR_STRANGERS, over) if over else Verdict(Reason.GRANTED)


def may_set_member(actor: int, *, old: int, new: int, own: bool = False) -> Verdict:
    """Whether someone may move a member from a role of bits ``old`` to one of bits ``new``.

    0 as ``old`` is someone new, as ``new`` someone removed. Ownership moves by transfer only.
    """
    if (old | new) & P.OWNER:
        return Verdict(Reason.OWNER_ROLE_FIXED)
    if own:
        return Verdict(Reason.OWN_ROLE)
    return _within(actor, P.MANAGE_TEAM, old, new)


def _within(actor: int, needed: Permission, *masks: int) -> Verdict:
    """Nobody handles bits that are not a subset of their own; four bits are the owner's."""
    held = known(actor)
    if not effective(held) & needed:
        return Verdict(Reason.PERMISSION_MISSING, needed)
    if held & P.OWNER:
        return Verdict(Reason.OWNER)
    handled = Permission(0)
    for mask in masks:
        handled |= known(mask)
    if handled & BY_OWNER_ONLY:
        return Verdict(Reason.ONLY_OWNER, handled & BY_OWNER_ONLY)
    over = handled & ~effective(held)
    if over:
        return Verdict(Reason.MORE_THAN_OWN, over)
    return Verdict(Reason.ADMIN if held & P.ADMIN else Reason.GRANTED)
