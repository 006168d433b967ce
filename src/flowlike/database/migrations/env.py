"""What Alembic runs to migrate: on the connection it was given, in that one's transaction."""

from alembic import context

from flowlike.database.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
