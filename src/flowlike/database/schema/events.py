"""Events and the versions published of them, which never change."""

from sqlalchemy import Column, Float, ForeignKeyConstraint, Index, Table, UniqueConstraint

from flowlike.database.columns import (
    document,
    flag,
    key,
    maybe_text,
    metadata,
    moment,
    number,
    number_key,
    text,
)

events = Table(
    "events",
    metadata,
    key("app_id"),
    key("id"),
    text("name"),
    text("kind"),
    text("board_id"),
    document("document"),
    flag("active"),
    number("version", 0),  # the one that is live, 0 if none is
    number("canary_version", 0),
    Column("canary_weight", Float, nullable=False, server_default="0"),
    maybe_text("route"),  # method and shape of the path while it is live and active
    moment("created_us"),
    moment("updated_us"),
    text("updated_by"),
    ForeignKeyConstraint(["app_id"], ["apps.id"], ondelete="CASCADE"),
    UniqueConstraint("app_id", "route"),
)

event_versions = Table(
    "event_versions",
    metadata,
    key("app_id"),
    key("event_id"),
    number_key("version"),  # 1 is the first
    text("board_id"),
    text("board_version"),
    document("document"),
    text("board_hash"),  # of the board's text, which board_versions holds
    text("message", default=""),
    text("actor"),
    moment("at_us"),
    Index(None, "app_id", "board_id"),
    ForeignKeyConstraint(
        ["app_id", "event_id"], ["events.app_id", "events.id"], ondelete="CASCADE"
    ),
)
