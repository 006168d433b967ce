"""What stands in the queue's tables, and the statements that change it.

A row is ``queued`` until a process leases it, ``waiting`` until it is due, and ``done`` at its end.
A lease counts up ``epoch``; whoever holds an older one changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)

from flowlike.database.rows import insert_rows
from flowlike.database.schema.queue import run_queue, run_sources
from flowlike.execution.jobs import Job, Source

WAITING, QUEUED, LEASED, DONE = "waiting", "queued", "leased", "done"
_MOST_APPS = 64
_SLICE = 500

_row = run_queue.c
# Spelled as in the partial indexes: no planner looks into what is bound.
_IS_QUEUED = _row.state == literal_column("'queued'")
_IS_WAITING = _row.state == literal_column("'waiting'")
_IS_LEASED = _row.state == literal_column("'leased'")
_IS_DONE = _row.state == literal_column("'done'")
_encode = msgspec.msgpack.Encoder().encode
_job = msgspec.msgpack.Decoder(Job).decode
_source = msgspec.msgpack.Decoder(Source).decode


class Entry(NamedTuple):
    """A row of the queue as far as a process needs it."""

    run_id: str
    app_id: str
    epoch: int
    failures: int
    cancelled: bool
    source: str
    job: bytes

    def decoded(self) -> Job | None:
        """The job, with the epoch of this lease; None if another version wrote it."""
        try:
            return msgspec.structs.replace(_job(self.job), epoch=self.epoch)
        except ValueError:
            return None

    @property
    def stub(self) -> Job:
        """As much of the job as the row itself tells."""
        return Job(self.run_id, epoch=self.epoch, app=self.app_id)


_ENTRY = select(
    _row.run_id, _row.app_id, _row.epoch, _row.failures, _row.cancelled, _row.source, _row.job
)


def _over(now_us: int) -> dict[str, Any]:
    """What a row that is done holds: neither payload nor source."""
    values = dict.fromkeys(("source", "job", "holder", "lease_us"))
    return {**values, "state": DONE, "ended_us": now_us}


class Put(NamedTuple):
    """A run to be stored; leased at once or queued."""

    job: Job
    source: Source
    rank: int
    leased: bool


class Ended(NamedTuple):
    """A lease that is over: its run ended so."""

    run_id: str
    epoch: int
    status: str


class Again(NamedTuple):
    """A lease that is over: its run stands in the queue again, and is due then."""

    run_id: str
    epoch: int
    due_us: int
    failures: int


class Ledger:
    """The queue's tables, for one process.

    Args:
        holder: names this process among others, and no other one ever.

    Every method works within the transaction it is given.
    """

    def __init__(self, holder: str) -> None:
        self.holder = holder

    def put(
        self, connection: Connection, puts: Sequence[Put], now_us: int, lease_us: int
    ) -> set[str]:
        """Store runs.

        Returns:
            Ids that are in the queue already: these rows stay as they are.

        Raises:
            IntegrityError: a source was deleted meanwhile.
        """
        ids = [put.job.run_id for put in puts]
        found = connection.execute(select(_row.run_id).where(_row.run_id.in_(ids)))
        known = set(found.scalars())
        rows = {
            put.job.run_id: (
                put.job.run_id,
                put.job.app,
                LEASED if put.leased else QUEUED,
                put.rank,
                now_us,
                1 if put.leased else 0,
                0,
                False,
                self.holder if put.leased else None,
                lease_us if put.leased else None,
                put.source.key,
                _encode(put.job),
                "",
                now_us,
                None,
            )
            for put in puts
            if put.job.run_id not in known
        }
        insert_rows(connection, run_queue, list(rows.values()))
        return known

    def put_sources(self, connection: Connection, sources: Iterable[Source], now_us: int) -> None:
        """Store what runs, unless it is there."""
        by_key = {source.key: source for source in sources}
        used = update(run_sources).where(run_sources.c.key.in_(by_key)).values(used_us=now_us)
        connection.execute(used)
        found = connection.execute(select(run_sources.c.key).where(run_sources.c.key.in_(by_key)))
        for key in found.scalars():
            del by_key[key]
        rows = [(key, _encode(source), now_us) for key, source in by_key.items()]
        insert_rows(connection, run_sources, rows)

    def source(self, connection: Connection, key: str) -> Source | None:
        """What runs; None if it is not there, or was written by another version."""
        found = select(run_sources.c.source).where(run_sources.c.key == key)
        data = (connection.execute(found)).scalar()
        try:
            return None if data is None else _source(data)
        except ValueError:
            return None

    def end(self, connection: Connection, ended: Iterable[Ended], now_us: int) -> int:
        """Note ends. Says how many were written; the others came too late."""
        groups: dict[tuple[str, int], list[str]] = {}
        for one in ended:
            groups.setdefault((one.status, one.epoch), []).append(one.run_id)
        written = 0
        for (status, epoch), ids in groups.items():
            found = connection.execute(
                update(run_queue)
                .where(_row.run_id.in_(ids), *self._mine(epoch))
                .values(status=status, **_over(now_us))
            )
            written += found.rowcount
        return written

    def again(self, connection: Connection, runs: Iterable[Again], now_us: int) -> int:
        """Put leased runs back. Says how many were written."""
        written = 0
        for run in runs:
            found = connection.execute(
                update(run_queue)
                .where(_row.run_id == run.run_id, *self._mine(run.epoch))
                .values(
                    state=WAITING if run.due_us > now_us else QUEUED,
                    due_us=run.due_us,
                    failures=run.failures,
                    holder=None,
                    lease_us=None,
                )
            )
            written += found.rowcount
        return written

    def claim(
        self,
        connection: Connection,
        most: int,
        after: str,
        full: Collection[str],
        lease_us: int,
    ) -> list[Entry]:
        """Lease runs: the same number of each app, those of the lowest rank first.

        Args:
            connection: of the transaction.
            most: at most so many.
            after: the app that came last before; apps take turns.
            full: apps that get none now.
            lease_us: until when.
        """
        apps = self._apps(connection, after, most, full)
        if not apps:
            return []
        share = -(-most // len(apps))
        firsts = [
            select(
                select(_row.run_id, literal(turn).label("turn"))
                .where(_row.app_id == app, _IS_QUEUED)
                .order_by(_row.rank, _row.due_us, _row.run_id)
                .limit(share)
                .subquery()
            )
            for turn, app in enumerate(apps)
        ]
        found = connection.execute(union_all(*firsts))
        ids = [run_id for run_id, _ in sorted(found, key=lambda row: row[1])][:most]
        if not ids:
            return []
        rows = connection.execute(
            _ENTRY.where(_row.run_id.in_(ids), _IS_QUEUED).with_for_update(skip_locked=True)
        )
        entries = [Entry(*row)._replace(epoch=row.epoch + 1) for row in rows]
        connection.execute(
            update(run_queue)
            .where(_row.run_id.in_([entry.run_id for entry in entries]))
            .values(state=LEASED, epoch=_row.epoch + 1, holder=self.holder, lease_us=lease_us)
        )
        order = {run_id: place for place, run_id in enumerate(ids)}
        return sorted(entries, key=lambda entry: order[entry.run_id])

    def _apps(
        self, connection: Connection, after: str, most: int, full: Collection[str]
    ) -> list[str]:
        """Apps with queued runs, beginning behind one and going round once."""
        most = min(most, _MOST_APPS)
        free = _row.app_id.not_in(sorted(full)) if full else true()
        found = self._apps_within(connection, free & (_row.app_id > after), most)
        if len(found) < most:
            rest = free & (_row.app_id <= after)
            found += self._apps_within(connection, rest, most - len(found))
        return found

    def _apps_within(
        self, connection: Connection, within: ColumnElement[bool], most: int
    ) -> list[str]:
        # One step of the index an app, however many runs it has.
        first = select(func.min(_row.app_id).label("app")).where(_IS_QUEUED, within)
        apps = first.cte("apps", recursive=True)
        following = (
            select(func.min(_row.app_id))
            .where(_IS_QUEUED, within, _row.app_id > apps.c.app)
            .scalar_subquery()
        )
        step = select(following).select_from(apps).where(apps.c.app.is_not(None))
        apps = apps.union_all(step)
        found = select(apps.c.app).where(apps.c.app.is_not(None)).limit(most)
        return list((connection.execute(found)).scalars())

    def renew(self, connection: Connection, lease_us: int) -> dict[str, tuple[int, bool]]:
        """Prolong all leases of this process.

        Returns:
            Epoch of each run this process still holds, and whether it shall be cancelled.
        """
        mine = (_IS_LEASED, _row.holder == self.holder)
        connection.execute(update(run_queue).where(*mine).values(lease_us=lease_us))
        rows = connection.execute(select(_row.run_id, _row.epoch, _row.cancelled).where(*mine))
        return {run_id: (epoch, cancelled) for run_id, epoch, cancelled in rows}

    def reap(self, connection: Connection, now_us: int) -> int:
        """Queue runs whose process has been silent past its lease. Says how many."""
        silent = (_IS_LEASED, _row.holder != self.holder, _row.lease_us < now_us)
        return self._give_up(connection, silent, failures=1)

    def promote(self, connection: Connection, now_us: int, most_us: int) -> tuple[int, int | None]:
        """Queue runs that have waited long enough.

        Args:
            connection: of the transaction.
            now_us: those that are due by then.
            most_us: and those that would have to wait longer: the clock was set back.

        Returns:
            How many, and when the next one is due.
        """
        due = or_(_row.due_us <= now_us, _row.due_us > now_us + most_us)
        found = connection.execute(update(run_queue).where(_IS_WAITING, due).values(state=QUEUED))
        following = select(func.min(_row.due_us)).where(_IS_WAITING)
        return found.rowcount, (connection.execute(following)).scalar()

    def recover(self, connection: Connection) -> int:
        """Put all leased runs back: no other process is there that could hold them."""
        return self._give_up(connection, (_IS_LEASED,), failures=0)

    def _give_up(
        self, connection: Connection, which: Sequence[ColumnElement[bool]], failures: int
    ) -> int:
        found = connection.execute(
            update(run_queue)
            .where(*which)
            .values(state=QUEUED, holder=None, lease_us=None, failures=_row.failures + failures)
        )
        return found.rowcount

    def cancel(self, run_id: str, now_us: int, connection: Connection) -> tuple[bool, Entry | None]:
        """Have a run cancelled.

        Returns:
            Whether there is such a run that is not done; and the run if nobody had leased it: then
            it is done now.
        """
        leased = connection.execute(
            update(run_queue).where(_row.run_id == run_id, _IS_LEASED).values(cancelled=True)
        )
        open_ = (_row.run_id == run_id, _row.state.in_((QUEUED, WAITING)))
        row = (connection.execute(_ENTRY.where(*open_).with_for_update())).first()
        if row is None:
            return leased.rowcount > 0, None
        connection.execute(
            update(run_queue).where(*open_).values(status="cancelled", **_over(now_us))
        )
        return True, Entry(*row)

    def forget(self, app: str, now_us: int, connection: Connection) -> list[Entry]:
        """Have all runs of an app cancelled.

        Returns:
            Those nobody had leased: they are done now.
        """
        leased = update(run_queue).where(_row.app_id == app, _IS_LEASED).values(cancelled=True)
        connection.execute(leased)
        open_ = (_row.app_id == app, _row.state.in_((QUEUED, WAITING)))
        rows = (connection.execute(_ENTRY.where(*open_).with_for_update())).all()
        connection.execute(
            update(run_queue).where(*open_).values(status="cancelled", **_over(now_us))
        )
        return [Entry(*row) for row in rows]

    def waiting(self, connection: Connection) -> int:
        """How many runs are queued."""
        found = select(func.count()).select_from(run_queue).where(_IS_QUEUED)
        return (connection.execute(found)).scalar_one()

    def clean(self, connection: Connection, before_us: int) -> int:
        """Delete some of what was done before then, and sources nobody needs. Says how many."""
        old = select(_row.run_id).where(_IS_DONE, _row.ended_us < before_us).limit(_SLICE)
        rows = connection.execute(delete(run_queue).where(_row.run_id.in_(old)))
        unused = (
            select(run_sources.c.key)
            .where(
                run_sources.c.used_us < before_us,
                ~select(_row.run_id).where(_row.source == run_sources.c.key).exists(),
            )
            .limit(_SLICE)
        )
        sources = connection.execute(delete(run_sources).where(run_sources.c.key.in_(unused)))
        return rows.rowcount + sources.rowcount

    def _mine(self, epoch: int) -> tuple[ColumnElement[bool], ...]:
        return _row.epoch == epoch, _row.holder == self.holder, _IS_LEASED
