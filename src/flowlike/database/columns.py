"""What the columns of every table are made of.

Times are integers, microseconds of Unix time (``…_us``). Documents are bytes that a room encoded
itself. Ids and other text compare byte by byte in both databases, so that cursors agree.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables; ``flowlike.database.schema`` fills it."""

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def key(name: str, *rest: Any) -> Column[str]:
    """A part of the primary key: an id or a name."""
    return Column(name, _TEXT, *rest, primary_key=True, nullable=False)


def text(name: str, *rest: Any, default: str | None = None) -> Column[str]:
    """Text that must be there."""
    return Column(name, _TEXT, *rest, nullable=False, server_default=default)


def maybe_text(name: str, *rest: Any) -> Column[str | None]:
    """Text that may be missing."""
    return Column(name, _TEXT, *rest, nullable=True)


def moment(name: str) -> Column[int]:
    """Microseconds of Unix time."""
    return Column(name, BigInteger, nullable=False)


def maybe_moment(name: str) -> Column[int | None]:
    """Microseconds of Unix time, if it came to that."""
    return Column(name, BigInteger, nullable=True)


def number(name: str, default: int | None = None) -> Column[int]:
    """A whole number of 64 bits."""
    return Column(
        name,
        BigInteger,
        nullable=False,
        server_default=None if default is None else str(default),
    )


def number_key(name: str) -> Column[int]:
    """A number that is part of the primary key, and not counted up by the database."""
    return Column(name, BigInteger, primary_key=True, nullable=False, autoincrement=False)


def flag(name: str) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False)


def document(name: str) -> Column[bytes]:
    """Bytes of a document."""
    return Column(name, LargeBinary, nullable=False)


def maybe_document(name: str) -> Column[bytes | None]:
    """Bytes of a document, if there is one."""
    return Column(name, LargeBinary, nullable=True)
