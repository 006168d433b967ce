"""Changes of the schema, step by step. Importing this imports Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from flowlike.errors import DatabaseError

FOLDER = Path(__file__).parent


def upgrade(connection: Connection, to: str = "head") -> None:
    """Migrate within the transaction of ``connection``.

    Raises:
        DatabaseError: ``database.references``: rows would refer to missing ones.
    """
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, to)
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise DatabaseError(
                "database.references",
                f"The migration would leave rows of {broken[0]} that refer to nothing.",
                remedy="Nothing was changed. Keep the database and tell us.",
            )


def config() -> Config:
    """Alembic's configuration; there is no file of it."""
    settings = Config()
    # Alembic reads % as the start of a variable.
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings


def head() -> str | None:
    """The newest version there is a migration to."""
    return ScriptDirectory.from_config(config()).get_current_head()
