"""Boards that behave, and boards that do not."""

from flowlike.board.definition import DataType, ValueType
from flowlike.board.model import Board, Variable
from tests.engine.drawing import Step, draw, event, step

RETURN = "events_generic_return_result"


def greeting() -> Board:
    """Neither loops nor waits: ``{"name": "Ada"}`` gives ``"Hello Ada"``."""
    return draw(
        {
            "start": event(name="String"),
            "text": step(
                "string_format", format_string="Hello {a}", takes={"a": "Generic"}, a="@start.name"
            ),
            "end": step(RETURN, response="@text.formatted_string"),
        },
        "start > end",
    )


def counting(rounds: int = 100) -> Board:
    """Loops, and gives the number of its rounds."""
    return draw(
        {
            "start": step("events_simple"),
            "loop": step("control_while_loop", condition=True, max_iter=rounds),
            "add": step("variable_increment", var_ref="total"),
            "read": step("variable_get", var_ref="total"),
            "end": step(RETURN, response="@read.value_ref"),
        },
        "start > loop > add",
        "loop.done > end",
        variables={"total": Variable(name="Total", type=DataType.INTEGER, default=0)},
    )


def waiting(milliseconds: float) -> Board:
    """Waits once."""
    return draw(
        {
            "start": step("events_simple"),
            "wait": step("delay", time=milliseconds),
            "end": step(RETURN, response="waited"),
        },
        "start > wait > end",
    )


def failing() -> Board:
    """Fails at once."""
    return draw(
        {"start": step("events_simple"), "fail": step("control_fail", message="no")},
        "start > fail",
    )


def endless() -> Board:
    """Two nodes that fire each other for ever."""
    return draw(
        {
            "start": step("events_simple"),
            "one": step("variable_set", var_ref="x", value_in=1),
            "two": step("variable_set", var_ref="x", value_in=2),
        },
        "start > one > two > one",
        variables={"x": Variable(name="x", type=DataType.INTEGER, default=0)},
    )


def endless_waiting() -> Board:
    """Waits for ever, a little at a time."""
    return draw(
        {"start": step("events_simple"), "wait": step("delay", time=5.0)},
        "start > wait > wait",
    )


def eater() -> Board:
    """Keeps 8 MiB more with each round, for ever."""
    steps, text = _doubled(20, "12345678")
    steps |= {
        "start": step("events_simple"),
        "keep": step("array_push_ref", var_ref="kept", value=text),
    }
    kept = Variable(name="kept", type=DataType.GENERIC, value_type=ValueType.ARRAY, default=[])
    return draw(steps, "start > keep > keep", variables={"kept": kept})


def _doubled(times: int, text: str) -> tuple[dict[str, Step], str]:
    """Nodes that double a text again and again, and the wire from the last."""
    steps: dict[str, Step] = {}
    for number in range(times):
        steps[f"t{number}"] = step(
            "string_format", format_string="{a}{a}", takes={"a": "Generic"}, a=text
        )
        text = f"@t{number}.formatted_string"
    return steps, text


def stuck(links: int = 2_000) -> Board:
    """Computes for minutes between two checkpoints, of which it has none."""
    steps, text = _doubled(23, "a")
    steps["start"] = step("events_simple")
    found: str | bool = True
    for number in range(links):
        steps[f"m{number}"] = step("regex_match", string=text, pattern="(a|b)*c")
        steps[f"b{number}"] = step(
            "bool_and", {"boolean": found, "boolean#2": f"@m{number}.matched"}
        )
        found = f"@b{number}.result"
    steps["end"] = step(RETURN, response=found)
    return draw(steps, "start > end")
