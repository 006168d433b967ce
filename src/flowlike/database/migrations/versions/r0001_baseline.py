"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Change the schema."""
    _apps()
    _idempotency()
    _meta()
    _run_sources()
    _users()
    _boards()
    _events()
    _login_links()
    _passwords()
    _roles()
    _run_queue()
    _sessions()
    _board_commands()
    _board_snapshots()
    _board_versions()
    _event_versions()
    _members()


def _apps() -> None:
    op.create_table(
        "apps",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, server_default="", nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("authz_epoch", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("created_by", TEXT, nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apps")),
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("principal", TEXT, nullable=False),
        sa.Column("route", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("body_hash", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("status", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency")),
        sa.UniqueConstraint(
            "principal", "route", "key", name=op.f("uq_idempotency_principal_route_key")
        ),
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_created_us"), ["created_us"], unique=False)


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )


def _run_sources() -> None:
    op.create_table(
        "run_sources",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("used_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_run_sources")),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )


def _boards() -> None:
    op.create_table(
        "boards",
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.BigInteger(), nullable=False),
        sa.Column("nodes", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.LargeBinary(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name=op.f("fk_boards_app_id_apps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("app_id", "id", name=op.f("pk_boards")),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("board_id", TEXT, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("canary_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("canary_weight", sa.Float(), server_default="0", nullable=False),
        sa.Column("route", TEXT, nullable=True),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name=op.f("fk_events_app_id_apps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("app_id", "id", name=op.f("pk_events")),
        sa.UniqueConstraint("app_id", "route", name=op.f("uq_events_app_id_route")),
    )


def _login_links() -> None:
    op.create_table(
        "login_links",
        sa.Column("lookup", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("used_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_login_links_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_login_links")),
    )


def _passwords() -> None:
    op.create_table(
        "passwords",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("blocked_until_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_passwords_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_passwords")),
    )


def _roles() -> None:
    op.create_table(
        "roles",
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("mask", sa.BigInteger(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name=op.f("fk_roles_app_id_apps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("app_id", "name", name=op.f("pk_roles")),
    )


def _run_queue() -> None:
    op.create_table(
        "run_queue",
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("rank", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("holder", TEXT, nullable=True),
        sa.Column("lease_us", sa.BigInteger(), nullable=True),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("job", sa.LargeBinary(), nullable=True),
        sa.Column("status", TEXT, server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source"], ["run_sources.key"], name=op.f("fk_run_queue_source_run_sources")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_queue")),
    )
    with op.batch_alter_table("run_queue", schema=None) as batch_op:
        batch_op.create_index(
            "ix_run_queue_done",
            ["ended_us"],
            unique=False,
            sqlite_where=sa.text("state = 'done'"),
            postgresql_where=sa.text("state = 'done'"),
        )
        batch_op.create_index(
            "ix_run_queue_leased",
            ["lease_us"],
            unique=False,
            sqlite_where=sa.text("state = 'leased'"),
            postgresql_where=sa.text("state = 'leased'"),
        )
        batch_op.create_index(
            "ix_run_queue_queued",
            ["app_id", "rank", "due_us", "run_id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index(batch_op.f("ix_run_queue_source"), ["source"], unique=False)
        batch_op.create_index(
            "ix_run_queue_waiting",
            ["due_us"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("lookup", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("carrier", TEXT, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("agent", TEXT, server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("seen_us", sa.BigInteger(), nullable=False),
        sa.Column("authenticated_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_lookup"), ["lookup"], unique=True)
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)


def _board_commands() -> None:
    op.create_table(
        "board_commands",
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("board_id", TEXT, nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("batch_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("answers", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("stack", TEXT, nullable=False),
        sa.Column("commands", sa.LargeBinary(), nullable=False),
        sa.Column("patch", sa.LargeBinary(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("touched", sa.LargeBinary(), nullable=False),
        sa.Column("summary", TEXT, server_default="", nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id", "board_id"],
            ["boards.app_id", "boards.id"],
            name=op.f("fk_board_commands_app_id_board_id_boards"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("app_id", "board_id", "revision", name=op.f("pk_board_commands")),
        sa.UniqueConstraint(
            "app_id",
            "board_id",
            "batch_id",
            name=op.f("uq_board_commands_app_id_board_id_batch_id"),
        ),
    )
    with op.batch_alter_table("board_commands", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_board_commands_app_id_board_id_actor_stack_revision"),
            ["app_id", "board_id", "actor", "stack", "revision"],
            unique=False,
        )


def _board_snapshots() -> None:
    op.create_table(
        "board_snapshots",
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("board_id", TEXT, nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id", "board_id"],
            ["boards.app_id", "boards.id"],
            name=op.f("fk_board_snapshots_app_id_board_id_boards"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("app_id", "board_id", "revision", name=op.f("pk_board_snapshots")),
    )


def _board_versions() -> None:
    op.create_table(
        "board_versions",
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("board_id", TEXT, nullable=False),
        sa.Column("major", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("minor", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("text_hash", TEXT, nullable=False),
        sa.Column("message", TEXT, server_default="", nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id", "board_id"],
            ["boards.app_id", "boards.id"],
            name=op.f("fk_board_versions_app_id_board_id_boards"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "app_id", "board_id", "major", "minor", "patch", name=op.f("pk_board_versions")
        ),
    )


def _event_versions() -> None:
    op.create_table(
        "event_versions",
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("board_id", TEXT, nullable=False),
        sa.Column("board_version", TEXT, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("board_hash", TEXT, nullable=False),
        sa.Column("message", TEXT, server_default="", nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id", "event_id"],
            ["events.app_id", "events.id"],
            name=op.f("fk_event_versions_app_id_event_id_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("app_id", "event_id", "version", name=op.f("pk_event_versions")),
    )
    with op.batch_alter_table("event_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_versions_app_id_board_id"), ["app_id", "board_id"], unique=False
        )


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("joined_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id", "role"],
            ["roles.app_id", "roles.name"],
            name=op.f("fk_members_app_id_role_roles"),
        ),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name=op.f("fk_members_app_id_apps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("app_id", "user_id", name=op.f("pk_members")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_user_id"), ["user_id"], unique=False)
