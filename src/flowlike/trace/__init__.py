"""What happened in a run: records, segments, lineage, redaction.

``records`` and ``contents`` are what the engine writes with; ``writer`` and ``reader`` keep
segments; ``history`` is one run read back; ``lineage`` and ``render`` explain it; ``redaction``
keeps secrets out of text. Import from these: this package imports none of them, for not every run
is traced.
"""
