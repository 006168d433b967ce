"""Facts about this installation."""

from sqlalchemy import Table

from flowlike.database.columns import document, key, metadata

meta = Table("meta", metadata, key("name"), document("value"))
"""One row a fact, such as the id of the installation."""
