"""Boards, their commands, and the versions published from them."""

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint

from flowlike.database.columns import (
    document,
    flag,
    key,
    metadata,
    moment,
    number,
    number_key,
    text,
)


def _of_board() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["app_id", "board_id"], ["boards.app_id", "boards.id"], ondelete="CASCADE"
    )


boards = Table(
    "boards",
    metadata,
    key("app_id"),
    key("id"),
    text("name"),
    text("description", default=""),
    number("revision"),  # moved by compare and set
    number("snapshot"),  # the newest revision that board_snapshots holds
    number("nodes"),
    document("starts"),  # the start nodes, for lists
    moment("created_us"),
    moment("updated_us"),
    text("updated_by"),
    ForeignKeyConstraint(["app_id"], ["apps.id"], ondelete="CASCADE"),
)

board_snapshots = Table(
    "board_snapshots",
    metadata,
    key("app_id"),
    key("board_id"),
    number_key("revision"),
    document("body"),  # compressed JSON, canonical or not
    moment("created_us"),
    _of_board(),
)

board_commands = Table(
    "board_commands",
    metadata,
    key("app_id"),
    key("board_id"),
    number_key("revision"),
    text("actor"),
    text("batch_id"),  # minted by the client: a batch sent twice counts once
    text("kind"),  # edit, undo, redo, restore, files
    number("answers", 0),  # the revision that an undo or redo is about
    text("stack"),  # undo, redo: what its author may take back or do again
    document("commands"),
    document("patch"),
    flag("exact"),  # whether only an exact restore undoes it
    document("touched"),
    text("summary", default=""),
    moment("at_us"),
    UniqueConstraint("app_id", "board_id", "batch_id"),
    Index(None, "app_id", "board_id", "actor", "stack", "revision"),
    _of_board(),
)

board_versions = Table(
    "board_versions",
    metadata,
    key("app_id"),
    key("board_id"),
    number_key("major"),
    number_key("minor"),
    number_key("patch"),
    number("revision"),
    document("text"),  # canonical, compressed
    text("text_hash"),  # SHA-256 of the text
    text("message", default=""),
    text("actor"),
    moment("at_us"),
    _of_board(),
)
