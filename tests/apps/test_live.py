"""What is live in memory: which version a call gets, and objects that stay the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flowlike.apps.live import LiveEvent, LiveEvents, PublishedEvent
from flowlike.apps.publishing import findings_of, refuse_errors
from flowlike.board.app import EventKind, Method
from flowlike.board.edit import apply
from flowlike.board.edit import commands as c
from flowlike.board.findings import Finding, Severity
from flowlike.errors import PublishRefused
from tests.apps.event_scenes import CATALOG, event, fine


def published(id_: str = "ask", version: int = 1, **more: Any) -> PublishedEvent:
    document = event(id_, **({"path": "/a"} | more))
    return PublishedEvent(
        app="shop",
        id=id_,
        version=version,
        event=document,
        board="b",
        board_version="0.1.0",
        board_hash="hash",
    )


def live(
    stable: PublishedEvent, canary: PublishedEvent | None = None, weight: float = 0
) -> LiveEvent:
    return LiveEvent(app="shop", id=stable.id, stable=stable, canary=canary, weight=weight)


@given(st.text())
def test_without_a_canary_every_call_gets_the_one_version(key: str) -> None:
    stable, canary = published(), published(version=2)
    assert live(stable).choose(key) is stable
    assert live(stable, canary, 0.0).choose(key) is stable
    assert live(stable, canary, 1.0).choose(key) is canary


@given(st.text(), st.floats(0, 1), st.floats(0, 1))
def test_more_weight_takes_no_call_away_from_the_canary(key: str, one: float, two: float) -> None:
    stable, canary = published(), published(version=2)
    less, more = sorted((one, two))
    if live(stable, canary, less).choose(key) is canary:
        assert live(stable, canary, more).choose(key) is canary


def test_calls_are_spread_by_weight() -> None:
    stable, canary = published(), published(version=2)
    for weight in (0.01, 0.1, 0.5, 0.9):
        both = live(stable, canary, weight)
        share = sum(both.choose(str(number)) is canary for number in range(10_000)) / 10_000
        assert share == pytest.approx(weight, abs=0.02)


def test_two_events_spread_the_same_calls_differently() -> None:
    one = live(published("one"), published("one", 2), 0.5)
    two = live(published("two"), published("two", 2), 0.5)
    keys = [str(number) for number in range(200)]
    assert [one.choose(key).version for key in keys] != [two.choose(key).version for key in keys]


def test_events_are_found_by_route_and_by_id() -> None:
    events = LiveEvents()
    asked = live(published("ask", method=Method.GET, path="/orders/{id}"))
    quick = live(replace(published("quick"), event=event("quick", kind=EventKind.SIMPLE)))
    events.replace("shop", [asked, quick])
    found = events.match("shop", "GET", "/orders/7")
    assert found is not None
    assert (found.event.id, found.params) == ("ask", {"id": "7"})
    assert events.get("shop", "quick") is not None
    assert events.get("shop", "none") is None
    assert events.get("other", "ask") is None
    assert events.match("other", "GET", "/orders/7") is None
    assert events.apps == ["shop"]
    events.replace("shop", [])
    assert events.apps == []
    assert events.match("shop", "GET", "/orders/7") is None


def test_versions_that_stay_live_stay_the_same_objects() -> None:
    events = LiveEvents()
    first = published()
    events.replace("shop", [live(first)])
    events.replace("shop", [live(published(), published(version=2), 0.5)])
    found = events.get("shop", "ask")
    assert found is not None
    assert found.stable is first
    canary = found.canary
    events.replace("shop", [live(published(version=2))])
    promoted = events.get("shop", "ask")
    assert promoted is not None
    assert promoted.stable is canary


def test_another_event_of_the_same_id_and_version_is_another_object() -> None:
    events = LiveEvents()
    first = published()
    events.replace("shop", [live(first)])
    for other in (published(description="other"), replace(published(), board_hash="other")):
        events.replace("shop", [live(other)])
        found = events.get("shop", "ask")
        assert found is not None
        assert found.stable is other


# ---------------------------------------------------------------- what must be right before


def codes(**more: Any) -> list[str]:
    return [finding.code for finding in findings_of(event(**more), fine(), CATALOG)]


def test_what_is_right_has_no_findings() -> None:
    assert codes() == []
    assert codes(path="/a") == []
    assert codes(variables={"open": "x"}) == []


def test_what_an_event_may_get_wrong() -> None:
    assert codes(node="end") == ["event.not-a-start"]
    assert codes(node="none") == ["event.unknown-node"]
    assert codes(path="/a", node="go") == ["event.wrong-start"]
    assert codes(node="ask") == []
    assert codes(variables={"own": 1}) == ["event.variable-not-exposed"]
    assert codes(variables={"key": 1}) == ["event.secret-value"]
    assert codes(variables={"none": 1}) == ["event.unknown-variable"]


def test_a_node_of_no_known_type_is_told_by_the_board() -> None:
    found = findings_of(event(), fine(), {})
    assert found
    assert not {each.code for each in found} & {"event.not-a-start", "event.unknown-node"}


def test_faults_of_the_board_are_told_with_those_of_the_event() -> None:
    board = apply(fine(), c.AddNode(id="loose", type="control_branch@1"), CATALOG).board
    found = findings_of(event(node="end"), board, CATALOG)
    assert found[0].severity is Severity.ERROR
    assert {each.where.node for each in found} >= {"end", "loose"}
    assert list(found) == sorted(found, key=lambda each: each.rank)


def test_only_errors_stand_in_the_way_and_all_is_told() -> None:
    warning = Finding(code="a", severity=Severity.WARNING, message="Look.")
    error = Finding(code="b", severity=Severity.ERROR, message="Bad.", remedy="Mend it.")
    refuse_errors(())
    refuse_errors((warning,))
    with pytest.raises(PublishRefused) as caught:
        refuse_errors((error, error, warning))
    assert caught.value.findings == (error, error, warning)
    assert caught.value.remedy == "Mend it."
    assert "Bad. And 1 more." in caught.value.message
