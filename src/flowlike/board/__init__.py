"""What a board is: model, definitions, types, checks, edits, text and diff. No I/O."""
