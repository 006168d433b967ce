"""The grammar of Evaluate Expression: numbers, operators, a fixed list of functions, names.

    or      = and { ("or" | "||") and }
    and     = not { ("and" | "&&") not }
    not     = { "not" } compare
    compare = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]
    sum     = product { ("+" | "-") product }
    product = unary { ("*" | "/" | "%") unary }
    unary   = { "-" | "+" | "!" } power
    power   = atom [ ("**" | "^") unary ]
    atom    = number | name | name "(" [ or { "," or } ] ")"
            | "(" or ")"

All values are finite floats: true is 1, false is 0, and every number but 0 counts as true. There
is nothing else in the language: no text, no attributes, no indexing. A parsed expression is a
closure over its parts, which nest at most ``MOST_DEPTH`` deep; that bounds recursion in parsing and
in evaluation.
"""

import functools
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flowlike.builtin.arithmetic import division_by_zero, half_away, no_real_result, not_finite
from flowlike.nodes import NodeFailure

MOST_LENGTH = 2000
"""Longest expression, in characters."""
MOST_DEPTH = 24
"""Parentheses, calls and powers within each other."""
MOST_NAMES = 100

Variables = Mapping[str, float]
Term = Callable[[Variables], float]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*|==|!=|<=|>=|&&|\|\||[-+*/%^()<>,!]))"
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SUM: dict[str, Callable[[float, float], float]] = {"+": operator.add, "-": operator.sub}
_PRODUCT: dict[str, Callable[[float, float], float]] = {
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
}
_CONSTANTS = {"true": 1.0, "false": 0.0, "pi": math.pi, "e": math.e}
_WORDS = frozenset({"and", "or", "not"})


class _Function(NamedTuple):
    least: int
    most: int
    call: Callable[..., float]


def _clamp(value: float, lowest: float, highest: float) -> float:
    return min(max(value, lowest), highest)


def _sign(value: float) -> float:
    return math.copysign(1.0, value) if value else 0.0


FUNCTIONS: dict[str, _Function] = {
    **{
        function.__name__: _Function(1, 1, function)
        for function in (
            *(math.sqrt, math.cbrt, math.exp, math.log2, math.log10, math.floor, math.ceil),
            *(math.trunc, math.degrees, math.radians, math.sin, math.cos, math.tan, math.asin),
            *(math.acos, math.atan, math.sinh, math.cosh, math.tanh),
        )
    },
    "abs": _Function(1, 1, abs),
    "round": _Function(1, 1, half_away),
    "sign": _Function(1, 1, _sign),
    "ln": _Function(1, 1, math.log),
    "log": _Function(2, 2, math.log),
    "atan2": _Function(2, 2, math.atan2),
    "hypot": _Function(2, 2, math.hypot),
    "clamp": _Function(3, 3, _clamp),
    "min": _Function(1, 50, lambda *values: min(values)),
    "max": _Function(1, 50, lambda *values: max(values)),
}
"""Name to least and most arguments, and the function. ``if(test, one, other)`` is built in."""


class Expression(NamedTuple):
    """A parsed expression: the names it uses, in order of appearance, and how to evaluate it."""

    names: tuple[str, ...]
    term: Term

    def value(self, variables: Variables) -> float:
        """The value, with variables by name.

        Raises:
            NodeFailure: ``math.division-by-zero``, ``math.no-real-result``, ``math.not-finite``.
            KeyError: a variable is missing.
        """
        return self.term(variables)


def bad_syntax(message: str, at: int) -> NodeFailure:
    """A failure: the expression cannot be read; ``at`` counts characters from 0."""
    return NodeFailure(
        "expression.bad-syntax",
        f"{message} at character {at + 1}.",
        remedy="See the help of the node for what an expression may hold.",
        pin="expression",
    )


def _safely(function: Callable[..., float], *values: float) -> float:
    """The function's value as a finite float; what mathematics does not define is a failure."""
    try:
        value = float(function(*values))
    except ZeroDivisionError:
        raise division_by_zero("expression") from None
    except OverflowError:
        raise not_finite("expression") from None
    except ValueError:
        if function is math.fmod or (function is math.pow and values[0] == 0):
            raise division_by_zero("expression") from None
        raise no_real_result(f"There is no real result for {values[0]:g}.", "expression") from None
    if math.isfinite(value):
        return value
    raise not_finite("expression")


def _constant(value: float) -> Term:
    return lambda _: value


def _variable(name: str) -> Term:
    return lambda variables: variables[name]


def _chain(first: Term, rest: Sequence[tuple[Callable[[float, float], float], Term]]) -> Term:
    """Operators of equal rank, from left to right, without nesting."""

    def term(variables: Variables) -> float:
        value = first(variables)
        for function, other in rest:
            value = _safely(function, value, other(variables))
        return value

    return term


def _call(function: Callable[..., float], *terms: Term) -> Term:
    if len(terms) == 1:
        (only,) = terms
        return lambda variables: _safely(function, only(variables))
    return lambda variables: _safely(function, *[each(variables) for each in terms])


def _all(terms: Sequence[Term]) -> Term:
    return lambda variables: 1.0 if all(each(variables) for each in terms) else 0.0


def _any(terms: Sequence[Term]) -> Term:
    return lambda variables: 1.0 if any(each(variables) for each in terms) else 0.0


