import pytest

from flowlike.board.definition import DataType, PinDefinition
from flowlike.board.model import InstancePins, Layer, Output
from flowlike.engine.plan import cone, make_plan
from flowlike.engine.program import compile_board, find_start, starts, trace_level
from flowlike.errors import CompileError, UsageError
from tests.engine.drawing import Step, Types, compiled, draw, event, step

TYPES = Types()


def ids(steps: dict[str, Step], *flow: str) -> set[str]:
    """The nodes a program holds."""
    return set(compiled(draw(steps, *flow)).nodes)


def refused(steps: dict[str, Step], *flow: str) -> CompileError:
    with pytest.raises(CompileError) as caught:
        compiled(draw({"start": step("events_simple"), **steps}, *flow))
    assert caught.value.remedy
    return caught.value


def test_only_what_the_entry_reaches_is_compiled() -> None:
    steps = {
        "start": step("events_simple"),
        "say": step("log_info", message="@sum.sum"),
        "sum": step("int_add", integer1=1, integer2=2),
        "unused": step("int_add", integer1="@sum.sum", integer2=2),
        "other": step("events_simple"),
        "elsewhere": step("log_info"),
    }
    assert ids(steps, "start > say", "other > elsewhere") == {"start", "say", "sum"}


def test_what_is_wrong_elsewhere_does_not_matter() -> None:
    steps = {
        "start": step("events_simple"),
        "say": step("log_info"),
        "other": step("events_simple"),
        "gone": step("no_such_node"),
        "bare": step("int_add"),
        "get": step("variable_get", var_ref="nothing"),
        "bad": step("log_info", message="@get.value_ref"),
    }
    board = draw(steps, "start > say", "other > gone", "other > bad")
    assert compiled(board).run().status == "completed"
    with pytest.raises(CompileError):
        compiled(board, event="other")


def test_a_reachable_node_that_is_not_installed() -> None:
    error = refused({"gone": step("no_such_node")}, "start > gone.exec_in")
    assert (error.code, error.where.node) == ("engine.missing-node", "gone")
    assert "no_such_node@1" in error.message


def test_pure_nodes_in_a_circle() -> None:
    steps = {
        "a": step("int_add", integer1="@b.sum", integer2=1),
        "b": step("int_add", integer1="@a.sum", integer2=1),
        "say": step("log_info", message="@a.sum"),
    }
    error = refused(steps, "start > say")
    assert error.code == "board.pure-cycle"
    assert error.where.node in {"a", "b"}
    error = refused(
        {
            "a": step("int_add", integer1="@a.sum", integer2=1),
            "say": step("log_info", message="@a.sum"),
        },
        "start > say",
    )
    assert error.code == "board.pure-cycle"


def test_reroutes_in_a_circle() -> None:
    steps = {
        "r": step("reroute", route_in="@s.route_out"),
        "s": step("reroute", route_in="@r.route_out"),
        "say": step("log_info", message="@r.route_out"),
    }
    error = refused(steps, "start > say")
    assert error.code in {"engine.reroute-cycle", "board.pure-cycle"}
    assert error.where.node in {"r", "s"}


def test_reroutes_are_walked_through() -> None:
    steps = {
        "start": step("events_simple"),
        "sum": step("int_add", integer1=1, integer2=2),
        "r": step("reroute", route_in="@sum.sum"),
        "s": step("reroute", route_in="@r.route_out"),
        "say": step("log_info", message="@s.route_out"),
    }
    board = draw(steps, "start > say")
    assert set(compiled(board).nodes) == {"start", "sum", "say"}
    assert compiled(board).run().logs[0].message == "3"


def test_disabled_nodes_are_walked_through_on_their_first_way() -> None:
    steps = {
        "start": step("events_simple"),
        "if": step("control_branch", condition=False, settings={"disabled": True}),
        "off": step("log_info", settings={"disabled": True}),
        "yes": step("log_info", message="yes"),
        "no": step("log_info", message="no"),
    }
    board = draw(steps, "start > if", "if.true > off > yes", "if.false > no")
    assert set(compiled(board).nodes) == {"start", "yes"}
    assert [each.message for each in compiled(board).run().logs] == ["yes"]


def test_disabled_nodes_in_a_circle_lead_nowhere() -> None:
    steps = {
        "start": step("events_simple"),
        "a": step("log_info", settings={"disabled": True}),
        "b": step("log_info", settings={"disabled": True}),
    }
    assert compiled(draw(steps, "start > a > b > a")).run().steps == 1


