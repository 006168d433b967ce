"""T34: what people type into the search of runs and logs reaches no statement as text.

The corpus is what SQL injection tools try first. Each entry may find the runs that hold it, or be
refused as a search; it never finds others, never changes anything, and never is a fault.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, text

from flowlike.errors import FlowlikeError, UsageError
from flowlike.runs import search
from flowlike.runs.details import LogFilter, log_page
from flowlike.runs.filters import RunFilter
from flowlike.runs.reader import ArchiveReader
from tests.runs.samples import archive, kept
from tests.trace.samples import run_records, trace_of

CORPUS = (
    "'",
    "''",
    "'||'",
    "' OR '1'='1",
    "' OR 1=1 --",
    "'OR(1=1)OR'",
    '" OR ""="',
    "') OR ('a'='a",
    "'))OR(1=1)--",
    "1; DROP TABLE runs",
    "'; DROP TABLE runs; --",
    "name;DROP",
    "' UNION SELECT name FROM names --",
    "'/**/UNION/**/SELECT/**/1,2,3--",
    "%' AND randomblob(1000000000) AND '%'='",
    "' AND (SELECT count(*) FROM sqlite_master) > 0 --",
    "'||(SELECT name FROM names LIMIT 1)||'",
    "%",
    "_",
    "%%%%",
    "\\",
    "\\'",
    "\\%",
    "a\0b",
    "\u02bc OR 1=1",
    "\uff07 OR 1=1",
    "?",
    ":param_1",
    "{0}",
    "%s",
    "%(x)s",
    "status:' OR 1=1",
    "status:completed' --",
    "error:'||'",
    "run:' OR '1'='1",
    "-'",
    "- -- -",
    "event:a) OR (1=1",
    "started_us:1",
    "sort:name;DROP",
)
RUNS = [kept(number, run_id=f"r{number}", error_message="all is well") for number in range(20)]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ArchiveReader]:
    async def scenario() -> None:
        of = archive(tmp_path)
        for run in RUNS:
            of.keep(run)
        await of.close()

    asyncio.run(scenario())
    reader = ArchiveReader(tmp_path)
    yield reader
    reader.close()


def attempts(reader: ArchiveReader, value: str) -> Iterator[set[str]]:
    """What each place a person may type into gives."""
    makers: list[Any] = [
        lambda: RunFilter(q=value),
        lambda: RunFilter(q=f'"{value}"'),
        lambda: RunFilter(event=value),
        lambda: RunFilter(board=value),
        lambda: RunFilter(trigger=value),
        lambda: RunFilter(actor=value),
    ]
    for make in makers:
        try:
            asked = make()
        except UsageError:
            continue
        yield {run.run_id for run in reader.runs("shop", asked, 200).runs} - {
            run.run_id for run in RUNS if asked.shows(run)
        }
    if "\0" in value:
        with pytest.raises(UsageError):
            reader.run("shop", value)
        return
    yield {run.run_id for run in reader.runs(value, RunFilter(), 200).runs}
    found = reader.run("shop", value)
    yield {found.run_id} if found else set()


@pytest.mark.parametrize("value", CORPUS)
def test_it_finds_nothing_it_should_not_and_changes_nothing(
    reader: ArchiveReader, value: str
) -> None:
    assert not any(attempts(reader, value))
    assert {run.run_id for run in reader.runs("shop", RunFilter(), 200).runs} == {
        run.run_id for run in RUNS
    }
    outside: Any = value
    with pytest.raises(UsageError):
        RunFilter(status=(outside,))
    with pytest.raises(UsageError):
        RunFilter(before=value)


@pytest.mark.parametrize("value", CORPUS)
def test_logs_are_not_searched_by_statements_at_all(value: str) -> None:
    trace = trace_of(run_records())
    for typed in (value, f'"{value}"'):
        try:
            asked = LogFilter(q=typed)
        except UsageError:
            continue
        lines = log_page(trace, asked).lines
        wanted = all((term.value.lower() in "added count=2") is term.wanted for term in asked.terms)
        assert bool(lines) is wanted
    if not (value.isascii() and value.isdecimal()):
        with pytest.raises(UsageError):
            LogFilter(after=value)


def test_control_spelled_into_the_statement_it_would_work(
    reader: ArchiveReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spelled(value: str) -> ColumnElement[bool]:
        clause: Any = text(f"(runs.error_message LIKE '%{value}%')".replace(":", r"\:"))
        return clause  # type: ignore[no-any-return]  # a clause in its place

    monkeypatch.setattr(search, "_text", spelled)
    monkeypatch.setattr(search, "not_", lambda clause: clause)
    leaked = faults = 0
    for value in CORPUS:
        try:
            leaked += any(attempts(reader, value))
        except FlowlikeError:
            faults += 1
    assert leaked
    assert faults
