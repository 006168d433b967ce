"""The first values of a board's variables in one run. Spec: engine, section 3, "Variables"."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import UNSET

from flowlike.board.model import Variable
from flowlike.board.values import ValueMismatch, checker
from flowlike.engine.conversion import pin_of
from flowlike.errors import CompileError, PayloadError, Where

Values = Mapping[str, Any]


class VariableReader:
    """Reads what a caller gives for the variables of one board.

    The order of precedence: the host's value (only ``runtime_configured`` variables), an event's
    override (only ``exposed`` ones), the board's default, null. Secret variables take their value
    from ``secrets`` alone.
    """

    def __init__(self, variables: Mapping[str, Variable]) -> None:
        self._variables = {name: variables[name] for name in sorted(variables)}
        self._by_name = {each.name: name for name, each in self._variables.items()}
        self._check = {name: checker(pin_of(each)) for name, each in self._variables.items()}
        self._defaults = [self._default(name, each) for name, each in self._variables.items()]

    def _default(self, name: str, variable: Variable) -> Any:
        if variable.default is UNSET or variable.default is None or variable.secret:
            return None
        try:
            return self._check[name](variable.default)
        except ValueMismatch as error:
            raise CompileError(
                "board.bad-literal",
                f"The default of variable {variable.name!r} does not fit: {error.message}",
                remedy="Give the variable a default of its type.",
                where=Where(path=f"variables.{name}.default"),
            ) from error

    def read(
        self, given: Values | None, overrides: Values | None, secrets: Values | None
    ) -> list[Any]:
        """One value a variable, sorted by id.

        Args:
            given: what the host of the run sets, by variable id or name.
            overrides: what the event sets.
            secrets: secret values, from where the host keeps them.

        Raises:
            PayloadError: ``variable.unknown``, ``variable.not-settable`` or
                ``variable.wrong-type``.
        """
        values = list(self._defaults)
        places = {name: place for place, name in enumerate(self._variables)}
        sources: tuple[tuple[Values | None, Callable[[Variable], bool]], ...] = (
            (overrides, lambda each: each.exposed and not each.secret),
            (given, lambda each: each.runtime_configured and not each.secret),
            (secrets, lambda each: each.secret),
        )
        for source, may in sources:
            for key, value in (source or {}).items():
                name = self._find(key)
                if not may(self._variables[name]):
                    raise _not_settable(self._variables[name])
                values[places[name]] = self._value(name, value)
        return values

    def secret_texts(self, values: list[Any]) -> tuple[str, ...]:
        """The texts and numbers in the secret ones of these, to be kept out of logs and errors."""
        pairs = zip(self._variables.values(), values, strict=True)
        return tuple(text for each, value in pairs if each.secret for text in _texts(value))

    def _find(self, key: str) -> str:
        if key in self._variables:
            return key
        if key in self._by_name:
            return self._by_name[key]
        raise PayloadError(
            "variable.unknown",
            f"The board has no variable {key!r}.",
            remedy="Use the id or name of one of its variables.",
        )

    def _value(self, name: str, value: Any) -> Any:
        try:
            return self._check[name](value)
        except ValueMismatch as error:
            secret = self._variables[name].secret
            raise PayloadError(
                "variable.wrong-type",
                f"The value of variable {self._variables[name].name!r} does not fit"
                + ("." if secret else f": {error.message}"),
                remedy="Give it a value of its type.",
            ) from None


def _not_settable(variable: Variable) -> PayloadError:
    if variable.secret:
        text, remedy = "is secret and never taken from a caller", "Give it as a secret."
    else:
        text, remedy = "cannot be set from here", "Mark it as exposed or runtime configured."
    return PayloadError(
        "variable.not-settable", f"Variable {variable.name!r} {text}.", remedy=remedy
    )


def _texts(value: Any) -> Iterator[str]:
    """All that may show up in a sentence if a secret is more than a text; keys tell nothing."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, bytes):
            yield part.decode(errors="ignore")
        elif isinstance(part, Mapping):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, int | float) and not isinstance(part, bool):
            yield str(part)
