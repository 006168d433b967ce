import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest

from flowlike.board.definition import DataType
from flowlike.engine.host import Host
from flowlike.engine.program import Program
from flowlike.engine.run import Cancellation, Limits, RunResult
from flowlike.errors import UsageError
from flowlike.nodes import NodeFailure, Pin, node, pure
from flowlike.testing import FakeClock
from tests.engine.drawing import Step, Types, Variable, compiled, draw, event, step

_seen: list[Any] = []
_call: Callable[[], object] = lambda: None


@node(name="r_call", title="Call", category="Test")
def call() -> None:
    """Calls what the test wants."""
    _call()


@pure(name="r_range", title="Range", category="Test")
def numbers(n: int) -> list[int]:
    """0 to n - 1."""
    return list(range(n))


@node(name="r_turn", title="Turn", category="Test")
async def turn(n: int) -> Annotated[int, Pin("n")]:
    """Lets others go first, the sooner begun the longer; fails for 13."""
    for _ in range(max(0, 20 - n)):
        await asyncio.sleep(0)
    _seen.append(n)
    if n == 13:
        raise NodeFailure("test.thirteen", "Bad luck.")
    return n


@node(name="r_forever", title="Forever", category="Test")
async def forever() -> None:
    """Waits until it is told not to."""
    _seen.append("waiting")
    try:
        await asyncio.Event().wait()
    finally:
        _seen.append("stopped")


@node(name="r_memory", title="Memory", category="Test")
def memory() -> None:
    """Needs too much."""
    raise MemoryError


@node(name="r_deep", title="Deep", category="Test")
def deep() -> None:
    """Recurses without end."""
    deep.function()  # type: ignore[misc]  # it is set


TYPES = Types(call, numbers, turn, forever, memory, deep)
COUNT = {"count": Variable(name="Count", type=DataType.INTEGER, default=0)}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    _seen.clear()


def program(
    steps: dict[str, Step],
    *flow: str,
    variables: dict[str, Variable] | None = None,
    pinned: bool = False,
    trace: str = "off",
) -> Program:
    steps = {"start": step("events_simple"), **steps}
    board = draw(steps, *flow, variables=variables, types=TYPES)
    return compiled(board, TYPES, pinned=pinned, trace=trace)


def looping(*, await_: bool = False) -> Program:
    """A circle of control that never ends; two steps a round (one more with a wait)."""
    steps = {
        "a": step("variable_increment", var_ref="count"),
        "b": step("r_turn", n=50) if await_ else step("log_progress"),
    }
    return program(steps, "start > a > b > a", variables=COUNT)


def code(result: RunResult) -> str:
    assert result.error is not None
    return result.error.code


# Budget and time.


@pytest.mark.parametrize("steps", [1, 2, 3, 100, 255, 256, 257, 1_000, 12_345])
@pytest.mark.parametrize("await_", [False, True])
def test_a_loop_ends_at_the_budget(steps: int, await_: bool) -> None:
    result = looping(await_=await_).run(limits=Limits(steps=steps))
    assert (result.status, code(result)) == ("failed", "engine.step-budget")
    assert result.error is not None
    assert result.error.remedy


