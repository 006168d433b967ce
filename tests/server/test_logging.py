"""Records of the server: one a line, in JSON or for people."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from flowlike.server.logging import REDACTED, configure
from flowlike.settings import Log


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def records(log: Log, stream: io.StringIO | None = None) -> io.StringIO:
    target = stream or io.StringIO()
    configure(log, target)
    return target


def parsed(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_off_a_terminal_it_is_json() -> None:
    stream = records(Log())
    structlog.get_logger().warning("queue full", waiting=3, names=("a", "b"), more={"n": None})
    [record] = parsed(stream)
    assert record.pop("timestamp").endswith("Z")
    assert record == {
        "level": "warning",
        "event": "queue full",
        "waiting": 3,
        "names": ["a", "b"],
        "more": {"n": None},
    }


def test_on_a_terminal_it_is_for_people() -> None:
    stream = records(Log(), Terminal())
    structlog.get_logger().info("ready", address="127.0.0.1:1", runs=2)
    line = stream.getvalue()
    assert line[8:] == " info    ready address=127.0.0.1:1 runs=2\n"


@pytest.mark.parametrize(("form", "first"), [("json", "{"), ("pretty", "0")])
def test_the_form_can_be_set(form: Any, first: str) -> None:
    for stream in (io.StringIO(), Terminal()):
        records(Log(format=form), stream)
        structlog.get_logger().info("x")
        assert stream.getvalue().startswith("{") is (first == "{")


def test_what_lies_below_the_level_is_not_said() -> None:
    stream = records(Log(level="warning"))
    structlog.get_logger().info("no")
    logging.getLogger("library").info("no")
    structlog.get_logger().error("yes")
    logging.getLogger("library").error("yes")
    assert [each["event"] for each in parsed(stream)] == ["yes", "yes"]


def test_libraries_speak_through_it_and_the_chatty_ones_less() -> None:
    stream = records(Log())
    logging.getLogger("library").info("from %s", "there")
    logging.getLogger("sqlalchemy.engine").info("SELECT …")
    logging.getLogger("_granian").warning("odd")
    assert [each["event"] for each in parsed(stream)] == ["from there", "odd"]


def test_bound_context_is_in_each_record() -> None:
    stream = records(Log())
    structlog.contextvars.bind_contextvars(request_id="r1")
    structlog.get_logger().info("one")
    logging.getLogger("library").warning("two")
    assert [each["request_id"] for each in parsed(stream)] == ["r1", "r1"]


@pytest.mark.parametrize("form", ["json", "pretty"])
def test_a_fault_comes_with_its_place(form: Any) -> None:
    stream = records(Log(format=form))
    try:
        message = "ses_" + "x" * 43
        raise ValueError(message)
    except ValueError:
        structlog.get_logger().exception("a fault")
    text = stream.getvalue()
    assert "test_a_fault_comes_with_its_place" in text
    assert f"ValueError: {REDACTED}" in text


def test_long_texts_are_cut() -> None:
    stream = records(Log())
    structlog.get_logger().info("x" * 100_000, body="y" * 100_000)
    assert len(stream.getvalue()) < 20_000


def test_odd_values_do_not_stop_it() -> None:
    class Odd:
        def __str__(self) -> str:
            return "odd\n"

    stream = records(Log())
    structlog.get_logger().info("x", odd=Odd(), half="\ud800", number=float("nan"), raw=b"\xff\n")
    [record] = parsed(stream)
    assert record["odd"] == "odd\n"
    assert record["half"] == "\ud800"
