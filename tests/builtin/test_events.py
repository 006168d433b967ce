from typing import Any

import pytest

from flowlike.board.definition import DataType, Kind
from flowlike.builtin import events
from flowlike.errors import NodeFailure
from flowlike.testing import Answer, run_node


def refused(**inputs: Any) -> NodeFailure:
    with pytest.raises(NodeFailure) as caught:
        run_node(events.http_respond, **inputs)
    assert caught.value.remedy
    return caught.value


def test_starts_have_no_way_in() -> None:
    for start in (events.events_simple, events.events_generic, events.event_http_request):
        assert start.definition.kind is Kind.START
        assert start.definition.inputs == ()
        assert start.definition.outputs[0].name == "exec_out"


def test_a_return_has_no_way_out() -> None:
    assert events.events_generic_return_result.definition.kind is Kind.RETURN
    assert events.events_generic_return_result.definition.outputs == ()


def test_an_answer_is_given() -> None:
    headers = {"Content-Type": "text/plain", "X-Trace": " a b "}
    run = run_node(events.http_respond, status=201, headers=headers, body="ok")
    assert run.answer == Answer(201, {"Content-Type": "text/plain", "X-Trace": "a b"}, "ok")
    assert run_node(events.http_respond).answer == Answer(200, {}, "")
    assert events.http_respond.definition.permissions == ("respond",)


@pytest.mark.parametrize("status", [200, 204, 404, 599])
def test_good_statuses(status: int) -> None:
    answer = run_node(events.http_respond, status=status).answer
    assert answer is not None
    assert answer.status == status


@pytest.mark.parametrize("status", [-1, 0, 100, 101, 199, 600, 2**40])
def test_bad_statuses(status: int) -> None:
    error = refused(status=status)
    assert (error.code, error.where.pin) == ("http.bad-status", "status")


@pytest.mark.parametrize(
    "name",
    [
        "Set-Cookie",
        "LOCATION",
        "Transfer-Encoding",
        "content-length",
        "Connection",
        "Access-Control-Allow-Origin",
        "Content-Security-Policy",
        "Strict-Transport-Security",
        "Authorization",
        "Server",
        "X-Accel-Redirect",
        "x-sendfile",
        "X-Frame-Options",
        "X-Content-Type-Options",
    ],
)
def test_headers_of_the_server_are_refused(name: str) -> None:
    error = refused(headers={name: "x"})
    assert (error.code, error.where.pin) == ("http.header-refused", "headers")
    assert name in error.message


@pytest.mark.parametrize(
    "name", ["", "X A", "X-A\r\nSet-Cookie", "X:", "X-\u00e9", "X-\0", "X-A\n"]
)
def test_names_that_are_no_names(name: str) -> None:
    assert refused(headers={name: "x"}).code == "http.bad-header"


@pytest.mark.parametrize(
    "value", ["a\r\nSet-Cookie: b=c", "a\n", "\r", "\0", "\x7f", "\u00e9", "\u2028", 3, None, ["a"]]
)
def test_values_that_are_no_values(value: Any) -> None:
    assert refused(headers={"X-A": value}).code == "http.bad-header"


def test_one_header_in_two_spellings() -> None:
    assert refused(headers={"X-A": "1", "x-a": "2"}).code == "http.bad-header"


def test_payload_is_a_struct() -> None:
    payload = events.events_generic.output("payload")
    assert payload.type is DataType.STRUCT