@pytest.mark.parametrize("rounds", [0, 1, 10, 300])
def test_the_budget_is_exact_for_a_loop(rounds: int) -> None:
    steps = {
        "many": step("r_range", n=rounds),
        "loop": step("control_for_each", array="@many.result"),
        "body": step("log_progress"),
    }
    looped = program(steps, "start > loop > body")
    needed = looped.run().steps
    assert looped.run(limits=Limits(steps=needed + 1)).status == "completed"
    if rounds > 1:
        ended = looped.run(limits=Limits(steps=needed // 2))
        assert code(ended) == "engine.step-budget"


def test_the_time_limit_ends_a_busy_loop() -> None:
    result = looping().run(limits=Limits(steps=10**12, seconds=0.02))
    assert (result.status, code(result)) == ("timeout", "engine.timeout")


def test_the_time_limit_ends_an_awaiting_loop() -> None:
    result = looping(await_=True).run(limits=Limits(steps=10**12, seconds=0.02))
    assert (result.status, code(result)) == ("timeout", "engine.timeout")


def test_the_time_limit_ends_a_wait() -> None:
    result = program({"wait": step("r_forever")}, "start > wait").run(limits=Limits(seconds=0.01))
    assert (result.status, code(result)) == ("timeout", "engine.timeout")
    assert _seen == ["waiting", "stopped"]


def test_a_while_loop_stops_at_its_bound_with_a_warning() -> None:
    steps = {
        "while": step("control_while_loop", condition=True, max_iter=5),
        "body": step("variable_increment", var_ref="count"),
        "answer": step("events_generic_return_result", response="@body.value"),
    }
    result = program(steps, "start > while > body", "while.done > answer", variables=COUNT).run()
    assert result.outputs == 5
    assert result.logs[0].fields == {"code": "max_iter_reached"}


@pytest.mark.parametrize(
    ("bound", "status"), [(10**6, "failed"), (10**6 + 1, "failed"), (2**63 - 1, "failed")]
)
def test_a_huge_bound_is_no_way_around_the_budget(bound: int, status: str) -> None:
    steps = {
        "while": step("control_while_loop", condition=True, max_iter=bound),
        "body": step("log_progress"),
    }
    result = program(steps, "start > while > body").run(limits=Limits(steps=500))
    assert result.status == status
    expected = "engine.step-budget" if bound == 10**6 else "engine.too-many-rounds"
    assert code(result) == expected


def test_a_negative_bound_runs_nothing() -> None:
    steps = {
        "while": step("control_while_loop", condition=True, max_iter=-1),
        "body": step("r_memory"),
    }
    assert program(steps, "start > while > body").run().status == "completed"


def test_a_list_beyond_the_bound_is_refused() -> None:
    steps = {
        "many": step("r_range", n=1_000_001),
        "loop": step("control_for_each", array="@many.result"),
        "body": step("log_progress"),
    }
    result = program(steps, "start > loop > body").run()
    assert code(result) == "engine.too-many-rounds"


# Cancelling.


def test_a_run_cancelled_before_it_begins() -> None:
    wish = Cancellation()
    wish.request()
    for looped in (looping(), looping(await_=True)):
        result = looped.run(cancel=wish)
        assert (result.status, code(result)) == ("cancelled", "engine.cancelled")


def test_a_busy_run_is_cancelled_from_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    wish, began = Cancellation(), threading.Event()
    monkeypatch.setitem(globals(), "_call", began.set)
    busy = program({"a": step("r_call"), "b": step("log_progress")}, "start > a > b > a")

    def end() -> None:
        began.wait()
        wish.request()

    ends = threading.Thread(target=end)
    ends.start()
    result = busy.run(cancel=wish, limits=Limits(steps=10**12))
    ends.join()
    assert result.status == "cancelled"


async def begun() -> None:
    """Gives way until a run waits."""
    for _ in range(5):
        await asyncio.sleep(0)
    assert _seen == ["waiting"]


def test_a_waiting_run_is_cancelled() -> None:
    wish = Cancellation()
    waiting = program({"wait": step("r_forever")}, "start > wait")

    async def main() -> RunResult:
        task = asyncio.create_task(waiting.run_async(cancel=wish))
        await begun()
        wish.request()
        return await task

    result = asyncio.run(main())
    assert (result.status, code(result)) == ("cancelled", "engine.cancelled")
    assert _seen == ["waiting", "stopped"]


def test_the_task_of_a_run_can_be_cancelled_by_its_owner() -> None:
    waiting = program({"wait": step("r_forever")}, "start > wait")

    async def main() -> None:
        task = asyncio.create_task(waiting.run_async())
        await begun()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert _seen == ["waiting", "stopped"]


def test_a_wish_can_be_used_for_a_second_run() -> None:
    wish = Cancellation()
    short = program({"turn": step("r_turn", n=19)}, "start > turn")
    assert short.run(cancel=wish).status == "completed"
    wish.request()
    assert short.run(cancel=wish).status == "cancelled"


@pytest.mark.parametrize("kind", ["control_try", "control_sequence"])
def test_no_board_catches_the_end_of_its_run(kind: str) -> None:
    steps = {
        "guard": step(kind, settings={"on_body_error": "continue"}),
        "a": step("log_progress"),
        "b": step("log_progress"),
        "other": step("log_info"),
    }
    body, after = ("try", "finally") if kind == "control_try" else ("exec_out", "exec_out#2")
    guarded = program(steps, "start > guard", f"guard.{body} > a > b > a", f"guard.{after} > other")
    result = guarded.run(limits=Limits(steps=1_000))
    assert (code(result), result.logs, result.handled_errors) == ("engine.step-budget", (), 0)


def guarded_by_try(kind: str) -> RunResult:
    steps = {
        "try": step("control_try"),
        "bad": step(kind),
        "catch": step("log_info", message="@try.error"),
    }
    return program(steps, "start > try > bad", "try.catch > catch").run()


def test_want_of_memory_ends_the_run() -> None:
    result = guarded_by_try("r_memory")
    assert (result.status, code(result)) == ("failed", "run.memory")
    assert result.logs == ()


@pytest.mark.parametrize("awaiting", [False, True])
def test_want_of_memory_is_a_result_where_nothing_stands_around_it(awaiting: bool) -> None:
    steps = {"start": step("events_simple"), "bad": step("r_memory"), "turn": step("r_turn", n=20)}
    result = program(steps, "start > turn > bad" if awaiting else "start > bad").run()
    assert (result.status, code(result)) == ("failed", "run.memory")


def test_a_node_that_recurses_too_deeply_fails_like_any_other() -> None:
    result = guarded_by_try("r_deep")
    assert (result.status, result.handled_errors) == ("completed", 1)
    assert result.logs[0].message == "The run is nested too deeply."


# Functions.


def calling(depth: int, *, mutual: bool = False) -> RunResult:
    """A function that calls itself (or another that calls it) until the count is reached."""
    steps = {
        "first": step("control_call_reference", fn_ref="fn"),
        "fn": step("events_simple"),
        "count": step("variable_increment", var_ref="count"),
        "less": step("int_less_than", integer1="@count.value", integer2=depth),
        "if": step("control_branch", condition="@less.less_than"),
        "again": step("control_call_reference", fn_ref="other" if mutual else "fn"),
        "other": step("events_simple"),
        "back": step("control_call_reference", fn_ref="fn"),
        "answer": step("events_generic_return_result", response="@count.value"),
    }
    flow = ["start > first", "fn > count > if", "if.true > again", "other > back"]
    deep_calls = program(steps, *flow, variables=COUNT)
    return deep_calls.run()


@pytest.mark.parametrize("mutual", [False, True])
def test_a_function_may_call_itself_64_deep(mutual: bool) -> None:
    assert calling(65, mutual=mutual).status == "completed"
    result = calling(66, mutual=mutual)
    assert (result.status, code(result)) == ("failed", "engine.recursion")


def test_each_call_has_its_own_values() -> None:
    steps = {
        "start": event(n="Integer"),
        "call": step("control_call_reference", fn_ref="fn", n=3, takes={"n": "Integer"}),
        "fn": event(n="Integer"),
        "more": step("int_greater_than", integer1="@fn.n", integer2=0),
        "if": step("control_branch", condition="@more.greater_than"),
        "less": step("int_subtract", integer1="@fn.n", integer2=1),
        "again": step(
            "control_call_reference", fn_ref="fn", n="@less.difference", takes={"n": "Integer"}
        ),
        "say": step("log_info", message="@fn.n"),
    }
    result = program(
        steps, "start > call", "fn > if", "if.true > again > say", "if.false > say"
    ).run({"n": 0})
    assert result.error is None
    assert [each.message for each in result.logs] == ["0", "1", "2", "3"]


# Where and how often.


def test_run_inside_a_loop_is_refused_for_awaiting_programs_only() -> None:
    waiting = program({"turn": step("r_turn", n=1)}, "start > turn")
    plain = program({"say": step("log_info")}, "start > say")

    async def main() -> RunResult:
        with pytest.raises(UsageError) as caught:
            waiting.run()
        assert caught.value.code == "engine.in-loop"
        assert "run_async" in caught.value.remedy
        assert plain.run().status == "completed"
        return await plain.run_async()

    assert asyncio.run(main()).status == "completed"
    assert (waiting.is_async, plain.is_async) == (True, False)


def counting(*, await_: bool) -> Program:
    """Adds the payload's number to a variable ten times and answers with it."""
    steps = {
        "start": event(n="Integer"),
        "many": step("r_range", n=10),
        "loop": step("control_for_each", array="@many.result"),
        "add": step("variable_increment", var_ref="count"),
        "turn": step("r_turn", n="@start.n") if await_ else step("log_info", message="@start.n"),
        "get": step("variable_get", var_ref="count"),
        "sum": step("int_add", integer1="@get.value_ref", integer2="@start.n"),
        "answer": step("events_generic_return_result", response="@sum.sum"),
    }
    return program(steps, "start > loop > add > turn", "loop.done > answer", variables=COUNT)


def test_200_runs_of_one_program_at_once_share_nothing() -> None:
    counted = counting(await_=True)

    async def main() -> list[RunResult]:
        given = (number + 100 for number in range(200))
        return await asyncio.gather(*(counted.run_async({"n": each}) for each in given))

    results = asyncio.run(main())
    assert [each.outputs for each in results] == [number + 110 for number in range(200)]
    assert {each.steps for each in results} == {results[0].steps}


@pytest.mark.parametrize("await_", [False, True])
def test_threads_may_run_one_program_at_once(await_: bool) -> None:
    counted = counting(await_=await_)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: counted.run({"n": n}), range(100, 180)))
    assert [each.outputs for each in results] == [number + 10 for number in range(100, 180)]
    if not await_:
        for number, result in enumerate(results):
            assert {each.message for each in result.logs} == {str(number + 100)}


