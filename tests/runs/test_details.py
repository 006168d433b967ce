import asyncio
from pathlib import Path
from typing import Any

import pytest

from flowlike.errors import TraceError, UsageError
from flowlike.runs.details import (
    LogFilter,
    NodeTotal,
    log_page,
    node_totals,
    payload_of,
)
from tests.runs.samples import archive, keep, kept
from tests.trace.samples import run_records, trace_of

MESSAGES = ("begin", "Added 5%", "careful", "oh no", "end")


def logging(count: int = 5, **fields: Any) -> Any:
    rows = run_records()
    rows[1:1] = [
        (3, number % 3, number % 5, MESSAGES[number % 5], fields or None, number * 1_000)
        for number in range(count)
    ]
    rows = [row for row in rows if not (row[0] == 3 and row[3] == "added")]
    return trace_of(rows)


def messages(trace: Any, asked: LogFilter, limit: int = 100) -> list[str]:
    return [line.message for line in log_page(trace, asked, limit).lines]


# ------------------------------------------------------------------ nodes


def test_totals_of_nodes_in_the_order_they_ran() -> None:
    rows = run_records()
    rows[-1:-1] = [(1, 3, 1, 0, 0, 300, 9_000_000, 1, 1, ()), (1, 4, 1, 0, 1, 400, 5_000, 1, 0, ())]
    assert node_totals(trace_of(rows)) == [
        NodeTotal("start", 1, 0, 0, 0),
        NodeTotal("add", 3, 1, 9_005, 9_000),
    ]


def test_without_steps_only_nodes_that_failed_are_known() -> None:
    rows = [row for row in run_records() if row[0] in {0, 6}]
    rows[1:1] = [(4, 2, "a", "A", 1), (4, 3, "a", "A", 1), (4, 0, "b", "B")]
    assert node_totals(trace_of(rows)) == [NodeTotal("add", 2, 2, 0, 0)]
    assert node_totals(trace_of(rows[:1])) == []


# ------------------------------------------------------------------ logs


def test_lines_say_where_and_when() -> None:
    (first, *_) = log_page(logging(), LogFilter()).lines
    assert (first.number, first.level, first.message, first.node) == (0, 0, "begin", "")
    lines = log_page(logging(), LogFilter()).lines
    assert [line.node for line in lines] == ["", "start", "add", "", "start"]
    assert [line.at_us for line in lines] == [0, 1, 2, 3, 4]


def test_without_steps_a_line_may_say_its_node() -> None:
    rows = [row for row in run_records() if row[0] in {0, 6}]
    rows[1:1] = [(3, 2, 1, "a", {"node": "add"}, 1), (3, 2, 1, "b", {"node": 5}, 2)]
    assert [line.node for line in log_page(trace_of(rows), LogFilter()).lines] == ["add", ""]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (LogFilter(level=2), "careful,oh no,end"),
        (LogFilter(level=4), "end"),
        (LogFilter(q="ADDED"), "Added 5%"),
        (LogFilter(q="%"), "Added 5%"),
        (LogFilter(q="-added -end"), "begin,careful,oh no"),
        (LogFilter(q="level:warning"), "careful"),
        (LogFilter(q="-level:warning"), "begin,Added 5%,oh no,end"),
        (LogFilter(q="node:start"), "Added 5%,end"),
        (LogFilter(q="-node:start"), "begin,careful,oh no"),
        (LogFilter(q='"oh no"', level=1), "oh no"),
        (LogFilter(q="nothing"), ""),
        (LogFilter(after="3"), "oh no,end"),
        (LogFilter(after="99"), ""),
    ],
)
def test_which_lines_are_shown(asked: LogFilter, found: str) -> None:
    assert ",".join(messages(logging(), asked)) == found


def test_fields_are_searched_too() -> None:
    assert len(messages(logging(2, tokens_in=77), LogFilter(q="tokens_in=77"))) == 2


def test_pages_follow_each_other() -> None:
    trace = logging(57)
    found: list[str] = []
    after = ""
    while True:
        page = log_page(trace, LogFilter(after=after, q="-begin"), 7)
        found += [line.message for line in page.lines]
        if not page.next:
            break
        assert len(page.lines) == 7
        after = page.next
    assert found == messages(trace, LogFilter(q="-begin"))
    assert len(log_page(logging(900), LogFilter(), 10**9).lines) == 500
    assert len(log_page(trace, LogFilter(), 0).lines) == 1


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "²", "0x10"])
def test_odd_cursors_and_queries_are_refused(after: str) -> None:
    with pytest.raises(UsageError, match=r"runs\.cursor"):
        LogFilter(after=after)
    with pytest.raises(UsageError, match=r"runs\.query"):
        LogFilter(q='"')


# ------------------------------------------------------------------ payload


def with_payload(content: Any) -> Any:
    rows = run_records()
    rows[0] = (*rows[0][:3], content, *rows[0][4:])
    return trace_of(rows)


def test_the_payload_if_it_was_kept() -> None:
    assert payload_of(with_payload(None)) is None
    assert payload_of(with_payload((7, 9, 0, {"a": 1}))) == {"a": 1}
    with pytest.raises(TraceError, match=r"trace\.not-kept"):
        payload_of(with_payload((7, 9, 3)))


def test_an_archive_answers_all_of_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        of = archive(tmp_path, batch_seconds=3600)
        keep(of, kept(run_id="r1"))
        for _ in range(2):
            nodes = await of.nodes("shop", "r1")
            logs = await of.logs("shop", "r1", LogFilter(q="added"))
            assert nodes is not None
            assert [total.node for total in nodes] == ["start", "add"]
            assert logs is not None
            assert [line.message for line in logs.lines] == ["added"]
            assert await of.payload("shop", "r1") is None
            await of.flush()
        await of.close()

    asyncio.run(scenario())
