"""What happened in a run: segments and their reader."""