# Parallel work.


def parallel(n: int, most: int = 30, **settings: Any) -> RunResult:
    steps = {
        "many": step("r_range", n=n),
        "each": step(
            "control_par_for_each",
            array="@many.result",
            max_concurrent=most,
            settings=settings,
        ),
        "turn": step("r_turn", n="@each.value"),
        "count": step("variable_increment", var_ref="count"),
        "say": step("log_info", message="@turn.n"),
        "answer": step("events_generic_return_result", response="@count.value"),
    }
    flow = ["start > each > turn > count", "each.done > say > answer"]
    return program(steps, *flow, variables=COUNT).run()


@pytest.mark.parametrize("most", [0, -5, 1, 2, 30])
def test_frames_are_joined_in_the_order_of_the_items(most: int) -> None:
    result = parallel(12, most)
    assert result.error is None
    assert result.logs[-1].message == "11"
    assert sorted(_seen) == list(range(12))
    if most == 1:
        assert _seen == list(range(12))
    if most in (0, 30):
        assert _seen == list(reversed(range(12)))


def test_nothing_in_parallel_is_done_at_once() -> None:
    result = parallel(0)
    assert result.status == "failed"
    assert code(result) == "engine.no-value"


def test_a_failing_branch_cancels_the_others() -> None:
    result = parallel(19)
    assert (code(result), result.error and result.error.node) == ("test.thirteen", "turn")
    assert min(_seen) >= 12  # the others had not come so far


