"""Bits, roles, and who may give which to whom: every case of the rules, and the rules as laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.identity.permissions import (
    BY_OWNER_ONLY,
    DEFAULT_ROLE,
    DEFAULT_ROLES,
    EVERYTHING,
    GlobalPermission,
    Permission,
    Reason,
    Resource,
    Verdict,
    decide,
    effective,
    known,
    labels,
    may_be_default,
    may_delete_role,
    may_set_member,
    may_write_role,
)
from flowlike.identity.principal import ANONYMOUS, Principal

P = Permission
APP = Resource("app")
masks = st.integers(0, (1 << 34) - 1)
bits = st.sampled_from(list(Permission))


def member(mask: int | None, app: str = "app") -> Principal:
    return Principal(kind="user", sub="ada", app_id=app, mask=mask)


def test_bits_are_where_the_original_has_them() -> None:
    positions = {each.label: each.bit_length() - 1 for each in Permission}
    assert len(positions) == 34
    assert list(positions.values()) == list(range(34))
    expected = {"Owner": 0, "ReadBoards": 8, "WriteRoutes": 25, "InstallPackages": 33}
    assert expected.items() <= positions.items()
    assert [each.bit_length() - 1 for each in GlobalPermission] == list(range(17))


def test_the_default_roles() -> None:
    assert DEFAULT_ROLES["Owner"] == 0x1
    assert DEFAULT_ROLES["Admin"] == 0x2
    assert DEFAULT_ROLES["User"] == 0x82800
    assert may_be_default(DEFAULT_ROLES[DEFAULT_ROLE]).allowed
    for name in ("User", "Editor", "Viewer", "Runner"):
        assert not DEFAULT_ROLES[name] & BY_OWNER_ONLY
    assert P.WRITE_BOARDS in DEFAULT_ROLES["Editor"]
    assert P.WRITE_BOARDS not in DEFAULT_ROLES["Viewer"]


def test_who_is_nobody_must_sign_in_first() -> None:
    assert decide(ANONYMOUS, P.READ_BOARDS, APP) == Verdict(Reason.NOT_SIGNED_IN)


def test_who_is_no_member_learns_nothing() -> None:
    verdict = decide(member(None), P.READ_BOARDS, APP)
    assert verdict.reason is Reason.NOT_A_MEMBER
    assert verdict.hidden
    assert not verdict.allowed


def test_a_role_of_one_app_is_none_in_another() -> None:
    assert decide(member(P.OWNER, "other"), P.READ_BOARDS, APP).hidden
    assert decide(member(P.OWNER, ""), P.READ_BOARDS, Resource("")).hidden


def test_a_member_without_the_bit_is_told_which() -> None:
    verdict = decide(member(P.READ_BOARDS), P.READ_BOARDS | P.WRITE_BOARDS, APP)
    assert verdict == Verdict(Reason.PERMISSION_MISSING, P.WRITE_BOARDS)
    assert not verdict.hidden
    assert labels(verdict.missing) == ["WriteBoards"]


def test_a_member_without_any_bit_is_still_a_member() -> None:
    assert decide(member(0), Permission(0), APP).allowed
    assert decide(member(0), P.READ_BOARDS, APP).reason is Reason.PERMISSION_MISSING


@given(bits)
def test_owners_may_all_and_admins_all_but_what_is_the_owners(bit: Permission) -> None:
    assert decide(member(P.OWNER), bit, APP).reason is Reason.OWNER
    assert decide(member(P.ADMIN), bit, APP).allowed == (bit is not P.OWNER)


@given(masks, bits)
def test_a_bit_allows_itself_and_nothing_else(mask: int, bit: Permission) -> None:
    plain = mask & ~(P.OWNER | P.ADMIN)
    assert decide(member(plain), bit, APP).allowed == bool(plain & bit)


@given(st.integers(0, 2**63 - 1))
def test_bits_that_do_not_exist_count_as_nothing(mask: int) -> None:
    assert known(mask) == mask & EVERYTHING
    assert effective(mask) == effective(mask & EVERYTHING)
    assert decide(member(mask & ~int(EVERYTHING)), P.READ_BOARDS, APP).allowed is False


# ---------------------------------------------------------------- roles

MANAGER = P.MANAGE_ROLES | P.MANAGE_TEAM | P.READ_BOARDS | P.WRITE_BOARDS


@pytest.mark.parametrize(
    ("actor", "old", "new", "reason"),
    [
        (P.OWNER, 0, P.ADMIN, Reason.OWNER),
        (P.OWNER, P.OWNER, P.ADMIN, Reason.OWNER_ROLE_FIXED),
        (P.OWNER, 0, P.OWNER, Reason.OWNER_ROLE_FIXED),
        (P.OWNER, 0, 1 << 40, Reason.UNKNOWN_BITS),
        (P.ADMIN, 0, P.ADMIN, Reason.ONLY_OWNER),
        (P.ADMIN, P.ADMIN, 0, Reason.ONLY_OWNER),
        (P.ADMIN, 0, P.MANAGE_KEYS, Reason.ONLY_OWNER),
        (P.ADMIN, 0, P.WRITE_SECRETS, Reason.ADMIN),
        (MANAGER, 0, P.READ_BOARDS, Reason.GRANTED),
        (MANAGER, 0, P.READ_LOGS, Reason.MORE_THAN_OWN),
        (MANAGER, P.READ_LOGS, 0, Reason.MORE_THAN_OWN),
        (MANAGER, 0, P.MANAGE_ROLES, Reason.ONLY_OWNER),
        (P.READ_BOARDS, 0, P.READ_BOARDS, Reason.PERMISSION_MISSING),
    ],
)
def test_who_may_write_a_role(actor: int, old: int, new: int, reason: Reason) -> None:
    assert may_write_role(actor, old=old, new=new).reason is reason


def test_nobody_changes_the_own_role() -> None:
    assert may_write_role(P.ADMIN, old=0, new=P.READ_BOARDS, own=True).reason is Reason.OWN_ROLE
    assert may_set_member(P.ADMIN, old=0, new=P.READ_BOARDS, own=True).reason is Reason.OWN_ROLE


def test_the_role_of_strangers_stays_small() -> None:
    verdict = may_write_role(P.OWNER, old=0, new=P.WRITE_FILES, default_of_open_app=True)
    assert verdict == Verdict(Reason.TOO_MUCH_FOR_STRANGERS, P.WRITE_FILES)
    assert may_write_role(P.OWNER, old=0, new=P.WRITE_FILES).allowed
    assert may_write_role(P.OWNER, old=0, new=P.READ_FILES, default_of_open_app=True).allowed


def test_the_default_role_is_not_deleted() -> None:
    assert may_delete_role(P.OWNER, old=0, is_default=True).reason is Reason.DEFAULT_ROLE_STAYS
    assert may_delete_role(P.OWNER, old=P.READ_BOARDS, is_default=False).allowed
    assert not may_delete_role(P.ADMIN, old=P.ADMIN, is_default=False).allowed


def test_members_move_within_what_the_actor_holds() -> None:
    assert may_set_member(MANAGER, old=0, new=P.READ_BOARDS).allowed
    assert may_set_member(MANAGER, old=P.READ_LOGS, new=0).reason is Reason.MORE_THAN_OWN
    assert may_set_member(P.ADMIN, old=0, new=P.ADMIN).reason is Reason.ONLY_OWNER
    assert may_set_member(P.OWNER, old=0, new=P.ADMIN).allowed
    assert may_set_member(P.OWNER, old=P.OWNER, new=0).reason is Reason.OWNER_ROLE_FIXED
    assert may_set_member(P.READ_BOARDS, old=0, new=0).reason is Reason.PERMISSION_MISSING


@given(masks, masks, masks)
def test_nobody_but_the_owner_hands_out_more_than_they_hold(actor: int, old: int, new: int) -> None:
    for verdict in (
        may_write_role(actor, old=old, new=new),
        may_set_member(actor, old=old, new=new),
    ):
        if verdict.allowed and not actor & P.OWNER:
            assert not (old | new) & ~effective(actor)
            assert not (old | new) & BY_OWNER_ONLY