def _choice(test: Term, one: Term, other: Term) -> Term:
    return lambda variables: one(variables) if test(variables) else other(variables)


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    text = text.rstrip()
    tokens, at, end = [], 0, len(text)
    while at < end:
        found = _TOKEN.match(text, at)
        if not found:
            wrong = text[at:].lstrip()
            raise bad_syntax(f"{wrong[0]!r} has no meaning", end - len(wrong))
        kind = found.lastgroup or ""
        tokens.append(_Token(kind, found[kind], found.start(kind)))
        at = found.end()
    return [*tokens, _Token("end", "", end)]


class _Parser:
    """Reads one expression; each method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.next = 0
        self.depth = 0
        self.names: dict[str, None] = {}

    def take(self, *texts: str) -> str:
        """The next token's text if it is one of these, and goes on; else nothing."""
        token = self.tokens[self.next]
        if token.text in texts and token.kind != "end":
            self.next += 1
            return token.text
        return ""

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.wrong(f"{text!r} is missing")

    def wrong(self, message: str) -> NodeFailure:
        return bad_syntax(message, self.tokens[self.next].at)

    def nested(self, rule: Callable[[], Term]) -> Term:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise self.wrong(f"More than {MOST_DEPTH} levels within each other")
        term = rule()
        self.depth -= 1
        return term

    def whole(self) -> Term:
        term = self.either()
        if self.tokens[self.next].kind != "end":
            raise self.wrong(f"{self.tokens[self.next].text!r} is not expected")
        return term

    def either(self) -> Term:
        terms = [self.both()]
        while self.take("or", "||"):
            terms.append(self.both())
        return _any(terms) if len(terms) > 1 else terms[0]

    def both(self) -> Term:
        terms = [self.negation()]
        while self.take("and", "&&"):
            terms.append(self.negation())
        return _all(terms) if len(terms) > 1 else terms[0]

    def negation(self) -> Term:
        count = 0
        while self.take("not"):
            count += 1
        term = self.comparison()
        return _call([lambda value: value != 0, operator.not_][count % 2], term) if count else term

    def comparison(self) -> Term:
        first = self.chained(_SUM, lambda: self.chained(_PRODUCT, self.unary))
        sign = self.take(*_COMPARE)
        if not sign:
            return first
        term = _call(
            _COMPARE[sign], first, self.chained(_SUM, lambda: self.chained(_PRODUCT, self.unary))
        )
        if self.tokens[self.next].text in _COMPARE:
            raise self.wrong("Comparisons do not chain; join two with 'and':")
        return term

    def chained(
        self, signs: Mapping[str, Callable[[float, float], float]], rule: Callable[[], Term]
    ) -> Term:
        first = rule()
        rest = []
        while sign := self.take(*signs):
            rest.append((signs[sign], rule()))
        return _chain(first, rest) if rest else first

    def unary(self) -> Term:
        signs = []
        while sign := self.take("-", "+", "!"):
            signs.append(sign)
        term = self.power()
        if "!" not in signs:
            return _call(operator.neg, term) if signs.count("-") % 2 else term
        functions = [
            operator.not_ if sign == "!" else operator.neg for sign in signs if sign != "+"
        ]

        def signed(value: float) -> float:
            for function in reversed(functions):
                value = float(function(value))
            return value

        return _call(signed, term)

    def power(self) -> Term:
        base = self.atom()
        if self.take("**", "^"):
            return _call(math.pow, base, self.nested(self.unary))
        return base

    def atom(self) -> Term:
        token = self.tokens[self.next]
        if self.take("("):
            term = self.nested(self.either)
            self.expect(")")
            return term
        if token.kind == "number":
            return self.number(token)
        if token.kind == "name" and token.text not in _WORDS:
            self.next += 1
            if self.take("("):
                return self.call(token)
            return self.name(token)
        raise self.wrong(
            f"{token.text!r} is not expected" if token.text else "Something is missing"
        )

    def number(self, token: _Token) -> Term:
        self.next += 1
        value = float(token.text)
        if not math.isfinite(value):
            raise bad_syntax("The number is too large for a Float", token.at)
        return _constant(value)

    def name(self, token: _Token) -> Term:
        if token.text in _CONSTANTS:
            return _constant(_CONSTANTS[token.text])
        if token.text in FUNCTIONS or token.text == "if":
            raise self.wrong(f"{token.text!r} is a function; its arguments are missing")
        self.names[token.text] = None
        if len(self.names) > MOST_NAMES or len(token.text) > 64:
            raise bad_syntax(
                f"More than {MOST_NAMES} names, or a name of over 64 letters", token.at
            )
        return _variable(token.text)

    def call(self, token: _Token) -> Term:
        terms: list[Term] = []
        if not self.take(")"):
            terms.append(self.nested(self.either))
            while self.take(","):
                terms.append(self.nested(self.either))
            self.expect(")")
        if token.text == "if":
            least = most = 3
        elif token.text in FUNCTIONS:
            least, most, _ = FUNCTIONS[token.text]
        else:
            raise bad_syntax(f"There is no function {token.text[:64]!r}", token.at)
        if not least <= len(terms) <= most:
            count = str(least) if least == most else f"{least} to {most}"
            raise bad_syntax(f"{token.text!r} takes {count} arguments, not {len(terms)}", token.at)
        if token.text == "if":
            return _choice(*terms)
        return _call(FUNCTIONS[token.text].call, *terms)


@functools.lru_cache(maxsize=256)
def parse(text: str) -> Expression:
    """Reads an expression.

    Raises:
        NodeFailure: ``expression.bad-syntax``.
    """
    if len(text) > MOST_LENGTH:
        raise bad_syntax(f"The expression has more than {MOST_LENGTH} characters", MOST_LENGTH)
    parser = _Parser(text)
    term = parser.whole()
    return Expression(tuple(parser.names), term)
