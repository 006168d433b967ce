"""The statements that find runs in the index. Whatever people typed is bound, never spelled."""

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)

from flowlike.runs.filters import RunFilter
from flowlike.runs.kept import STATUSES, WRONG
from flowlike.runs.query import Term
from flowlike.runs.tables import COMPLETED, names, runs

MOST_LOOKED_AT = 20_000
"""Runs that one page looks at where no index knows which fit; the next page goes on from there."""

ALL = -1
"""Stands for every status."""
SHOWN = tuple(column for column in runs.columns if column.name != "id")
_STATUS = {status: number for number, status in enumerate(STATUSES)}
_FIELDS = {
    "board": runs.c.board,
    "version": runs.c.version,
    "event": runs.c.event,
    "node": runs.c.error_node,
    "trigger": runs.c.trigger,
    "actor": runs.c.actor,
    "error": runs.c.error_code,
}
_TEXTS = (runs.c.error_code, runs.c.event, runs.c.board, runs.c.actor)

# Spelled as the partial indexes are: SQLite does not look into what is bound.
_HAS_EVENT = runs.c.event != literal_column("0")
_NOT_COMPLETED = runs.c.status != literal_column(str(COMPLETED))


class Plan(NamedTuple):
    """How a page is found: what an index of that name answers, and what rows are looked at for."""

    by: str
    known: tuple[ColumnElement[bool], ...]
    loose: tuple[ColumnElement[bool], ...]

    def select(self, *columns: Any) -> Select[Any]:
        """What the index gives, the newest first."""
        found: Select[Any] = _by(select(*columns).where(*self.known), self.by)
        return found.order_by(runs.c.started_us.desc())


def plan(app: str, asked: RunFilter) -> Plan:
    """The plan for a page of an app's runs."""
    known: list[ColumnElement[bool]] = [
        runs.c.app == _name(app),
        runs.c.started_us >= asked.since_us,
        runs.c.started_us < asked.until_us,
    ]
    if asked.cursor is not None:
        at, run_id = asked.cursor
        known += [runs.c.started_us <= at, or_(runs.c.started_us < at, runs.c.run_id < run_id)]
    loose: dict[str, ColumnElement[bool]] = {}
    if asked.status:
        numbers = [_STATUS[status] for status in asked.status]
        one_of = runs.c.status.in_(numbers)
        loose["status"] = one_of if len(numbers) > 1 else runs.c.status == numbers[0]
    for field in ("event", "board", "trigger", "actor"):
        if value := getattr(asked, field):
            loose[field] = _FIELDS[field] == _name(value)
    index = "ix_runs_app"
    if "event" in loose:
        index = "ix_runs_event"
        known += [loose.pop("event"), _HAS_EVENT]
    elif "board" in loose:
        index = "ix_runs_board"
        known.append(loose.pop("board"))
    elif len(asked.status) == 1 and asked.status[0] != STATUSES[COMPLETED]:
        index = "ix_runs_status"
        known += [loose.pop("status"), _NOT_COMPLETED]
    return Plan(index, tuple(known), (*loose.values(), *map(_term, asked.terms)))


def page(found: Plan, limit: int, floor_us: int) -> Select[Any]:
    """One row with one value: the page's rows as JSON, the newest first.

    A row a step would wait for the interpreter each time; SQLite writes JSON in one.

    Args:
        found: the plan.
        limit: of rows.
        floor_us: none that started before is looked at.
    """
    rows = (
        found.select(*SHOWN)
        .where(runs.c.started_us >= floor_us, *found.loose)
        .order_by(runs.c.run_id.desc())
        .limit(limit)
        .subquery()
    )
    return select(func.json_group_array(func.json_array(*rows.c)))


def floor(found: Plan) -> Select[Any]:
    """When the last run started that a page looks at; no row if it looks at all of them."""
    return found.select(runs.c.started_us).limit(1).offset(MOST_LOOKED_AT - 1)


