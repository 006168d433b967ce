"""What leaves as the answer of an HTTP event."""

import msgspec
import pytest

from flowlike.engine.run import RunError
from flowlike.execution.jobs import Outcome, Response
from flowlike.server.answers import ended, of_board, of_run
from flowlike.server.refusal import Refusal


def answered(
    status: int = 200, headers: dict[str, str] | None = None, body: bytes = b"x"
) -> Response:
    return Response(status, headers or {}, body, "text/plain; charset=utf-8")


def test_a_board_sets_status_headers_and_body() -> None:
    answer = of_board(answered(201, {"X-Order": "7", "Cache-Control": "max-age=5"}))
    assert answer.status == 201
    assert dict(answer.headers) == {
        b"x-order": b"7",
        b"cache-control": b"max-age=5",
        b"content-type": b"text/plain; charset=utf-8",
    }
    assert answer.body == b"x"


def test_its_own_content_type_counts() -> None:
    answer = of_board(answered(headers={"Content-Type": "text/csv"}))
    assert dict(answer.headers)[b"content-type"] == b"text/csv"


@pytest.mark.parametrize(
    "name",
    [
        "Set-Cookie",
        "Location",
        "Transfer-Encoding",
        "Connection",
        "Content-Length",
        "Content-Security-Policy",
        "Strict-Transport-Security",
        "Access-Control-Allow-Origin",
        "X-Frame-Options",
        "X-Accel-Redirect",
        "X-Sendfile",
        "Refresh",
        "Bad Name",
        "x:y",
        "",
    ],
)
def test_other_headers_do_not_leave(name: str) -> None:
    assert len(of_board(answered(headers={name: "1"})).headers) == 1


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b=1", "a\nb", "\0", "é", "\x1b[2J"])
def test_values_that_could_become_another_header_do_not_leave(value: str) -> None:
    assert len(of_board(answered(headers={"X-A": value})).headers) == 1


def test_an_odd_content_type_becomes_bytes() -> None:
    answer = of_board(Response(200, {}, b"x", "text/plain\r\nX: 1"))
    assert dict(answer.headers)[b"content-type"] == b"application/octet-stream"


@pytest.mark.parametrize("status", [-1, 0, 100, 101, 199, 600, 99_999])
def test_a_status_that_is_none_becomes_500(status: int) -> None:
    assert of_board(answered(status)).status == 500


@pytest.mark.parametrize("status", [204, 205, 304])
def test_where_no_body_may_be_there_is_none(status: int) -> None:
    answer = of_board(answered(status))
    assert (answer.body, answer.headers) == (b"", [])


def test_headers_are_bounded() -> None:
    many = {f"X-{number}": "a" for number in range(1_000)}
    assert len(of_board(answered(headers=many)).headers) == 51
    long = {"X-A": "a" * 10_000, "X-B": "b" * 10_000}
    assert len(of_board(answered(headers=long)).headers) == 2


def test_a_run_without_answer_gives_its_output() -> None:
    answer = of_run("r1", Outcome("completed", outputs=b'{"sum":3}'))
    assert answer.status == 200
    assert msgspec.json.decode(answer.body) == {"run_id": "r1", "output": {"sum": 3}}


def test_a_run_that_returned_nothing_gives_null() -> None:
    answer = of_run("r1", Outcome("completed"))
    assert msgspec.json.decode(answer.body) == {"run_id": "r1", "output": None}


@pytest.mark.parametrize(
    ("status", "http", "code"),
    [
        ("failed", 500, "run.failed"),
        ("cancelled", 500, "run.failed"),
        ("timeout", 504, "run.timeout"),
        ("interrupted", 503, "run.interrupted"),
    ],
)
def test_how_a_run_ended_says_no_more_than_its_id(status: str, http: int, code: str) -> None:
    error = RunError("sql.failed", "password=hunter2 in /srv/data", node="n1")
    outcome = Outcome(status, error=error)  # type: ignore[arg-type]  # any of the statuses
    with pytest.raises(Refusal) as caught:
        of_run("r1", outcome)
    refusal = caught.value
    assert (refusal.kind.status, refusal.code) == (http, code)
    assert refusal.members == {"run_id": "r1"}
    assert "hunter2" not in refusal.message + refusal.remedy


def test_a_payload_that_does_not_fit_is_the_callers_fault() -> None:
    error = RunError("payload.missing", "The payload lacks 'a'.", remedy="Add 'a'.")
    refusal = ended("r1", Outcome("failed", error=error, refused=True))
    assert (refusal.kind.status, refusal.code) == (422, "payload.missing")


def test_a_board_that_does_not_compile_is_not() -> None:
    error = RunError("board.type-mismatch", "A secret detail.")
    refusal = ended("r1", Outcome("failed", error=error, refused=True))
    assert (refusal.kind.status, refusal.code) == (500, "run.failed")
    assert "secret" not in refusal.message
