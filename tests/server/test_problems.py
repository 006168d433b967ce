"""Errors as problem details, and what they never hold."""

from typing import Any

import msgspec
import pytest
from litestar.exceptions import (
    ClientException,
    InternalServerException,
    MethodNotAllowedException,
    NotAuthorizedException,
    NotFoundException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from structlog.testing import capture_logs

from flowlike import errors
from flowlike.errors import FlowlikeError, Where
from flowlike.execution.jobs import Busy, Closing
from flowlike.server.problems import Problem, answer
from flowlike.server.refusal import Kind, Refusal


def problem(error: BaseException) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(answer(error).body)
    msgspec.convert(found, Problem)
    assert found["status"] == answer(error).status
    return found


ALL = [
    (errors.TextError("text.syntax", "m"), 422),
    (errors.CommandError("command.bad-id", "m"), 409),
    (errors.CompileError("board.x", "m"), 422),
    (errors.DeclarationError("declaration.x", "m"), 500),
    (errors.PayloadError("payload.x", "m"), 422),
    (errors.NodeFailure("node.x", "m"), 422),
    (errors.TraceError("trace.x", "m"), 500),
    (errors.AccessError("identity.bad-link", "m"), 401),
    (errors.AccessError("identity.step-up", "m"), 403),
    (errors.WaitError("identity.wait", "m", seconds=1.5), 429),
    (errors.PasswordRefused("identity.weak", "m"), 422),
    (errors.AppError("app.bad-name", "m"), 422),
    (errors.NotFound("app.not-found", "m"), 404),
    (errors.Conflict("app.id-taken", "m"), 409),
    (errors.ImportRefused("import.x", "m"), 422),
    (errors.PublishRefused("publish.x", "m"), 422),
    (errors.DatabaseError("database.busy", "m"), 503),
    (errors.DatabaseError("database.full", "m"), 507),
    (errors.UnsafeError("settings.x", "m"), 500),
    (errors.UsageError("runs.cursor", "m"), 422),
    (Busy("m", 3), 503),
    (Closing(), 503),
    (FlowlikeError("other.x", "m"), 500),
    (Refusal(Kind.NOT_FOUND, "m"), 404),
]


@pytest.mark.parametrize(("error", "status"), ALL, ids=lambda each: getattr(each, "code", None))
def test_every_error_is_a_problem(error: FlowlikeError, status: int) -> None:
    found = problem(error)
    assert found["status"] == status
    assert found["code"] == error.code
    assert found["type"].startswith("/problems/")
    assert answer(error).headers["content-type"] == "application/problem+json"


def families(kind: type[FlowlikeError]) -> set[type[FlowlikeError]]:
    return {kind}.union(*(families(each) for each in kind.__subclasses__()))


def test_every_family_of_errors_is_mapped() -> None:
    shown = {type(error) for error, _ in ALL}
    own = {each for each in families(FlowlikeError) if each.__module__ == "flowlike.errors"}
    abstract: set[type[FlowlikeError]] = {errors.BoardError, errors.ExecutionError}
    abstract |= {errors.RequestError, errors.FolderInUseError}
    assert own - shown == abstract


def test_a_problem_says_what_to_do_and_where() -> None:
    where = Where(file="/srv/secret/x.json", line=3, node="n1", pin="a", path="nodes.n1.in[0]")
    found = problem(errors.TextError("text.x", "Bad.", remedy="Mend it.", where=where))
    assert found["detail"] == "Bad."
    assert found["remedy"] == "Mend it."
    assert found["where"] == {"line": 3, "node": "n1", "pin": "a", "path": "nodes.n1.in[0]"}
    assert found["errors"] == [{"pointer": "/nodes/n1/in/0", "message": "Bad."}]
    assert "secret" not in answer(errors.TextError("text.x", "Bad.", where=where)).body.decode()


def test_a_pointer_escapes_what_it_is_made_of() -> None:
    found = problem(errors.TextError("text.x", "Bad.", where=Where(path="a~b/c.d")))
    assert found["errors"][0]["pointer"] == "/a~0b~1c/d"


def test_the_request_is_named() -> None:
    found = msgspec.json.decode(answer(KeyError("x"), request_id="r1", instance="/a").body)
    assert (found["request_id"], found["instance"]) == ("r1", "/a")


def test_members_of_an_error_join_its_problem() -> None:
    refusal = Refusal(Kind.PERMISSION_MISSING, "m", members={"permission": "ReadBoards"})
    assert problem(refusal)["permission"] == "ReadBoards"


def test_headers_of_an_error_are_sent() -> None:
    assert answer(Busy("m", 7)).headers["retry-after"] == "7"
    assert answer(errors.WaitError("identity.wait", "m", seconds=1.5)).headers["retry-after"] == "2"
    refused = answer(Refusal(Kind.UNAUTHENTICATED, "m", headers={"WWW-Authenticate": "Bearer"}))
    assert refused.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundException("no such file /srv/x"), 404),
        (MethodNotAllowedException("m", headers={"allow": "GET"}), 405),
        (RequestEntityTooLarge(), 413),
        (ClientException("bad /srv/x"), 400),
        (NotAuthorizedException("m"), 401),
        (InternalServerException("boom in /srv/x"), 500),
    ],
)
def test_errors_of_the_framework_have_the_same_form(error: Exception, status: int) -> None:
    found = problem(error)
    assert found["status"] == status
    assert found["code"].startswith("request.")
    assert "/srv" not in answer(error).body.decode()


def test_a_wrong_method_names_the_right_ones() -> None:
    error = MethodNotAllowedException("m", headers={"allow": "GET, POST"})
    assert answer(error).headers["allow"] == "GET, POST"


def test_what_does_not_fit_is_pointed_at() -> None:
    extra = [{"message": "Expected `int`", "key": "limit", "source": "query"}]
    found = problem(ValidationException("m", extra=extra))
    assert found["status"] == 422
    assert found["errors"] == [{"pointer": "/query/limit", "message": "Expected `int`"}]


class SomebodysError(Exception):
    pass


def test_what_nobody_expected_says_nothing_and_is_logged() -> None:
    try:
        raise SomebodysError("SELECT password FROM users -- /srv/data")
    except SomebodysError as error:
        with capture_logs() as logs:
            made = answer(error, request_id="r1")
    assert made.status == 500
    body = made.body.decode()
    for told in ("SELECT", "/srv", "SomebodysError", "Traceback"):
        assert told not in body
    (record,) = logs
    assert record["error"] == "SomebodysError"
    assert record["request_id"] == "r1"
    assert record["at"][-1].startswith("test_problems.py:")
    assert "password" not in repr(record)


def test_what_a_database_says_stays_here() -> None:
    error = errors.DatabaseError("database.io", "The file /srv/data/flowlike.db cannot be read.")
    assert "/srv" not in answer(error).body.decode()


@pytest.mark.parametrize(
    ("code", "word"), [("full", "room"), ("read-only", "write"), ("io", "read or written")]
)
def test_what_a_person_can_mend_is_named(code: str, word: str) -> None:
    told = answer(errors.DatabaseError(f"database.{code}", "The file /srv/d.db.")).body.decode()
    assert word in told
    assert "/srv" not in told


def test_a_full_disk_is_logged_and_a_refusal_is_not() -> None:
    with capture_logs() as logs:
        answer(errors.DatabaseError("database.full", "m"))
        answer(Refusal(Kind.INTERNAL, "The run failed."))
    assert [record["code"] for record in logs] == ["database.full"]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_sort_of_problem_has_a_status_and_a_title(kind: Kind) -> None:
    assert 400 <= kind.status < 600
    assert kind.phrase
