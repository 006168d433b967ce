"""People, how they sign in, and their sessions. Secrets are stored as hashes only."""

from sqlalchemy import ForeignKey, Index, Table

from flowlike.database.columns import (
    key,
    maybe_moment,
    metadata,
    moment,
    number,
    text,
)

users = Table(
    "users",
    metadata,
    key("id"),
    text("name"),
    text("kind"),  # local, later others
    moment("created_us"),
)

passwords = Table(
    "passwords",
    metadata,
    key("user_id", ForeignKey("users.id", ondelete="CASCADE")),
    text("hash"),  # argon2id, with its salt and costs
    moment("changed_us"),
    number("failures", 0),
    moment("blocked_until_us"),
)

sessions = Table(
    "sessions",
    metadata,
    key("id"),
    text("lookup"),  # the first half of the hash: what a row is found by
    text("token_hash"),  # SHA-256 of the token
    text("user_id", ForeignKey("users.id", ondelete="CASCADE")),
    text("carrier"),  # header, cookie: the only way its token works
    text("method"),  # link, password
    text("agent", default=""),
    moment("created_us"),
    moment("seen_us"),
    moment("authenticated_us"),
    moment("expires_us"),
    Index(None, "lookup", unique=True),
    Index(None, "user_id"),
)

login_links = Table(
    "login_links",
    metadata,
    key("lookup"),
    text("token_hash"),
    text("user_id", ForeignKey("users.id", ondelete="CASCADE")),
    moment("created_us"),
    moment("expires_us"),
    maybe_moment("used_us"),
)
