"""The audit refuses whatever the printer has no business to write."""

import ast

import pytest

from flowlike.engine.audit import audit
from flowlike.errors import CompileError

WORDS = frozenset({"half", "rest", "_private"})

ALLOWED = [
    "def u0(r, c):\n    c += 1\n    return c, None",
    "async def u0(r, c):\n    c = await u1(r, c)",
    "x1 = n1(k2, a=k3)".replace("a=", "half="),
    "s1 = x2.half",
    "if s1 is M: X(k3)",
    "try:\n    pass\nexcept E as x0:\n    e1 = r.fail(x0)",
    "for j1, x1 in G(k1):\n    break",
    "f = [*k0]",
    "f[0] = -1",
    "while p in (1, 2):\n    p = 0",
]

REFUSED = {
    "import": "import os",
    "import from": "from os import system",
    "a text": "x1 = 'text'",
    "bytes": "x1 = b'text'",
    "a float": "x1 = 1.5",
    "an f-string": "x1 = f'{x2}'",
    "a complex number": "x1 = 1j",
    "an ellipsis": "x1 = ...",
    "a long name": "x1 = open",
    "an underlined name": "x1 = __builtins__",
    "a number too long": "x123456789 = 1",
    "a class": "class X1:\n    pass",
    "a lambda": "x1 = lambda: 0",
    "a decorator by name": "@property\ndef u0(r):\n    pass",
    "a foreign attribute": "x1 = x2.__class__",
    "a frame's attribute": "x1 = x2.f_globals",
    "a private word": "x1 = x2._private",
    "a private keyword": "x1 = n1(_private=k1)",
    "an unknown keyword": "x1 = n1(other=k1)",
    "keywords spread": "x1 = n1(**k1)",
    "a function's name": "def evil(r):\n    pass",
    "an argument's name": "def u0(evil):\n    pass",
    "an exception's name": "try:\n    pass\nexcept E as evil:\n    pass",
    "a comprehension": "x1 = [x2 for x2 in k1]",
    "a generator": "x1 = n1(x2 for x2 in k1)",
    "a walrus": "n1(x1 := k1)",
    "global": "def u0(r):\n    global k1",
    "nonlocal": "def u0(r):\n    def u1(r):\n        nonlocal r",
    "delete": "del k1",
    "with": "with k1:\n    pass",
    "assert": "assert k1",
    "yield": "def u0(r):\n    yield r",
    "match": "match k1:\n    case 1:\n        pass",
    "a slice": "x1 = k1[1:2]",
    "multiplication": "x1 = k1 * 2",
    "power": "x1 = k1 ** k2",
    "a set": "x1 = {k1}",
    "an annotation": "x1: k1 = 1",
}


@pytest.mark.parametrize("source", ALLOWED)
def test_what_the_printer_writes_passes(source: str) -> None:
    audit(ast.parse(source), WORDS)


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED.keys())
def test_what_it_must_not_write_is_refused(source: str) -> None:
    with pytest.raises(CompileError) as caught:
        audit(ast.parse(source), WORDS)
    assert caught.value.code == "engine.audit"
    assert caught.value.remedy


def test_it_looks_at_every_depth() -> None:
    source = "def u0(r):\n" + "".join("    " * (depth + 1) + "if k1:\n" for depth in range(15))
    audit(ast.parse(source + "    " * 16 + "pass"), WORDS)
    with pytest.raises(CompileError):
        audit(ast.parse(source + "    " * 16 + "evil()"), WORDS)


def test_words_of_node_types_are_needed_for_attributes() -> None:
    audit(ast.parse("x1 = x2.half"), WORDS)
    with pytest.raises(CompileError):
        audit(ast.parse("x1 = x2.half"), frozenset())


def test_a_word_is_no_name() -> None:
    with pytest.raises(CompileError):
        audit(ast.parse("half = 1"), WORDS)
