"""The last look at generated source before it is compiled: an allow-list.

The printer cannot write anything else; if it ever could, compiling stops here. Held by
``tests/security/test_t07_*``.
"""

import ast
import re
from collections.abc import Set as AbstractSet

from flowlike.errors import CompileError

_NAME = re.compile(r"[a-z][0-9]{0,7}|[A-Z]")
_NODES: frozenset[type[ast.AST]] = frozenset(
    {
        *(
            ast.Module,
            ast.FunctionDef,
            ast.AsyncFunctionDef,
            ast.arguments,
            ast.arg,
            ast.Return,
            ast.Pass,
        ),
        *(
            ast.Assign,
            ast.AugAssign,
            ast.Expr,
            ast.Name,
            ast.Load,
            ast.Store,
            ast.Constant,
            ast.Tuple,
        ),
        *(
            ast.List,
            ast.Dict,
            ast.Starred,
            ast.Subscript,
            ast.Attribute,
            ast.Call,
            ast.keyword,
            ast.Await,
        ),
        *(
            ast.If,
            ast.IfExp,
            ast.For,
            ast.AsyncFor,
            ast.While,
            ast.Break,
            ast.Try,
            ast.ExceptHandler,
        ),
        *(
            ast.Raise,
            ast.AsyncWith,
            ast.withitem,
            ast.Compare,
            ast.Is,
            ast.IsNot,
            ast.Eq,
            ast.Gt,
            ast.In,
        ),
        *(ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub, ast.LShift),
    }
)
_NAMED = frozenset(
    {
        *(ast.Name, ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.ExceptHandler),
        *(ast.Attribute, ast.keyword, ast.Constant),
    }
)
_ATTRIBUTES = frozenset(
    {
        *(
            "limit",
            "capabilities",
            "variables",
            "record",
            "describe",
            "now",
            "started",
            "poll",
            "pause",
            "tick",
        ),
        *(
            "enter",
            "leave",
            "fail",
            "note",
            "again",
            "pass_over",
            "warn_rounds",
            "timeout",
            "each",
            "branches",
        ),
        *("at", "expired", "steps", "message", "seq"),
    }
)


def audit(tree: ast.AST, words: AbstractSet[str]) -> None:
    """Refuses a tree that holds anything the printer has no business to write.

    Args:
        words: names of parameters and result fields of the nodes in the program. They come from the
            Python declarations of node types, never from a board.

    Raises:
        CompileError: ``engine.audit``; a fault of ours.
    """
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind not in _NODES or (kind in _NAMED and not _is_allowed(node, words)):
            raise CompileError(
                "engine.audit",
                f"The compiler wrote something it must not: {kind.__name__}.",
                remedy="Report this board: it has found a fault in the compiler.",
            )
        for name in kind._fields:
            child = getattr(node, name)
            if isinstance(child, ast.AST):
                waiting.append(child)
            elif type(child) is list:
                waiting += [each for each in child if isinstance(each, ast.AST)]


def _is_allowed(node: ast.AST, words: AbstractSet[str]) -> bool:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name):
            return _NAME.fullmatch(name) is not None
        case ast.AsyncFunctionDef(name=name) | ast.ExceptHandler(name=str(name)):
            return _NAME.fullmatch(name) is not None
        case ast.Attribute(attr=name):
            return name in _ATTRIBUTES or (name in words and not name.startswith("_"))
        case ast.keyword(arg=name):
            return name is not None and name in words and not name.startswith("_")
        case ast.Constant(value=value):
            return value is None or type(value) in (int, bool)
        case _:
            return True
