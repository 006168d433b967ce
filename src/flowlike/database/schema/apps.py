"""Apps and who belongs to them."""

from sqlalchemy import ForeignKey, Index, Table

from flowlike.database.columns import (
    document,
    key,
    maybe_text,
    metadata,
    moment,
    number,
    text,
)

apps = Table(
    "apps",
    metadata,
    key("id"),
    text("name"),
    text("description", default=""),
    document("document"),  # what else an app holds: its file without boards and events
    maybe_text("trace_level"),
    moment("created_us"),
    text("created_by"),
    moment("updated_us"),
)

members = Table(
    "members",
    metadata,
    key("app_id", ForeignKey("apps.id", ondelete="CASCADE")),
    key("user_id"),
    text("role"),
    number("mask"),  # permission bits
    moment("joined_us"),
    Index(None, "user_id"),
)
