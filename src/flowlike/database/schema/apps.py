"""Apps and who belongs to them."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Table

from flowlike.database.columns import (
    document,
    flag,
    key,
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
    document("document"),  # the app as its file holds it
    number("authz_epoch", 0),  # counts changes of roles and members
    moment("created_us"),
    text("created_by"),
    moment("updated_us"),
)

roles = Table(
    "roles",
    metadata,
    key("app_id", ForeignKey("apps.id", ondelete="CASCADE")),
    key("name"),
    number("mask"),  # permission bits
    flag("is_default"),
)

members = Table(
    "members",
    metadata,
    key("app_id", ForeignKey("apps.id", ondelete="CASCADE")),
    key("user_id"),
    text("role"),
    moment("joined_us"),
    Index(None, "user_id"),
    ForeignKeyConstraint(["app_id", "role"], ["roles.app_id", "roles.name"]),
)
