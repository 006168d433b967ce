"""The expression grammar, against Python's own parser where both languages agree."""

import ast
import inspect
import math
import operator
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.builtin import grammar
from flowlike.builtin.grammar import FUNCTIONS, MOST_DEPTH, MOST_LENGTH, parse
from flowlike.nodes import NodeFailure
from tests.examples import examples

VARIABLES = {"a": 2.0, "b_2": -0.5, "Zero": 0.0, "big": 1e200}


def value(text: str, **variables: float) -> float:
    return parse(text).value({**VARIABLES, **variables})


def failure(text: str) -> str:
    with pytest.raises(NodeFailure) as caught:
        value(text)
    assert caught.value.where.pin == "expression"
    assert caught.value.remedy
    return caught.value.code


class UndefinedError(Exception):
    """Mathematics, or a float, has no answer."""


_OPERATORS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: math.fmod,
    ast.Pow: math.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def walk(node: ast.AST) -> float:
    """Evaluates what Python's parser made of a text."""
    match node:
        case ast.Expression(body=body):
            return walk(body)
        case ast.Constant(value=constant):
            return float(constant)  # type: ignore[arg-type] # the texts hold numbers only
        case ast.Name(id=name):
            return VARIABLES[name]
        case ast.BoolOp(op=ast.And(), values=parts):
            return float(all(walk(part) for part in parts))
        case ast.BoolOp(values=parts):
            return float(any(walk(part) for part in parts))
        case ast.UnaryOp(op=sign, operand=part):
            return apply(sign, part)
        case ast.BinOp(left=left, op=sign, right=right):
            return apply(sign, left, right)
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return apply(sign, left, right)
    raise AssertionError(ast.dump(node))


def apply(sign: ast.AST, *parts: ast.AST) -> float:
    values = [walk(part) for part in parts]
    try:
        result = float(_OPERATORS[type(sign)](*values))
    except (ArithmeticError, ValueError) as error:
        raise UndefinedError from error
    if not math.isfinite(result):
        raise UndefinedError
    return result


atoms = st.sampled_from(["0", "1", "2.5", ".5", "3e2", "10", *VARIABLES])


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    enclosed = inner.map("({})".format)
    signs = st.sampled_from(["+", "-", "*", "/", "%", "**", " and ", " or "])
    compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        enclosed,
        st.builds("{} {} {}".format, inner, signs, inner),
        st.builds("({} {} {})".format, enclosed, compare, enclosed),
        st.builds("({} {} {})".format, atoms, compare, atoms),
        inner.map("-{}".format),
        inner.map("(not {})".format),
    )


texts = st.recursive(atoms, _compound, max_leaves=12)


@given(texts)
@settings(max_examples=examples(400))
def test_it_agrees_with_another_parser(text: str) -> None:
    tree = ast.parse(text, mode="eval")
    try:
        wanted = walk(tree)
    except UndefinedError:
        assert failure(text).startswith("math.")
    else:
        assert value(text) == wanted


@given(st.text(max_size=40))
@settings(max_examples=examples(200))
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_or_refused(text)


@given(st.lists(st.sampled_from([*"()+-*/%^<>!=,.&|e1 a", "not ", "and ", "if(", "min("])))
@settings(max_examples=examples(300))
def test_any_tokens_are_read_or_refused(parts: list[str]) -> None:
    _read_or_refused("".join(parts))


def _read_or_refused(text: str) -> None:
    try:
        expression = parse(text)
        result = expression.value(dict.fromkeys(expression.names, 1.5))
    except NodeFailure as refused:
        assert refused.code.startswith(("expression.", "math."))  # noqa: PT017 - either is fine
    else:
        assert type(result) is float
        assert math.isfinite(result)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2 * 3", 7.0),
        ("2 ** 3 ** 2", 512.0),
        ("-2 ** 2", -4.0),
        ("2 ** -1", 0.5),
        ("2 ^ 3", 8.0),
        ("-7 % 3", -1.0),
        ("10 - 4 - 3", 3.0),
        ("!0 + 1", 2.0),
        ("-!0", -1.0),
        ("!-5", 0.0),
        ("!!5", 1.0),
        ("not not 5", 1.0),
        ("not a == 2", 0.0),
        ("1 < 2 && 2 < 3 || 1 / 0", 1.0),
        ("0 and 1 / 0", 0.0),
        ("1 or 1 / 0", 1.0),
        ("true + true", 2.0),
        ("false", 0.0),
        ("+ - + 3", -3.0),
        ("1.", 1.0),
        ("1e3", 1000.0),
        (" \t\n 1 ", 1.0),
        ("if(a > 1, 10, 1 / 0)", 10.0),
        ("if(0, 1 / 0, 20)", 20.0),
        ("orange + notes", 7.0),
    ],
)
def test_meaning(text: str, wanted: float) -> None:
    assert value(text, orange=3.0, notes=4.0) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("abs(-2)", 2.0),
        ("sign(-3) + sign(0)", -1.0),
        ("round(2.5) + round(-2.5) + round(1.2)", 1.0),
        ("floor(-1.5) * ceil(1.5) + trunc(-1.5)", -5.0),
        ("sqrt(16) + cbrt(-27)", 1.0),
        ("ln(e) + log(8, 2) + log2(8) + log10(1000)", 10.0),
        ("exp(0)", 1.0),
        ("sin(0) + cos(0) + tan(0)", 1.0),
        ("degrees(asin(1) + acos(1) + atan(0))", 90.0),
        ("atan2(1, 1) * 4 - pi", 0.0),
        ("hypot(3, 4)", 5.0),
        ("sinh(0) + cosh(0) + tanh(0) + radians(0)", 1.0),
        ("min(3, 1, 2) + max(3, 1, 2)", 4.0),
        ("clamp(7, 0, 5)", 5.0),
    ],
)
def test_functions(text: str, wanted: float) -> None:
    assert value(text) == pytest.approx(wanted)


