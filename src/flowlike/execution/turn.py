"""One turn of the queue: all its changes of a moment, in one transaction."""

from collections import OrderedDict
from functools import partial

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from flowlike.database.connect import Database
from flowlike.execution.jobs import Source
from flowlike.execution.ledger import Again, Ended, Entry, Ledger, Put

MOST_SOURCES = 256


class Turn(msgspec.Struct, kw_only=True):
    """What is to be written, and what came of it.

    Attributes:
        lease_us: until when what is leased now belongs to this process.
        sources: what is known to be stored, by key; grows with what is met.
        renews: whether leases are prolonged.
        reaps: whether those of silent processes are given up.
        promotes: whether runs that have waited long enough are queued, ``most_us`` how long none
            has to wait.
        claims: how many queued runs to lease, ``full`` the apps that get none, ``last_app`` the
            one that came last before.
        forgets_us: delete what was done before then; 0 for nothing.
        known: of what was put, ids that were in the queue already.
        written: how many of ``ended`` were not too late.
        mine: what this process holds, if leases were prolonged.
        promoted: how many runs were queued; ``due_us`` is when the next one is due, None if none
            waits or was looked for.
        waiting: how many runs wait, if they were counted.
    """

    now_us: int
    lease_us: int
    sources: "OrderedDict[str, Source]"
    ended: list[Ended]
    again: list[Again]
    last_app: str = ""
    puts: list[Put] = []
    renews: bool = False
    reaps: bool = False
    promotes: bool = False
    most_us: int = 0
    claims: int = 0
    full: set[str] = set()
    forgets_us: int = 0

    known: set[str] = set()
    entries: list[Entry] = []
    written: int = 0
    mine: dict[str, tuple[int, bool]] | None = None
    promoted: int = 0
    due_us: int | None = None
    waiting: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        lists = (self.puts, self.ended, self.again)
        flags = (self.renews, self.reaps, self.promotes, self.claims, self.forgets_us)
        return not any((*lists, *flags))

    async def write(self, database: Database, ledger: Ledger) -> None:
        """Write it, all or nothing.

        Raises:
            DatabaseError: nothing was written.
        """
        try:
            await database.transact(partial(self._write, ledger))
        except IntegrityError:
            self.sources.clear()  # another process deleted what nobody had used for long
            await database.transact(partial(self._write, ledger))

    def _write(self, ledger: Ledger, connection: Connection) -> None:
        now = self.now_us
        new = {put.source.key: put.source for put in self.puts}
        for key in new.keys() & self.sources.keys():
            del new[key]
        if self.renews:
            self.mine = ledger.renew(connection, self.lease_us)
        if self.reaps:
            self.promoted = ledger.reap(connection, now)
        if self.ended:
            self.written = ledger.end(connection, self.ended, now)
        if self.again:
            ledger.again(connection, self.again, now)
        if self.promotes:
            promoted, self.due_us = ledger.promote(connection, now, self.most_us)
            self.promoted += promoted
        if new:
            ledger.put_sources(connection, new.values(), now)
        if self.puts:
            self.known = ledger.put(connection, self.puts, now, self.lease_us)
        if self.claims:
            self._claim(connection, ledger)
        if self.forgets_us:
            ledger.clean(connection, self.forgets_us)
            self.waiting = ledger.waiting(connection)
        for key, source in new.items():
            self._remember(key, source)

    def _claim(self, connection: Connection, ledger: Ledger) -> None:
        self.entries = ledger.claim(
            connection, self.claims, self.last_app, self.full, self.lease_us
        )
        for key in {entry.source for entry in self.entries} - self.sources.keys():
            source = ledger.source(connection, key)
            if source is not None:
                self._remember(key, source)

    def _remember(self, key: str, source: Source) -> None:
        self.sources[key] = source
        if len(self.sources) > MOST_SOURCES:
            self.sources.popitem(last=False)
