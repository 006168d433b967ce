"""What a board is: model, definitions, types, checks, edits, text and diff. No I/O.

Outsiders import from the modules, so that reading a board loads no more than it needs:

- ``model``, ``definition``, ``pins``: the document, node types as data, the pins a node has;
- ``text``: boards as canonical text and back;
- ``check``, ``findings``: all that is wrong with a board;
- ``types``, ``schema``, ``subtype``: whether a wire fits; ``unify``: what Generic pins carry;
- ``values``: what wires carry, from JSON and back;
- ``scene``, ``wires``: definitions looked up once, layer relays walked through;
- ``edit``: commands and their inverses.
"""
