"""The database: schema, migrations, connections, and the folder that holds it.

``connect`` opens it, ``schema`` lists its tables, ``folder`` claims the data folder, ``ids`` makes
ids. Import from these: this package imports none of them, for a supervisor claims a folder and
needs no SQL.
"""
