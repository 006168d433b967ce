"""Lines of generated source, the constants they name, and what each line stands for.

Text is made only of templates, integers and generated names: no board string ever enters it. Each
line that can fail knows its node, and how many activations of its counting block lie behind it, so
that an error names node and step without any bookkeeping while the program runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Site(NamedTuple):
    """What a generated line stands for.

    ``node`` is the number of the activation's node. ``ahead`` is how many activations of the
    counting block come after it: the count in the program's local is that much too high here.
    ``parent`` names the locals that hold the enclosing activation and iteration. ``recorded``
    activations write their step record themselves when they fail.
    """

    node: int
    ahead: int = 0
    parent: tuple[str, str] = ("a", "i")
    recorded: bool = False


@dataclass(slots=True)
class _Counting:
    line: int
    indent: int
    count: int = 0
    members: list[tuple[int, int]] = field(default_factory=list)


class Writer:
    """Collects source.

    Args:
        shared: activations are counted by the run (parallel programs), not in a local.
        each: every activation counts for itself, so that the count is its sequence number.
    """

    def __init__(self, *, shared: bool, each: bool) -> None:
        self.lines: list[str] = []
        self.sites: dict[int, Site] = {}
        self.constants: dict[str, Any] = {}
        self._known: dict[tuple[type, Any], str] = {}
        self.parent = ("a", "i")
        self.recorded: set[int] = set()
        self._indent = 0
        self._shared = shared
        self._each = each
        self._counting: _Counting | None = None

    def line(self, text: str, node: int = -1) -> None:
        """Adds a line; ``node`` is blamed for what fails there."""
        self.lines.append("    " * self._indent + text)
        if node < 0:
            return
        if self._counting is not None:
            self._counting.members.append((len(self.lines), self._counting.count))
        self.sites[len(self.lines)] = Site(node, 0, self.parent, node in self.recorded)

    @contextmanager
    def block(self, text: str, node: int = -1) -> Iterator[None]:
        """A compound statement; the lines inside are its body, ``pass`` if there are none."""
        self.line(text, node)
        self.stop_counting()
        before = len(self.lines)
        self._indent += 1
        yield
        self.stop_counting()
        if len(self.lines) == before:
            self.line("pass")
        self._indent -= 1

    def count(self) -> None:
        """Counts one activation that is about to happen."""
        if self._each:
            self.line("c = r.tick(1)" if self._shared else "c += 1")
            return
        if self._counting is None:
            self.lines.append("")
            self._counting = _Counting(len(self.lines), self._indent)
        self._counting.count += 1

    def stop_counting(self) -> None:
        """Ends a counting block: control may enter or leave here."""
        counting, self._counting = self._counting, None
        if counting is None:
            return
        text = f"c = r.tick({counting.count})" if self._shared else f"c += {counting.count}"
        self.lines[counting.line - 1] = "    " * counting.indent + text
        for number, position in counting.members:
            self.sites[number] = self.sites[number]._replace(ahead=counting.count - position)

    def constant(self, value: Any) -> str:
        """The name of a constant; equal scalars share one."""
        key = (
            (type(value), value)
            if isinstance(value, str | int | float | bool | None)
            else (object, id(value))
        )
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = f"k{len(self._known)}"
            self.constants[known] = value
        return known

    def source(self) -> str:
        """All the source so far."""
        return "\n".join(self.lines) + "\n"