def test_every_function_was_tried() -> None:
    tried = {case for mark in test_functions.pytestmark for case, _ in mark.args[1]}  # type: ignore[attr-defined] # pytest keeps the cases there
    assert all(any(f"{name}(" in text for text in tried) for name in FUNCTIONS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1 +",
        "* 1",
        "1 2",
        "(1",
        "1)",
        "()",
        "a b",
        "a not 1",
        "1 < 2 < 3",
        "1 = 2",
        "a := 1",
        "1 and",
        "or",
        "min()",
        "min(1,)",
        "sqrt(1, 2)",
        "log(1)",
        "if(1, 2)",
        "sqrt",
        "if",
        "nothing(1)",
        "a(1)",
        "1(2)",
        "1e999",
        "0x10",
        "1_000",
        "1..2",
        "1,2",
        "ä",
        "'text'",
        '"text"',
        "x" * 65,
        "١",
    ],
)
def test_what_is_no_expression(text: str) -> None:
    assert failure(text) == "expression.bad-syntax"


@pytest.mark.parametrize(
    "text",
    [
        "().__class__",
        "().__class__.__base__.__subclasses__()",
        "__import__('os').system('id')",
        "__builtins__",
        "a.real",
        "a[0]",
        "[x for x in (1, 2)]",
        "lambda: 1",
        "{1: 2}",
        "f'{a}'",
        "open('file')",
        "exec('1')",
        "eval('1')",
        "getattr(a, b)",
        "a; b",
        "a\\\nb",
        "# comment",
        "a if a else a",
        "await a",
        "`id`",
        "$(id)",
        "1 @ 2",
        "~1",
        "1 << 900",
        "1 // 2",
        "...",
    ],
)
def test_hostile_texts_do_nothing(text: str) -> None:
    with pytest.raises((NodeFailure, KeyError)) as caught:
        value(text)
    if isinstance(caught.value, NodeFailure):
        assert caught.value.code == "expression.bad-syntax"
    else:  # a name like any other
        assert text == "__builtins__"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 / Zero", "math.division-by-zero"),
        ("1 % 0", "math.division-by-zero"),
        ("0 ** -1", "math.division-by-zero"),
        ("log(2, 1)", "math.division-by-zero"),
        ("big * big", "math.not-finite"),
        ("-1e308 - 1e308", "math.not-finite"),
        ("9 ** 9 ** 9 ** 9", "math.not-finite"),
        ("exp(1000)", "math.not-finite"),
        ("(-8) ** 0.5", "math.no-real-result"),
        ("sqrt(-1)", "math.no-real-result"),
        ("ln(0)", "math.no-real-result"),
        ("asin(2)", "math.no-real-result"),
    ],
)
def test_what_has_no_value(text: str, code: str) -> None:
    assert failure(text) == code


@pytest.mark.parametrize(
    ("before", "after"),
    [("(", ")"), ("1 ** ", ""), ("min(", ")"), ("if(1, ", ", 1)"), ("-(", ")"), ("1 + (", ")")],
)
def test_depth_is_bounded(before: str, after: str) -> None:
    assert math.isfinite(value(before * MOST_DEPTH + "1" + after * MOST_DEPTH))
    deeper = MOST_DEPTH + 1
    assert failure(before * deeper + "1" + after * deeper) == "expression.bad-syntax"


def test_recursion_stays_far_from_the_limit() -> None:
    level = "not 1 == 1 + 1 * -min(1 or 1 and "
    text = level * MOST_DEPTH + "1" + ")" * MOST_DEPTH
    limit = sys.getrecursionlimit()
    depth = len(inspect.stack())
    sys.setrecursionlimit(depth + 420)
    try:
        grammar.parse.cache_clear()
        assert value(text) in {0.0, 1.0}
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("sign", ["+", "-", "*", "and", "or"])
def test_long_chains_do_not_nest(sign: str) -> None:
    count = (MOST_LENGTH - 1) // (len(sign) + 3)
    assert math.isfinite(value("1" + f" {sign} 1" * count))
    assert value("-" * (MOST_LENGTH - 2) + "1") == 1.0
    assert value("not " * 400 + "1") == 1.0


def test_length_and_names_are_bounded() -> None:
    assert failure("1" + " " * MOST_LENGTH) == "expression.bad-syntax"
    names = "+".join(f"n{number}" for number in range(grammar.MOST_NAMES + 1))
    assert failure(names) == "expression.bad-syntax"


def test_names_in_order() -> None:
    assert parse("b + a * b - min(c, pi)").names == ("b", "a", "c")
    assert parse("true and e > pi").names == ()


def test_errors_say_where() -> None:
    with pytest.raises(NodeFailure, match=r"'\$' has no meaning at character 5\."):
        parse("1 + $")
    with pytest.raises(NodeFailure, match="Something is missing at character 4"):
        parse("1 +")
    with pytest.raises(NodeFailure, match="'sqrt' takes 1 arguments, not 2"):
        parse("sqrt(1, 2)")
    with pytest.raises(NodeFailure, match="'min' takes 1 to 50 arguments, not 0"):
        parse("min()")
