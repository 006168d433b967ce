"""All tables, one module a family. Importing this fills ``metadata``.

A change of a table needs a migration: ``python -m tools.migration "what changes"`` writes it.
"""

from flowlike.database.columns import metadata
from flowlike.database.schema import apps, boards, events, identity, meta, queue

__all__ = ["apps", "boards", "events", "identity", "meta", "metadata", "queue"]