def test_a_failing_branch_is_passed_over_if_the_node_goes_on() -> None:
    result = parallel(19, on_body_error="continue")
    assert result.status == "completed"
    assert result.outputs is not None
    assert sorted(_seen) == list(range(19))
    assert result.handled_errors == 1
    assert result.logs[0].message == "Bad luck."
    assert result.logs[0].fields == {"code": "test.thirteen"}


def test_tasks_run_at_once() -> None:
    steps = {
        "tasks": step("control_par_execution"),
        "a": step("r_turn", n=1),
        "b": step("r_turn", n=5),
        "sum": step("int_add", integer1="@a.n", integer2="@b.n"),
        "answer": step("events_generic_return_result", response="@sum.sum"),
    }
    flow = ["tasks.exec_out > a", "tasks.exec_out#2 > b", "tasks.exec_done > answer"]
    assert program(steps, "start > tasks", *flow).run().outputs == 6
    assert _seen == [5, 1]


@pytest.mark.parametrize(("n", "way"), [(5, "completed"), (None, "timed out")])
def test_a_timeout_stops_its_body(n: int | None, way: str) -> None:
    steps = {
        "limit": step("control_timeout", timeout_ms=5_000.0 if n else 5.0),
        "body": step("r_turn", n=n) if n else step("r_forever"),
        "yes": step("log_info", message="completed"),
        "no": step("log_info", message="timed out"),
    }
    flow = ["start > limit > body", "limit.exec_completed > yes", "limit.exec_timed_out > no"]
    result = program(steps, *flow).run()
    assert [each.message for each in result.logs] == [way]
    assert _seen == ([5] if n else ["waiting", "stopped"])


