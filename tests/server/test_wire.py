"""Times, cursors and entity tags as the API writes them."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.server.pages import cut
from flowlike.server.refusal import Refusal
from flowlike.server.wire import (
    check_precondition,
    etag,
    from_cursor,
    matches,
    maybe_moment,
    microseconds,
    moment,
    to_cursor,
)

SOME_DAY = datetime(2026, 2, 3, 4, 5, 6, 789_012, UTC)


def test_times_are_written_as_rfc_3339_in_utc() -> None:
    us = microseconds(SOME_DAY)
    assert msgspec.json.encode(moment(us)) == b'"2026-02-03T04:05:06.789012Z"'


@given(st.integers(0, 4_102_444_800_000_000))
def test_a_moment_keeps_its_microseconds(us: int) -> None:
    assert microseconds(moment(us)) == us


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    elsewhere = SOME_DAY.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert microseconds(elsewhere) == microseconds(SOME_DAY)


def test_a_moment_without_zone_is_utc() -> None:
    assert microseconds(SOME_DAY.replace(tzinfo=None)) == microseconds(SOME_DAY)


def test_what_did_not_happen_has_no_moment() -> None:
    assert maybe_moment(None) is None
    assert maybe_moment(0) is None
    assert maybe_moment(1) == moment(1)


@given(st.text(), st.integers(-(2**63), 2**63 - 1))
def test_a_cursor_leads_back_to_its_place(name: str, number: int) -> None:
    if name.isprintable():
        assert from_cursor(to_cursor(name, number), tuple[str, int]) == (name, number)


def test_a_cursor_fits_an_address() -> None:
    cursor = to_cursor("ÿ?/+&=", 1)
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_no_cursor_is_no_place() -> None:
    assert from_cursor(None, tuple[str]) is None
    assert from_cursor("", tuple[str]) is None


@pytest.mark.parametrize(
    "cursor", ["!", "é", "AAAA", "a b", to_cursor(1, 2), to_cursor("a"), to_cursor("a", 1, 2)]
)
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Refusal) as caught:
        from_cursor(cursor, tuple[str, int])
    assert caught.value.kind.status == 422
    assert caught.value.code == "request.bad-cursor"


def test_pages_of_a_list_meet_without_gap() -> None:
    names = [f"n{number}" for number in range(23)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = cut(names, 5, cursor, str)
        seen += page
        if cursor is None:
            break
    assert seen == names


def test_a_page_that_ends_the_list_has_no_next() -> None:
    assert cut(["a", "b"], 2, None, str) == (["a", "b"], None)
    assert cut([], 2, None, str) == ([], None)


def test_a_page_goes_on_after_what_it_named_though_others_came_before_it() -> None:
    _, cursor = cut(["a", "b", "c"], 2, None, str)
    page, _ = cut(["new", "a", "b", "c"], 2, cursor, str)
    assert page == ["c"]


def test_a_page_goes_on_at_its_place_though_what_it_named_is_gone() -> None:
    _, cursor = cut(["a", "b", "c", "d"], 2, None, str)
    page, _ = cut(["a", "c", "d"], 2, cursor, str)
    assert page == ["d"]


def test_an_entity_tag_is_quoted() -> None:
    assert etag(12) == '"12"'
    assert etag("1.2.0", 7) == '"1.2.0-7"'


@pytest.mark.parametrize("header", ['"12"', '"1", "12"', 'W/"12"', "*", ' "12" '])
def test_lists_of_tags_are_understood(header: str) -> None:
    assert matches(header, '"12"')


@pytest.mark.parametrize("header", ["", "12", '"1"', '"121"', '"12'])
def test_other_tags_are_others(header: str) -> None:
    assert not matches(header, '"12"')


def test_a_change_of_another_state_is_refused() -> None:
    check_precondition(None, '"1"')
    check_precondition('"1"', '"1"')
    with pytest.raises(Refusal) as caught:
        check_precondition('"1"', '"2"')
    assert caught.value.kind.status == 412
    assert caught.value.headers == {"ETag": '"2"'}