def test_layers_are_walked_through() -> None:
    import msgspec

    board = draw({"start": step("events_simple"), "say": step("log_info")})
    way = PinDefinition(name="way", type=DataType.EXECUTION)
    layer = Layer(
        name="Box",
        pins=InstancePins(inputs=(way,)),
        outputs={"way": Output(to=("say.exec_in",))},
    )
    start = msgspec.structs.replace(
        board.nodes["start"], outputs={"exec_out": Output(to=("box.way",))}
    )
    board = msgspec.structs.replace(
        board, layers={"box": layer}, nodes={**board.nodes, "start": start}
    )
    assert set(compiled(board).nodes) == {"start", "say"}


@pytest.mark.parametrize("name", ["nothing", "say", "", 5, None, ["fn"]])
def test_a_call_names_a_start_node(name: object) -> None:
    steps = {
        "call": step("control_call_reference", fn_ref=name),
        "say": step("log_info"),
    }
    error = refused(steps, "start > call")
    assert error.where.node == "call"
    assert "fn_ref" in str(error.where)


def test_a_function_is_compiled_with_its_caller() -> None:
    steps = {
        "start": step("events_simple"),
        "call": step("control_call_reference", fn_ref="fn"),
        "fn": event(),
        "say": step("log_info"),
    }
    board = draw(
        {
            **steps,
            "call": step(
                "control_call_reference", fn_ref="fn", takes={"payload": "Struct"}, payload={}
            ),
        },
        "start > call",
        "fn > say",
    )
    assert set(compiled(board).nodes) == {"start", "call", "fn", "say"}
    plan = make_plan(board, TYPES, "start")
    assert [plan.nodes[number].id for number in plan.functions] == ["fn"]


@pytest.mark.parametrize("name", ["nothing", "", 5, None])
def test_a_variable_node_names_a_variable(name: object) -> None:
    steps = {
        "get": step("variable_get", var_ref=name),
        "say": step("log_info", message="@get.value_ref"),
    }
    error = refused(steps, "start > say")
    assert error.where.node == "get"


def test_an_input_without_a_value() -> None:
    steps = {"sum": step("int_add", integer1=1), "say": step("log_info", message="@sum.sum")}
    error = refused(steps, "start > say")
    assert (error.code, error.where.node, error.where.pin) == (
        "board.missing-value",
        "sum",
        "integer2",
    )


def test_pure_nodes_are_pulled_by_level_then_id() -> None:
    steps = {
        "start": step("events_simple"),
        "z": step("int_add", integer1=1, integer2=1),
        "a": step("int_add", integer1="@z.sum", integer2="@y.sum"),
        "y": step("int_add", integer1=2, integer2=2),
        "say": step("log_info", message="@a.sum"),
    }
    plan = make_plan(draw(steps, "start > say"), TYPES, "start")
    say = plan.node("say")
    assert say is not None
    assert [each.id for each in cone(say, plan.nodes)] == ["y", "z", "a"]
    assert plan.node("nobody") is None


# Start nodes.


def test_start_nodes_are_found_by_id_and_by_name() -> None:
    import msgspec

    board = draw(
        {"one": step("events_simple"), "two": step("events_simple"), "x": step("log_info")}
    )
    named = msgspec.structs.replace(board.nodes["two"], name="Nightly")
    board = msgspec.structs.replace(board, nodes={**board.nodes, "two": named})
    assert starts(board, TYPES) == {"one": "Simple Event", "two": "Nightly"}
    assert find_start(board, TYPES, "one") == "one"
    assert find_start(board, TYPES, "Nightly") == "two"
    for name, code in (("", "engine.which-start"), ("x", "engine.no-start")):
        with pytest.raises(UsageError) as caught:
            find_start(board, TYPES, name)
        assert caught.value.code == code
        assert "Nightly" in caught.value.remedy or "two" in caught.value.remedy


def test_the_only_start_node_needs_no_name() -> None:
    board = draw({"one": step("events_simple")})
    assert find_start(board, TYPES) == "one"
    with pytest.raises(UsageError) as caught:
        find_start(draw({"x": step("log_info")}), TYPES)
    assert caught.value.code == "engine.no-start"


def test_a_name_of_two_start_nodes_is_refused() -> None:
    board = draw({"one": step("events_simple"), "two": step("events_simple")})
    with pytest.raises(UsageError) as caught:
        compile_board(board, TYPES, event="Simple Event")
    assert caught.value.code == "engine.which-start"


def test_trace_levels_have_names() -> None:
    assert trace_level("data") == "data"
    with pytest.raises(UsageError) as caught:
        trace_level("all")
    assert caught.value.code == "engine.unknown-trace-level"
    assert "steps" in caught.value.remedy
