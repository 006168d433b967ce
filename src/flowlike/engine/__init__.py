"""From a board and a catalog to a program, and its runs. No I/O."""
