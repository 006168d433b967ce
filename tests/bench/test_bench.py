"""Each bench runs and prints what it promises. Nothing here looks at how fast anything is."""

import json
import shutil

import pytest

from bench import troubled
from bench.__main__ import BENCHES, main
from bench.harness import Task, take

KEYS = {"bench", "value", "unit", "baseline", "ratio", "machine"}


def test_without_a_name_the_benches_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(f"{name}: " in listed for name in BENCHES)


@pytest.mark.parametrize(
    "name",
    [
        *("engine.off", "engine.errors", "engine.steps", "engine.data", "engine.steps_written"),
        *("engine.step_us.steps", "engine.async", "engine.async_p99_ms", "engine.cancel_ms"),
        *("compile.1000.cold_ms", "compile.1000.parse_ms", "compile.1000.program_ms"),
        *("boards.apply_ms", "boards.open_ms", "boards.undo_ms"),
        *("compile.1000.check_ms", "compile.1000.dump_ms", "start.engine_ms", "start.run_ms"),
        "start.ready_ms",
    ],
)
def test_a_figure_is_one_json_object_a_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--json", "--seconds", "0.01"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    figure = json.loads(line)
    assert figure.keys() == KEYS
    assert figure["bench"] == name
    assert figure["value"] >= 0
    assert figure["baseline"] > 0


def test_an_unknown_bench_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"])
    assert ended.value.code == 2
    assert "engine" in capsys.readouterr().err


def test_the_table_names_machine_and_bar(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["engine.off", "--seconds", "0.01"]) == 0
    machine, line = capsys.readouterr().out.splitlines()
    assert "cores" in machine
    assert "bar 1,000,000" in line


def test_a_rate_is_divided_by_loops_a_second() -> None:
    taken = take(Task("test.rate", "runs/s", lambda: lambda _: 100.0), 0.01)
    assert taken.figure.ratio == pytest.approx(100.0 / taken.figure.baseline)
    assert taken.rounds >= 1


def test_a_figure_that_cannot_be_taken_says_why(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert main(["http.c16", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bench"] == "http.c16"
    assert "wrk" in told["unavailable"]
    assert main(["http.c16"]) == 0
    assert "unavailable: wrk is not installed" in capsys.readouterr().out


def test_a_server_in_trouble_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(troubled, "POLLS", 50)
    assert main(["http.troubled", "--json", "--seconds", "0.01"]) == 0
    figure = json.loads(capsys.readouterr().out)
    assert figure["bench"] == "http.troubled.live_p99_ms"
    assert figure["value"] > 0


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_a_server_is_asked_by_wrk(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["http.c1.p50_ms", "--json", "--seconds", "0.01"]) == 0
    figure = json.loads(capsys.readouterr().out)
    assert figure["unit"] == "ms"
    assert figure["value"] > 0
    assert figure["baseline"] > 0
