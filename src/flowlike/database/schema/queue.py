"""Runs that wait, and requests that must count once."""

from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint

from flowlike.database.columns import (
    document,
    flag,
    key,
    maybe_document,
    maybe_moment,
    maybe_text,
    metadata,
    moment,
    number,
    text,
)

run_sources = Table(
    "run_sources",
    metadata,
    key("key"),  # a hash of what runs, so it never changes
    document("source"),
    moment("used_us"),
)

run_queue = Table(
    "run_queue",
    metadata,
    key("run_id"),
    text("app_id"),
    text("state"),  # waiting, queued, leased, done
    number("rank", 0),  # lower runs sooner
    moment("due_us"),
    number("epoch", 0),  # counts claims: who holds an older one may write nothing
    number("failures", 0),  # attempts whose process was lost
    flag("cancelled"),
    maybe_text("holder"),
    maybe_moment("lease_us"),
    maybe_text("source", ForeignKey("run_sources.key")),  # None once done
    maybe_document("job"),  # the payload too; None once done
    text("status", default=""),  # how it ended
    moment("created_us"),
    maybe_moment("ended_us"),
    Index(None, "source"),
)
Index(
    "ix_run_queue_queued",
    run_queue.c.app_id,
    run_queue.c.rank,
    run_queue.c.due_us,
    run_queue.c.run_id,
    sqlite_where=run_queue.c.state == "queued",
    postgresql_where=run_queue.c.state == "queued",
)
Index(
    "ix_run_queue_waiting",
    run_queue.c.due_us,
    sqlite_where=run_queue.c.state == "waiting",
    postgresql_where=run_queue.c.state == "waiting",
)
Index(
    "ix_run_queue_leased",
    run_queue.c.lease_us,
    sqlite_where=run_queue.c.state == "leased",
    postgresql_where=run_queue.c.state == "leased",
)
Index(
    "ix_run_queue_done",
    run_queue.c.ended_us,
    sqlite_where=run_queue.c.state == "done",
    postgresql_where=run_queue.c.state == "done",
)

idempotency = Table(
    "idempotency",
    metadata,
    key("id"),
    text("principal"),
    text("route"),
    text("key"),
    text("body_hash"),
    text("state"),  # begun, answered
    number("status", 0),
    maybe_document("answer"),
    moment("created_us"),
    UniqueConstraint("principal", "route", "key"),
    Index(None, "created_us"),
)