def counted(app: str, since_us: int, without: str) -> CompoundSelect[Any]:
    """Rows of a status's number, or -1 for all, and how many runs have it; sums count.

    Most runs are completed, and an index knows the others: so it is quicker to count all and those
    others than to group.

    Args:
        app: whose.
        since_us: started then or later.
        without: ids of runs that do not count, as JSON.
    """
    mine = (runs.c.app == _name(app), runs.c.started_us >= since_us)
    known = select(func.json_each(without).table_valued("value").c.value)
    apart = (runs.c.run_id.in_(known), *mine)
    every = select(literal(ALL), func.count()).where(*mine)
    others = (
        select(literal(number), func.count()).where(*mine, runs.c.status == number, _NOT_COMPLETED)
        for number in _STATUS.values()
        if number != COMPLETED
    )
    less = select(runs.c.status, -func.count()).where(*apart, _NOT_COMPLETED)
    return union_all(
        _by(every, "ix_runs_app"),
        *(_by(other, "ix_runs_status") for other in others),
        _by(less.group_by(runs.c.status), "ix_runs_run_id"),
        _by(select(literal(ALL), -func.count()).where(*apart), "ix_runs_run_id"),
    )


def started(app: str, since_us: int, step_us: int, steps: int) -> Select[int, int]:
    """For each step the number of runs that started in it, and of those that went wrong.

    An index counts a span of time as it stands; to group would mean to look at each run.

    Args:
        app: whose.
        since_us: when the first step begins.
        step_us: how long each is.
        steps: how many there are.
    """
    begins = [since_us + step * step_us for step in range(steps)]
    spans = (
        func.json_each(msgspec.json.encode(begins).decode()).table_valued("value").alias("spans")
    )
    within = (
        runs.c.app == _name(app),
        runs.c.started_us >= spans.c.value,
        runs.c.started_us < spans.c.value + step_us,
    )

    def count(index: str, *more: ColumnElement[bool]) -> ScalarSelect[int]:
        counted = _by(select(func.count()).where(*within, *more), index)
        found: ScalarSelect[int] = counted.correlate(spans).scalar_subquery()
        return found

    wrong = (
        count("ix_runs_status", runs.c.status == _STATUS[each], _NOT_COMPLETED)
        for each in sorted(WRONG)
    )
    return select(count("ix_runs_app"), sum(wrong, literal(0))).select_from(spans)


def known(app: str, run_ids: str) -> Select[Any]:
    """When the indexed ones of these runs started, and the numbers of their statuses."""
    named = select(func.json_each(run_ids).table_valued("value").c.value)
    found = select(runs.c.started_us, runs.c.status)
    mine = found.where(runs.c.run_id.in_(named), runs.c.app == _name(app))
    return mine.with_hint(runs, "INDEXED BY ix_runs_run_id", "sqlite")


def _by(statement: Any, index: str) -> Any:
    return statement.select_from(runs).with_hint(runs, f"INDEXED BY {index}", "sqlite")


def one(app: str, run_id: str) -> Select[Any]:
    """One run."""
    return select(*SHOWN).where(runs.c.run_id == run_id, runs.c.app == _name(app))


def _name(name: str) -> Any:
    """The number of a name; none for one that no run has."""
    return select(names.c.id).where(names.c.name == name).scalar_subquery()


def _term(term: Term) -> ColumnElement[bool]:
    found = _field(term) if term.field else _text(term.value)
    return found if term.wanted else not_(func.coalesce(found, 0))


def _field(term: Term) -> ColumnElement[bool]:
    if term.field == "run":
        return runs.c.run_id.in_([term.value])
    if term.field == "request":
        return func.coalesce(runs.c.request_id, runs.c.run_id).in_([term.value])
    if term.field == "status":
        return runs.c.status.in_([n for name, n in _STATUS.items() if name == term.value])
    return _FIELDS[term.field].in_([_name(term.value)])


def _text(value: str) -> ColumnElement[bool]:
    alike = select(names.c.id).where(names.c.name.contains(value, autoescape=True))
    return or_(
        runs.c.run_id.contains(value, autoescape=True),
        runs.c.request_id.contains(value, autoescape=True),
        runs.c.error_message.contains(value, autoescape=True),
        *(column.in_(alike) for column in _TEXTS),
    )
