import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.app import (
    Access,
    App,
    Event,
    EventKind,
    Method,
    RunLimits,
    RunSettings,
    Sampling,
    check_event,
    dump_app,
    dump_event,
    parse_app,
    parse_event,
    path_fault,
)
from flowlike.board.definition import DataType
from flowlike.board.model import Board, Node, TraceLevel, Variable
from flowlike.errors import TextError
from tests.board.strategies import ids, json_values, names, optional

run_settings = st.builds(
    RunSettings,
    trace=optional(st.sampled_from(TraceLevel)),
    limits=st.builds(
        RunLimits, steps=optional(st.integers(1, 10**6)), seconds=optional(st.floats(0.1, 3600))
    ),
    sampling=optional(
        st.builds(Sampling, one_in=st.integers(1, 1000), first_per_hour=st.integers(0, 100))
    ),
)
versions = st.builds("{}.{}.{}".format, *[st.integers(0, 99)] * 3)
apps = st.builds(
    App, id=ids, name=names, description=names, version=versions, settings=run_settings
)
segments = st.one_of(
    st.text("abcäß-_.~", min_size=1, max_size=5).filter(lambda text: text not in {".", ".."}),
    st.just("{id}"),
)
paths = st.lists(segments, max_size=3, unique=True).map(lambda parts: "/" + "/".join(parts))
common: dict[str, st.SearchStrategy[Any]] = {
    "id": ids,
    "name": names,
    "description": names,
    "board": st.one_of(ids, st.builds("boards/{}.board.json".format, ids)),
    "version": st.one_of(st.just(""), versions),
    "node": ids,
    "access": st.sampled_from(Access),
    "active": st.booleans(),
    "variables": st.dictionaries(ids, json_values(3), max_size=2),
    "settings": run_settings,
}
events = st.one_of(
    st.builds(Event, kind=st.sampled_from([EventKind.SIMPLE, EventKind.GENERIC]), **common),
    st.builds(
        Event, kind=st.just(EventKind.HTTP), method=st.sampled_from(Method), path=paths, **common
    ),
)

APP = {"format": "flowlike.app/1", "id": "shop"}
EVENT = {"format": "flowlike.event/1", "id": "order", "board": "orders", "node": "start"}
HTTP = EVENT | {"kind": "http", "method": "POST", "path": "/orders"}


def refusal(tree: dict[str, Any]) -> TextError:
    parse = parse_app if tree["format"] == APP["format"] else parse_event
    with pytest.raises(TextError) as caught:
        parse(json.dumps(tree, indent=1), file="x.json")
    assert caught.value.where.file == "x.json"
    assert caught.value.remedy
    return caught.value


@given(apps)
def test_an_app_reads_back(app: App) -> None:
    text = dump_app(app)
    assert parse_app(text) == app
    assert dump_app(parse_app(json.dumps(json.loads(text)))) == text


@given(events)
def test_an_event_reads_back(event: Event) -> None:
    text = dump_event(event)
    assert parse_event(text) == event
    assert dump_event(parse_event(json.dumps(json.loads(text)))) == text


def test_the_form_of_an_event() -> None:
    event = Event(
        id="order",
        board="boards/orders.board.json",
        node="start",
        kind=EventKind.HTTP,
        method=Method.POST,
        path="/orders/{id}",
        access=Access.PUBLIC,
        variables={"b": 1, "a": {"y": 1, "x": None}},
        settings=RunSettings(trace=TraceLevel.STEPS, limits=RunLimits(seconds=30)),
    )
    assert dump_event(event) == (
        "{\n"
        '  "format": "flowlike.event/1",\n'
        '  "id": "order",\n'
        '  "board": "boards/orders.board.json",\n'
        '  "node": "start",\n'
        '  "kind": "http",\n'
        '  "method": "POST",\n'
        '  "path": "/orders/{id}",\n'
        '  "access": "public",\n'
        '  "variables": {\n'
        '    "a": {"x": null, "y": 1},\n'
        '    "b": 1\n'
        "  },\n"
        '  "settings": {"trace": "steps", "limits": {"seconds": 30.0}}\n'
        "}\n"
    )


def test_an_event_is_private_and_active_unless_it_says_so() -> None:
    event = parse_event(json.dumps(EVENT))
    assert (event.access, event.active, event.kind) == (Access.PRIVATE, True, EventKind.SIMPLE)


@pytest.mark.parametrize(
    ("tree", "remedy"),
    [
        (APP | {"naem": "x"}, '"name"'),
        (EVENT | {"acces": "public"}, '"access"'),
        (EVENT | {"settings": {"limits": {"stesp": 1}}}, '"steps"'),
        (APP | {"secrets": {}}, "Known fields"),
        (APP | {"zzz": 1}, "Known fields: format, id"),
    ],
)
def test_unknown_fields_are_errors_with_a_suggestion(tree: dict[str, Any], remedy: str) -> None:
    error = refusal(tree)
    assert error.code == "text.unknown-field"
    assert remedy in error.remedy


