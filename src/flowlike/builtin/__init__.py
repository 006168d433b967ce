"""The built-in nodes, one module a family.

A family module declares nodes (module attributes) and lists ``EXAMPLES``, at least one a node; a
test runs them. ``index`` says which module holds a node; ``python -m tools.builtin_index --write``
renews it.
"""