def test_a_negative_timeout_fails() -> None:
    steps = {"limit": step("control_timeout", timeout_ms=-1.0), "body": step("r_turn", n=1)}
    result = program(steps, "start > limit > body").run()
    assert code(result) == "engine.negative-time"


def test_a_timeout_of_a_node_inside_is_not_the_timeout_of_the_outer_one() -> None:
    @node(name="r_own", title="Own", category="Test")
    async def own() -> None:
        """Raises a TimeoutError of its own."""
        raise TimeoutError("the other side")

    types = Types(own)
    steps = {
        "start": step("events_simple"),
        "limit": step("control_timeout"),
        "body": step("r_own"),
        "no": step("log_info", message="timed out"),
    }
    board = draw(steps, "start > limit > body", "limit.exec_timed_out > no", types=types)
    result = compiled(board, types).run()
    assert (result.status, result.logs) == ("failed", ())


def test_the_clock_is_the_hosts() -> None:
    clock = FakeClock()
    waiting = program({"wait": step("delay", time=60_000.0)}, "start > wait")
    assert waiting.run(host=Host(clock=clock)).status == "completed"
    assert clock.slept == [60.0]


@node(name="r_exit", title="Exit", category="Test")
def leave() -> None:
    """Tries to end the process."""
    raise SystemExit(1)


@pytest.mark.parametrize("way", ["sync", "awaiting", "parallel", "handled"])
def test_a_node_that_tries_to_end_the_process_fails_like_any_other(way: str) -> None:
    steps = {"start": step("events_simple"), "exit": step("r_exit")}
    flow = ["start > exit"]
    if way == "awaiting":
        steps["turn"] = step("r_turn", n=20)
        flow = ["start > turn > exit"]
    elif way == "parallel":
        steps["both"] = step("control_par_execution")
        flow = ["start > both > exit"]
    types = Types(leave, turn)
    program = compiled(draw(steps, *flow, types=types), types)
    if way == "handled":
        result = asyncio.run(program.run_async(cancel=Cancellation()))
    else:
        result = program.run(cancel=Cancellation())
    assert (result.status, code(result)) == ("failed", "node.exited")
    assert result.error is not None
    assert result.error.node == "exit"
