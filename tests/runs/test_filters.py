import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.errors import UsageError
from flowlike.runs.filters import Cursor, RunFilter
from tests.runs.samples import NOW_US, kept


@given(st.integers(0, 2**62), st.text(max_size=30))
def test_a_cursor_comes_back(at: int, run_id: str) -> None:
    cursor = Cursor(at, run_id)
    assert Cursor.parse(str(cursor)) == cursor
    assert str(cursor).replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("text", ["!", "AAAA", "x", "kgGhYQ ", "ä", "' OR 1=1 --", "k" * 5000])
def test_a_cursor_of_somebody_else(text: str) -> None:
    with pytest.raises(UsageError, match=r"runs\.cursor"):
        Cursor.parse(text)
    with pytest.raises(UsageError, match=r"runs\.cursor"):
        RunFilter(before=text)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (RunFilter(), True),
        (RunFilter(status=("failed",)), True),
        (RunFilter(status=("completed", "failed")), True),
        (RunFilter(status=("completed",)), False),
        (RunFilter(event="order"), True),
        (RunFilter(event="orders"), False),
        (RunFilter(board="orders", trigger="http", actor="ada"), True),
        (RunFilter(trigger="mail"), False),
        (RunFilter(actor="bob"), False),
        (RunFilter(since_us=NOW_US), True),
        (RunFilter(since_us=NOW_US + 1), False),
        (RunFilter(until_us=NOW_US + 1), True),
        (RunFilter(until_us=NOW_US), False),
        (RunFilter(before=str(Cursor(NOW_US, "zz"))), True),
        (RunFilter(before=str(Cursor(NOW_US, ""))), False),
        (RunFilter(q="NO PRICE"), True),
        (RunFilter(q='"no price"'), True),
        (RunFilter(q="price -"), False),
        (RunFilter(q="status:failed error:node.failed node:add"), True),
        (RunFilter(q="status:completed"), False),
        (RunFilter(q="-status:completed"), True),
        (RunFilter(q="-event:order"), False),
        (RunFilter(q="version:1.2.0 board:orders trigger:http actor:ada"), True),
    ],
)
def test_which_runs_are_shown(asked: RunFilter, shown: bool) -> None:
    run = kept(7, status="failed", started_us=NOW_US)
    assert asked.shows(run) is shown


def test_a_search_for_the_run_itself() -> None:
    run = kept()
    assert RunFilter(q=f"run:{run.run_id}").shows(run)
    assert RunFilter(q=run.run_id[5:20].upper()).shows(run)
    assert not RunFilter(q=f"-run:{run.run_id}").shows(run)
    assert RunFilter(q="request:request0").shows(run)
    assert not RunFilter(q="request:request").shows(run)
    assert RunFilter(q="Request").shows(run)


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(UsageError, match=r"runs\.status") as caught:
        RunFilter(status=("done",))  # type: ignore[arg-type]  # as from outside
    assert "completed" in caught.value.remedy