@pytest.mark.parametrize(
    ("tree", "code", "path"),
    [
        (APP | {"id": "a/b"}, "text.bad-id", "id"),
        (APP | {"id": ""}, "text.bad-id", "id"),
        (APP | {"id": "a" * 65}, "text.bad-id", "id"),
        (APP | {"id": "a\n"}, "text.bad-id", "id"),
        (APP | {"version": "1"}, "text.bad-version", "version"),
        (EVENT | {"id": "../x"}, "text.bad-id", "id"),
        (EVENT | {"node": "n.exec"}, "text.bad-id", "node"),
        (EVENT | {"version": "latest"}, "text.bad-version", "version"),
        (EVENT | {"kind": "htpp"}, "text.wrong-type", "kind"),
        (EVENT | {"access": "all"}, "text.wrong-type", "access"),
        (HTTP | {"method": "TRACE"}, "text.wrong-type", "method"),
        (HTTP | {"method": "get"}, "text.wrong-type", "method"),
        (HTTP | {"path": ""}, "event.bad-path", "path"),
        (HTTP | {"path": "/a/../b"}, "event.bad-path", "path"),
        (EVENT | {"path": "/orders"}, "event.not-http", "path"),
        (EVENT | {"method": "POST"}, "event.not-http", "method"),
        (EVENT | {"settings": {"limits": {"steps": 0}}}, "text.bad-limit", "settings.limits.steps"),
        (
            APP | {"settings": {"limits": {"seconds": -1}}},
            "text.bad-limit",
            "settings.limits.seconds",
        ),
        (
            APP | {"settings": {"sampling": {"one_in": 0}}},
            "text.bad-limit",
            "settings.sampling.one_in",
        ),
        (
            APP | {"settings": {"sampling": {"first_per_hour": -1}}},
            "text.bad-limit",
            "settings.sampling.first_per_hour",
        ),
    ],
)
def test_what_is_wrong_is_named(tree: dict[str, Any], code: str, path: str) -> None:
    error = refusal(tree)
    assert (error.code, error.where.path) == (code, path)
    assert error.where.line > 1


@pytest.mark.parametrize(
    "board",
    [
        "",
        "../other.board.json",
        "/etc/x.board.json",
        "boards//x.board.json",
        "boards/.board.json",
        "boards\\x.board.json",
        "a/./x.board.json",
        "x.json",
        "boards/x\n.board.json",
        "c:x.board.json",
        "/".join(["a" * 200] * 6) + "/x.board.json",
    ],
)
def test_a_board_outside_the_app_is_refused(board: str) -> None:
    assert refusal(EVENT | {"board": board}).code == "event.bad-board"


@pytest.mark.parametrize(
    "path", ["/", "/a", "/orders/{id}", "/{a}/{b}", "/größe", "/a.b/..c", "/~x"]
)
def test_paths_that_are_fine(path: str) -> None:
    assert path_fault(path) == ""


@pytest.mark.parametrize(
    "path",
    [
        "",
        "orders",
        "//evil.test",
        "/a/",
        "/a//b",
        "/..",
        "/./a",
        "/a b",
        "/a\nb",
        "/a\x00",
        "/a\u202eb",
        "/a\u00a0b",
        "/a?x=1",
        "/a#x",
        "/%2e%2e/a",
        "/a\\b",
        "/x{id}",
        "/{id",
        "/{1}",
        "/{id}/{id}",
        "/" + "a" * 256,
        "/a" * 600,
    ],
)
def test_paths_that_are_refused(path: str) -> None:
    assert path_fault(path).endswith(".")


@given(st.binary(max_size=100), st.sampled_from([parse_app, parse_event]))
def test_random_bytes_raise_nothing_else(raw: bytes, parse: Any) -> None:
    with pytest.raises(TextError):
        parse(raw)


def test_a_document_of_another_kind_is_named() -> None:
    with pytest.raises(TextError, match="This is an event, not an app"):
        parse_app(json.dumps(EVENT))


def test_what_may_not_be_read_is_not_written() -> None:
    with pytest.raises(TextError):
        dump_app(App(id="a b"))
    with pytest.raises(TextError):
        dump_event(Event(id="a", board="b", node="n", kind=EventKind.HTTP, path="a"))


def test_an_event_is_checked_against_its_board() -> None:
    board = Board(
        id="orders",
        nodes={"start": Node(type="events_simple@1")},
        variables={
            "open": Variable(name="Open", type=DataType.STRING, exposed=True),
            "shut": Variable(name="Shut", type=DataType.STRING),
            "key": Variable(name="Key", type=DataType.STRING, exposed=True, secret=True),
        },
    )
    good = Event(id="e", board="orders", node="start", variables={"open": "x"})
    assert check_event(good, board) == ()
    bad = Event(
        id="e",
        board="orders",
        node="gone",
        variables={"key": "hunter2", "shut": 1, "unknown": 1},
    )
    findings = check_event(bad, board)
    assert [(finding.code, finding.where.path) for finding in findings] == [
        ("event.unknown-node", "node"),
        ("event.secret-value", "variables.key"),
        ("event.variable-not-exposed", "variables.shut"),
        ("event.unknown-variable", "variables.unknown"),
    ]
    assert all(finding.remedy and "hunter2" not in finding.message for finding in findings)
