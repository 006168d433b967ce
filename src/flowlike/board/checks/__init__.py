"""The checks of a board, one module a subject. ``flowlike.board.check`` runs them all."""
