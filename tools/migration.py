"""Writes the migration from the newest one to the tables as they are.

``python -m tools.migration "what changes"`` adds one; ``--baseline`` writes the first one anew,
which is right only until a release has made databases of it.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy import Connection, create_engine

from flowlike.database import migrations
from flowlike.database.schema import metadata
from tools.locked import ROOT

_VERSIONS = migrations.FOLDER / "versions"
_TEXT = "sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')"
_HEAD = ROOT / "src/flowlike/database/versions.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a migration, or say that there is nothing to migrate."""
    parser = argparse.ArgumentParser(prog="python -m tools.migration", description=__doc__)
    parser.add_argument("what", nargs="?", default="the first tables", help="what it changes")
    parser.add_argument("--baseline", action="store_true", help="write the first one anew")
    options = parser.parse_args(arguments)
    before = None if options.baseline else migrations.head()
    version = "0001" if before is None else f"{int(before) + 1:04}"
    code = upgrade_code(before)
    if not code:
        print("migration: the tables are what the migrations make")
        return 0
    name = re.sub(r"\W+", "_", options.what.lower()).strip("_") if before else "baseline"
    path = _VERSIONS / f"r{version}_{name}.py"
    path.write_text(module(options.what, version, before, code), "utf-8")
    _HEAD.write_text(
        re.sub(
            r'^HEAD = ".*"$', f'HEAD = "{version}"', _HEAD.read_text("utf-8"), flags=re.MULTILINE
        ),
        "utf-8",
    )
    for words in (["check", "--fix", "--exit-zero", "--silent"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *words, str(path)], check=True)
    print(f"migration: {path.relative_to(ROOT)}")
    return 0


def upgrade_code(before: str | None) -> dict[str, str]:
    """The statements for each table that differs from a database migrated to ``before``."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'migrated.db'}")
        try:
            with engine.begin() as connection:
                return _code(connection, before)
        finally:
            engine.dispose()


def _code(connection: Connection, before: str | None) -> dict[str, str]:
    if before is not None:
        migrations.upgrade(connection)
    context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
    found = produce_migrations(context, metadata).upgrade_ops
    code: dict[str, str] = {}
    for op in found.ops if found is not None else ():
        table = getattr(op, "table_name", "rest")
        lines = render_python_code(UpgradeOps([op]), render_as_batch=True)
        lines = re.sub(r"^ *# (###|please).*\n?", "", lines, flags=re.MULTILINE)
        code[table] = code.get(table, "") + f"\n    {lines.strip()}"
    return code


def module(what: str, version: str, before: str | None, code: dict[str, str]) -> str:
    """Text of a migration: a function a table, so that each is short."""
    sentence = what[:1].upper() + what[1:].rstrip(".")
    functions = "".join(
        f"\n\ndef _{table}() -> None:{lines.replace(_TEXT, 'TEXT')}\n"
        for table, lines in code.items()
    )
    text = f"TEXT = {_TEXT}\n" if "TEXT" in functions else ""
    calls = "".join(f"    _{table}()\n" for table in code)
    return (
        f'"""{sentence}."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f"revision = {version!r}\ndown_revision = {before!r}\n{text}\n\n"
        f'def upgrade() -> None:\n    """Change the schema."""\n{calls}{functions}'
    )


if __name__ == "__main__":
    sys.exit(main())
