"""The shape of control: dominators, units, landings. Numbers in, numbers out; knows no nodes.

A *tail* edge hands control over for good; a *part* is run and comes back. Vertices that can be
entered from two separate places become **units**: functions of their own, or code in place where
there is one caller. In a unit, a vertex with one way in stands where it is reached; any other is a
**landing**, placed behind the code of its dominator, and reached by setting a label and falling
through. (After Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm"; the placement is
that of Ramsey, "Beyond Relooper".)
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_ROOT = -1


@dataclass(slots=True)
class Shape:
    """What the analysis found.

    Attributes:
        units: vertices that begin a unit.
        unit_of: the unit each vertex belongs to.
        landings: landings below each dominator, in an order in which jumps go forward where they
            can.
        callers: how many part sites enter a unit; ``shared`` units are also entered by tail edges.
        groups: units that hand over to each other in a circle, and so must be one function.
        headers: vertices that are jumped back to from code they dominate.
        tangled: dominators whose landings also jump backwards among each other.
        recursive: vertices that can be entered again before a part of theirs is done.
        reentrant: vertices on a circle with a recursive one.
        on_cycle: vertices that can follow themselves.
    """

    units: list[int]
    unit_of: dict[int, int]
    landings: dict[int, list[int]]
    callers: Counter[int]
    shared: set[int]
    groups: dict[int, tuple[int, ...]]
    headers: set[int]
    tangled: set[int]
    recursive: set[int] = field(default_factory=set)
    reentrant: set[int] = field(default_factory=set)
    on_cycle: set[int] = field(default_factory=set)


def analyse(
    entries: Sequence[int], tails: Mapping[int, Sequence[int]], parts: Mapping[int, Sequence[int]]
) -> Shape:
    """Finds units and landings of the graph reached from ``entries``.

    Args:
        entries: vertices entered from outside.
        tails: for each vertex, where it hands control over to (one item a transfer, repeats
            allowed).
        parts: for each vertex, what it runs and comes back from.
    """
    roots = dict.fromkeys([*entries, *(part for each in parts.values() for part in each)])
    graph: dict[int, Sequence[int]] = {**tails, _ROOT: list(roots)}
    order = _reverse_postorder(graph)
    dominator = _dominators(graph, order)
    units = [vertex for vertex in order if dominator[vertex] == _ROOT and vertex != _ROOT]
    unit_of: dict[int, int] = {}
    for vertex in order[1:]:
        unit_of[vertex] = vertex if dominator[vertex] == _ROOT else unit_of[dominator[vertex]]
    ways_in = Counter(target for vertex in order[1:] for target in tails[vertex])
    landings: dict[int, list[int]] = defaultdict(list)
    for vertex in order[1:]:
        if dominator[vertex] != _ROOT and ways_in[vertex] > 1:
            landings[dominator[vertex]].append(vertex)
    crossing = [
        (unit_of[vertex], target)
        for vertex in order[1:]
        for target in tails[vertex]
        if unit_of[target] == target and unit_of[vertex] != target
    ]
    position = {vertex: number for number, vertex in enumerate(order)}
    headers = {
        target
        for vertex in order[1:]
        for target in tails[vertex]
        if position[target] <= position[vertex] and _dominates(target, vertex, dominator, position)
    }
    shape = Shape(
        units=units,
        unit_of=unit_of,
        landings=dict(landings),
        callers=Counter(part for each in parts.values() for part in each),
        shared={target for _, target in crossing},
        groups=_groups(units, crossing),
        headers=headers,
        tangled=_tangled(landings, order, tails, dominator),
    )
    _find_circles(shape, order[1:], tails, parts)
    return shape


def _reverse_postorder(graph: Mapping[int, Sequence[int]]) -> list[int]:
    seen = {_ROOT}
    order: list[int] = []
    path = [(_ROOT, iter(graph[_ROOT]))]
    while path:
        vertex, rest = path[-1]
        following = next(rest, None)
        if following is None:
            path.pop()
            order.append(vertex)
        elif following not in seen:
            seen.add(following)
            path.append((following, iter(graph[following])))
    order.reverse()
    return order


def _dominators(graph: Mapping[int, Sequence[int]], order: Sequence[int]) -> dict[int, int]:
    position = {vertex: number for number, vertex in enumerate(order)}
    sources: dict[int, list[int]] = defaultdict(list)
    for vertex in order:
        for target in graph[vertex]:
            sources[target].append(vertex)
    dominator = {_ROOT: _ROOT}
    changed = True
    while changed:
        changed = False
        for vertex in order[1:]:
            found: int | None = None
            for source in sources[vertex]:
                if source in dominator:
                    found = source if found is None else _meet(source, found, dominator, position)
            if found is not None and dominator.get(vertex) != found:
                dominator[vertex] = found
                changed = True
    return dominator


def _meet(one: int, other: int, dominator: Mapping[int, int], position: Mapping[int, int]) -> int:
    while one != other:
        while position[one] > position[other]:
            one = dominator[one]
        while position[other] > position[one]:
            other = dominator[other]
    return one


def _dominates(
    vertex: int, other: int, dominator: Mapping[int, int], position: Mapping[int, int]
) -> bool:
    while position[other] > position[vertex]:
        other = dominator[other]
    return other == vertex


def _tangled(
    landings: Mapping[int, Sequence[int]],
    order: Sequence[int],
    tails: Mapping[int, Sequence[int]],
    dominator: Mapping[int, int],
) -> set[int]:
    position = {vertex: number for number, vertex in enumerate(order)}
    place = {vertex: parent for parent, each in landings.items() for vertex in each}
    found: set[int] = set()
    for vertex in order[1:]:
        for target in tails[vertex]:
            if target not in place or position[vertex] < position[target]:
                continue  # a way forward cannot lead back past a sibling
            sibling = vertex
            while dominator[sibling] not in (place[target], _ROOT):
                sibling = dominator[sibling]
            if sibling != target and sibling in place and position[sibling] > position[target]:
                found.add(place[target])
    return found


def _groups(
    units: Iterable[int], crossing: Iterable[tuple[int, int]]
) -> dict[int, tuple[int, ...]]:
    """Units that hand control over to each other in a circle, by member."""
    graph: dict[int, list[int]] = {unit: [] for unit in units}
    for source, target in crossing:
        graph[source].append(target)
    groups: dict[int, tuple[int, ...]] = {}
    for component in components(graph):
        if len(component) > 1:
            members = tuple(sorted(component))
            groups.update(dict.fromkeys(members, members))
    return groups


def _find_circles(
    shape: Shape,
    order: Sequence[int],
    tails: Mapping[int, Sequence[int]],
    parts: Mapping[int, Sequence[int]],
) -> None:
    """Finds vertices that can follow themselves, or be entered again before they are done."""
    every = {vertex: [*tails[vertex], *parts[vertex]] for vertex in order}
    component_of: dict[int, int] = {}
    for number, component in enumerate(components(every)):
        component_of.update(dict.fromkeys(component, number))
        if len(component) > 1 or component[0] in every[component[0]]:
            shape.on_cycle.update(component)
    for vertex in shape.on_cycle:
        if any(component_of[part] == component_of[vertex] for part in parts[vertex]):
            shape.recursive.add(vertex)
    again = {component_of[vertex] for vertex in shape.recursive}
    shape.reentrant = {vertex for vertex in shape.on_cycle if component_of[vertex] in again}


def components(graph: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Strongly connected components, callees first: Tarjan 1972, without recursion."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in graph:
        if root in number:
            continue
        path = [(root, iter(graph[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while path:
            vertex, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[vertex])
                if low[vertex] == number[vertex]:
                    found.append(_pop_component(vertex, stack, on_stack))
            elif following not in number:
                number[following] = low[following] = len(number)
                stack.append(following)
                on_stack.add(following)
                path.append((following, iter(graph[following])))
            elif following in on_stack:
                low[vertex] = min(low[vertex], number[following])
    return found


def _pop_component(vertex: int, stack: list[int], on_stack: set[int]) -> list[int]:
    component: list[int] = []
    while not component or component[-1] != vertex:
        member = stack.pop()
        on_stack.discard(member)
        component.append(member)
    return component
