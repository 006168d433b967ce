"""``flowlike runs`` and ``flowlike trace RUN``: what a server kept, read from its folder."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flowlike.cli.runs import since
from flowlike.database.ids import new_id
from flowlike.errors import UsageError
from flowlike.runs.archive import Archive
from flowlike.runs.kept import KeptRun
from flowlike.trace.records import Program, ProgramNode, encode_block
from tests.cli.calls import Calls
from tests.serving import lines_of

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = 3_600_000_000
START = ProgramNode("start", "start@1", "Start", (), ("exec_out",))
PROGRAM = encode_block([Program("hash", "triage", "Triage", (START,))])


def block(run_id: str) -> bytes:
    return encode_block(
        [
            (0, run_id, "start", None, "hash", "steps", 1_000_000_000, 0),
            (1, 1, 0, 0, -1, 0, 400, 0b1, 0, ()),
            (6, "completed", None, 1, 0, None, 1500),
        ]
    )


@pytest.fixture
def kept(call: Calls) -> dict[str, str]:
    """Three runs of two apps; ids by name. The newest was kept without a trace."""
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    ids = {name: new_id() for name in ("old", "failed", "new")}
    runs = {
        "old": KeptRun(
            run_id=ids["old"], app="shop", board="triage", event="order", trigger="http"
        ),
        "failed": KeptRun(
            run_id=ids["failed"],
            app="other",
            board="sums",
            trigger="editor",
            error_code="math.division-by-zero",
            error_message="Division by \x1b[31mzero.",
            error_node="divide",
        ),
        "new": KeptRun(run_id=ids["new"], app="shop", board="triage", trigger="api"),
    }
    ages = {"old": 5 * HOUR, "failed": HOUR, "new": 0}

    async def keep() -> None:
        archive = Archive(call.folder / "data" / "runs")
        for name, run in runs.items():
            started = now - ages[name] - 1_000_000
            whole = KeptRun(
                **{
                    **{field: getattr(run, field) for field in run.__struct_fields__},
                    "status": "failed" if run.error_code else "completed",
                    "started_us": started,
                    "ended_us": started + 1_500,
                    "steps": 7,
                }
            )
            trace = None if name == "new" else block(ids[name])
            archive.keep(whole, trace, PROGRAM if trace else None)
        await archive.close()

    asyncio.run(keep())
    return ids


def listed(call: Calls, *options: str) -> list[str]:
    done = call("runs", "--data", "data", "--json", *options)
    assert done.code == 0, done.err
    return [each["run_id"] for each in lines_of(done.out)]


def test_runs_of_all_apps_are_listed_newest_first(call: Calls, kept: dict[str, str]) -> None:
    done = call("runs", "--data", "data")
    head, *rows = done.out.splitlines()
    assert head.split()[:3] == ["run", "started", "(UTC)"]
    assert [row.split()[0] for row in rows] == [kept["new"], kept["failed"], kept["old"]]
    assert "1.5 ms" in rows[0]
    assert rows[1].endswith("7      math.division-by-zero")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["new", "failed", "old"]),
        (["--limit", "1"], ["new"]),
        (["--app", "shop"], ["new", "old"]),
        (["--app", "nothing"], []),
        (["--board", "sums"], ["failed"]),
        (["--event", "order"], ["old"]),
        (["--trigger", "editor"], ["failed"]),
        (["--status", "failed", "--status", "timeout"], ["failed"]),
        (["--since", "2h"], ["new", "failed"]),
        (["--query", "error:math.division-by-zero"], ["failed"]),
    ],
)
def test_some_of_them(
    call: Calls, kept: dict[str, str], options: list[str], expected: list[str]
) -> None:
    assert listed(call, *options) == [kept[name] for name in expected]


def test_a_run_as_data(call: Calls, kept: dict[str, str]) -> None:
    [run] = lines_of(call("runs", "--data", "data", "--json", "--app", "other").out)
    assert run["status"] == "failed"
    assert run["error"]["code"] == "math.division-by-zero"
    assert run["started_at"] < run["ended_at"]
    assert "\x1b" not in call("runs", "--data", "data").out


def test_many_pages_are_one_list(call: Calls) -> None:
    async def keep() -> None:
        archive = Archive(call.folder / "data" / "runs")
        for number in range(450):
            archive.keep(
                KeptRun(run_id=new_id(), app="shop", status="completed", started_us=number)
            )
        await archive.close()

    asyncio.run(keep())
    assert len(listed(call, "--limit", "430")) == 430
    assert len(set(listed(call, "--limit", "1000"))) == 450


def test_no_run_is_said(call: Calls) -> None:
    asyncio.run(Archive(call.folder / "data" / "runs").close())
    done = call("runs", "--data", "data")
    assert (done.code, done.out, done.err) == (0, "", "no runs\n")


def test_a_folder_without_runs_is_explained(call: Calls) -> None:
    done = call("runs", "--data", "data")
    assert done.code == 2
    assert "[runs.no-archive]" in done.err


def test_one_run_is_shown(call: Calls, kept: dict[str, str]) -> None:
    done = call("trace", kept["old"], "--data", "data")
    assert done.code == 0, done.err
    assert done.out.startswith(f"run {kept['old']}: Triage, from start")
    assert "Start (start)" in done.out
    [data] = lines_of(call("trace", kept["old"], "--data", "data", "--json").out)
    assert data["steps"] == 1


def test_a_run_without_a_trace_and_one_that_is_none(call: Calls, kept: dict[str, str]) -> None:
    done = call("trace", kept["new"], "--data", "data")
    assert (done.code, "[cli.no-trace]" in done.err) == (2, True)
    done = call("trace", new_id(), "--data", "data")
    assert (done.code, "[cli.no-run]" in done.err) == (2, True)


def test_a_file_named_like_a_run_is_a_file(call: Calls, kept: dict[str, str]) -> None:
    call.file(kept["old"], b"no trace")
    assert "[trace." in call("trace", kept["old"], "--data", "data").err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", NOW - timedelta(minutes=30)),
        ("45s", NOW - timedelta(seconds=45)),
        ("2h", NOW - timedelta(hours=2)),
        ("7d", NOW - timedelta(days=7)),
        ("2026-05-01", datetime(2026, 5, 1, tzinfo=UTC)),
        ("2026-05-01T10:30", datetime(2026, 5, 1, 10, 30, tzinfo=UTC)),
        ("2026-05-01T10:30+02:00", datetime(2026, 5, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_moments(text: str, expected: datetime) -> None:
    assert since(text, NOW) == int(expected.timestamp() * 1_000_000)


@pytest.mark.parametrize("text", ["x", "2x", "h", "-2h", "yesterday", "٣h", "9" * 30 + "d"])
def test_no_moments(text: str) -> None:
    with pytest.raises(UsageError):
        since(text, NOW)


def test_the_archive_is_only_read(call: Calls, kept: dict[str, str]) -> None:
    def state(folder: Path) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in folder.rglob("*.trace")}

    before = state(call.folder / "data")
    call("runs", "--data", "data")
    call("trace", kept["old"], "--data", "data")
    assert state(call.folder / "data") == before
