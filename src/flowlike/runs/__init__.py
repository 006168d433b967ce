"""Runs that are kept: an archive of segments, its index, and how long.

``archive`` is the way in; ``kept`` and ``filters`` are what it takes and gives; ``levels`` and
``sampling`` say how much is recorded. ``reader`` reads an archive that a server is writing.
"""
