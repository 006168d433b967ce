"""What one run is lent and may hand over, and how its end is told."""

from typing import Any

import msgspec
import pytest

from flowlike.engine.host import Host
from flowlike.engine.run import (
    Cancellation,
    LiveEvent,
    LogEntry,
    Response,
    RunError,
    RunResult,
    Stop,
)
from flowlike.errors import PayloadError, UsageError, Where
from flowlike.execution.jobs import Quotas
from flowlike.execution.protocol import Start
from flowlike.execution.running import (
    Began,
    Entry,
    RunHost,
    answer,
    finished,
    keywords,
    problem_of,
    readable,
    refused,
    written,
)

QUOTAS = Quotas()


def start(payload: bytes = b"", variables: bytes = b"", ticket: int = 1) -> Start:
    return Start(ticket, 0, "run", payload, variables, 1_000, 10.0, watch=False)


def test_a_host_counts_what_is_logged_and_told() -> None:
    host = RunHost(Quotas(logs=1_000, live=1_000))
    assert host.on_log is not None
    assert host.on_event is not None
    host.on_log(LogEntry(1, "x" * 500, fields={"a": "b"}))
    host.on_event(LiveEvent("toast", {"message": "x" * 500}))
    assert len(host.told) == 2
    with pytest.raises(Stop) as stopped:
        host.on_log(LogEntry(1, "x" * 500))
    assert stopped.value.error.code == "run.log-quota"
    host.on_event(LiveEvent("toast", {"message": object}))
    with pytest.raises(Stop) as stopped:
        host.on_event(LiveEvent("toast", {"message": "x" * 500}))
    assert stopped.value.error.code == "run.live-quota"


def test_a_host_lends_what_the_usual_one_lends() -> None:
    for capability in Host().lent:
        assert RunHost(QUOTAS).lend(capability) is not None


def test_payload_and_variables_are_read_as_json() -> None:
    program: Any = None
    entry = Entry(program, {"c": 3})
    host = RunHost(QUOTAS)
    given = keywords(entry, start(b'{"a": 1}', b'{"b": 2}'), host, Cancellation())
    assert (given["payload"], given["variables"], given["overrides"]) == (
        {"a": 1},
        {"b": 2},
        {"c": 3},
    )
    assert (given["limits"].steps, given["limits"].seconds, given["run_id"]) == (1_000, 10.0, "run")
    assert keywords(entry, start(), host, None)["payload"] is None
    with pytest.raises(msgspec.DecodeError):
        keywords(entry, start(b"{"), host, None)


@pytest.mark.parametrize(
    ("error", "code", "wrong"),
    [
        (msgspec.DecodeError("bad"), "payload.not-json", True),
        (PayloadError("payload.missing", "gone"), "payload.missing", True),
        (UsageError("engine.no-start", "none"), "engine.no-start", False),
        (MemoryError(), "run.memory", False),
        (ZeroDivisionError("x"), "run.fault", False),
        (KeyboardInterrupt(), "run.fault", False),
    ],
    ids=lambda each: type(each).__name__,
)
def test_whatever_is_raised_becomes_an_end(error: BaseException, code: str, wrong: bool) -> None:
    told = refused(start(), Began(5, 0), error)
    assert told.error is not None
    assert (told.status, told.error.code, told.refused) == ("failed", code, wrong)
    assert told.started_us == 5 < told.ended_us


def test_the_place_of_an_error_stays() -> None:
    error = PayloadError("a.b", "m", remedy="r", where=Where(node="n", path="p[0]"))
    assert problem_of(error) == RunError("a.b", "m", "n", "p[0]", "r")
    error = PayloadError("a.b", "m", where=Where(node="n", pin="q", path="p"))
    assert problem_of(error).pin == "q"


def test_errors_that_cannot_be_sent_are_spelled_out() -> None:
    fine = RunError("a", "b", cause=("c",))
    assert written(fine) is fine
    odd = RunError("a", "\ud800", "n", cause=("\udfff", "d"))
    assert written(odd) == RunError("a", "\\ud800", "n", cause=("\\udfff", "d"))
    assert readable("ä\ud800") == "ä\\ud800"


def test_a_result_becomes_bytes() -> None:
    logs = [LogEntry(1, "a"), LogEntry(3, "b")]
    result = RunResult("completed", {"a": b"x"}, None, 7, b"block", 2, logs)
    told = finished(start(), Began(5, 0), result, QUOTAS)
    assert (told.outputs, told.steps, told.handled_errors) == (b'{"a":"eA=="}', 7, 2)
    assert (told.logs, told.max_level, told.block) == (2, 3, b"block")
    assert finished(start(), Began(5, 0), RunResult("completed"), QUOTAS).max_level == -1
    assert finished(start(), Began(5, 0), RunResult("completed"), QUOTAS).outputs is None


def test_a_clock_that_is_set_meanwhile_changes_no_duration(monkeypatch: pytest.MonkeyPatch) -> None:
    began = Began.now()
    monkeypatch.setattr("time.time_ns", lambda: 0)
    told = finished(start(), began, RunResult("completed"), QUOTAS)
    assert told.started_us == began.us <= told.ended_us < began.us + 60_000_000


def test_answers_say_what_they_are() -> None:
    kinds = [answer(Response(200, {}, body)) for body in ("é", b"\xff", None, [1, 2])]
    assert [(each.body, each.content_type.partition(";")[0]) for each in kinds] == [
        ("é".encode(), "text/plain"),
        (b"\xff", "application/octet-stream"),
        (b"", "application/json"),
        (b"[1,2]", "application/json"),
    ]
