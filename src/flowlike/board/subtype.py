"""Whether every value of one schema also fits another: the rule for wires between structs.

``compare(source, target)`` answers fits, undecided or refused, with the path into the value and the
reason. Undecided means that values must be looked at one by one. Spec: engine, section 2.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any

import msgspec

from flowlike.board.schema import DEPTH, Branch, Document, Raw, highest, lowest, same
from flowlike.board.validation import child, misfit

WORK = 20_000
"""Pairs of subschemas one question may look at before it is left undecided."""


_LONGEST_SHOWN = 60


class Answer(IntEnum):
    """How two schemas stand to each other; the worse is the greater."""

    FITS = 0
    UNDECIDED = 1
    REFUSED = 2


class Relation(msgspec.Struct, frozen=True):
    """An answer with its place, such as ``orders[].total``, and a reason."""

    answer: Answer
    path: str = ""
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


FITS = Relation(Answer.FITS)


def compare(source: Raw, target: Raw) -> Relation:
    """Whether all values of ``source`` fit ``target``."""
    if same(source, target):
        return FITS
    return _Comparison(Document(source), Document(target)).schemas(source, target, "", DEPTH)


def _worst(relations: Iterable[Relation]) -> Relation:
    worst = FITS
    for relation in relations:
        if relation.answer > worst.answer:
            worst = relation
            if worst.answer is Answer.REFUSED:
                break
    return worst


def _refused(path: str, reason: str) -> Relation:
    return Relation(Answer.REFUSED, path, reason)


def _undecided(path: str, reason: str) -> Relation:
    return Relation(Answer.UNDECIDED, path, reason)


class _Comparison:
    def __init__(self, source: Document, target: Document) -> None:
        self._source = source
        self._target = target
        self._known: dict[tuple[int, int], Relation | None] = {}
        self._kept: list[Raw] = []
        self._work = WORK

    def schemas(self, source: Raw, target: Raw, path: str, depth: int) -> Relation:
        if target is True or target == {}:
            return FITS
        self._work -= 1
        if depth == 0 or self._work < 0:
            return _undecided(path, "the schemas are too large to compare")
        pair = (id(source), id(target))
        if pair in self._known:
            # A pair met again inside itself adds nothing: recursive schemas compare as they stand.
            return self._known[pair] or FITS
        self._kept += [source, target]
        self._known[pair] = None
        branches = self._source.branches(source)
        goals = self._target.branches(target)
        relation = _worst(self._covered(branch, goals, path, depth) for branch in branches)
        if relation.answer is Answer.FITS:
            self._known[pair] = relation
        else:
            # What was found since may rest on the guess that this pair fits.
            while next(reversed(self._known)) != pair:
                self._known.popitem()
            del self._known[pair]
        return relation

    def _covered(
        self, branch: Branch, goals: tuple[Branch, ...], path: str, depth: int
    ) -> Relation:
        if branch.values is not None:
            return self._values(branch, goals, path)
        near = [goal for goal in goals if _holds(goal.kind, branch.kind)]
        best: Relation | None = None
        for goal in near:
            relation = self._branch(branch, goal, path, depth)
            if best is None or relation.answer < best.answer:
                best = relation
        if best is None:
            wanted = " or ".join(dict.fromkeys(goal.kind for goal in goals)) or "nothing"
            said = "a fraction" if branch.kind == "number" and "integer" in wanted else branch.kind
            said = "any value" if branch.guessed else said
            best = _refused(path, f"source may be {said}, target requires {wanted}")
        if best.answer is Answer.REFUSED and (branch.guessed or branch.unclear or len(near) > 1):
            return _undecided(best.path, best.reason)
        return best

    def _values(self, branch: Branch, goals: tuple[Branch, ...], path: str) -> Relation:
        near = [goal for goal in goals if _holds(goal.kind, branch.kind)]
        for value in branch.values or ():
            fits = [goal for goal in near if self._one(value, goal)]
            if not fits:
                wanted = " or ".join(dict.fromkeys(_describe(goal) for goal in goals)) or "nothing"
                said = "any value" if branch.guessed else _show(value)
                unsure = branch.guessed or branch.unclear
                answer = Answer.UNDECIDED if unsure else Answer.REFUSED
                return Relation(answer, path, f"source may be {said}, target requires {wanted}")
            if all(goal.unclear for goal in fits):
                return _undecided(path, "target has rules that only values can be held against")
        return FITS

    def _one(self, value: object, goal: Branch) -> bool:
        rules: dict[str, Any] = dict(goal.words)
        if goal.values is not None:
            rules["enum"] = list(goal.values)
        return misfit(value, self._target, rules) is None

    def _branch(self, source: Branch, target: Branch, path: str, depth: int) -> Relation:
        if target.values is not None:
            wanted = ", ".join(_show(value) for value in target.values[:8])
            return _refused(path, f"source may be any {source.kind}, target requires {wanted}")
        if source.kind in {"integer", "number"}:
            relation = _numbers(source, target, path)
        elif source.kind == "string":
            relation = _strings(source, target, path)
        elif source.kind == "array":
            relation = self._arrays(source, target, path, depth)
        elif source.kind == "object":
            relation = self._objects(source, target, path, depth)
        else:
            relation = FITS
        if relation.answer is Answer.FITS and target.unclear:
            return _undecided(path, "target has rules that only values can be held against")
        return relation

    def _arrays(self, source: Branch, target: Branch, path: str, depth: int) -> Relation:
        bounds = _counts(source, target, path, ("minItems", "maxItems", "items"))
        if bounds.answer is Answer.REFUSED:
            return bounds
        if target.words.get("uniqueItems") is True and source.words.get("uniqueItems") is not True:
            bounds = _undecided(path, "source may hold equal items")
        if source.words.get("maxItems") == 0:
            return bounds
        wanted = target.words.get("items", True)
        items = self.schemas(source.words.get("items", True), wanted, f"{path}[]", depth - 1)
        return _worst((items, bounds))

    def _objects(self, source: Branch, target: Branch, path: str, depth: int) -> Relation:
        own = _mapping(source.words.get("properties"))
        needed = source.words.get("required", ())
        further = source.words.get("additionalProperties", True)
        silent = not own and not needed and further is True
        relations = [
            _counts(source, target, path, ("minProperties", "maxProperties", "properties"))
        ]
        for name in target.words.get("required", ()):
            if name not in needed:
                answer = Answer.UNDECIDED if silent else Answer.REFUSED
                reason = "source may lack it, target requires it"
                relations.append(Relation(answer, child(path, str(name)), reason))
        wanted = _mapping(target.words.get("properties"))
        for name, goal in wanted.items():
            # What the source calls impossible cannot be wrong.
            given = own.get(name, further)
            if given is not False:
                relations.append(self.schemas(given, goal, child(path, name), depth - 1))
        closed = target.words.get("additionalProperties", True)
        if closed is not True:
            relations += self._further(own, wanted, further, closed, path, depth)
            if further is True and "additionalProperties" not in source.words and closed is False:
                relations.append(_undecided(path, "source may carry further properties"))
        return _worst(relations)

    def _further(
        self,
        own: Mapping[str, Any],
        wanted: Mapping[str, Any],
        further: Raw,
        closed: Raw,
        path: str,
        depth: int,
    ) -> Iterable[Relation]:
        """Properties the target does not name, against its rule for all others."""
        for name, given in own.items():
            if name in wanted or given is False:
                continue
            place = child(path, name)
            if closed is False:
                yield _refused(place, "source may carry it, target allows no such property")
            else:
                yield self.schemas(given, closed, place, depth - 1)
        if further is False:
            return
        if closed is False:
            if isinstance(further, Mapping):
                reason = "source may carry further properties, target allows none"
                yield _refused(child(path, "*"), reason)
        else:
            yield self.schemas(further, closed, child(path, "*"), depth - 1)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _holds(wide: str, narrow: str) -> bool:
    return wide == narrow or (wide == "number" and narrow == "integer")


def _show(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _describe(goal: Branch) -> str:
    if goal.values is None or goal.kind == "boolean":
        return goal.kind
    return " or ".join(_show(value) for value in goal.values[:8])


def _numbers(source: Branch, target: Branch, path: str) -> Relation:
    floor, wanted = lowest(source.words), lowest(target.words)
    if wanted and (floor is None or floor < wanted):
        more = "more than" if wanted[1] else "at least"
        return _refused(path, f"source may be lower, target requires {more} {wanted[0]}")
    ceiling, cap = highest(source.words), highest(target.words)
    if cap and (ceiling is None or (ceiling[0], not ceiling[1]) > (cap[0], not cap[1])):
        less = "less than" if cap[1] else "at most"
        return _refused(path, f"source may be higher, target requires {less} {cap[0]}")
    step, own = target.words.get("multipleOf"), source.words.get("multipleOf")
    if step is None or step == own or (step == 1 and source.kind == "integer"):
        return FITS
    if isinstance(step, int) and isinstance(own, int) and step > 0 and own % step == 0:
        return FITS
    if isinstance(step, float) or isinstance(own, float):
        return _undecided(path, f"target requires a multiple of {step}")
    return _refused(path, f"source may be no multiple of {step}, target requires one")


def _strings(source: Branch, target: Branch, path: str) -> Relation:
    lengths = _counts(source, target, path, ("minLength", "maxLength", "characters"))
    pattern = target.words.get("pattern")
    if lengths.answer is Answer.FITS and pattern not in {None, source.words.get("pattern")}:
        return _undecided(path, f"target requires the pattern {pattern}")
    return lengths


def _counts(source: Branch, target: Branch, path: str, words: tuple[str, str, str]) -> Relation:
    least, most = target.words.get(words[0], 0), target.words.get(words[1])
    if source.words.get(words[0], 0) < least:
        return _refused(path, f"source may have fewer, target requires {least} {words[2]}")
    own = source.words.get(words[1])
    if most is not None and (own is None or own > most):
        return _refused(path, f"source may have more, target allows {most} {words[2]}")
    return FITS
