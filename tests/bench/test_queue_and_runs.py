"""The benches of queue and archive run, with fewer runs than they are made for."""

import json
from collections.abc import Iterator

import pytest

from bench import runs
from bench.__main__ import main


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "RUNS", 300)
        patch.setattr(runs, "POOL", 200)
        yield
    for cached in (runs._pool, runs._folder, runs._ids):  # noqa: SLF001 - others measure more
        cached.cache_clear()


@pytest.mark.parametrize(
    "name", ["queue.done", "queue.backlog", "queue.put_p50_ms", "queue.start_p50_ms"]
)
def test_the_queue(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--json", "--seconds", "0.01"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["value"] > 0


def test_the_archive(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--json", "--seconds", "0.01"]) == 0
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {figure["bench"] for figure in figures} == {task.name for task in runs.tasks()}
    assert all(figure["value"] > 0 and figure["baseline"] > 0 for figure in figures)
